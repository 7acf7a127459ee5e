"""培训班次: planned within a commission or on their own, changed while open, held or called off."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.training import commissions, waiting
from services.training.courses import name_of, require_given
from services.training.here import require_version
from services.training.models import Attendance, TrainingCommission, TrainingSession
from shared.contracts import postings
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, INVALID, NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session


def create_session(
    session: Session, command: c.CreateTrainingSession, posting: postings.PostingView | None
) -> c.TrainingSessionView:
    """Within a commission its course, posting, term and what is left of seats and budget bind.

    Raises COURSE_NOT_FOUND, NOT_FOUND, ILLEGAL_TRANSITION, SESSION_OUTSIDE_COMMISSION, COMMISSION_SEATS_EXCEEDED,
    COMMISSION_BUDGET_EXCEEDED, TRAINING_POSTING_UNKNOWN.
    """
    given: dict[str, Any] = command.model_dump()
    given["posting_title"] = posting.title if posting else None
    if command.commission_id:
        commission = commissions.require_commission(session, command.commission_id)
        if command.course not in (None, commission.course):
            raise c.COURSE_NOT_FOUND(code=command.course)
        if command.posting_id not in (None, commission.posting_id):
            raise c.TRAINING_POSTING_UNKNOWN(posting_id=str(command.posting_id))
        _require_within(commission, command.starts_on, command.ends_on)
        commissions.take(session, commission, seats=command.capacity, cost_cents=command.cost_cents)
        given |= {
            "course": commission.course,
            "posting_id": commission.posting_id,
            "posting_title": commission.posting_title,
        }
    require_given(session, given["course"] or "")
    planned = TrainingSession(**given)
    session.add(planned)
    session.flush()
    return session_view(session, planned)


def change_session(session: Session, command: c.ChangeTrainingSession) -> c.TrainingSessionView:
    """More seats go to those who wait, in their order.

    Raises NOT_FOUND, STALE, ILLEGAL_TRANSITION, SESSION_TOO_SMALL, SESSION_DAYS_RECORDED, SESSION_OUTSIDE_COMMISSION,
    COMMISSION_SEATS_EXCEEDED.
    """
    planned = require_session(session, command.session_id, action="change")
    require_version(planned.version, command.expected_version)
    starts_on, ends_on = command.starts_on or planned.starts_on, command.ends_on or planned.ends_on
    if ends_on < starts_on:
        raise INVALID(field="ends_on")
    _keep_recorded_days(session, planned, starts_on, ends_on)
    seats = (command.capacity or planned.capacity) - planned.capacity
    if planned.capacity + seats < planned.enrolled:
        raise c.SESSION_TOO_SMALL(enrolled=planned.enrolled)
    if planned.commission_id:
        commission = commissions.require_commission(session, planned.commission_id)
        _require_within(commission, starts_on, ends_on)
        if seats:
            commissions.take(session, commission, seats=seats, cost_cents=0)
    for name, value in command.model_dump(include=set(c.TrainingSessionChange.model_fields), exclude_none=True).items():
        setattr(planned, name, value)
    waiting.move_up(session, planned)
    return changed(session, planned)


def complete_session(session: Session, command: c.CompleteTrainingSession) -> c.TrainingSessionView:
    """Raises NOT_FOUND, ILLEGAL_TRANSITION."""
    planned = require_session(session, command.session_id, action="completion")
    waiting.let_go(session, planned)
    planned.state = c.SessionState.completed
    return changed(session, planned)


def cancel_session(session: Session, command: c.CancelTrainingSession) -> c.TrainingSessionView:
    """Its seats and money may be planned again within its commission. Raises NOT_FOUND, ILLEGAL_TRANSITION."""
    planned = require_session(session, command.session_id, action="cancellation")
    waiting.call_off(session, planned)
    planned.state = c.SessionState.cancelled
    if planned.commission_id:
        commission = commissions.require_commission(session, planned.commission_id)
        commissions.take(session, commission, seats=-planned.capacity, cost_cents=-planned.cost_cents)
    return changed(session, planned)


def require_session(session: Session, session_id: UUID, *, action: str | None) -> TrainingSession:
    """The session, locked; with an action, an open one."""
    found = session.exec(
        select(TrainingSession).where(TrainingSession.id == session_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise NOT_FOUND(session_id=str(session_id))
    if action and found.state is not c.SessionState.open:
        raise ILLEGAL_TRANSITION(state=found.state.value, action=action)
    return found


def require_held(session: Session, session_id: UUID, *, action: str) -> TrainingSession:
    """The session, locked; open or completed, since results and certificates come after the last day."""
    found = require_session(session, session_id, action=None)
    if found.state is c.SessionState.cancelled:
        raise ILLEGAL_TRANSITION(state=found.state.value, action=action)
    return found


def get_session(session: Session, query: c.GetTrainingSession) -> c.TrainingSessionView:
    found = session.get(TrainingSession, query.session_id)
    if found is None:
        raise NOT_FOUND(session_id=str(query.session_id))
    return session_view(session, found)


def list_sessions(session: Session, query: c.ListTrainingSessions) -> Page[c.TrainingSessionView]:
    statement = select(TrainingSession)
    for name in ("state", "course", "posting_id", "commission_id"):
        if (given := getattr(query, name)) is not None:
            statement = statement.where(getattr(TrainingSession, name) == given)
    if query.from_date:
        statement = statement.where(TrainingSession.starts_on >= query.from_date)
    return page(
        session,
        statement,
        order=(col(TrainingSession.starts_on).desc(), col(TrainingSession.id).desc()),
        request=query,
        view=lambda found: session_view(session, found),
    )


def session_view(session: Session, found: TrainingSession) -> c.TrainingSessionView:
    return c.TrainingSessionView.model_validate({**found.model_dump(), "course_name": name_of(session, found.course)})


def changed(session: Session, planned: TrainingSession) -> c.TrainingSessionView:
    planned.version += 1
    session.add(planned)
    session.flush()
    return session_view(session, planned)


def _require_within(commission: TrainingCommission, starts_on: date, ends_on: date) -> None:
    if starts_on < commission.starts_on or ends_on > commission.ends_on:
        raise c.SESSION_OUTSIDE_COMMISSION(
            starts_on=commission.starts_on.isoformat(), ends_on=commission.ends_on.isoformat()
        )


def _keep_recorded_days(session: Session, planned: TrainingSession, starts_on: date, ends_on: date) -> None:
    outside = (col(Attendance.on) < starts_on) | (col(Attendance.on) > ends_on)
    if session.exec(select(Attendance.id).where(Attendance.session_id == planned.id, outside).limit(1)).first():
        raise c.SESSION_DAYS_RECORDED()
