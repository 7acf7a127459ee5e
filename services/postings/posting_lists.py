"""Finding postings: one by its id, several by theirs, a list by what they say."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from services.postings.models import JobPosting
from services.postings.posting_views import posting_row, posting_view
from services.postings.recognition.remembering import UNSURE_BELOW
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session


def get_posting(session: Session, query: c.GetPosting) -> c.PostingView:
    found = session.get(JobPosting, query.posting_id)
    if found is None:
        raise NOT_FOUND(what="posting")
    return posting_view(session, found)


def get_postings(session: Session, query: c.GetPostings) -> c.PostingList:
    found = session.exec(select(JobPosting).where(col(JobPosting.id).in_(query.posting_ids)))
    return c.PostingList(items=[posting_row(posting) for posting in found])


def list_postings(session: Session, query: c.ListPostings) -> Page[c.PostingRow]:
    statement = select(JobPosting)
    for column in ("state", "employer_id", "outpost", "feed_id", "visit_id", "duplicate_of"):
        if (wanted := getattr(query, column)) is not None:
            statement = statement.where(getattr(JobPosting, column) == wanted)
    if query.is_stale is not None:
        is_stale = col(JobPosting.stale_since).is_not(None)
        statement = statement.where(is_stale if query.is_stale else ~is_stale)
    if query.ending_before is not None:
        statement = statement.where(
            col(JobPosting.valid_through) < query.ending_before,
            col(JobPosting.state).in_((c.PostingState.open, c.PostingState.filled)),
        )
    if query.division:
        statement = statement.where(col(JobPosting.division).startswith(division_stem(query.division)))
    if query.occupation:
        statement = statement.where(col(JobPosting.occupation).startswith(query.occupation, autoescape=True))
    if query.q:
        statement = statement.where(words_in_posting(query.q))
    if query.needs_review:
        statement = statement.where(
            or_(
                col(JobPosting.occupation_confidence).is_(None),
                col(JobPosting.division_confidence).is_(None),
                col(JobPosting.occupation_confidence) < UNSURE_BELOW,
                col(JobPosting.division_confidence) < UNSURE_BELOW,
            )
        )
    return page(
        session,
        statement,
        order=(col(JobPosting.created_at).desc(), col(JobPosting.id).desc()),
        request=query,
        view=posting_row,
    )


def words_in_posting(words: str) -> ColumnElement[bool]:
    return or_(
        col(JobPosting.title).icontains(words, autoescape=True),
        col(JobPosting.company).icontains(words, autoescape=True),
    )


def division_stem(code: str) -> str:
    """The beginning that all codes inside a division share: 440300 (a city) -> 4403."""
    return code[:6].removesuffix("00").removesuffix("00") if len(code) == 6 else code
