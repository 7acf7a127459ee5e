"""Courses, commissions 培训委托书 and sessions 培训班次: what is taught, by whom, and how many seats there are."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from services.training.here import actor, next_numbers, require_version, today
from services.training.models import Course, TrainingCommission, TrainingSession
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session


def create_course(session: Session, command: c.CreateCourse) -> c.CourseView:
    if session.get(Course, command.code):
        raise c.COURSE_EXISTS(code=command.code)
    course = Course(**command.model_dump())
    session.add(course)
    session.flush()
    return course_view(course)


def change_course(session: Session, command: c.ChangeCourse) -> c.CourseView:
    course = session.exec(select(Course).where(Course.code == command.code).with_for_update()).one_or_none()
    if course is None:
        raise NOT_FOUND(code=command.code)
    require_version(course.version, command.expected_version)
    for name, value in command.model_dump(include=set(c.CourseChange.model_fields), exclude_none=True).items():
        setattr(course, name, value)
    course.version += 1
    session.add(course)
    session.flush()
    return course_view(course)


def get_course(session: Session, query: c.GetCourse) -> c.CourseView:
    course = session.get(Course, query.code)
    if course is None:
        raise NOT_FOUND(code=query.code)
    return course_view(course)


def list_courses(session: Session, query: c.ListCourses) -> Page[c.CourseView]:
    statement = select(Course)
    if query.is_active is not None:
        statement = statement.where(Course.is_active == query.is_active)
    return page(session, statement, order=(col(Course.code),), request=query, view=course_view)


def create_commission(session: Session, command: c.CreateTrainingCommission) -> c.TrainingCommissionView:
    """培训委托书, numbered within the year. Raises COURSE_NOT_FOUND."""
    _require_given(session, command.course)
    year = today(session).year
    (number,) = next_numbers(session, f"PX-{year}", 1)
    commission = TrainingCommission(
        **command.model_dump(),
        commission_no=f"PX-{year}-{number:04d}",
        issued_at=session.now,
        issued_by=actor(session),
    )
    session.add(commission)
    session.flush()
    return commission_view(commission)


def cancel_commission(session: Session, command: c.CancelTrainingCommission) -> c.TrainingCommissionView:
    commission = _commission(session, command.commission_id)
    if commission.state is not c.CommissionState.issued or commission.seats_planned:
        raise ILLEGAL_TRANSITION(state=commission.state.value, action="cancellation")
    commission.state = c.CommissionState.cancelled
    commission.version += 1
    session.add(commission)
    session.flush()
    return commission_view(commission)


def get_commission(session: Session, query: c.GetTrainingCommission) -> c.TrainingCommissionView:
    commission = session.get(TrainingCommission, query.commission_id)
    if commission is None:
        raise NOT_FOUND(commission_id=str(query.commission_id))
    return commission_view(commission)


def list_commissions(session: Session, query: c.ListTrainingCommissions) -> Page[c.TrainingCommissionView]:
    statement = select(TrainingCommission)
    if query.state:
        statement = statement.where(TrainingCommission.state == query.state)
    if query.course:
        statement = statement.where(TrainingCommission.course == query.course)
    return page(
        session,
        statement,
        order=(col(TrainingCommission.issued_at).desc(), col(TrainingCommission.id).desc()),
        request=query,
        view=commission_view,
    )


def create_session(session: Session, command: c.CreateTrainingSession) -> c.TrainingSessionView:
    """Plan a session. Within a commission its course, posting and remaining seats bind.

    Raises COURSE_NOT_FOUND, NOT_FOUND, ILLEGAL_TRANSITION, COMMISSION_SEATS_EXCEEDED.
    """
    course, posting_id = command.course, None
    if command.commission_id:
        commission = _commission(session, command.commission_id)
        if commission.state is not c.CommissionState.issued:
            raise ILLEGAL_TRANSITION(state=commission.state.value, action="session")
        if course not in (None, commission.course):
            raise c.COURSE_NOT_FOUND(code=course)
        left = commission.seats - commission.seats_planned
        if command.capacity > left:
            raise c.COMMISSION_SEATS_EXCEEDED(commission_no=commission.commission_no, left=left)
        commission.seats_planned += command.capacity
        commission.version += 1
        session.add(commission)
        course, posting_id = commission.course, commission.posting_id
    _require_given(session, course or "")
    planned = TrainingSession(**{**command.model_dump(), "course": course}, posting_id=posting_id)
    session.add(planned)
    session.flush()
    return session_view(session, planned)


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


def give_seats_back(session: Session, planned: TrainingSession) -> None:
    """A cancelled session's seats may be planned again within its commission."""
    if planned.commission_id is None:
        return
    commission = _commission(session, planned.commission_id)
    commission.seats_planned -= planned.capacity
    commission.version += 1
    session.add(commission)


def get_session(session: Session, query: c.GetTrainingSession) -> c.TrainingSessionView:
    found = session.get(TrainingSession, query.session_id)
    if found is None:
        raise NOT_FOUND(session_id=str(query.session_id))
    return session_view(session, found)


def list_sessions(session: Session, query: c.ListTrainingSessions) -> Page[c.TrainingSessionView]:
    statement = select(TrainingSession)
    if query.state:
        statement = statement.where(TrainingSession.state == query.state)
    if query.course:
        statement = statement.where(TrainingSession.course == query.course)
    if query.from_date:
        statement = statement.where(TrainingSession.starts_on >= query.from_date)
    return page(
        session,
        statement,
        order=(col(TrainingSession.starts_on).desc(), col(TrainingSession.id).desc()),
        request=query,
        view=lambda found: session_view(session, found),
    )


def course_view(course: Course) -> c.CourseView:
    return c.CourseView.model_validate(course.model_dump())


def commission_view(commission: TrainingCommission) -> c.TrainingCommissionView:
    return c.TrainingCommissionView.model_validate(commission.model_dump())


def session_view(session: Session, found: TrainingSession) -> c.TrainingSessionView:
    return c.TrainingSessionView.model_validate({**found.model_dump(), "course_name": name_of(session, found.course)})


def name_of(session: Session, code: str) -> str:
    course = session.get(Course, code)
    return course.name if course else code


def _commission(session: Session, commission_id: UUID) -> TrainingCommission:
    found = session.exec(
        select(TrainingCommission).where(TrainingCommission.id == commission_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise NOT_FOUND(commission_id=str(commission_id))
    return found


def _require_given(session: Session, code: str) -> None:
    course = session.get(Course, code)
    if course is None or not course.is_active:
        raise c.COURSE_NOT_FOUND(code=code)
