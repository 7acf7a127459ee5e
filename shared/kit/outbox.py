"""The outbox: what a transaction publishes is stored with its effect, numbered per aggregate and signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

import orjson

from shared.contracts.base import Envelope
from shared.kit import envelopes, parcels, telemetry
from shared.kit.scripts import Script
from shared.kit.tables import new_id

if TYPE_CHECKING:
    from shared.kit.session import Session

RECORDS = (
    "json_to_recordset(%s::json) AS given(event_id uuid, topic text, publisher text, aggregate_id text, "
    "version bigint, payload text, key_id text, signature text, traceparent text)"
)
_STORED = ("event_id", "topic", "aggregate_id", "version", "payload", "key_id", "signature", "traceparent")


def write(session: Session) -> None:
    """Insert the session's events: one statement numbers them, one stores them.

    Aggregates are locked in the order of their ids, so that two transactions about the same ones cannot deadlock; the
    lock is what makes versions follow the order of commits.
    """
    if not session.published:
        return
    service = session.kit.service
    counts = Counter(published.event.aggregate_id() for published in session.published)
    names = sorted(counts)
    numbering, storing = _statements(service)
    numbered = session.say(
        numbering, (orjson.dumps([{"name": name, "count": counts[name]} for name in names]).decode(),)
    )
    rows = _rows(session, {name: version - counts[name] + 1 for name, version in numbered})
    session.say_last(storing, (session.now, records(rows)))


@lru_cache(maxsize=64)
def _statements(service: str) -> tuple[Script, Script]:
    stored = ", ".join(_STORED)
    return (
        Script(
            f"INSERT INTO {service}.aggregate_version AS known (aggregate_id, version) "
            "SELECT name, count FROM json_to_recordset(%s::json) AS given(name text, count bigint) ORDER BY name "
            "ON CONFLICT (aggregate_id) DO UPDATE SET version = known.version + excluded.version "
            "RETURNING aggregate_id, version"
        ),
        Script(f"INSERT INTO {service}.outbox ({stored}, at) SELECT {stored}, %s FROM {RECORDS}"),
    )


def _rows(session: Session, upcoming: dict[str, int]) -> list[envelopes.Sealed]:
    """The events sealed in their order; a long run of one topic as parcels."""
    traceparent = telemetry.current_traceparent()
    rows: list[envelopes.Sealed] = []
    for (topic, outpost), run in groupby(session.published, key=lambda one: (one.event.topic, one.outpost)):
        events = []
        for published in run:
            aggregate_id = published.event.aggregate_id()
            events.append((new_id(), upcoming[aggregate_id], published.event))
            upcoming[aggregate_id] += 1
        event_id, version, event = events[0]
        first = Envelope(
            event_id=event_id,
            topic=topic,
            publisher=session.kit.service,
            aggregate_id=event.aggregate_id(),
            version=version,
            at=session.now,
            actor=session.context.actor,
            outpost=outpost,
            worker_id=event.worker(),
            body={},
            traceparent=traceparent,
        )
        sealed = envelopes.seal_all(session.keys, first, events)
        if len(sealed) < parcels.LEAST:
            rows += sealed
        else:
            rows += (parcels.pack(session.keys, part) for part in _parts(sealed, parcels.MOST))
    return rows


def _parts(sealed: list[envelopes.Sealed], size: int) -> Iterator[list[envelopes.Sealed]]:
    for start in range(0, len(sealed), size):
        yield sealed[start : start + size]


def records(rows: Sequence[envelopes.Sealed]) -> str:
    """The rows as one JSON parameter for RECORDS: driver arrays of 500 rows cost four times as much."""
    return orjson.dumps(rows).decode()
