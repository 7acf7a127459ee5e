"""Enrolments: seats are given under the session's lock, the rest wait in order; results close them."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func
from sqlmodel import col, select

from services.training import waiting
from services.training.here import actor, require_reach
from services.training.models import Attendance, Certificate, Course, Enrolment, TrainingSession
from services.training.sessions import require_held, require_session
from shared.contracts import registry
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.calls import Ask, Call
from shared.kit.paging import page
from shared.kit.session import Session


def find_worker(ask: Ask, command: c.EnrolWorker, call: Call) -> registry.WorkerView:
    """Registry's word that the caller may know this worker, and the worker's division."""
    return ask(registry.GetWorker(worker_id=command.worker_id))


def enrol_worker(session: Session, command: c.EnrolWorker, worker: registry.WorkerView) -> c.EnrolmentView:
    """Confirmed while there are seats, else waiting. The narrowing is `find_worker`'s, so this runs as the machinery.

    Raises NOT_FOUND, ILLEGAL_TRANSITION, ENROLMENT_NOT_ACTIVE, ALREADY_ENROLLED, ENROLMENT_CLASHES.
    """
    planned = require_session(session, command.session_id, action="enrolment")
    if not worker.is_active:
        raise c.ENROLMENT_NOT_ACTIVE()
    _require_free(session, command, planned)
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
        session.publish(waiting.confirmed_event(planned, enrolment))
    return view(session, enrolment)


def cancel_enrolment(session: Session, command: c.CancelEnrolment) -> c.EnrolmentView:
    """Give the place back; the first who waits moves up. Raises NOT_FOUND, ILLEGAL_TRANSITION."""
    known = session.get(Enrolment, command.enrolment_id)
    if known is None:
        raise NOT_FOUND(enrolment_id=str(command.enrolment_id))
    require_reach(session, known)
    planned = require_session(session, known.session_id, action="cancellation")
    session.refresh(known)
    if known.state is c.EnrolmentState.cancelled:
        raise ILLEGAL_TRANSITION(state=known.state.value, action="cancellation")
    waiting.give_back(session, planned, known)
    planned.version += 1
    session.add(planned)
    session.flush()
    return view(session, known)


def record_results(session: Session, command: c.RecordResults) -> c.ResultsView:
    """All those named or nobody. Raises NOT_FOUND, ILLEGAL_TRANSITION, NOT_ENROLLED, RESULT_CERTIFIED."""
    planned = require_held(session, command.session_id, action="results")
    learners = {learner.worker_id: learner for learner in waiting.confirmed(session, planned)}
    strangers = [one.worker_id for one in command.results if one.worker_id not in learners]
    if strangers:
        raise c.NOT_ENROLLED(worker_ids=sorted(str(one) for one in strangers))
    certified = set(
        session.exec(
            select(Certificate.worker_id).where(
                Certificate.session_id == planned.id, col(Certificate.revoked_at).is_(None)
            )
        )
    )
    if already := [one for one in command.results if one.worker_id in certified]:
        raise c.RESULT_CERTIFIED(worker_ids=sorted(str(one.worker_id) for one in already))
    course = session.get_one(Course, planned.course)
    for given in command.results:
        learner = learners[given.worker_id]
        learner.result, learner.score, learner.result_note = _outcome(given, course), given.score, given.note
        learner.result_at, learner.result_by = session.now, actor(session)
        learner.version += 1
        session.add(learner)
    session.flush()
    counted = Counter(learner.result for learner in learners.values())
    return c.ResultsView(
        session_id=planned.id,
        passed=counted[c.ResultOutcome.passed],
        failed=counted[c.ResultOutcome.failed],
        absent=counted[c.ResultOutcome.absent],
        open=counted[None],
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


def view(session: Session, enrolment: Enrolment) -> c.EnrolmentView:
    present = session.exec(
        select(func.count())
        .select_from(Attendance)
        .where(Attendance.enrolment_id == enrolment.id, col(Attendance.is_present))
    ).one()
    certificate = session.exec(
        select(Certificate.certificate_no).where(
            Certificate.enrolment_id == enrolment.id, col(Certificate.revoked_at).is_(None)
        )
    ).one_or_none()
    return c.EnrolmentView.model_validate(
        {
            **enrolment.model_dump(),
            "position": _position(session, enrolment),
            "days_present": present,
            "certificate_no": certificate,
        }
    )


def _require_free(session: Session, command: c.EnrolWorker, planned: TrainingSession) -> None:
    """One place a session, and no two sessions on the same day."""
    theirs = session.execute(
        select(Enrolment, TrainingSession)
        .join(TrainingSession, col(TrainingSession.id) == col(Enrolment.session_id))
        .where(
            Enrolment.worker_id == command.worker_id,
            Enrolment.state != c.EnrolmentState.cancelled,
            col(TrainingSession.starts_on) <= planned.ends_on,
            col(TrainingSession.ends_on) >= planned.starts_on,
        )
    ).all()
    for enrolment, _ in theirs:
        if enrolment.session_id == planned.id:
            raise c.ALREADY_ENROLLED(enrolment_id=str(enrolment.id))
    for _, other in theirs:
        raise c.ENROLMENT_CLASHES(
            course=other.course, starts_on=other.starts_on.isoformat(), ends_on=other.ends_on.isoformat()
        )


def _outcome(given: c.LearnerResult, course: Course) -> c.ResultOutcome:
    """The pass mark decides where there is a score; a person's word where there is none."""
    if given.score is not None and course.pass_score is not None:
        return c.ResultOutcome.passed if given.score >= course.pass_score else c.ResultOutcome.failed
    return given.outcome or c.ResultOutcome.passed


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
