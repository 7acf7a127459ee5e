"""Stamping a posting with the transaction that changed what the public sees of it.

The delta stream reads in the order of transaction ids and stops before the oldest one still running: a transaction that
commits late can then never be skipped, as it could be with a clock or a sequence.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, and_, case, cast, func
from sqlmodel import col, select

from shared.kit.session import Session

OLDEST_RUNNING: ColumnElement[int] = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)


def transaction_id(session: Session) -> int:
    """PostgreSQL's 64-bit id of the running transaction, asked for once."""
    known: int | None = session.info.get("transaction_id")
    if known is None:
        known = session.exec(select(cast(cast(func.pg_current_xact_id(), Text), BigInteger))).one()
        session.info["transaction_id"] = known
    return known


def moved(division: Any) -> ColumnElement[Any]:
    """The value of `former_divisions` once `division` is written: the place so far joins the list if it is left."""
    from services.postings.models import JobPosting

    before = col(JobPosting.division)
    listed = func.concat(func.coalesce(col(JobPosting.former_divisions), ""), "|", before)
    return case(
        (and_(before.is_not(None), before.is_distinct_from(division)), listed), else_=col(JobPosting.former_divisions)
    )


def changed(session: Session) -> dict[str, Any]:
    """Column values that mark a posting as changed now."""
    return {"changed_in": transaction_id(session), "changed_at": session.now, "updated_at": session.now}
