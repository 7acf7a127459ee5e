"""The inbox is the queue: events are stored first, then handled in order, effectively once, with retries and parking.

Each aggregate's events are handled in the order of their versions. A batch shares one transaction; when one of them
fails, the batch is rolled back and each is tried alone, so that a bad event costs the others nothing. An event that
keeps failing waits longer each time, is parked at last, and holds back its own aggregate only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import orjson
import structlog
from sqlalchemy import text

from shared.contracts.base import Envelope
from shared.kit import envelopes, grants, parcels, telemetry
from shared.kit.envelopes import Sealed
from shared.kit.outbox import RECORDS, records
from shared.kit.session import Session
from shared.kit.unit import Runtime

log = structlog.get_logger()


@dataclass(frozen=True)
class Handle:
    """How a topic is handled: each event by itself, or a run of them at once."""

    one: Callable[[Session, Envelope], None] | None = None
    many: Callable[[Session, Sequence[Envelope]], None] | None = None


_STORED = "event_id, topic, publisher, aggregate_id, version, payload, key_id, signature, traceparent"
_INSERT = f"INSERT INTO {{s}}.inbox ({_STORED}) SELECT {_STORED} FROM {RECORDS} ON CONFLICT (event_id) DO NOTHING"
_DUE = """
SELECT seq, attempts, event_id, topic, publisher, aggregate_id, version, payload, key_id, signature, traceparent
  FROM (SELECT i.*, sum({weight}) OVER (ORDER BY i.seq) - {weight} AS before FROM {s}.inbox AS i
 WHERE i.state = 'pending' AND i.next_attempt_at <= clock_timestamp()
   AND NOT EXISTS (SELECT 1 FROM {s}.inbox AS earlier
                    WHERE earlier.publisher = i.publisher AND earlier.aggregate_id = i.aggregate_id
                      AND earlier.version < i.version AND earlier.state IN ('pending', 'parked')
                      AND (earlier.state = 'parked' OR earlier.next_attempt_at > clock_timestamp()
                           OR earlier.seq > i.seq))
 ORDER BY i.seq LIMIT :limit) AS due WHERE before < :limit ORDER BY seq
"""
# Whether an event of a parcel comes after one of its aggregate that waits for a retry, is parked, or came later.
_HELD_BACK = """
SELECT EXISTS (
  SELECT 1 FROM json_to_recordset(%s::json) AS given(aggregate_id text, version bigint)
    JOIN {s}.inbox AS earlier ON earlier.publisher = %s AND earlier.aggregate_id = given.aggregate_id
     AND earlier.version < given.version AND earlier.state IN ('pending', 'parked')
     AND (earlier.state = 'parked' OR earlier.next_attempt_at > clock_timestamp() OR earlier.seq > %s))
"""


@dataclass(frozen=True)
class Waiting:
    seq: int
    attempts: int
    sealed: Sealed


def receive(session: Session, received: Sequence[Sealed]) -> None:
    """Store events for handling; one that is known already changes nothing. They are verified when they are handled."""
    if not received:
        return
    cursor = session.connection().connection.cursor()
    try:
        cursor.execute(_INSERT.format(s=session.kit.service), (records(received),))
    finally:
        cursor.close()


def in_turns(envelopes: Sequence[Envelope]) -> Iterator[Envelope]:
    """Events by outpost, one outpost after the other, since every change of scope is a statement and writes what was
    gathered; each aggregate's events stay in their order."""
    rest: Sequence[Envelope] = envelopes
    while rest:
        outpost, left = rest[0].outpost, []
        held_back: set[tuple[str, str]] = set()
        for envelope in rest:
            aggregate = (envelope.publisher, envelope.aggregate_id)
            if envelope.outpost == outpost and aggregate not in held_back:
                yield envelope
            else:
                held_back.add(aggregate)
                left.append(envelope)
        rest = left


class Drainer:
    """Handles one service's waiting events. One runs at a time, held by an advisory lock in the database."""

    def __init__(self, runtime: Runtime, handlers: Mapping[str, Handle], *, has_grants: bool) -> None:
        self._runtime = runtime
        self._handlers = handlers
        self._has_grants = has_grants
        self._lock_key = f"songgang-drain-{runtime.name}"

    def drain(self) -> int:
        """Handle one batch; how many were settled (handled, or set back for a retry). 0 means nothing is due."""
        waiting: list[Waiting] = []
        try:
            with self._transaction() as session:
                if not self._hold(session):
                    return 0
                waiting = self._due(session)
                if not waiting:
                    return 0
                self._handle_all(session, waiting)
            return len(waiting)
        except Exception as error:
            if not waiting:
                raise
            if len(waiting) > 1:
                log.info("event batch broke, trying one by one", service=self._runtime.name, error=type(error).__name__)
        return self._one_by_one(waiting)

    def _one_by_one(self, waiting: list[Waiting]) -> int:
        failed: set[tuple[str, str]] = set()
        settled = 0
        for one in waiting:
            aggregate = (one.sealed.publisher, one.sealed.aggregate_id)
            if aggregate in failed:
                continue
            try:
                with self._transaction() as session:
                    if not self._hold(session):
                        return settled
                    if self._still_waiting(session, one):
                        self._handle_all(session, [one])
            except Exception as error:
                if parcels.is_parcel(one.sealed) and not isinstance(error, envelopes.EnvelopeRefused):
                    self._take_apart(one)
                    # Its events are due by themselves now, some of them ahead of what waits here.
                    return settled + 1
                failed.add(aggregate)
                self._set_back(one, error)
            settled += 1
        return settled

    def _take_apart(self, one: Waiting) -> None:
        """A parcel's events become rows of their own: the bad one among them is found, the others are handled."""
        with self._transaction() as session:
            receive(session, parcels.taken_apart(parcels.unpack(self._runtime.kit.keys, one.sealed)))
            self._settle(session, [one])

    def _handle_all(self, session: Session, waiting: list[Waiting]) -> None:
        done: list[Waiting] = []
        events = in_turns(list(self._events(session, waiting, done)))
        runs = groupby(events, key=lambda one: (one.topic, one.outpost))
        for (topic, outpost), run in runs:
            handle = self._handlers.get(topic) or self._handlers.get("#") or Handle()
            if getattr(session.context.scope, "outpost", None) != outpost:
                self._runtime.database.narrow(session, outpost)
            if handle.many is not None:
                together = list(run)
                with self._span(together[0], len(together)):
                    self._grant(session, together)
                    handle.many(session, together)
                continue
            for envelope in run:
                with self._span(envelope):
                    self._grant(session, [envelope])
                    if handle.one is not None:
                        handle.one(session, envelope)
        if getattr(session.context.scope, "outpost", None) is not None:
            self._runtime.database.narrow(session, None)
        session.flush()
        self._settle(session, done)

    def _grant(self, session: Session, events: Sequence[Envelope]) -> None:
        if self._has_grants:
            for envelope in events:
                grants.apply(session, envelope)

    def _events(self, session: Session, waiting: list[Waiting], done: list[Waiting]) -> Iterator[Envelope]:
        """What the rows hold, in order; `done` gets the rows that were opened.

        A parcel of which an event has to wait for an earlier one is taken apart, and what came after it waits for the
        next batch, in which its events are.
        """
        for one in waiting:
            events = parcels.opened(self._runtime.kit.keys, one.sealed)
            done.append(one)
            if len(events) > 1 and self._is_held_back(session, one, events):
                receive(session, parcels.taken_apart(events))
                return
            yield from events

    def _is_held_back(self, session: Session, one: Waiting, events: Sequence[Envelope]) -> bool:
        later = [{"aggregate_id": e.aggregate_id, "version": e.version} for e in events if e.version > 1]
        if not later:
            return False
        cursor = session.connection().connection.cursor()
        try:
            given = (orjson.dumps(later).decode(), one.sealed.publisher, one.seq)
            cursor.execute(_HELD_BACK.format(s=self._runtime.name), given)
            return any(found for (found,) in cursor.fetchall())
        finally:
            cursor.close()

    def _span(self, envelope: Envelope, events: int = 1) -> AbstractContextManager[Any]:
        return telemetry.span(
            f"{self._runtime.name} handles {envelope.topic}",
            parent=envelope.traceparent,
            attributes={
                "messaging.operation": "process",
                "messaging.message.id": str(envelope.event_id),
                "messaging.batch.message_count": str(events),
            },
        )

    def _settle(self, session: Session, handled: Sequence[Waiting]) -> None:
        session.connection().execute(
            text(
                f"UPDATE {self._runtime.name}.inbox SET state = 'handled', settled_at = now(), problem = NULL "
                "WHERE seq = ANY(:done)"
            ),
            {"done": [one.seq for one in handled]},
        )

    def _set_back(self, one: Waiting, error: Exception) -> None:
        """Count the failed attempt; the next one waits 1, 2, 4 … at most 300 s, and the last one parks the event."""
        attempts = one.attempts + 1
        parked = attempts >= self._runtime.kit.settings.max_event_attempts or isinstance(
            error, envelopes.EnvelopeRefused
        )
        log.warning(
            "event parked" if parked else "event failed",
            service=self._runtime.name,
            topic=one.sealed.topic,
            event_id=str(one.sealed.event_id),
            attempts=attempts,
            error=type(error).__name__,
            exc_info=error,
        )
        with self._transaction() as session:
            session.connection().execute(
                text(
                    f"UPDATE {self._runtime.name}.inbox SET attempts = :attempts, problem = :problem, "
                    "state = :state, next_attempt_at = now() + make_interval(secs => :delay) "
                    "WHERE seq = :seq AND state = 'pending'"
                ),
                {
                    "attempts": attempts,
                    "problem": f"{type(error).__name__}: {str(error)[:500]}",
                    "state": "parked" if parked else "pending",
                    "delay": min(2 ** (attempts - 1), 300),
                    "seq": one.seq,
                },
            )

    def _due(self, session: Session) -> list[Waiting]:
        rows = session.connection().execute(
            text(_DUE.format(s=self._runtime.name, weight=parcels.WEIGHT)),
            {"limit": self._runtime.kit.settings.event_batch},
        )
        return [Waiting(row[0], row[1], Sealed(*row[2:])) for row in rows]

    def _still_waiting(self, session: Session, one: Waiting) -> bool:
        found = session.connection().execute(
            text(f"SELECT 1 FROM {self._runtime.name}.inbox WHERE seq = :seq AND state = 'pending'"), {"seq": one.seq}
        )
        return found.one_or_none() is not None

    def _hold(self, session: Session) -> bool:
        found = session.connection().execute(
            text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 11))"), {"key": self._lock_key}
        )
        return bool(found.scalar())

    def _transaction(self) -> Any:
        return self._runtime.database.transaction(self._runtime.own_context())
