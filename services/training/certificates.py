"""结业证书: who earned one, its number, its public check, and the placement that followed."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy
from sqlalchemy import func
from sqlmodel import col, select

from services.training.courses import name_of, require_session
from services.training.enrolments import confirmed
from services.training.here import actor, next_numbers, today
from services.training.models import Attendance, Certificate, Course, Enrolment
from shared.contracts import dispatch
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION
from shared.kit.paging import page
from shared.kit.session import Session


def check_character(digits: str) -> str:
    """ISO 7064 MOD 11-2 over the digits, as on an identity card: one wrong digit never passes."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2 % 11
    return "0123456789X"[(12 - total) % 11]


def number_of(year: int, number: int) -> str:
    """LPJY-2026-00031-7."""
    return f"LPJY-{year}-{number:05d}-{check_character(f'{year}{number:05d}')}"


def issue_certificates(session: Session, command: c.IssueCertificates) -> c.CertificatesIssued:
    """Certify all those named, or everyone who attended enough; completes the session.

    Raises NOT_ENROLLED, ATTENDANCE_TOO_LOW (then nobody is certified), NOTHING_TO_CERTIFY.
    """
    planned = require_session(session, command.session_id, action=None)
    if planned.state is c.SessionState.cancelled:
        raise ILLEGAL_TRANSITION(state=planned.state.value, action="certificates")
    course = session.get_one(Course, planned.course)
    learners = confirmed(session, planned)
    certified = set(session.exec(select(Certificate.enrolment_id).where(Certificate.session_id == planned.id)))
    waiting = [learner for learner in learners if learner.id not in certified]
    enough = _attended_enough(session, waiting, course)
    if command.worker_ids is not None:
        named = set(command.worker_ids)
        strangers = named - {learner.worker_id for learner in learners}
        if strangers:
            raise c.NOT_ENROLLED(worker_ids=sorted(str(one) for one in strangers))
        waiting = [learner for learner in waiting if learner.worker_id in named]
        short = [learner for learner in waiting if learner.id not in {one.id for one in enough}]
        if short:
            raise c.ATTENDANCE_TOO_LOW(count=len(short), needed=course.attendance_percent)
        enough = waiting
    if not enough:
        raise c.NOTHING_TO_CERTIFY()
    issued_on = command.issued_on or today(session)
    numbers = next_numbers(session, f"LPJY-{issued_on.year}", len(enough))
    issued = [
        Certificate(
            certificate_no=number_of(issued_on.year, number),
            enrolment_id=learner.id,
            session_id=planned.id,
            worker_id=learner.worker_id,
            division=learner.division,
            course=course.code,
            occupation=course.occupation,
            issued_on=issued_on,
            issued_at=session.now,
            issued_by=actor(session),
        )
        for learner, number in zip(enough, numbers, strict=True)
    ]
    planned.state = c.SessionState.completed
    planned.version += 1
    session.add_all([planned, *issued])
    session.flush()
    for certificate in issued:
        session.publish(
            c.CertificateIssued(
                certificate_id=certificate.id,
                certificate_no=certificate.certificate_no,
                worker_id=certificate.worker_id,
                course=course.code,
                occupation=course.occupation,
                issued_on=issued_on,
            )
        )
    return c.CertificatesIssued(items=[view(session, one) for one in issued])


def list_certificates(session: Session, query: c.ListCertificates) -> Page[c.CertificateView]:
    statement = select(Certificate)
    if query.worker_id:
        statement = statement.where(Certificate.worker_id == query.worker_id)
    if query.session_id:
        statement = statement.where(Certificate.session_id == query.session_id)
    if query.course:
        statement = statement.where(Certificate.course == query.course)
    return page(
        session,
        statement,
        order=(col(Certificate.issued_at).desc(), col(Certificate.id).desc()),
        request=query,
        view=lambda certificate: view(session, certificate),
    )


def check_certificate(session: Session, query: c.CheckCertificate) -> c.CertificateCheckView:
    """Under the machinery's scope: the answer holds nothing of the person, so the number alone is the narrowing."""
    certificate = session.exec(
        select(Certificate).where(Certificate.certificate_no == query.certificate_no.strip().upper())
    ).one_or_none()
    if certificate is None:
        raise c.CERTIFICATE_NOT_FOUND(certificate_no=query.certificate_no)
    course = session.get_one(Course, certificate.course)
    return c.CertificateCheckView(
        certificate_no=certificate.certificate_no,
        is_genuine=True,
        course_name=course.name,
        hours=course.hours,
        issued_on=certificate.issued_on,
    )


def placed(session: Session, event: dispatch.PlacementStarted) -> None:
    """定岗培训 has borne fruit: the worker's certificates issued before the first day at work are linked to it."""
    for certificate in session.exec(
        select(Certificate).where(
            Certificate.worker_id == event.worker_id,
            col(Certificate.placed_on).is_(None),
            Certificate.issued_on <= event.started_on,
        )
    ):
        certificate.placed_on, certificate.placement_id = event.started_on, event.placement_id
        session.add(certificate)


def course_outcomes(session: Session, query: c.GetCourseOutcomes) -> c.CourseOutcomes:
    """Enrolled, certified, placed, and placed within so many days of the certificate, by course."""
    enrolled = dict(
        session.execute(
            sqlalchemy.select(col(Enrolment.course), func.count())
            .where(col(Enrolment.state) == c.EnrolmentState.confirmed)
            .group_by(col(Enrolment.course))
        )
        .tuples()
        .all()
    )
    within = col(Certificate.placed_on) <= col(Certificate.issued_on) + query.days
    certified = {
        row[0]: row[1:]
        for row in session.execute(
            sqlalchemy.select(
                col(Certificate.course),
                func.count(),
                func.count(col(Certificate.placed_on)),
                func.count().filter(within),
            ).group_by(col(Certificate.course))
        )
    }
    items = [
        c.CourseOutcome(
            course=course.code,
            course_name=course.name,
            enrolled=enrolled.get(course.code, 0),
            certified=certified.get(course.code, (0, 0, 0))[0],
            placed=certified.get(course.code, (0, 0, 0))[1],
            placed_within=certified.get(course.code, (0, 0, 0))[2],
        )
        for course in session.exec(select(Course).order_by(col(Course.code)))
    ]
    return c.CourseOutcomes(items=items, days=query.days)


def view(session: Session, certificate: Certificate) -> c.CertificateView:
    after: timedelta | None = certificate.placed_on - certificate.issued_on if certificate.placed_on else None
    return c.CertificateView.model_validate(
        {
            **certificate.model_dump(),
            "course_name": name_of(session, certificate.course),
            "placed_within_days": after.days if after is not None else None,
        }
    )


def _attended_enough(session: Session, learners: list[Enrolment], course: Course) -> list[Enrolment]:
    """Days present against the course's days: at least its share, 80% unless the course says otherwise."""
    rows = session.execute(
        sqlalchemy.select(col(Attendance.enrolment_id), func.count())
        .where(col(Attendance.enrolment_id).in_([one.id for one in learners]), col(Attendance.is_present))
        .group_by(col(Attendance.enrolment_id))
    )
    days = dict(rows.tuples().all())
    return [one for one in learners if days.get(one.id, 0) * 100 >= course.attendance_percent * course.days]
