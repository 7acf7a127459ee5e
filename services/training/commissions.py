"""培训委托书: what a provider was commissioned to teach; its sessions keep within its seats, budget and term."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.training.courses import name_of, require_given
from services.training.here import actor, next_numbers, today
from services.training.models import PaperPrint, TrainingCommission, TrainingSession
from shared.contracts import postings
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, Problem
from shared.kit.calls import Ask, Call
from shared.kit.paging import page
from shared.kit.session import Session


def find_posting(
    ask: Ask, command: c.CreateTrainingCommission | c.CreateTrainingSession, call: Call
) -> postings.PostingView | None:
    """定岗培训: the posting that people are trained for must be open. Raises TRAINING_POSTING_UNKNOWN."""
    if command.posting_id is None:
        return None
    try:
        posting = ask(postings.GetPosting(posting_id=command.posting_id))
    except Problem as problem:
        if problem.code != NOT_FOUND.code:
            raise
        raise c.TRAINING_POSTING_UNKNOWN(posting_id=str(command.posting_id)) from problem
    if posting.state is not postings.PostingState.open:
        raise c.TRAINING_POSTING_UNKNOWN(posting_id=str(command.posting_id), state=posting.state.value)
    return posting


def create_commission(
    session: Session, command: c.CreateTrainingCommission, posting: postings.PostingView | None
) -> c.TrainingCommissionView:
    """Numbered within the year. Raises COURSE_NOT_FOUND."""
    require_given(session, command.course)
    year = today(session).year
    (number,) = next_numbers(session, f"PX-{year}", 1)
    commission = TrainingCommission(
        **command.model_dump(),
        commission_no=f"PX-{year}-{number:04d}",
        posting_title=posting.title if posting else None,
        issued_at=session.now,
        issued_by=actor(session),
    )
    session.add(commission)
    session.flush()
    return commission_view(session, commission)


def complete_commission(session: Session, command: c.CompleteTrainingCommission) -> c.TrainingCommissionView:
    """Raises NOT_FOUND, ILLEGAL_TRANSITION while a session of it is open or none was ever held."""
    commission = require_commission(session, command.commission_id)
    states = set(
        session.exec(
            select(TrainingSession.state).where(
                TrainingSession.commission_id == commission.id, TrainingSession.state != c.SessionState.cancelled
            )
        )
    )
    if commission.state is not c.CommissionState.issued or states != {c.SessionState.completed}:
        raise ILLEGAL_TRANSITION(state=commission.state.value, action="completion")
    commission.state, commission.completed_at = c.CommissionState.completed, session.now
    return _changed(session, commission)


def cancel_commission(session: Session, command: c.CancelTrainingCommission) -> c.TrainingCommissionView:
    commission = require_commission(session, command.commission_id)
    if commission.state is not c.CommissionState.issued or commission.seats_planned:
        raise ILLEGAL_TRANSITION(state=commission.state.value, action="cancellation")
    commission.state = c.CommissionState.cancelled
    return _changed(session, commission)


def get_commission(session: Session, query: c.GetTrainingCommission) -> c.TrainingCommissionView:
    commission = session.get(TrainingCommission, query.commission_id)
    if commission is None:
        raise NOT_FOUND(commission_id=str(query.commission_id))
    return commission_view(session, commission)


def list_commissions(session: Session, query: c.ListTrainingCommissions) -> Page[c.TrainingCommissionView]:
    statement = select(TrainingCommission)
    if query.state:
        statement = statement.where(TrainingCommission.state == query.state)
    if query.course:
        statement = statement.where(TrainingCommission.course == query.course)
    if query.posting_id:
        statement = statement.where(TrainingCommission.posting_id == query.posting_id)
    return page(
        session,
        statement,
        order=(col(TrainingCommission.issued_at).desc(), col(TrainingCommission.id).desc()),
        request=query,
        view=lambda commission: commission_view(session, commission),
    )


def require_commission(session: Session, commission_id: UUID) -> TrainingCommission:
    """The commission, locked. Raises NOT_FOUND."""
    found = session.exec(
        select(TrainingCommission).where(TrainingCommission.id == commission_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise NOT_FOUND(commission_id=str(commission_id))
    return found


def take(session: Session, commission: TrainingCommission, *, seats: int, cost_cents: int) -> None:
    """Plan seats and money of a commission; negative gives them back.

    Raises ILLEGAL_TRANSITION, COMMISSION_SEATS_EXCEEDED, COMMISSION_BUDGET_EXCEEDED.
    """
    if commission.state is not c.CommissionState.issued:
        raise ILLEGAL_TRANSITION(state=commission.state.value, action="session")
    left = commission.seats - commission.seats_planned
    if seats > left:
        raise c.COMMISSION_SEATS_EXCEEDED(commission_no=commission.commission_no, left=left)
    left_cents = commission.budget_cents - commission.budget_planned_cents
    if cost_cents > left_cents:
        raise c.COMMISSION_BUDGET_EXCEEDED(commission_no=commission.commission_no, left_cents=left_cents)
    commission.seats_planned += seats
    commission.budget_planned_cents += cost_cents
    commission.version += 1
    session.add(commission)


def commission_view(session: Session, commission: TrainingCommission) -> c.TrainingCommissionView:
    prints = session.exec(select(func.count()).where(PaperPrint.subject_id == commission.id)).one()
    return c.TrainingCommissionView.model_validate(
        {**commission.model_dump(), "course_name": name_of(session, commission.course), "prints": prints}
    )


def _changed(session: Session, commission: TrainingCommission) -> c.TrainingCommissionView:
    commission.version += 1
    session.add(commission)
    session.flush()
    return commission_view(session, commission)
