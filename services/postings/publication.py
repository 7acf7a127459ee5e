"""What everyone may read: open postings that are not withheld, and the stream of changes with removals.

These run as the machinery, because a removal must be told of a posting that is no longer public; the functions narrow
to public rows and public columns themselves.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, select

from services.postings.changes import OLDEST_RUNNING
from services.postings.models import JobPosting
from services.postings.posting_lists import division_stem, words_in_posting
from services.postings.posting_views import public_view
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import CURSOR_INVALID, NOT_FOUND
from shared.kit.cursors import decode_cursor, encode_cursor
from shared.kit.paging import page
from shared.kit.session import Session


def get_public_posting(session: Session, query: c.GetPublicPosting) -> c.PublicPosting:
    found = session.exec(select(JobPosting).where(col(JobPosting.id) == query.posting_id, is_public())).one_or_none()
    if found is None:
        raise NOT_FOUND(what="posting")
    return public_view(found)


def list_public_postings(session: Session, query: c.ListPublicPostings) -> Page[c.PublicPosting]:
    statement = select(JobPosting).where(is_public())
    if query.q:
        statement = statement.where(words_in_posting(query.q))
    if query.division:
        statement = statement.where(col(JobPosting.division).startswith(division_stem(query.division)))
    if query.occupation:
        statement = statement.where(col(JobPosting.occupation).startswith(query.occupation, autoescape=True))
    if query.wage_from_cents is not None:
        statement = statement.where(col(JobPosting.wage_month_cents) >= query.wage_from_cents)
    if query.employer_id is not None:
        statement = statement.where(col(JobPosting.employer_id) == query.employer_id)
    if query.outpost is not None:
        statement = statement.where(col(JobPosting.outpost) == query.outpost)
    wanted = {name: True for name in ("board", "lodging") if getattr(query, name)}
    if wanted:
        statement = statement.where(col(JobPosting.requirements).contains(wanted))
    return page(
        session,
        statement,
        order=(col(JobPosting.created_at).desc(), col(JobPosting.id).desc()),
        request=query,
        view=public_view,
    )


def stream_postings(session: Session, query: c.StreamPostings) -> c.PostingStream:
    """What changed after `since`, in the order of the transactions that changed it.

    Without `since` only open postings are told. Raises CURSOR_INVALID.
    """
    since = _since(query.since)
    statement = select(JobPosting).where(
        col(JobPosting.opened_at).is_not(None), col(JobPosting.changed_in) < OLDEST_RUNNING
    )
    if since is None:
        statement = statement.where(is_public())
    elif isinstance(since, datetime):
        statement = statement.where(col(JobPosting.changed_at) >= since)
    else:
        statement = statement.where(_beyond(*since))
    rows = session.exec(statement.order_by(col(JobPosting.changed_in), col(JobPosting.id)).limit(query.limit + 1)).all()
    shown = rows[: query.limit]
    items: list[c.PublicPosting | c.RemovedPosting] = [
        public_view(row) if row.state is c.PostingState.open and not row.is_withheld else _removed(row) for row in shown
    ]
    if shown:
        following = encode_cursor([shown[-1].changed_in, str(shown[-1].id)])
    elif isinstance(since, tuple):
        following = query.since or ""
    else:
        newest = session.exec(select(OLDEST_RUNNING)).one()
        following = encode_cursor([newest - 1, "f" * 8 + "-ffff-ffff-ffff-" + "f" * 12])
    return c.PostingStream(items=items, next_since=following, has_more=len(rows) > query.limit)


def is_public() -> ColumnElement[bool]:
    return and_(col(JobPosting.state) == c.PostingState.open, col(JobPosting.is_withheld).is_(False))


def _removed(posting: JobPosting) -> c.RemovedPosting:
    return c.RemovedPosting(id=posting.id, removed_at=posting.changed_at)


def _beyond(transaction: int, posting_id: str) -> Any:
    from sqlalchemy import Uuid, literal, tuple_

    return tuple_(col(JobPosting.changed_in), col(JobPosting.id)) > tuple_(
        literal(transaction), literal(posting_id, Uuid(as_uuid=False))
    )


def _since(given: str | None) -> tuple[int, str] | datetime | None:
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given.replace(" ", "+"))
    except ValueError:
        transaction, posting_id = decode_cursor(given, count=2)
        if not isinstance(transaction, int) or not isinstance(posting_id, str) or len(posting_id) != 36:
            raise CURSOR_INVALID() from None
        return transaction, posting_id
    return moment if moment.tzinfo else moment.replace(tzinfo=c.COUNTY_ZONE)
