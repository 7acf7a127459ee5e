"""Before paper: a person sees who would get what, strikes out what is wrong, and confirms (个人信息保护法 第24条)."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from services.postings import expiry
from services.postings.models import JobPosting
from services.postings.offering import offered_posting, view
from services.postings.offers import Recommendation, Seeker, SlipBatch
from services.postings.presences import actor_of
from services.postings.slip_numbers import printable, why_left_out
from services.postings.slips import batch_view, find_batch, require_person, submit_batch, whom
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.paging import page
from shared.kit.privacy import seal
from shared.kit.session import Session


def preview_slips(session: Session, query: c.PreviewSlips) -> Page[c.PreviewedSlip]:
    batch = find_batch(session, query.batch_id)
    return page(
        session,
        whom(session, c.PrintSlips.model_validate(batch.request)),
        order=(col(Seeker.division), col(Seeker.worker_id)),
        request=query,
        view=lambda worker_id: _previewed(session, worker_id),
    )


def confirm_slips(session: Session, command: c.ConfirmSlips) -> c.SlipBatchView:
    """Raises SLIP_NEEDS_PERSON, ILLEGAL_TRANSITION; NOT_FOUND for an offer that the caller may not withdraw."""
    require_person(session)
    batch = _waiting(session, command.batch_id, "confirm")
    for recommendation_id in command.without_recommendation_ids:
        _withdraw(session, recommendation_id, command.reason or "")
    batch.excluded = sorted({str(worker_id) for worker_id in command.without_worker_ids})
    batch.confirmed_by, batch.confirmed_at = actor_of(session), session.now
    batch.job_id = submit_batch(session, batch)
    session.flush()
    return batch_view(session, batch)


def cancel_slips(session: Session, command: c.CancelSlips) -> c.SlipBatchView:
    batch = _waiting(session, command.batch_id, "cancel")
    batch.is_cancelled = True
    session.flush()
    return batch_view(session, batch)


def withdraw_recommendation(session: Session, command: c.WithdrawRecommendation) -> c.RecommendationView:
    """A person takes an offer back. Raises NOT_FOUND, RECOMMENDATION_NO_LONGER_OPEN."""
    found = _withdraw(session, command.recommendation_id, command.reason)
    return view(session, found, session.get(JobPosting, found.posting_id))


def _withdraw(session: Session, recommendation_id: UUID, reason: str) -> Recommendation:
    found = session.get(Recommendation, recommendation_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NOT_FOUND(what="recommendation")
    if found.state not in c.LIVE_STATES:
        raise c.RECOMMENDATION_NO_LONGER_OPEN(state=found.state.value, why="已失效或已开派遣单")
    found.staff_note = seal(session.keys, reason, about=str(found.worker_id))
    session.flush()
    expiry.expire_one(session, found.id, c.ExpiredBecause.withdrawn)
    session.refresh(found)
    return found


def _waiting(session: Session, batch_id: UUID, action: str) -> SlipBatch:
    find_batch(session, batch_id)
    batch = session.exec(select(SlipBatch).where(col(SlipBatch.id) == batch_id).with_for_update()).one()
    if batch.confirmed_at is not None or batch.is_cancelled:
        raise ILLEGAL_TRANSITION(state=batch_view(session, batch).state, action=action)
    return batch


def _previewed(session: Session, worker_id: UUID) -> c.PreviewedSlip:
    live = printable(session, worker_id)
    return c.PreviewedSlip(
        worker_id=worker_id,
        offers=[
            c.PreviewedOffer(
                recommendation_id=found.id,
                posting_id=posting.id,
                state=found.state,
                score=round(found.score, 4),
                reason=found.reason,
                posting=offered_posting(posting),
            )
            for found, posting in live
        ],
        left_out=why_left_out(session, worker_id, len(live)),
    )
