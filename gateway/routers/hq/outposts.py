"""Organisations as HQ sees them: the county's townships, and the seven outposts with their staff."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, HqAdmin, HqReader
from shared.contracts import identity as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import TENANT_NOT_FOUND
from shared.contracts.scopes import OutpostCode

router = APIRouter(prefix="/hq", tags=["hq"])


@router.get("/organisations", response_model=Page[c.OrganisationView])
async def list_organisations(caller: Area, query: Annotated[c.ListOrganisations, Query()]) -> Response:
    """List the county, its townships and the outposts."""
    return await caller.answer(query)


@router.patch("/organisations/{organisation_id}", response_model=c.OrganisationView)
async def change_organisation(caller: HqAdmin, organisation_id: UUID, body: c.OrganisationChanges) -> Response:
    """Rename an organisation, or say that it works no longer."""
    return await caller.answer(
        c.ChangeOrganisation(organisation_id=organisation_id, expected_version=caller.if_match(), **body.model_dump())
    )


@router.get("/outposts", response_model=Page[c.OutpostView])
async def list_outposts(caller: Area, page: Annotated[PageRequest, Query()]) -> Response:
    """List the seven outposts, the hub first."""
    return await caller.answer(c.ListOutposts(cursor=page.cursor, limit=page.limit))


@router.get("/outposts/{code}", response_model=c.OutpostView, responses=problems(TENANT_NOT_FOUND))
async def get_outpost(caller: Area, code: OutpostCode) -> Response:
    """Read one outpost."""
    return await caller.answer(c.GetOutpost(code=code))


@router.post(
    "/outposts/{code}/users",
    status_code=201,
    response_model=c.UserView,
    responses=problems(c.USERNAME_TAKEN, c.ROLE_NEEDS, c.PASSWORD_WEAK),
)
async def register_outpost_user(caller: HqAdmin, code: OutpostCode, body: c.UserForm) -> Response:
    """Open an account for an outpost's lead or liaison officer."""
    return await caller.create(c.RegisterUser(outpost=code, **body.model_dump()), location="/api/v1/hq/users/{id}")


@router.get("/outposts/{code}/users", response_model=Page[c.UserView])
async def list_outpost_users(caller: HqReader, code: OutpostCode, page: Annotated[PageRequest, Query()]) -> Response:
    """List the accounts of one outpost."""
    return await caller.answer(c.ListUsers(outpost=code, cursor=page.cursor, limit=page.limit))
