"""Envelopes on their way: the signed text, which is stored and sent as it is and never written anew.

The signature covers the envelope's canonical JSON (sorted keys) without the three fields that travel beside it, so an
archived envelope can be verified again from its fields alone. There is no expiry.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from pydantic import ValidationError

from shared.contracts.base import Envelope, Event
from shared.kit.keys import Keys

_BESIDE = {"key_id", "signature", "traceparent"}


class EnvelopeRefused(ValueError):
    """The signature does not fit, the publisher is unknown, or the body is not that topic's."""


@dataclass(frozen=True)
class Sealed:
    """A signed envelope as outbox, broker and inbox carry it: what they need to know, and the text."""

    event_id: UUID
    topic: str
    publisher: str
    aggregate_id: str
    version: int
    payload: str
    key_id: str
    signature: str
    traceparent: str | None = None


def seal(keys: Keys, envelope: Envelope) -> Sealed:
    """Sign an envelope as its publisher, under the active key."""
    payload = _canonical(envelope)
    return Sealed(
        event_id=envelope.event_id,
        topic=envelope.topic,
        publisher=envelope.publisher,
        aggregate_id=envelope.aggregate_id,
        version=envelope.version,
        payload=payload.decode(),
        key_id=keys.active,
        signature=_signature(keys, envelope.publisher, keys.active, payload),
        traceparent=envelope.traceparent,
    )


def seal_all(keys: Keys, first: Envelope, events: Sequence[tuple[UUID, int, Event]]) -> list[Sealed]:
    """Seal many events that share all of the first envelope but their id, their version and what they are about."""
    shared = first.model_dump(mode="json", exclude=_BESIDE)
    key_id, publisher = keys.active, first.publisher
    found = []
    for event_id, version, event in events:
        aggregate_id, worker_id = event.aggregate_id(), event.worker()
        own = {
            "event_id": str(event_id),
            "aggregate_id": aggregate_id,
            "version": version,
            "worker_id": str(worker_id) if worker_id else None,
            "body": event.model_dump(mode="json"),
        }
        payload = orjson.dumps({**shared, **own}, option=orjson.OPT_SORT_KEYS)
        found.append(
            Sealed(
                event_id=event_id,
                topic=first.topic,
                publisher=publisher,
                aggregate_id=aggregate_id,
                version=version,
                payload=payload.decode(),
                key_id=key_id,
                signature=_signature(keys, publisher, key_id, payload),
                traceparent=first.traceparent,
            )
        )
    return found


def resealed(envelope: Envelope) -> Sealed:
    """A genuine envelope as it was sealed by its publisher."""
    return Sealed(
        event_id=envelope.event_id,
        topic=envelope.topic,
        publisher=envelope.publisher,
        aggregate_id=envelope.aggregate_id,
        version=envelope.version,
        payload=_canonical(envelope).decode(),
        key_id=envelope.key_id,
        signature=envelope.signature,
        traceparent=envelope.traceparent,
    )


def signature_of(keys: Keys, publisher: str, payload: bytes) -> str:
    """The publisher's signature of a text, under the active key."""
    return _signature(keys, publisher, keys.active, payload)


def check(keys: Keys, sealed: Sealed) -> None:
    """Raises EnvelopeRefused for a text that is not its publisher's."""
    _check(keys, sealed.publisher, sealed.key_id, sealed.signature, sealed.payload.encode())


def unseal(keys: Keys, sealed: Sealed) -> Envelope:
    """The genuine envelope; raises EnvelopeRefused, also where it travelled under another event's name."""
    check(keys, sealed)
    try:
        envelope = Envelope.model_validate_json(sealed.payload)
    except ValidationError as error:
        raise EnvelopeRefused(f"event {sealed.event_id} cannot be read") from error
    if (envelope.event_id, envelope.topic, envelope.publisher) != (sealed.event_id, sealed.topic, sealed.publisher):
        raise EnvelopeRefused(f"event {sealed.event_id} travelled under another name")
    envelope.key_id, envelope.signature, envelope.traceparent = sealed.key_id, sealed.signature, sealed.traceparent
    return envelope


def signed(keys: Keys, envelope: Envelope) -> Envelope:
    """The envelope with its signature in it."""
    sealed = seal(keys, envelope)
    return envelope.model_copy(update={"key_id": sealed.key_id, "signature": sealed.signature})


def verify(keys: Keys, envelope: Envelope) -> None:
    """Raises EnvelopeRefused for an envelope that is not its publisher's."""
    _check(keys, envelope.publisher, envelope.key_id, envelope.signature, _canonical(envelope))


def verify_stored(keys: Keys, stored: Mapping[str, Any]) -> None:
    """The same of an archived envelope's fields as they were stored, without building the envelope first."""
    given = {name: value for name, value in stored.items() if name not in _BESIDE}
    payload = orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
    _check(keys, given["publisher"], stored["key_id"], stored["signature"], payload)


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


def _canonical(envelope: Envelope) -> bytes:
    return orjson.dumps(envelope.model_dump(mode="json", exclude=_BESIDE), option=orjson.OPT_SORT_KEYS)


def _signature(keys: Keys, publisher: str, key_id: str, payload: bytes) -> str:
    """HMAC-SHA256 under the publisher's key: deploy/decisions/0007-events-are-authenticated.md."""
    return base64.b64encode(hmac.digest(keys.secret(f"events/{publisher}", key_id), payload, "sha256")).decode()


def _check(keys: Keys, publisher: str, key_id: str, signature: str, payload: bytes) -> None:
    try:
        genuine = hmac.compare_digest(_signature(keys, publisher, key_id, payload).encode(), signature.encode())
    except KeyError as error:
        raise EnvelopeRefused(f"an event of {publisher} is under an unknown key") from error
    if not genuine:
        raise EnvelopeRefused(f"an event of {publisher} is not genuine")
