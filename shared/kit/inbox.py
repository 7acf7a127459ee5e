"""The inbox is the queue: events are stored first, then handled in order, effectively once, with retries and parking.

Each aggregate's events are handled in the order of their versions. A batch shares one transaction; when one of them
fails, the batch is rolled back and each is tried alone, so that a bad event costs the others nothing. An event that
keeps failing waits longer each time, is parked at last, and holds back its own aggregate only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import text

from shared.contracts.base import Envelope
from shared.kit import envelopes, grants, telemetry
from shared.kit.envelopes import Sealed
from shared.kit.outbox import RECORDS, records
from shared.kit.session import Session
from shared.kit.unit import Runtime

log = structlog.get_logger()

Handle = Callable[[Session, Envelope], None]

_STORED = "event_id, topic, publisher, aggregate_id, version, payload, key_id, signature, traceparent"
_INSERT = f"INSERT INTO {{s}}.inbox ({_STORED}) SELECT {_STORED} FROM {RECORDS} ON CONFLICT (event_id) DO NOTHING"
_DUE = """
SELECT i.seq, i.attempts, i.event_id, i.topic, i.publisher, i.aggregate_id, i.version, i.payload, i.key_id,
       i.signature, i.traceparent FROM {s}.inbox AS i
 WHERE i.state = 'pending' AND i.next_attempt_at <= clock_timestamp()
   AND NOT EXISTS (SELECT 1 FROM {s}.inbox AS earlier
                    WHERE earlier.publisher = i.publisher AND earlier.aggregate_id = i.aggregate_id
                      AND earlier.version < i.version AND earlier.state IN ('pending', 'parked')
                      AND (earlier.state = 'parked' OR earlier.next_attempt_at > clock_timestamp()
                           OR earlier.seq > i.seq))
 ORDER BY i.seq LIMIT :limit
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
                failed.add(aggregate)
                self._set_back(one, error)
            settled += 1
        return settled

    def _handle_all(self, session: Session, waiting: list[Waiting]) -> None:
        for one in waiting:
            envelope = envelopes.unseal(self._runtime.kit.keys, one.sealed)
            if getattr(session.context.scope, "outpost", None) != envelope.outpost:
                self._runtime.database.narrow(session, envelope.outpost)
            with telemetry.span(
                f"{self._runtime.name} handles {envelope.topic}",
                parent=envelope.traceparent,
                attributes={"messaging.operation": "process", "messaging.message.id": str(envelope.event_id)},
            ):
                if self._has_grants:
                    grants.apply(session, envelope)
                handle = self._handlers.get(envelope.topic) or self._handlers.get("#")
                if handle is not None:
                    handle(session, envelope)
        if getattr(session.context.scope, "outpost", None) is not None:
            self._runtime.database.narrow(session, None)
        session.flush()
        session.connection().execute(
            text(
                f"UPDATE {self._runtime.name}.inbox SET state = 'handled', settled_at = now(), problem = NULL "
                "WHERE seq = ANY(:done)"
            ),
            {"done": [one.seq for one in waiting]},
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
            text(_DUE.format(s=self._runtime.name)), {"limit": self._runtime.kit.settings.event_batch}
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
