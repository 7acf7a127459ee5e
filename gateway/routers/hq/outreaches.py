"""送岗下村, as headquarters, townships and grids keep it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import headers_for, json_response, problems
from gateway.auth import Area, AreaWriter, HqReader
from gateway.downloads import print_paper
from gateway.people import with_people
from shared.contracts import postings as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE
from shared.contracts.registry import PeoplePurpose

router = APIRouter(prefix="/hq/outreaches", tags=["hq"])

_STEP = problems(NOT_FOUND, ILLEGAL_TRANSITION)


@router.post(
    "",
    status_code=201,
    response_model=c.OutreachView,
    responses=problems(NOT_FOUND, c.POSTING_UNKNOWN_DIVISION, c.EVENT_VILLAGE_UNKNOWN),
)
async def plan_outreach(caller: AreaWriter, body: c.OutreachForm) -> Response:
    """Plan an event in a village: when, where, who does what."""
    return await caller.create(c.PlanOutreach(**body.model_dump()), location="/api/v1/hq/outreaches/{id}")


@router.get("", response_model=Page[c.OutreachView])
async def list_outreaches(caller: Area, query: Annotated[c.ListOutreaches, Query()]) -> Response:
    """List the events, the latest first."""
    return await caller.answer(query)


@router.get("/figures", response_model=c.OutreachFigures)
async def get_figures(caller: HqReader, query: Annotated[c.GetOutreachFigures, Query()]) -> Response:
    """Read what village events, fairs, campaigns and slips came to in a period."""
    return await caller.answer(query)


@router.get("/{outreach_id}", response_model=c.OutreachView, responses=problems(NOT_FOUND))
async def get_outreach(caller: Area, outreach_id: UUID) -> Response:
    """Read one event."""
    return await caller.answer(c.GetOutreach(outreach_id=outreach_id))


@router.patch(
    "/{outreach_id}",
    response_model=c.OutreachView,
    responses=problems(NOT_FOUND, STALE, ILLEGAL_TRANSITION, c.EVENT_TIMES_INVALID),
)
async def update_outreach(caller: AreaWriter, outreach_id: UUID, body: c.OutreachChanges) -> Response:
    """Change plan, staff, venue or time before the event is over."""
    changes = body.model_dump(exclude_unset=True)
    return await caller.answer(c.UpdateOutreach(outreach_id=outreach_id, expected_version=caller.if_match(), **changes))


@router.post("/{outreach_id}/start", response_model=c.OutreachView, responses=_STEP)
async def start_outreach(caller: AreaWriter, outreach_id: UUID) -> Response:
    """Begin the event; the first person recorded begins it too."""
    return await caller.answer(c.StartOutreach(outreach_id=outreach_id))


@router.post("/{outreach_id}/cancellation", response_model=c.OutreachView, responses=_STEP)
async def cancel_outreach(caller: AreaWriter, outreach_id: UUID, body: c.EventCancellation) -> Response:
    """Call a planned event off and say why."""
    return await caller.answer(c.CancelOutreach(outreach_id=outreach_id, reason=body.reason))


@router.post("/{outreach_id}/closure", response_model=c.OutreachView, responses=_STEP)
async def close_outreach(caller: AreaWriter, outreach_id: UUID, body: c.EventClosure) -> Response:
    """Close the event with its report."""
    return await caller.answer(c.CloseOutreach(outreach_id=outreach_id, **body.model_dump()))


@router.post("/{outreach_id}/reopening", response_model=c.OutreachView, responses=_STEP)
async def reopen_outreach(caller: AreaWriter, outreach_id: UUID) -> Response:
    """Open a closed event again, to enter what was left on paper."""
    return await caller.answer(c.ReopenOutreach(outreach_id=outreach_id))


@router.put(
    "/{outreach_id}/postings",
    response_model=c.OutreachPostingList,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.EVENT_POSTING_NOT_OPEN),
)
async def choose_postings(caller: AreaWriter, outreach_id: UUID, body: c.OutreachPostingChoice) -> Response:
    """Choose the postings that go along; without any named, those that suit the place's seekers."""
    return await caller.answer(c.ChooseOutreachPostings(outreach_id=outreach_id, **body.model_dump()))


@router.get("/{outreach_id}/postings", response_model=c.OutreachPostingList, responses=problems(NOT_FOUND))
async def list_postings(caller: Area, outreach_id: UUID) -> Response:
    """List the pack's postings by their numbers."""
    return await caller.answer(c.ListOutreachPostings(outreach_id=outreach_id))


@router.get(
    "/{outreach_id}/pack.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "岗位资料袋"}, **problems(NOT_FOUND)},
)
async def print_pack(caller: Area, outreach_id: UUID) -> Response:
    """Print everything the event needs on paper: plan, postings, sign-in sheet, result sheet."""
    return await print_paper(caller, c.PrintOutreachPack(outreach_id=outreach_id), jobs="/api/v1/hq/jobs")


@router.post(
    "/{outreach_id}/attendance",
    response_model=c.PresenceReport,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def record_attendance(caller: AreaWriter, outreach_id: UUID, body: c.OutreachPresences) -> Response:
    """Record who came, by id, slip number or scanned code; nobody is counted twice."""
    return await caller.answer(c.RecordOutreachAttendance(outreach_id=outreach_id, **body.model_dump()))


@router.get("/{outreach_id}/attendance", response_model=Page[c.PresenceView], responses=problems(NOT_FOUND))
async def list_attendance(caller: Area, outreach_id: UUID, page: Annotated[PageRequest, Query()]) -> Response:
    """List who came, each with `person` as far as the caller may see."""
    reply = await caller.ask_raw(
        c.ListOutreachAttendance(outreach_id=outreach_id, cursor=page.cursor, limit=page.limit)
    )
    reply["items"] = await with_people(caller, reply["items"], PeoplePurpose.recommendation_slip)
    return json_response(reply, headers=headers_for(reply, caller.request))


@router.post("/{outreach_id}/wishes", response_model=c.WishReport, responses=problems(NOT_FOUND, ILLEGAL_TRANSITION))
async def record_wishes(caller: AreaWriter, outreach_id: UUID, body: c.OutreachWishes) -> Response:
    """Record what people want, by the pack's numbers; each becomes an accepted offer where the rules allow it."""
    return await caller.answer(c.RecordOutreachWishes(outreach_id=outreach_id, **body.model_dump()))


@router.get("/{outreach_id}/wishes", response_model=Page[c.WishView], responses=problems(NOT_FOUND))
async def list_wishes(caller: Area, outreach_id: UUID, page: Annotated[PageRequest, Query()]) -> Response:
    """List what people wanted and what came of it."""
    return await caller.answer(c.ListOutreachWishes(outreach_id=outreach_id, cursor=page.cursor, limit=page.limit))


@router.get("/{outreach_id}/result", response_model=c.OutreachResult, responses=problems(NOT_FOUND))
async def get_result(caller: Area, outreach_id: UUID) -> Response:
    """Read what came of the event: attendance, slips, wishes, orders and placements since."""
    return await caller.answer(c.GetOutreachResult(outreach_id=outreach_id))
