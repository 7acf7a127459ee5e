"""Postings that several sources tell of the same opening: joined, so that it is shown and offered once.

The one that was there first stays; the others are withheld and name it. When it ends or says something else, they stand
alone again. Two jobs of one source are never joined: an employer that lists a job twice means it.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Any
from uuid import UUID

from sqlalchemy import Text, and_, cast, func, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from services.postings.changes import changed
from services.postings.models import JobPosting
from services.postings.openings import lock_posting
from services.postings.posting_views import posting_view
from services.postings.withholding import withhold
from shared.contracts import postings as c
from shared.kit.session import Session

LIVE = (c.PostingState.open, c.PostingState.filled)
AT_ONCE = 500
_FORM = re.compile(r"(股份|有限责任|有限)?(公司|合伙企业)|分公司|总公司|集团|[（(].*?[)）]|\s+")


def joint_key(company: str, title_phrase: str | None, division: str | None, wage: tuple[Any, Any, Any]) -> str | None:
    """What makes two postings the same opening: company, work, county and pay; None where the place is not known."""
    if not division or not title_phrase:
        return None
    said = "\x1f".join((_FORM.sub("", company), title_phrase, division[:6], *(str(part) for part in wage)))
    return blake2b(said.encode(), digest_size=12).hexdigest()


def key_of(columns: dict[str, Any]) -> str | None:
    """The same, from a posting's columns."""
    unit = columns["wage_unit"]
    wage = (columns["wage_min_cents"], columns["wage_max_cents"], getattr(unit, "value", unit))
    return joint_key(columns["company"], columns["title_phrase"], columns["division"], wage)


def join_duplicates(session: Session) -> None:
    """Part those that are no longer the same, then join those that are (timer)."""
    _part(session)
    earlier, later = aliased(JobPosting), aliased(JobPosting)
    same = and_(
        col(earlier.joint_key) == col(later.joint_key),
        _source(earlier) != _source(later),
        (col(earlier.opened_at) < col(later.opened_at))
        | ((col(earlier.opened_at) == col(later.opened_at)) & (col(earlier.id) < col(later.id))),
    )
    pairs = (
        select(col(later.id), func.min(cast(earlier.id, Text)).label("first"))
        .join(earlier, same)
        .where(
            *(col(one.state).in_(LIVE) for one in (earlier, later)),
            *(col(one.duplicate_of).is_(None) for one in (earlier, later)),
            *(col(one.is_kept_apart).is_(False) for one in (earlier, later)),
            col(earlier.is_withheld).is_(False),
        )
        .group_by(col(later.id))
        .limit(AT_ONCE)
    )
    for posting_id, first in session.execute(pairs).all():
        _join(session, posting_id, UUID(first))


def keep_apart(session: Session, command: c.KeepPostingApart) -> c.PostingView:
    """They are two openings after all: this one is never joined again."""
    posting = lock_posting(session, command.posting_id)
    posting.is_kept_apart, posting.duplicate_of = True, None
    posting.version += 1
    session.flush()
    withhold(session, posting.employer_id)
    session.refresh(posting)
    return posting_view(session, posting)


def _join(session: Session, posting_id: UUID, first: UUID) -> None:
    """Only to one that itself stands alone: chains of three become a star in the next round."""
    original = session.get(JobPosting, first)
    if original is None or original.duplicate_of is not None:
        return
    session.execute(
        update(JobPosting)
        .where(col(JobPosting.id) == posting_id, col(JobPosting.duplicate_of).is_(None))
        .values(duplicate_of=first, is_withheld=True, **changed(session))
        .execution_options(synchronize_session="fetch")
    )


def _part(session: Session) -> None:
    original = aliased(JobPosting)
    gone = (
        select(col(JobPosting.id))
        .join(original, col(JobPosting.duplicate_of) == col(original.id))
        .where(
            col(original.state).not_in(LIVE)
            | col(original.is_withheld)
            | col(original.joint_key).is_distinct_from(col(JobPosting.joint_key))
        )
        .limit(AT_ONCE)
    )
    freed = session.execute(
        update(JobPosting)
        .where(col(JobPosting.id).in_(gone))
        .values(duplicate_of=None, **changed(session))
        .returning(col(JobPosting.employer_id))
        .execution_options(synchronize_session=False)
    )
    for employer_id in sorted(set(freed.scalars())):
        withhold(session, employer_id)


def _source(posting: Any) -> Any:
    """A feed, an outpost, or a way in: what cannot tell of the same opening twice."""
    return func.coalesce(cast(posting.feed_id, Text), posting.outpost, posting.source)
