"""What HQ's operations page shows and does: lag, parked messages, replay, discard; and the pruning of old rows."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import text

from shared.contracts.base import Nothing, Page
from shared.contracts.kit import (
    PARKED_NOT_FOUND,
    DiscardParked,
    ListParked,
    ParkedMessage,
    ReplayParked,
    ServiceStatus,
)
from shared.kit.cursors import decode_cursor, encode_cursor
from shared.kit.session import Session


def _one(session: Session, statement: str, **given: Any) -> Any:
    return session.connection().execute(text(statement.format(s=session.kit.service)), given).mappings().one()


def status(session: Session) -> ServiceStatus:
    """How far this service is behind. Read under the machinery's scope: the queues show their rows to it alone."""
    found = _one(
        session,
        """
        SELECT (SELECT count(*) FROM {s}.outbox WHERE published_at IS NULL) AS outbox_waiting,
               (SELECT coalesce(extract(epoch FROM now() - min(at)), 0) FROM {s}.outbox WHERE published_at IS NULL)
                   AS outbox_oldest_seconds,
               (SELECT count(*) FROM {s}.inbox WHERE state = 'pending') AS inbox_pending,
               (SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0) FROM {s}.inbox
                 WHERE state = 'pending') AS inbox_oldest_seconds,
               (SELECT count(*) FROM {s}.inbox WHERE state = 'pending' AND attempts > 0) AS inbox_retrying,
               (SELECT count(*) FROM {s}.inbox WHERE state = 'parked') AS inbox_parked,
               (SELECT count(*) FROM {s}.job WHERE state = 'queued') AS jobs_queued,
               (SELECT count(*) FROM {s}.job WHERE state = 'running') AS jobs_running
        """,
    )
    return ServiceStatus(service=session.kit.service, **{name: found[name] for name in found})


def _body(payload: str) -> dict[str, Any]:
    """What a parked event says; of a parcel that nobody could open, how many events are in it."""
    given: dict[str, Any] = orjson.loads(payload)
    return {"events": len(given["members"])} if "members" in given else given["body"]


def list_parked(session: Session, request: ListParked) -> Page[ParkedMessage]:
    """Parked events, oldest first, each with how many later events of its aggregate it holds back."""
    after = int(str(decode_cursor(request.cursor, count=1)[0])) if request.cursor else 0
    rows = session.connection().execute(
        text(
            f"""
            SELECT i.*, (SELECT count(*) FROM {session.kit.service}.inbox AS held
                          WHERE held.publisher = i.publisher AND held.aggregate_id = i.aggregate_id
                            AND held.version > i.version AND held.state IN ('pending', 'parked')) AS held_back
              FROM {session.kit.service}.inbox AS i
             WHERE i.state = 'parked' AND i.seq > :after ORDER BY i.seq LIMIT :limit
            """
        ),
        {"after": after, "limit": request.limit + 1},
    )
    found = list(rows.mappings())
    more = len(found) > request.limit
    return Page[ParkedMessage](
        items=[
            ParkedMessage(
                id=row["event_id"],
                service=session.kit.service,
                topic=row["topic"],
                publisher=row["publisher"],
                aggregate_id=row["aggregate_id"],
                version=row["version"],
                attempts=row["attempts"],
                problem=row["problem"],
                received_at=row["received_at"],
                held_back=row["held_back"],
                body=_body(row["payload"]),
            )
            for row in found[: request.limit]
        ],
        next_cursor=encode_cursor([str(found[request.limit - 1]["seq"])]) if more else None,
    )


def replay_parked(session: Session, command: ReplayParked) -> Nothing:
    """Put a parked event back in line with its attempts at zero; raises PARKED_NOT_FOUND."""
    return _settle(session, command.event_id, "state = 'pending', attempts = 0, next_attempt_at = now()")


def discard_parked(session: Session, command: DiscardParked) -> Nothing:
    """Give a parked event up; raises PARKED_NOT_FOUND. What it held back is handled next."""
    return _settle(
        session,
        command.event_id,
        "state = 'discarded', settled_at = now(), settled_by = :who, problem = problem || ' · ' || :why",
        who=session.caller.actor.id,
        why=command.reason,
    )


def _settle(session: Session, event_id: Any, change: str, **given: Any) -> Nothing:
    done = session.connection().execute(
        text(f"UPDATE {session.kit.service}.inbox SET {change} WHERE event_id = :id AND state = 'parked'"),
        {"id": event_id, **given},
    )
    if done.rowcount != 1:
        raise PARKED_NOT_FOUND(event_id=str(event_id))
    return Nothing()


def prune(session: Session) -> None:
    """Delete published outbox rows and settled inbox rows after 30 days, replies after 48 hours (by setting)."""
    schema, settings = session.kit.service, session.settings
    for statement, age in (
        (f"DELETE FROM {schema}.outbox WHERE published_at < now() - make_interval(days => :n)", settings.retain_days),
        (
            f"DELETE FROM {schema}.inbox WHERE state IN ('handled', 'discarded') "
            "AND settled_at < now() - make_interval(days => :n)",
            settings.retain_days,
        ),
        (f"DELETE FROM {schema}.command WHERE at < now() - make_interval(hours => :n)", settings.idempotency_hours),
    ):
        session.connection().execute(text(statement), {"n": age})
