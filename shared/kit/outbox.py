"""The outbox: what a transaction publishes is stored with its effect, numbered per aggregate and signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson

from shared.contracts.base import Envelope
from shared.kit import envelopes, telemetry
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
    upcoming = {name: version - counts[name] + 1 for name, version in numbered}
    rows: list[envelopes.Sealed] = []
    traceparent = telemetry.current_traceparent()
    for published in session.published:
        event = published.event
        aggregate_id = event.aggregate_id()
        envelope = Envelope(
            event_id=new_id(),
            topic=event.topic,
            publisher=service,
            aggregate_id=aggregate_id,
            version=upcoming[aggregate_id],
            at=session.now,
            actor=session.context.actor,
            outpost=published.outpost,
            worker_id=event.worker(),
            body=event.model_dump(mode="json"),
            traceparent=traceparent,
        )
        rows.append(envelopes.seal(session.keys, envelope))
        upcoming[aggregate_id] += 1
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


def records(rows: Sequence[envelopes.Sealed]) -> str:
    """The rows as one JSON parameter for RECORDS: driver arrays of 500 rows cost four times as much."""
    return orjson.dumps(rows).decode()
