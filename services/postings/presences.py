"""Who stands before the staff, and what becomes of a wish that is said there: the same at every kind of event."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from services.postings import recommendations
from services.postings.models import JobPosting
from services.postings.offers import Recommendation, Seeker, Slip
from services.postings.slip_papers import LINK_PURPOSE
from shared.contracts import postings as c
from shared.contracts.errors import NOT_FOUND, Problem
from shared.contracts.scopes import Area
from shared.kit.links import read_link_token
from shared.kit.session import Session


def require_area(session: Session, division: str, *, inside: bool = False) -> None:
    """An area account sees the events of its places and of the places around them, and keeps only its own.

    Raises NOT_FOUND.
    """
    scope = session.caller.scope
    if isinstance(scope, Area) and not (
        division.startswith(scope.division) or (not inside and scope.division.startswith(division))
    ):
        raise NOT_FOUND(what="event")


def recognise(session: Session, presented: c.Presented) -> Seeker:
    """The person by id, slip or QR code. Raises PRESENCE_NOT_RECOGNISED, LINK_EXPIRED."""
    seeker = session.get(Seeker, _worker_id(session, presented))
    scope = session.caller.scope
    if seeker is None or not seeker.is_active:
        raise c.PRESENCE_NOT_RECOGNISED()
    if isinstance(scope, Area) and not seeker.division.startswith(scope.division):
        raise c.PRESENCE_NOT_RECOGNISED()
    return seeker


def _worker_id(session: Session, presented: c.Presented) -> UUID:
    if presented.worker_id is not None:
        return presented.worker_id
    if presented.slip_no is not None:
        number = presented.slip_no.strip().upper()
        found = session.exec(select(Slip.worker_id).where(col(Slip.slip_no) == number)).one_or_none()
        if found is None:
            raise c.PRESENCE_NOT_RECOGNISED()
        return found
    token = (presented.link or "").strip().rstrip("/").rpartition("/")[2].partition("?")[0]
    try:
        return UUID(read_link_token(session.keys, token, purpose=LINK_PURPOSE, now=session.now).subject)
    except Problem as problem:
        if problem.code != "link.invalid":
            raise
        raise c.PRESENCE_NOT_RECOGNISED() from problem


def take_wish(session: Session, seeker: Seeker, posting_id: UUID, reason: str) -> c.RecommendationView:
    """Make the wish an accepted offer: the one that stands already, else one by the staff within gate and cap.

    Runs under the service's scope, so that the cap counts everybody's offers. Raises what recommending raises.
    """
    found = session.exec(
        select(Recommendation).where(
            col(Recommendation.worker_id) == seeker.worker_id,
            col(Recommendation.posting_id) == posting_id,
            col(Recommendation.state).in_((*c.LIVE_STATES, c.RecommendationState.ordered)),
        )
    ).first()
    if found is not None and found.state is not c.RecommendationState.offered:
        return recommendations.get_recommendation(session, c.GetRecommendation(recommendation_id=found.id))
    if found is None:
        asked = c.RecommendPosting(worker_id=seeker.worker_id, posting_id=posting_id, reason=reason)
        offered = recommendations.recommend_posting(session, asked).id
    else:
        offered = found.id
    return recommendations.answer_recommendation(
        session, c.AnswerRecommendation(recommendation_id=offered, answer=c.Answer.accepted)
    )


def refused_row(row: int, problem: Problem) -> dict[str, object]:
    """A refusal as one row of a report."""
    return {"row": row, "code": problem.code, "message_zh": problem.body.zh, "message_en": problem.body.en}


def require_open_postings(session: Session, posting_ids: list[UUID]) -> None:
    """Raises EVENT_POSTING_NOT_OPEN where any of them is unknown, withheld or not open."""
    wanted = set(posting_ids)
    found = session.exec(
        select(JobPosting.id).where(
            col(JobPosting.id).in_(wanted),
            col(JobPosting.state) == c.PostingState.open,
            col(JobPosting.is_withheld).is_(False),
        )
    ).all()
    if len(found) < len(wanted):
        raise c.EVENT_POSTING_NOT_OPEN(count=len(wanted) - len(found))


def actor_of(session: Session) -> str:
    return f"{session.caller.actor.kind}:{session.caller.actor.id}"
