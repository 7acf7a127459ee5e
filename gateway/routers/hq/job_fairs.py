"""招聘会, as headquarters and townships keep them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import headers_for, json_response, problems
from gateway.auth import Area, AreaWriter
from gateway.downloads import print_paper
from gateway.people import with_people
from shared.contracts import postings as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE
from shared.contracts.registry import PeoplePurpose

router = APIRouter(prefix="/hq/job-fairs", tags=["hq"])

_STEP = problems(NOT_FOUND, ILLEGAL_TRANSITION)
_BOOTH = problems(
    NOT_FOUND,
    ILLEGAL_TRANSITION,
    c.EMPLOYER_BLOCKED,
    c.EVENT_POSTING_NOT_OPEN,
    c.FAIR_NOT_AT_BOOTH,
    c.FAIR_BOOTH_TAKEN,
)


@router.post(
    "", status_code=201, response_model=c.JobFairView, responses=problems(NOT_FOUND, c.POSTING_UNKNOWN_DIVISION)
)
async def plan_fair(caller: AreaWriter, body: c.JobFairForm) -> Response:
    """Plan a job fair: when, where, who does what, and the link of its live stream."""
    return await caller.create(c.PlanJobFair(**body.model_dump()), location="/api/v1/hq/job-fairs/{id}")


@router.get("", response_model=Page[c.JobFairView])
async def list_fairs(caller: Area, query: Annotated[c.ListJobFairs, Query()]) -> Response:
    """List the fairs, the latest first."""
    return await caller.answer(query)


@router.get("/{fair_id}", response_model=c.JobFairView, responses=problems(NOT_FOUND))
async def get_fair(caller: Area, fair_id: UUID) -> Response:
    """Read one fair."""
    return await caller.answer(c.GetJobFair(fair_id=fair_id))


@router.patch(
    "/{fair_id}",
    response_model=c.JobFairView,
    responses=problems(NOT_FOUND, STALE, ILLEGAL_TRANSITION, c.EVENT_TIMES_INVALID),
)
async def update_fair(caller: AreaWriter, fair_id: UUID, body: c.JobFairChanges) -> Response:
    """Change a fair before it is over."""
    changes = body.model_dump(exclude_unset=True)
    return await caller.answer(c.UpdateJobFair(fair_id=fair_id, expected_version=caller.if_match(), **changes))


@router.post("/{fair_id}/opening", response_model=c.JobFairView, responses=_STEP)
async def open_fair(caller: AreaWriter, fair_id: UUID) -> Response:
    """Open the fair; the first person checked in opens it too."""
    return await caller.answer(c.OpenJobFair(fair_id=fair_id))


@router.post("/{fair_id}/cancellation", response_model=c.JobFairView, responses=_STEP)
async def cancel_fair(caller: AreaWriter, fair_id: UUID, body: c.EventCancellation) -> Response:
    """Call a planned fair off and say why."""
    return await caller.answer(c.CancelJobFair(fair_id=fair_id, reason=body.reason))


@router.post("/{fair_id}/closure", response_model=c.JobFairView, responses=_STEP)
async def close_fair(caller: AreaWriter, fair_id: UUID, body: c.JobFairClosure) -> Response:
    """Close the fair with its report; interviews still waiting are noted as absent."""
    return await caller.answer(c.CloseJobFair(fair_id=fair_id, **body.model_dump()))


@router.post("/{fair_id}/reopening", response_model=c.JobFairView, responses=_STEP)
async def reopen_fair(caller: AreaWriter, fair_id: UUID) -> Response:
    """Open a closed fair again, to enter what was left on paper."""
    return await caller.answer(c.ReopenJobFair(fair_id=fair_id))


@router.get("/{fair_id}/result", response_model=c.FairResult, responses=problems(NOT_FOUND))
async def get_result(caller: Area, fair_id: UUID) -> Response:
    """Read what came of the fair: attendance, interviews, offers, orders since."""
    return await caller.answer(c.GetFairResult(fair_id=fair_id))


@router.get(
    "/{fair_id}/poster.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "入口海报"}, **problems(NOT_FOUND)},
)
async def print_poster(caller: Area, fair_id: UUID) -> Response:
    """Print the poster for the door: the code to check in by, and the booths with their postings."""
    return await print_paper(caller, c.PrintFairPoster(fair_id=fair_id), jobs="/api/v1/hq/jobs")


@router.post("/{fair_id}/booths", status_code=201, response_model=c.BoothView, responses=_BOOTH)
async def place_booth(caller: AreaWriter, fair_id: UUID, body: c.BoothForm) -> Response:
    """Give an employer a booth with open postings of its own."""
    return await caller.create(
        c.PlaceBooth(fair_id=fair_id, **body.model_dump()), location="/api/v1/hq/job-fairs/{fair_id}/booths"
    )


@router.get("/{fair_id}/booths", response_model=Page[c.BoothView], responses=problems(NOT_FOUND))
async def list_booths(caller: Area, fair_id: UUID, page: Annotated[PageRequest, Query()]) -> Response:
    """List the booths by number."""
    return await caller.answer(c.ListBooths(fair_id=fair_id, cursor=page.cursor, limit=page.limit))


@router.patch("/{fair_id}/booths/{booth_id}", response_model=c.BoothView, responses=_BOOTH)
async def change_booth(caller: AreaWriter, fair_id: UUID, booth_id: UUID, body: c.BoothChanges) -> Response:
    """Move a booth, or change its postings."""
    return await caller.answer(c.ChangeBooth(fair_id=fair_id, booth_id=booth_id, **body.model_dump(exclude_unset=True)))


@router.delete("/{fair_id}/booths/{booth_id}", response_model=c.JobFairView, responses=_STEP)
async def remove_booth(caller: AreaWriter, fair_id: UUID, booth_id: UUID) -> Response:
    """Take a booth away before anybody was interviewed there."""
    return await caller.answer(c.RemoveBooth(fair_id=fair_id, booth_id=booth_id))


@router.post("/{fair_id}/check-ins", response_model=c.PresenceReport, responses=_STEP)
async def check_in(caller: AreaWriter, fair_id: UUID, body: c.FairPresences) -> Response:
    """Check people in by scanned code, slip number or id; nobody is counted twice."""
    return await caller.answer(c.CheckInAtFair(fair_id=fair_id, **body.model_dump()))


@router.get("/{fair_id}/check-ins", response_model=Page[c.PresenceView], responses=problems(NOT_FOUND))
async def list_check_ins(caller: Area, fair_id: UUID, page: Annotated[PageRequest, Query()]) -> Response:
    """List who came, each with `person` as far as the caller may see."""
    reply = await caller.ask_raw(c.ListFairAttendance(fair_id=fair_id, cursor=page.cursor, limit=page.limit))
    reply["items"] = await with_people(caller, reply["items"], PeoplePurpose.recommendation_slip)
    return json_response(reply, headers=headers_for(reply, caller.request))


@router.post(
    "/{fair_id}/interviews",
    status_code=201,
    response_model=c.InterviewView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.FAIR_NOT_AT_BOOTH, c.PRESENCE_NOT_RECOGNISED),
)
async def book_interview(caller: AreaWriter, fair_id: UUID, body: c.InterviewForm) -> Response:
    """Put somebody into a booth's queue; it checks the person in."""
    return await caller.create(
        c.BookInterview(fair_id=fair_id, **body.model_dump()), location="/api/v1/hq/job-fairs/{fair_id}/interviews"
    )


@router.get("/{fair_id}/interviews", response_model=Page[c.InterviewView], responses=problems(NOT_FOUND))
async def list_interviews(
    caller: Area,
    fair_id: UUID,
    page: Annotated[PageRequest, Query()],
    booth_id: UUID | None = None,
    state: c.InterviewState | None = None,
) -> Response:
    """List the interviews by booth and queue, each with `person` as far as the caller may see."""
    reply = await caller.ask_raw(
        c.ListInterviews(fair_id=fair_id, booth_id=booth_id, state=state, cursor=page.cursor, limit=page.limit)
    )
    reply["items"] = await with_people(caller, reply["items"], PeoplePurpose.recommendation_slip)
    return json_response(reply, headers=headers_for(reply, caller.request))


@router.post("/{fair_id}/interviews/{interview_id}/result", response_model=c.InterviewView, responses=_STEP)
async def record_result(caller: AreaWriter, fair_id: UUID, interview_id: UUID, body: c.InterviewResult) -> Response:
    """Record what the employer decided."""
    return await caller.answer(c.RecordInterviewResult(interview_id=interview_id, **body.model_dump()))


@router.post(
    "/{fair_id}/interviews/{interview_id}/answer",
    response_model=c.InterviewView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.RECOMMENDATION_NOT_ELIGIBLE, c.RECOMMENDATION_CAP_REACHED),
)
async def answer_offer(caller: AreaWriter, fair_id: UUID, interview_id: UUID, body: c.FairOfferAnswered) -> Response:
    """Record what the worker said of the employer's offer; accepting makes it an accepted recommendation."""
    return await caller.answer(c.AnswerFairOffer(interview_id=interview_id, answer=body.answer))
