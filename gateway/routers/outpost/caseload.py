"""服务对象: the people an outpost looks after, by name for as long as it may see them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import headers_for, json_response, problems
from gateway.auth import OutpostStaff
from gateway.people import with_people
from shared.contracts import outposts as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND, STALE
from shared.contracts.registry import PeoplePurpose, Person

router = APIRouter(prefix="/outposts/{code}", tags=["outposts"])


class CaseloadPerson(c.CaseloadView):
    """`person` is null once the outpost may no longer see the worker."""

    person: Person | None


@router.get("/caseload", response_model=Page[CaseloadPerson])
async def list_caseload(caller: OutpostStaff, query: Annotated[c.ListCaseload, Query()]) -> Response:
    """List the people in the outpost's care, the newest first; each reading of names is recorded."""
    found = await caller.ask_raw(query)
    headers = headers_for(found, caller.request)
    found["items"] = await with_people(caller, found["items"], PeoplePurpose.caseload)
    return json_response(found, headers=headers)


@router.get("/caseload/{worker_id}", response_model=CaseloadPerson, responses=problems(NOT_FOUND))
async def get_caseload(caller: OutpostStaff, worker_id: UUID) -> Response:
    """Read one person in the outpost's care."""
    found = await caller.ask_raw(c.GetCaseload(worker_id=worker_id))
    (row,) = await with_people(caller, [found], PeoplePurpose.caseload)
    return json_response(row, headers=headers_for(found, caller.request))


@router.put(
    "/caseload/{worker_id}/liaison",
    response_model=c.CaseloadView,
    responses=problems(NOT_FOUND, STALE),
)
async def assign_liaison(caller: OutpostStaff, worker_id: UUID, body: c.LiaisonChoice) -> Response:
    """Choose the liaison officer who looks after this person; null gives the person back to all."""
    message = c.AssignLiaison(worker_id=worker_id, liaison_id=body.liaison_id, expected_version=caller.if_match())
    return await caller.answer(message)


@router.get("/figures/care", response_model=c.FiguresOfOutposts)
async def get_own_figures(caller: OutpostStaff) -> Response:
    """Count the outpost's own care: people, follow-ups, cases, visits."""
    return await caller.answer(c.GetOutpostFigures())


@router.get("/authorities", response_model=Page[c.ReceivingAuthorityView])
async def list_authorities(caller: OutpostStaff, query: Annotated[c.ListReceivingAuthorities, Query()]) -> Response:
    """List the offices to turn to: national numbers first, then those the outpost added."""
    return await caller.answer(query)


@router.post("/authorities", status_code=201, response_model=c.ReceivingAuthorityView)
async def add_authority(caller: OutpostStaff, body: c.AddReceivingAuthority) -> Response:
    """Add an office of the city to the directory."""
    return await caller.create(body, location=f"/api/v1/outposts/{caller.outpost}/authorities")
