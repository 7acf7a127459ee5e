"""Enrolments and attendance: seats are given under the session's lock, the rest wait in order."""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.training.courses import give_seats_back, require_session, session_view
from services.training.here import actor
from services.training.models import Attendance, Certificate, Enrolment, TrainingSession
from shared.contracts import registry
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.calls import Ask, Call
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id


def find_worker(ask: Ask, command: c.EnrolWorker, call: Call) -> registry.WorkerView:
    """Registry's word that the caller may know this worker, and the worker's division."""
    return ask(registry.GetWorker(worker_id=command.worker_id))


def enrol_worker(session: Session, command: c.EnrolWorker, worker: registry.WorkerView) -> c.EnrolmentView:
    """Confirmed while there are seats, else waiting. Raises NOT_FOUND, ILLEGAL_TRANSITION, ALREADY_ENROLLED."""
    planned = require_session(session, command.session_id, action="enrolment")
    known = session.exec(
        select(Enrolment.id).where(
            Enrolment.session_id == planned.id,
            Enrolment.worker_id == command.worker_id,
            Enrolment.state != c.EnrolmentState.cancelled,
        )
    ).first()
    if known:
        raise c.ALREADY_ENROLLED(enrolment_id=str(known))
    has_seat = planned.enrolled < planned.capacity
    enrolment = Enrolment(
        session_id=planned.id,
        worker_id=command.worker_id,
        division=worker.division,
        course=planned.course,
        state=c.EnrolmentState.confirmed if has_seat else c.EnrolmentState.waiting,
        enrolled_at=session.now,
        enrolled_by=actor(session),
    )
    planned.enrolled += has_seat
    planned.waiting += not has_seat
    planned.version += 1
    session.add_all([planned, enrolment])
    session.flush()
    if has_seat:
        session.publish(_confirmed(planned, enrolment))
    return view(session, enrolment)


def cancel_enrolment(session: Session, command: c.CancelEnrolment) -> c.EnrolmentView:
    """Give the place back; the first who waits moves up. Raises NOT_FOUND, ILLEGAL_TRANSITION."""
    known = session.get(Enrolment, command.enrolment_id)
    if known is None:
        raise NOT_FOUND(enrolment_id=str(command.enrolment_id))
    planned = require_session(session, known.session_id, action="cancellation")
    session.refresh(known)
    if known.state is c.EnrolmentState.cancelled:
        raise ILLEGAL_TRANSITION(state=known.state.value, action="cancellation")
    if known.state is c.EnrolmentState.waiting:
        planned.waiting -= 1
    else:
        planned.enrolled -= 1
    known.state = c.EnrolmentState.cancelled
    known.version += 1
    session.add(known)
    session.flush()
    _move_up(session, planned)
    planned.version += 1
    session.add(planned)
    session.flush()
    return view(session, known)


def cancel_session(session: Session, command: c.CancelTrainingSession) -> c.TrainingSessionView:
    planned = require_session(session, command.session_id, action="cancellation")
    for enrolment in session.exec(
        select(Enrolment).where(Enrolment.session_id == planned.id, Enrolment.state != c.EnrolmentState.cancelled)
    ):
        enrolment.state = c.EnrolmentState.cancelled
        enrolment.version += 1
        session.add(enrolment)
    planned.state, planned.enrolled, planned.waiting = c.SessionState.cancelled, 0, 0
    planned.version += 1
    session.add(planned)
    give_seats_back(session, planned)
    session.flush()
    return session_view(session, planned)


def record_attendance(session: Session, command: c.RecordAttendance) -> c.AttendanceView:
    """The list of one day; a second list for the day replaces the first.

    Raises NOT_FOUND, ILLEGAL_TRANSITION, ATTENDANCE_OUTSIDE_SESSION, NOT_ENROLLED.
    """
    planned = require_session(session, command.session_id, action="attendance")
    if not planned.starts_on <= command.on <= planned.ends_on:
        raise c.ATTENDANCE_OUTSIDE_SESSION(on=command.on.isoformat())
    learners = confirmed(session, planned)
    present = set(command.present)
    strangers = present - {learner.worker_id for learner in learners}
    if strangers:
        raise c.NOT_ENROLLED(worker_ids=sorted(str(one) for one in strangers))
    if learners:
        rows = insert(Attendance).values(
            [
                {
                    "id": new_id(),
                    "session_id": planned.id,
                    "enrolment_id": learner.id,
                    "worker_id": learner.worker_id,
                    "division": learner.division,
                    "on": command.on,
                    "is_present": learner.worker_id in present,
                    "recorded_at": session.now,
                    "recorded_by": actor(session),
                }
                for learner in learners
            ]
        )
        session.execute(
            rows.on_conflict_do_update(
                index_elements=["enrolment_id", "on"],
                set_={
                    "is_present": rows.excluded.is_present,
                    "recorded_at": rows.excluded.recorded_at,
                    "recorded_by": rows.excluded.recorded_by,
                },
            )
        )
    return c.AttendanceView(
        session_id=planned.id, on=command.on, present=len(present), absent=len(learners) - len(present)
    )


def list_enrolments(session: Session, query: c.ListEnrolments) -> Page[c.EnrolmentView]:
    statement = select(Enrolment)
    if query.session_id:
        statement = statement.where(Enrolment.session_id == query.session_id)
    if query.worker_id:
        statement = statement.where(Enrolment.worker_id == query.worker_id)
    if query.state:
        statement = statement.where(Enrolment.state == query.state)
    return page(
        session,
        statement,
        order=(col(Enrolment.enrolled_at), col(Enrolment.id)),
        request=query,
        view=lambda enrolment: view(session, enrolment),
    )


def confirmed(session: Session, planned: TrainingSession) -> list[Enrolment]:
    return list(
        session.exec(
            select(Enrolment)
            .where(Enrolment.session_id == planned.id, Enrolment.state == c.EnrolmentState.confirmed)
            .order_by(col(Enrolment.enrolled_at), col(Enrolment.id))
        )
    )


def view(session: Session, enrolment: Enrolment) -> c.EnrolmentView:
    present = session.exec(
        select(func.count())
        .select_from(Attendance)
        .where(Attendance.enrolment_id == enrolment.id, col(Attendance.is_present))
    ).one()
    certificate = session.exec(
        select(Certificate.certificate_no).where(Certificate.enrolment_id == enrolment.id)
    ).one_or_none()
    return c.EnrolmentView.model_validate(
        {
            **enrolment.model_dump(),
            "position": _position(session, enrolment),
            "days_present": present,
            "certificate_no": certificate,
        }
    )


def _position(session: Session, enrolment: Enrolment) -> int | None:
    if enrolment.state is not c.EnrolmentState.waiting:
        return None
    return session.exec(
        select(func.count())
        .select_from(Enrolment)
        .where(
            Enrolment.session_id == enrolment.session_id,
            Enrolment.state == c.EnrolmentState.waiting,
            (col(Enrolment.enrolled_at) < enrolment.enrolled_at)
            | ((col(Enrolment.enrolled_at) == enrolment.enrolled_at) & (col(Enrolment.id) <= enrolment.id)),
        )
    ).one()


def _move_up(session: Session, planned: TrainingSession) -> None:
    """The waiting list is first come, first served."""
    if planned.enrolled >= planned.capacity or not planned.waiting:
        return
    first = session.exec(
        select(Enrolment)
        .where(Enrolment.session_id == planned.id, Enrolment.state == c.EnrolmentState.waiting)
        .order_by(col(Enrolment.enrolled_at), col(Enrolment.id))
        .limit(1)
    ).one()
    first.state = c.EnrolmentState.confirmed
    first.version += 1
    planned.enrolled += 1
    planned.waiting -= 1
    session.add(first)
    session.publish(_confirmed(planned, first))


def _confirmed(planned: TrainingSession, enrolment: Enrolment) -> c.EnrolmentConfirmed:
    return c.EnrolmentConfirmed(
        enrolment_id=enrolment.id,
        session_id=planned.id,
        worker_id=enrolment.worker_id,
        course=planned.course,
        posting_id=planned.posting_id,
    )
