"""Grants: which outpost (and which employer) may see a worker, from when until when.

outposts owns the caseload and says so by events; every service with county-owned rows keeps the grants in a table of
its own, which its row level security policies read. A policy checks the end itself: a late event can only delay
access, never extend it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.contracts.base import Envelope
from shared.kit.session import Session

TOPICS = ("caseload.opened", "caseload.moved", "caseload.closed")


def apply(session: Session, envelope: Envelope) -> None:
    """Open, move or end the grants that a caseload event is about; other events change nothing."""
    if envelope.topic not in TOPICS:
        return
    body = envelope.body
    worker_id = UUID(body["worker_id"])
    if envelope.topic == "caseload.opened":
        _open(session, worker_id, f"outpost:{body['outpost']}", body["from_at"], body.get("until_at"))
        if body.get("employer_id"):
            _open(session, worker_id, f"partner:{body['employer_id']}", body["from_at"], body.get("until_at"))
    elif envelope.topic == "caseload.moved":
        _close(session, worker_id, f"outpost:{body['from_outpost']}", body["at"])
        _open(session, worker_id, f"outpost:{body['to_outpost']}", body["at"], body.get("until_at"))
        if body.get("from_employer_id"):
            _close(session, worker_id, f"partner:{body['from_employer_id']}", body["at"])
        if body.get("employer_id"):
            _open(session, worker_id, f"partner:{body['employer_id']}", body["at"], body.get("until_at"))
    else:
        _close(session, worker_id, f"outpost:{body['outpost']}", body["until_at"])
        if body.get("employer_id"):
            _close(session, worker_id, f"partner:{body['employer_id']}", body["until_at"])


def _open(session: Session, worker_id: UUID, key: str, from_at: Any, until_at: Any) -> None:
    session.connection().execute(
        text(
            f"INSERT INTO {session.kit.service}.worker_grant (worker_id, scope_key, from_at, until_at) "
            "VALUES (:worker, :key, :from_at, :until_at) ON CONFLICT (worker_id, scope_key) DO UPDATE "
            "SET from_at = least(worker_grant.from_at, excluded.from_at), until_at = excluded.until_at"
        ),
        {"worker": worker_id, "key": key, "from_at": _moment(from_at), "until_at": _moment(until_at)},
    )


def _close(session: Session, worker_id: UUID, key: str, until_at: Any) -> None:
    session.connection().execute(
        text(
            f"UPDATE {session.kit.service}.worker_grant SET until_at = :until_at "
            "WHERE worker_id = :worker AND scope_key = :key"
        ),
        {"worker": worker_id, "key": key, "until_at": _moment(until_at)},
    )


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
