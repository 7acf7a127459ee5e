"""结业证书: who earned one, its number, its revocation and its public check."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy
from sqlalchemy import func
from sqlmodel import col, select

from services.training import placements, waiting
from services.training.courses import name_of
from services.training.here import CHINA, actor, next_numbers, today
from services.training.models import Attendance, Certificate, Course, Enrolment, TrainingSession
from services.training.sessions import require_held
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
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
    """Certify all those named, or everyone who attended enough and passed; completes the session.

    Raises NOT_ENROLLED, ATTENDANCE_TOO_LOW and NOT_PASSED (then nobody is certified), NOTHING_TO_CERTIFY.
    """
    planned = require_held(session, command.session_id, action="certificates")
    course = session.get_one(Course, planned.course)
    learners = waiting.confirmed(session, planned)
    certified = set(
        session.exec(
            select(Certificate.enrolment_id).where(
                Certificate.session_id == planned.id, col(Certificate.revoked_at).is_(None)
            )
        )
    )
    open_ones = [learner for learner in learners if learner.id not in certified]
    if command.worker_ids is not None:
        strangers = set(command.worker_ids) - {learner.worker_id for learner in learners}
        if strangers:
            raise c.NOT_ENROLLED(worker_ids=sorted(str(one) for one in strangers))
        open_ones = [learner for learner in open_ones if learner.worker_id in command.worker_ids]
    here = _attended_enough(session, open_ones, course)
    passed = [learner for learner in here if _has_passed(learner, course)]
    if command.worker_ids is not None:
        if len(here) < len(open_ones):
            raise c.ATTENDANCE_TOO_LOW(count=len(open_ones) - len(here), needed=course.attendance_percent)
        if len(passed) < len(here):
            raise c.NOT_PASSED(count=len(here) - len(passed))
    if not passed:
        raise c.NOTHING_TO_CERTIFY()
    if planned.state is c.SessionState.open:
        waiting.let_go(session, planned)
        planned.state = c.SessionState.completed
    planned.version += 1
    session.add(planned)
    return c.CertificatesIssued(items=[view(session, one) for one in _issue(session, command, planned, course, passed)])


def revoke_certificate(session: Session, command: c.RevokeCertificate) -> c.CertificateView:
    """Raises NOT_FOUND, ILLEGAL_TRANSITION."""
    found = session.exec(
        select(Certificate).where(Certificate.id == command.certificate_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise NOT_FOUND(certificate_id=str(command.certificate_id))
    if found.revoked_at is not None:
        raise ILLEGAL_TRANSITION(state="revoked", action="revocation")
    found.revoked_at, found.revoked_by, found.revocation_reason = session.now, actor(session), command.reason
    session.add(found)
    session.flush()
    session.publish(
        c.CertificateRevoked(
            certificate_id=found.id,
            certificate_no=found.certificate_no,
            worker_id=found.worker_id,
            course=found.course,
            occupation=found.occupation,
            revoked_on=today(session),
        )
    )
    return view(session, found)


def list_certificates(session: Session, query: c.ListCertificates) -> Page[c.CertificateView]:
    statement = select(Certificate)
    if query.worker_id:
        statement = statement.where(Certificate.worker_id == query.worker_id)
    if query.session_id:
        statement = statement.where(Certificate.session_id == query.session_id)
    if query.course:
        statement = statement.where(Certificate.course == query.course)
    if query.is_placed is not None:
        statement = statement.where(col(Certificate.placed_on).is_not(None) == query.is_placed)
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
    revoked_at = certificate.revoked_at
    return c.CertificateCheckView(
        certificate_no=certificate.certificate_no,
        is_genuine=revoked_at is None,
        revoked_on=revoked_at.astimezone(CHINA).date() if revoked_at else None,
        course_name=course.name,
        hours=course.hours,
        issued_on=certificate.issued_on,
    )


def view(session: Session, certificate: Certificate) -> c.CertificateView:
    after: timedelta | None = certificate.placed_on - certificate.issued_on if certificate.placed_on else None
    return c.CertificateView.model_validate(
        {
            **certificate.model_dump(),
            "course_name": name_of(session, certificate.course),
            "placed_within_days": after.days if after is not None else None,
            "is_placed_as_trained": placements.is_as_trained(certificate),
        }
    )


def _issue(
    session: Session, command: c.IssueCertificates, planned: TrainingSession, course: Course, passed: list[Enrolment]
) -> list[Certificate]:
    issued_on = command.issued_on or today(session)
    numbers = next_numbers(session, f"LPJY-{issued_on.year}", len(passed))
    issued = [
        Certificate(
            certificate_no=number_of(issued_on.year, number),
            enrolment_id=learner.id,
            session_id=planned.id,
            worker_id=learner.worker_id,
            division=learner.division,
            course=course.code,
            occupation=course.occupation,
            posting_id=planned.posting_id,
            issued_on=issued_on,
            issued_at=session.now,
            issued_by=actor(session),
        )
        for learner, number in zip(passed, numbers, strict=True)
    ]
    session.add_all(issued)
    session.flush()
    placements.link(session, [learner.worker_id for learner in passed])
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
    return issued


def _has_passed(learner: Enrolment, course: Course) -> bool:
    """Where the course has an examination it must be passed; elsewhere nobody may have failed."""
    if course.pass_score is None:
        return learner.result in (None, c.ResultOutcome.passed)
    return learner.result is c.ResultOutcome.passed


def _attended_enough(session: Session, learners: list[Enrolment], course: Course) -> list[Enrolment]:
    """Days present against the course's days: at least its share, 80% unless the course says otherwise."""
    rows = session.execute(
        sqlalchemy.select(col(Attendance.enrolment_id), func.count())
        .where(col(Attendance.enrolment_id).in_([one.id for one in learners]), col(Attendance.is_present))
        .group_by(col(Attendance.enrolment_id))
    )
    days = dict(rows.tuples().all())
    return [one for one in learners if days.get(one.id, 0) * 100 >= course.attendance_percent * course.days]
