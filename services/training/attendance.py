"""Attendance: the day's list, one learner at a time, or the learner's own phone on the code of the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.training import waiting
from services.training.courses import name_of
from services.training.here import CHINA, actor, today
from services.training.models import Attendance, Enrolment, TrainingSession
from services.training.sessions import require_session
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import FORBIDDEN, NOT_FOUND
from shared.contracts.scopes import WorkerSelf
from shared.kit.links import LINK_INVALID, make_link_token, read_link_token
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id

PURPOSE = "attendance"


def record_attendance(session: Session, command: c.RecordAttendance) -> c.AttendanceView:
    """The list of one day; a second list for the day replaces the first.

    Raises NOT_FOUND, ILLEGAL_TRANSITION, ATTENDANCE_OUTSIDE_SESSION, ATTENDANCE_AHEAD, NOT_ENROLLED.
    """
    planned = require_session(session, command.session_id, action="attendance")
    _require_day(session, planned, command.on)
    learners = waiting.confirmed(session, planned)
    present = set(command.present)
    strangers = present - {learner.worker_id for learner in learners}
    if strangers:
        raise c.NOT_ENROLLED(worker_ids=sorted(str(one) for one in strangers))
    marks = [(learner, learner.worker_id in present) for learner in learners]
    _mark(session, marks, command.on, c.AttendanceSource.list)
    return c.AttendanceView(
        session_id=planned.id, on=command.on, present=len(present), absent=len(learners) - len(present)
    )


def check_in(session: Session, command: c.CheckIn) -> c.CheckInView:
    """Staff see somebody come. Raises as `record_attendance`."""
    planned = require_session(session, command.session_id, action="attendance")
    return _check_in(session, planned, command.worker_id, command.on or today(session), c.AttendanceSource.staff)


def check_in_by_code(session: Session, command: c.CheckInByCode) -> c.CheckInView:
    """The code proves the place and the day, the sign-in proves the person; so it runs as the machinery.

    Raises LINK_INVALID, LINK_EXPIRED, FORBIDDEN, ILLEGAL_TRANSITION, NOT_ENROLLED.
    """
    scope = session.caller.scope
    if not isinstance(scope, WorkerSelf):
        raise FORBIDDEN(scope=scope.kind)
    known = read_link_token(session.keys, command.code, purpose=PURPOSE, now=session.now)
    on = date.fromisoformat(known.claims["on"])
    if on != today(session):
        raise LINK_INVALID()
    planned = require_session(session, UUID(known.subject), action="attendance")
    return _check_in(session, planned, scope.worker_id, on, c.AttendanceSource.code)


def make_code(session: Session, query: c.MakeAttendanceCode) -> c.AttendanceCodeView:
    """Raises NOT_FOUND, ATTENDANCE_OUTSIDE_SESSION."""
    from shared.kit.papers import qr_svg

    planned = session.get(TrainingSession, query.session_id)
    if planned is None:
        raise NOT_FOUND(session_id=str(query.session_id))
    on = query.on or today(session)
    _require_inside(planned, on)
    end_of_day = datetime.combine(on + timedelta(days=1), time(), CHINA)
    expires_at = end_of_day
    if query.minutes is not None:
        expires_at = min(session.now + timedelta(minutes=query.minutes), end_of_day)
    code = make_link_token(
        session.keys, purpose=PURPOSE, subject=str(planned.id), expires_at=expires_at, on=on.isoformat()
    )
    url = f"{session.settings.base_url}/w/training/{code}"
    return c.AttendanceCodeView(
        session_id=planned.id, on=on, code=code, url=url, svg=qr_svg(url), expires_at=expires_at
    )


def list_attendance(session: Session, query: c.ListAttendance) -> Page[c.AttendanceRow]:
    statement = select(Attendance).where(Attendance.session_id == query.session_id)
    if query.on:
        statement = statement.where(Attendance.on == query.on)
    return page(
        session,
        statement,
        order=(col(Attendance.on), col(Attendance.id)),
        request=query,
        view=lambda row: c.AttendanceRow.model_validate(row.model_dump()),
    )


def _check_in(
    session: Session, planned: TrainingSession, worker_id: UUID, on: date, source: c.AttendanceSource
) -> c.CheckInView:
    _require_day(session, planned, on)
    learner = session.exec(
        select(Enrolment).where(
            Enrolment.session_id == planned.id,
            Enrolment.worker_id == worker_id,
            Enrolment.state == c.EnrolmentState.confirmed,
        )
    ).one_or_none()
    if learner is None:
        raise c.NOT_ENROLLED()
    known = session.exec(
        select(Attendance).where(Attendance.enrolment_id == learner.id, Attendance.on == on)
    ).one_or_none()
    if known is None or not known.is_present:
        _mark(session, [(learner, True)], on, source)
    return c.CheckInView(
        session_id=planned.id,
        enrolment_id=learner.id,
        course_name=name_of(session, planned.course),
        place=planned.place,
        on=on,
        source=known.source if known and known.is_present else source,
        recorded_at=known.recorded_at if known and known.is_present else session.now,
    )


def _mark(session: Session, marks: Iterable[tuple[Enrolment, bool]], on: date, source: c.AttendanceSource) -> None:
    values: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "session_id": learner.session_id,
            "enrolment_id": learner.id,
            "worker_id": learner.worker_id,
            "division": learner.division,
            "on": on,
            "is_present": is_present,
            "source": source,
            "recorded_at": session.now,
            "recorded_by": actor(session),
        }
        for learner, is_present in marks
    ]
    if not values:
        return
    rows = insert(Attendance).values(values)
    session.execute(
        rows.on_conflict_do_update(
            index_elements=["enrolment_id", "on"],
            set_={name: rows.excluded[name] for name in ("is_present", "source", "recorded_at", "recorded_by")},
        )
    )


def _require_day(session: Session, planned: TrainingSession, on: date) -> None:
    _require_inside(planned, on)
    if on > today(session):
        raise c.ATTENDANCE_AHEAD(on=on.isoformat())


def _require_inside(planned: TrainingSession, on: date) -> None:
    if not planned.starts_on <= on <= planned.ends_on:
        raise c.ATTENDANCE_OUTSIDE_SESSION(on=on.isoformat())
