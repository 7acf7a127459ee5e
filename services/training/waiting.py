"""The seats of a session and the line for them: first come, first served, counted under the session's lock."""

from __future__ import annotations

from sqlmodel import col, select

from services.training.models import Enrolment, TrainingSession
from shared.contracts import training as c
from shared.kit.session import Session


def move_up(session: Session, planned: TrainingSession) -> None:
    """Whoever has waited longest takes each free seat."""
    free = planned.capacity - planned.enrolled
    if free <= 0 or not planned.waiting:
        return
    for enrolment in _in_line(session, planned, c.EnrolmentState.waiting, limit=free):
        enrolment.state = c.EnrolmentState.confirmed
        enrolment.version += 1
        planned.enrolled += 1
        planned.waiting -= 1
        session.add(enrolment)
        session.publish(confirmed_event(planned, enrolment))


def give_back(session: Session, planned: TrainingSession, enrolment: Enrolment) -> None:
    """The place is free again and goes to the next in line."""
    if enrolment.state is c.EnrolmentState.confirmed:
        planned.enrolled -= 1
        session.publish(_cancelled_event(session, planned, enrolment))
    else:
        planned.waiting -= 1
    enrolment.state = c.EnrolmentState.cancelled
    enrolment.version += 1
    session.add(enrolment)
    session.flush()
    move_up(session, planned)


def let_go(session: Session, planned: TrainingSession) -> None:
    """A session that was held has no line any more."""
    for enrolment in _in_line(session, planned, c.EnrolmentState.waiting):
        enrolment.state = c.EnrolmentState.cancelled
        enrolment.version += 1
        session.add(enrolment)
    planned.waiting = 0


def call_off(session: Session, planned: TrainingSession) -> None:
    let_go(session, planned)
    for enrolment in _in_line(session, planned, c.EnrolmentState.confirmed):
        enrolment.state = c.EnrolmentState.cancelled
        enrolment.version += 1
        session.add(enrolment)
        session.publish(_cancelled_event(session, planned, enrolment))
    planned.enrolled = 0


def confirmed(session: Session, planned: TrainingSession) -> list[Enrolment]:
    return _in_line(session, planned, c.EnrolmentState.confirmed)


def confirmed_event(planned: TrainingSession, enrolment: Enrolment) -> c.EnrolmentConfirmed:
    return c.EnrolmentConfirmed(
        enrolment_id=enrolment.id,
        session_id=planned.id,
        worker_id=enrolment.worker_id,
        course=planned.course,
        posting_id=planned.posting_id,
    )


def _cancelled_event(session: Session, planned: TrainingSession, enrolment: Enrolment) -> c.EnrolmentCancelled:
    other = select(Enrolment.id).where(
        Enrolment.worker_id == enrolment.worker_id,
        Enrolment.id != enrolment.id,
        Enrolment.state == c.EnrolmentState.confirmed,
    )
    return c.EnrolmentCancelled(
        enrolment_id=enrolment.id,
        session_id=planned.id,
        worker_id=enrolment.worker_id,
        course=planned.course,
        has_other_place=session.exec(other).first() is not None,
    )


def _in_line(
    session: Session, planned: TrainingSession, state: c.EnrolmentState, *, limit: int | None = None
) -> list[Enrolment]:
    return list(
        session.exec(
            select(Enrolment)
            .where(Enrolment.session_id == planned.id, Enrolment.state == state)
            .order_by(col(Enrolment.enrolled_at), col(Enrolment.id))
            .limit(limit)
        )
    )
