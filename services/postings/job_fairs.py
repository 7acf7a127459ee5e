"""招聘会: planned, opened, closed; what came of it; what everyone may read of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select

from services.postings.county_events import between, change, count, require_state, require_version
from services.postings.fair_models import FairBooth, FairCheckIn, FairInterview, JobFair
from services.postings.models import Employer, JobPosting
from services.postings.offers import Recommendation
from services.postings.posting_views import known_division, public_view
from services.postings.presences import actor_of, require_area
from services.postings.publication import is_public
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session

CHANGEABLE = (c.FairState.planned, c.FairState.open)
OFFERED = (c.InterviewState.offered, c.InterviewState.accepted, c.InterviewState.declined)


def plan_job_fair(session: Session, command: c.PlanJobFair) -> c.JobFairView:
    """Raises POSTING_UNKNOWN_DIVISION; NOT_FOUND for a place outside the caller's area."""
    if known_division(command.division) is None:
        raise c.POSTING_UNKNOWN_DIVISION(division=command.division)
    require_area(session, command.division, inside=True)
    fair = JobFair(
        **_as_text(command),
        **command.model_dump(exclude={"live_stream_url", "staff"}),
        planned_by=actor_of(session),
        created_at=session.now,
    )
    session.add(fair)
    return _told(session, fair)


def update_job_fair(session: Session, command: c.UpdateJobFair) -> c.JobFairView:
    """Raises STALE, ILLEGAL_TRANSITION once it is over, EVENT_TIMES_INVALID."""
    fair = find_fair(session, command.fair_id, lock=True, inside=True)
    require_version(fair, command.expected_version)
    require_state(fair, CHANGEABLE, "update")
    given = command.model_dump(exclude_none=True, exclude={"fair_id", "expected_version", "live_stream_url", "staff"})
    return _told(session, fair) if change(fair, given | _as_text(command)) else view(session, fair)


def open_job_fair(session: Session, command: c.OpenJobFair) -> c.JobFairView:
    fair = find_fair(session, command.fair_id, lock=True, inside=True)
    require_state(fair, (c.FairState.planned,), "open")
    return _moved(session, fair, c.FairState.open)


def cancel_job_fair(session: Session, command: c.CancelJobFair) -> c.JobFairView:
    fair = find_fair(session, command.fair_id, lock=True, inside=True)
    require_state(fair, (c.FairState.planned,), "cancel")
    fair.cancelled_because = command.reason
    return _moved(session, fair, c.FairState.cancelled)


def close_job_fair(session: Session, command: c.CloseJobFair) -> c.JobFairView:
    """Who still stood in a queue was not seen: noted as absent, so that every interview has an end."""
    fair = find_fair(session, command.fair_id, lock=True, inside=True)
    require_state(fair, CHANGEABLE, "close")
    session.execute(
        update(FairInterview)
        .where(col(FairInterview.fair_id) == fair.id, col(FairInterview.state) == c.InterviewState.waiting)
        .values(state=c.InterviewState.absent, decided_at=session.now, decided_by=actor_of(session))
    )
    fair.summary, fair.walk_ins = command.summary or fair.summary, command.walk_ins
    fair.viewers, fair.closed_at = command.viewers, session.now
    return _moved(session, fair, c.FairState.closed)


def reopen_job_fair(session: Session, command: c.ReopenJobFair) -> c.JobFairView:
    fair = find_fair(session, command.fair_id, lock=True, inside=True)
    require_state(fair, (c.FairState.closed,), "reopen")
    fair.closed_at = None
    return _moved(session, fair, c.FairState.open)


def get_job_fair(session: Session, query: c.GetJobFair) -> c.JobFairView:
    return view(session, find_fair(session, query.fair_id))


def list_job_fairs(session: Session, query: c.ListJobFairs) -> Page[c.JobFairView]:
    statement = select(JobFair)
    if query.state:
        statement = statement.where(JobFair.state == query.state)
    statement = between(statement, JobFair, query)
    return page(
        session,
        statement,
        order=(col(JobFair.starts_at).desc(), col(JobFair.id).desc()),
        request=query,
        view=lambda fair: view(session, fair),
    )


def get_fair_result(session: Session, query: c.GetFairResult) -> c.FairResult:
    fair = find_fair(session, query.fair_id)
    brought = [UUID(one) for booth in booths_of(session, fair.id) for one in booth.posting_ids]
    openings = session.exec(
        select(func.coalesce(func.sum(JobPosting.openings), 0)).where(col(JobPosting.id).in_(brought))
    ).one()
    here = col(FairInterview.fair_id) == fair.id
    accepted = select(FairInterview.recommendation_id).where(here, col(FairInterview.recommendation_id).is_not(None))
    return c.FairResult(
        fair_id=fair.id,
        postings=len(set(brought)),
        openings=openings,
        walk_ins=fair.walk_ins,
        viewers=fair.viewers,
        **_counts(session, fair.id),
        accepted=count(session, FairInterview, here, col(FairInterview.state) == c.InterviewState.accepted),
        ordered=count(
            session,
            Recommendation,
            col(Recommendation.id).in_(accepted),
            col(Recommendation.state) == c.RecommendationState.ordered,
        ),
    )


def list_public_fairs(session: Session, query: c.ListPublicFairs) -> Page[c.PublicFair]:
    """Under the service's scope; only fairs to come and under way, which everyone may know of."""
    return page(
        session,
        select(JobFair).where(col(JobFair.state).in_(CHANGEABLE), col(JobFair.ends_at) > session.now),
        order=(col(JobFair.starts_at), col(JobFair.id)),
        request=query,
        view=_public,
    )


def get_public_fair(session: Session, query: c.GetPublicFair) -> c.PublicFair:
    """Raises NOT_FOUND for one that is over, called off or unknown."""
    fair = session.get(JobFair, query.fair_id)
    if fair is None or fair.state not in CHANGEABLE:
        raise NOT_FOUND(what="job fair")
    shown = _public(fair)
    for booth in booths_of(session, fair.id):
        wanted = [UUID(one) for one in booth.posting_ids]
        found = session.exec(select(JobPosting).where(col(JobPosting.id).in_(wanted), is_public())).all()
        found = sorted(found, key=lambda posting: wanted.index(posting.id))
        employer = session.get_one(Employer, booth.employer_id)
        shown.booths.append(
            c.PublicBooth(
                number=booth.number, employer_name=employer.name, postings=[public_view(posting) for posting in found]
            )
        )
    return shown


def find_fair(session: Session, fair_id: UUID, *, lock: bool = False, inside: bool = False) -> JobFair:
    fair = session.get(JobFair, fair_id, with_for_update=lock, populate_existing=lock)
    if fair is None:
        raise NOT_FOUND(what="job fair")
    require_area(session, fair.division, inside=inside)
    return fair


def booths_of(session: Session, fair_id: UUID) -> list[FairBooth]:
    return list(
        session.exec(select(FairBooth).where(col(FairBooth.fair_id) == fair_id).order_by(col(FairBooth.number))).all()
    )


def view(session: Session, fair: JobFair) -> c.JobFairView:
    booths = count(session, FairBooth, col(FairBooth.fair_id) == fair.id)
    return c.JobFairView(**fair.model_dump(), division_name=known_division(fair.division), booths=booths)


def _public(fair: JobFair) -> c.PublicFair:
    shown = fair.model_dump(include=set(c.PublicFair.model_fields) - {"booths"})
    return c.PublicFair(**shown, division_name=known_division(fair.division))


def _moved(session: Session, fair: JobFair, to: c.FairState) -> c.JobFairView:
    fair.state, fair.version = to, fair.version + 1
    return _told(session, fair)


def _told(session: Session, fair: JobFair) -> c.JobFairView:
    session.flush()
    session.publish(
        c.JobFairChanged(
            fair_id=fair.id,
            division=fair.division,
            state=fair.state,
            starts_at=fair.starts_at,
            ends_at=fair.ends_at,
            walk_ins=fair.walk_ins,
            **_counts(session, fair.id),
        )
    )
    return view(session, fair)


def _counts(session: Session, fair_id: UUID) -> dict[str, int]:
    here = col(FairInterview.fair_id) == fair_id
    return {
        "booths": count(session, FairBooth, col(FairBooth.fair_id) == fair_id),
        "attended": count(session, FairCheckIn, col(FairCheckIn.fair_id) == fair_id),
        "interviews": count(session, FairInterview, here),
        "offers": count(session, FairInterview, here, col(FairInterview.state).in_(OFFERED)),
    }


def _as_text(command: c.PlanJobFair | c.UpdateJobFair) -> dict[str, Any]:
    """What is kept as JSON and text."""
    return command.model_dump(mode="json", include={"live_stream_url", "staff"}, exclude_none=True)
