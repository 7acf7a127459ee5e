"""Parcels: many events of one topic travel as one row and one message, and are unpacked where they are handled.

An import publishes 200,000 registrations; as single rows they cost every subscriber a row, a signature and a statement
each. A parcel is signed as a whole and holds each event's own signed envelope as it is, so that the ledger keeps, links
and verifies the very same entries. A parcel is in nobody's way: one that cannot be handled is taken apart, and its
events wait, are retried and parked one by one like any other (deploy/decisions/0011-events-travel-in-parcels.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from shared.contracts.base import Envelope
from shared.kit import envelopes
from shared.kit.envelopes import EnvelopeRefused, Sealed
from shared.kit.keys import Keys
from shared.kit.tables import new_id

LEAST, MOST = 20, 250
_PREFIX = "parcel:"
# What a row counts for in batches that are measured in events.
WEIGHT = f"CASE WHEN starts_with(aggregate_id, '{_PREFIX}') THEN {MOST} ELSE 1 END"


def is_parcel(sealed: Sealed) -> bool:
    return sealed.aggregate_id.startswith(_PREFIX)


def weight(aggregate_id: str) -> int:
    return MOST if aggregate_id.startswith(_PREFIX) else 1


def pack(keys: Keys, members: Sequence[Sealed]) -> Sealed:
    """One parcel of events of one topic and publisher, in their order."""
    first = members[0]
    parcel_id = new_id()
    head = orjson.dumps({"parcel": parcel_id, "topic": first.topic, "publisher": first.publisher})
    signed = b",".join(
        b'{"envelope":%b,"key_id":%b,"signature":%b}'
        % (one.payload.encode(), orjson.dumps(one.key_id), orjson.dumps(one.signature))
        for one in members
    )
    payload = head[:-1] + b',"members":[' + signed + b"]}"
    return Sealed(
        event_id=parcel_id,
        topic=first.topic,
        publisher=first.publisher,
        aggregate_id=f"{_PREFIX}{parcel_id}",
        version=1,
        payload=payload.decode(),
        key_id=keys.active,
        signature=envelopes.signature_of(keys, first.publisher, payload),
        traceparent=first.traceparent,
    )


def unpack(keys: Keys, sealed: Sealed) -> list[Envelope]:
    """The genuine envelopes of a parcel; raises EnvelopeRefused, also where it travelled under another's name."""
    envelopes.check(keys, sealed)
    given = orjson.loads(sealed.payload)
    if (given.get("parcel"), given.get("topic"), given.get("publisher")) != (
        str(sealed.event_id),
        sealed.topic,
        sealed.publisher,
    ):
        raise EnvelopeRefused(f"parcel {sealed.event_id} travelled under another name")
    beside = {"traceparent": sealed.traceparent}
    return [
        Envelope.model_validate({**one["envelope"], "key_id": one["key_id"], "signature": one["signature"], **beside})
        for one in given["members"]
    ]


def opened(keys: Keys, sealed: Sealed) -> list[Envelope]:
    """What a row of the inbox holds: one event, or a parcel's; raises EnvelopeRefused."""
    return unpack(keys, sealed) if is_parcel(sealed) else [envelopes.unseal(keys, sealed)]


def taken_apart(members: Sequence[Envelope]) -> list[Sealed]:
    """A parcel's events as rows of their own."""
    return [envelopes.resealed(one) for one in members]
