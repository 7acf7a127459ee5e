"""How many offers a posting may still give, and an offer as it is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlmodel import col

from services.postings.models import JobPosting
from services.postings.offers import Recommendation
from services.postings.posting_views import known_division
from shared.contracts import postings as c
from shared.kit.privacy import unseal
from shared.kit.session import Session

OFFERS_PER_OPENING = 3


def live_offers(session: Session, posting_ids: set[UUID]) -> dict[UUID, int]:
    """Offers that are open or accepted, by posting. Counts everybody's only in a scope that sees everybody's."""
    rows = session.execute(
        select(col(Recommendation.posting_id), func.count())
        .where(col(Recommendation.posting_id).in_(posting_ids), col(Recommendation.state).in_(c.LIVE_STATES))
        .group_by(col(Recommendation.posting_id))
    ).all()
    return {row[0]: row[1] for row in rows}


def require_room(session: Session, posting: JobPosting) -> None:
    """The posting must be locked. Raises RECOMMENDATION_CAP_REACHED."""
    live = live_offers(session, {posting.id}).get(posting.id, 0)
    if live >= OFFERS_PER_OPENING * posting.openings_free:
        raise c.RECOMMENDATION_CAP_REACHED(openings=posting.openings_free, offers=live)


def with_posting() -> Select[Any]:
    return select(Recommendation, JobPosting).outerjoin(
        JobPosting, col(JobPosting.id) == col(Recommendation.posting_id)
    )


def view(session: Session, found: Recommendation, posting: JobPosting | None) -> c.RecommendationView:
    about = str(found.worker_id)
    return c.RecommendationView(
        **found.model_dump(include=set(c.RecommendationView.model_fields) - {"posting"}),
        answer_reason=unseal(session.keys, found.answer_note, about=about) if found.answer_note else None,
        staff_reason=unseal(session.keys, found.staff_note, about=about) if found.staff_note else None,
        posting=offered_posting(posting) if posting else GONE,
    )


def offered_posting(posting: JobPosting) -> c.OfferedPosting:
    asked = c.Requirements.model_validate(posting.requirements)
    return c.OfferedPosting(
        title=posting.title,
        employer_name=posting.company,
        place=known_division(posting.division) or posting.place or "",
        division=posting.division,
        outpost=posting.outpost,
        wage_min_cents=posting.wage_min_cents,
        wage_max_cents=posting.wage_max_cents,
        wage_unit=posting.wage_unit.value if posting.wage_unit else None,
        has_board=asked.board,
        has_lodging=asked.lodging,
        requirements=asked.note,
        valid_through=posting.valid_through,
        state="withheld" if posting.is_withheld else posting.state.value,
    )


GONE = c.OfferedPosting(title="", employer_name="", place="", state="closed")
