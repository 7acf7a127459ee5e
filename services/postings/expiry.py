"""When an offer ends by itself: its posting closed or filled, its worker was sent to work or is gone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select

from services.postings.models import JobPosting, OpeningReservation
from services.postings.offers import Recommendation
from shared.contracts import postings as c
from shared.kit.session import Session


def expire_for_posting(session: Session, posting_id: UUID, because: c.ExpiredBecause) -> int:
    return _expire(session, because, col(Recommendation.posting_id) == posting_id)


def expire_for_worker(session: Session, worker_id: UUID, because: c.ExpiredBecause) -> int:
    return _expire(session, because, col(Recommendation.worker_id) == worker_id)


def expire_one(session: Session, recommendation_id: UUID, because: c.ExpiredBecause) -> int:
    return _expire(session, because, col(Recommendation.id) == recommendation_id)


def expire_automatic(session: Session, worker_id: UUID) -> int:
    """Offers of matching runs that nobody has answered yet; what a person recommended or accepted stays."""
    return _expire(
        session,
        c.ExpiredBecause.consent_withdrawn,
        col(Recommendation.worker_id) == worker_id,
        col(Recommendation.source) == c.RecommendationSource.matching,
        col(Recommendation.state) == c.RecommendationState.offered,
    )


def expire_if_closed(session: Session, recommendation: Recommendation) -> None:
    """End an offer that came back to life after its posting closed; a filled one gets its opening back."""
    posting = session.get(JobPosting, recommendation.posting_id)
    if posting is None or posting.state not in (c.PostingState.open, c.PostingState.filled):
        _expire(session, c.ExpiredBecause.posting_closed, col(Recommendation.id) == recommendation.id)


def follow_posting(session: Session, event: c.PostingChanged | c.PostingClosed) -> None:
    """A closed or filled posting ends its offers; ordered ones are dispatch's business by then."""
    if isinstance(event, c.PostingClosed):
        expire_for_posting(session, event.posting_id, c.ExpiredBecause.posting_closed)
    elif event.state is c.PostingState.filled:
        expire_if_filled(session, event.posting_id)


def expire_if_filled(session: Session, posting_id: UUID) -> None:
    """End a posting's offers once orders fill it. An opening that is only held does not count: the order that it is
    held for may rest on one of these very offers."""
    posting = session.get(JobPosting, posting_id)
    if posting is None or posting.state is not c.PostingState.filled:
        return
    confirmed = session.exec(
        select(func.count()).where(
            col(OpeningReservation.posting_id) == posting_id,
            col(OpeningReservation.state) == c.ReservationState.confirmed,
        )
    ).one()
    if confirmed >= posting.openings:
        expire_for_posting(session, posting_id, c.ExpiredBecause.posting_filled)


def _expire(session: Session, because: c.ExpiredBecause, *which: Any) -> int:
    """End the live offers that the conditions name, and say so. How many."""
    ended = session.execute(
        update(Recommendation)
        .where(col(Recommendation.state).in_(c.LIVE_STATES), *which)
        .values(state=c.RecommendationState.expired, expired_because=because, changed_at=session.now)
        .returning(
            col(Recommendation.id),
            col(Recommendation.worker_id),
            col(Recommendation.posting_id),
            col(Recommendation.answer),
        )
        .execution_options(synchronize_session="fetch")
    ).all()
    for recommendation_id, worker_id, posting_id, answer in ended:
        session.publish(
            c.RecommendationExpired(
                recommendation_id=recommendation_id,
                worker_id=worker_id,
                posting_id=posting_id,
                because=because,
                was_accepted=answer is c.Answer.accepted,
            )
        )
    return len(ended)
