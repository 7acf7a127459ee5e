"""面试 at a fair: queued at a booth, decided by the employer, answered by the worker, and then an accepted offer."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.postings.county_events import require_state
from services.postings.fair_booths import find_booth
from services.postings.fair_models import FairInterview
from services.postings.fair_visits import check_in
from services.postings.job_fairs import CHANGEABLE, find_fair
from services.postings.offers import Seeker
from services.postings.presences import actor_of, recognise, take_wish
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.contracts.scopes import Area, Partner, WorkerSelf
from shared.kit.paging import page
from shared.kit.privacy import seal, unseal
from shared.kit.session import Session

REASON = "招聘会现场录用"


def book_interview(session: Session, command: c.BookInterview) -> c.InterviewView:
    """Queue somebody at a booth. Raises FAIR_NOT_AT_BOOTH."""
    fair = find_fair(session, command.fair_id, lock=True)
    require_state(fair, CHANGEABLE, "interview")
    booth = find_booth(session, fair.id, command.booth_id)
    if str(command.posting_id) not in booth.posting_ids:
        raise c.FAIR_NOT_AT_BOOTH()
    seeker = recognise(session, command)
    check_in(session, fair, seeker, c.EntryWay.staff)
    known = session.exec(
        select(FairInterview).where(
            col(FairInterview.fair_id) == fair.id,
            col(FairInterview.worker_id) == seeker.worker_id,
            col(FairInterview.posting_id) == command.posting_id,
        )
    ).one_or_none()
    if known is not None:
        return interview_view(session, known)
    last = session.exec(
        select(func.coalesce(func.max(FairInterview.queue_no), 0)).where(col(FairInterview.booth_id) == booth.id)
    ).one()
    interview = FairInterview(
        fair_id=fair.id,
        booth_id=booth.id,
        employer_id=booth.employer_id,
        worker_id=seeker.worker_id,
        division=seeker.division,
        posting_id=command.posting_id,
        queue_no=last + 1,
        booked_at=session.now,
    )
    session.add(interview)
    session.flush()
    return interview_view(session, interview)


def record_interview_result(session: Session, command: c.RecordInterviewResult) -> c.InterviewView:
    """The employer's word; until the worker has answered it can be corrected. Raises ILLEGAL_TRANSITION."""
    interview = _interview(session, command.interview_id)
    if interview.state in (c.InterviewState.accepted, c.InterviewState.declined):
        raise ILLEGAL_TRANSITION(state=interview.state.value, action=command.outcome.value)
    is_offer = command.outcome is c.InterviewOutcome.offered
    interview.state = c.InterviewState(command.outcome.value)
    interview.decided_at, interview.decided_by = session.now, actor_of(session)
    interview.wage_cents = command.wage_cents if is_offer else None
    interview.start_on = command.start_on if is_offer else None
    interview.note = seal(session.keys, command.note, about=str(interview.worker_id)) if command.note else None
    session.flush()
    return interview_view(session, interview)


def answer_fair_offer(session: Session, command: c.AnswerFairOffer) -> c.InterviewView:
    """Accepting makes it an accepted recommendation. Runs under the service's scope, so that the cap counts everybody's
    offers; whose offer it is, is checked here.
    """
    interview = _interview(session, command.interview_id)
    answered = c.InterviewState(command.answer.value)
    if interview.state is answered:
        return interview_view(session, interview)
    if interview.state is not c.InterviewState.offered:
        raise ILLEGAL_TRANSITION(state=interview.state.value, action=command.answer.value)
    if answered is c.InterviewState.accepted:
        seeker = session.get(Seeker, interview.worker_id)
        if seeker is None:
            raise NOT_FOUND(what="worker")
        interview.recommendation_id = take_wish(session, seeker, interview.posting_id, REASON).id
    interview.state, interview.answered_at = answered, session.now
    session.flush()
    return interview_view(session, interview)


def list_interviews(session: Session, query: c.ListInterviews) -> Page[c.InterviewView]:
    statement = select(FairInterview)
    for name in ("fair_id", "booth_id", "worker_id", "state"):
        wanted = getattr(query, name)
        if wanted is not None:
            statement = statement.where(getattr(FairInterview, name) == wanted)
    return page(
        session,
        statement,
        order=(col(FairInterview.booth_id), col(FairInterview.queue_no), col(FairInterview.id)),
        request=query,
        view=lambda interview: interview_view(session, interview),
    )


def interview_view(session: Session, interview: FairInterview) -> c.InterviewView:
    is_own = isinstance(session.caller.scope, WorkerSelf)
    note = None
    if interview.note and not is_own:
        note = unseal(session.keys, interview.note, about=str(interview.worker_id))
    return c.InterviewView(**interview.model_dump(exclude={"note", "division"}), note=note)


def _interview(session: Session, interview_id: UUID) -> FairInterview:
    """Locked, and the caller's: what row level security would have said where the service's scope is on."""
    interview = session.get(FairInterview, interview_id, with_for_update=True)
    scope = session.caller.scope
    if (
        interview is None
        or (isinstance(scope, WorkerSelf) and scope.worker_id != interview.worker_id)
        or (isinstance(scope, Partner) and scope.employer_id != interview.employer_id)
        or (isinstance(scope, Area) and not interview.division.startswith(scope.division))
    ):
        raise NOT_FOUND(what="interview")
    return interview
