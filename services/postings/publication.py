"""What everyone may read: open postings that are not withheld, and the stream of changes with removals.

These run as the machinery, because a removal must be told of a posting that is no longer public; the functions narrow
to public rows and public columns themselves.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import col, select

from services.postings.changes import OLDEST_RUNNING
from services.postings.models import JobPosting
from services.postings.posting_lists import division_stem, words_in_posting
from services.postings.posting_views import public_view
from shared import reference
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import CURSOR_INVALID, NOT_FOUND
from shared.contracts.scopes import OutpostCode
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
        statement = statement.where(_of_outpost(query.outpost))
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
    if query.outpost is not None:
        statement = statement.where(_of_outpost(query.outpost, also_former=since is not None))
    rows = session.exec(statement.order_by(col(JobPosting.changed_in), col(JobPosting.id)).limit(query.limit + 1)).all()
    shown = rows[: query.limit]
    items: list[c.PublicPosting | c.RemovedPosting] = [
        public_view(row) if _is_shown(row, query.outpost) else _removed(row) for row in shown
    ]
    if shown:
        following = encode_cursor([shown[-1].changed_in, str(shown[-1].id)])
    elif isinstance(since, tuple):
        following = query.since or ""
    else:
        newest = session.exec(select(OLDEST_RUNNING)).one()
        following = encode_cursor([newest - 1, "f" * 8 + "-ffff-ffff-ffff-" + "f" * 12])
    return c.PostingStream(items=items, next_since=following, has_more=len(rows) > query.limit)


def list_addresses(session: Session, query: c.ListPostingAddresses) -> c.PostingAddresses:
    which = [is_public()] if query.outpost is None else [is_public(), _of_outpost(query.outpost)]
    total = session.exec(select(func.count()).select_from(JobPosting).where(*which)).one()
    rows = session.execute(
        select(col(JobPosting.id), col(JobPosting.changed_at))
        .where(*which)
        .order_by(col(JobPosting.id))
        .offset(query.part * query.size)
        .limit(query.size)
    )
    items = [c.PostingAddress(id=posting_id, changed_at=changed_at) for posting_id, changed_at in rows]
    return c.PostingAddresses(items=items, total=total)


def get_presence(session: Session, query: c.GetPostingPresence) -> c.PostingPresence:
    found = session.get(JobPosting, query.posting_id)
    if found is None:
        return c.PostingPresence(is_open=False, was_open=False)
    return c.PostingPresence(is_open=_is_shown(found, None), was_open=found.opened_at is not None)


def _of_outpost(outpost: OutpostCode, *, also_former: bool = False) -> ColumnElement[bool]:
    """What an outpost publishes: what it collected, and the county's own postings in its city.

    `also_former` adds those that were in its city once, so that their removal can be told.
    """
    stem = division_stem(reference.outpost_place(outpost.value).division)
    here = col(JobPosting.division).startswith(stem)
    if also_former:
        here = or_(here, col(JobPosting.former_divisions).contains(f"|{stem}"))
    return or_(col(JobPosting.outpost) == outpost, and_(col(JobPosting.outpost).is_(None), here))


def _is_shown(posting: JobPosting, outpost: OutpostCode | None) -> bool:
    if posting.state is not c.PostingState.open or posting.is_withheld:
        return False
    if outpost is None or posting.outpost is outpost:
        return True
    stem = division_stem(reference.outpost_place(outpost.value).division)
    return posting.outpost is None and (posting.division or "").startswith(stem)


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
