"""Envelopes as text: what is signed, how it is verified, and how an event is read back from one."""

from __future__ import annotations

import base64

import orjson
from cryptography.exceptions import InvalidSignature

from shared.contracts.base import Envelope, Event
from shared.kit.keys import Keys

_UNSIGNED = {"signature", "traceparent"}


class EnvelopeRefused(ValueError):
    """The signature does not fit, the publisher is unknown, or the body is not that topic's."""


def _to_sign(envelope: Envelope) -> bytes:
    return orjson.dumps(envelope.model_dump(mode="json", exclude=_UNSIGNED), option=orjson.OPT_SORT_KEYS)


def signed(keys: Keys, envelope: Envelope) -> Envelope:
    envelope.key_id = keys.active
    signature = keys.signer(f"events/{envelope.publisher}").sign(_to_sign(envelope))
    envelope.signature = base64.b64encode(signature).decode()
    return envelope


def verify(keys: Keys, envelope: Envelope) -> None:
    """Raises EnvelopeRefused. There is no expiry, so that an archived event still verifies when it is replayed."""
    try:
        keys.verifier(f"events/{envelope.publisher}", envelope.key_id).verify(
            base64.b64decode(envelope.signature), _to_sign(envelope)
        )
    except (InvalidSignature, KeyError, ValueError) as error:
        raise EnvelopeRefused(f"event {envelope.event_id} ({envelope.topic}) is not genuine") from error


def dump(envelope: Envelope) -> str:
    return orjson.dumps(envelope.model_dump(mode="json")).decode()


def load(text: str | bytes) -> Envelope:
    return Envelope.model_validate_json(text)


def event_of(envelope: Envelope) -> Event:
    """The typed event; raises EnvelopeRefused for an unknown topic or a body that is not that topic's."""
    event_class = Event.by_topic.get(envelope.topic)
    if event_class is None:
        raise EnvelopeRefused(f"no contract declares topic {envelope.topic}")
    return event_class.model_validate(envelope.body)
