"""家庭户 and 联系方式 of a worker; an area account within its own area."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, AreaWriter
from shared.contracts import registry as c
from shared.contracts.errors import NOT_FOUND

router = APIRouter(prefix="/hq/workers/{worker_id}", tags=["hq"])


@router.get("/household", response_model=c.HouseholdView, responses=problems(NOT_FOUND, c.HOUSEHOLD_MISSING))
async def get_household(caller: Area, worker_id: UUID) -> Response:
    """Read the household that a worker belongs to, and whether nobody of it works 零就业家庭."""
    return await caller.answer(c.GetHousehold(worker_id=worker_id))


@router.post(
    "/household",
    status_code=201,
    response_model=c.HouseholdView,
    responses=problems(NOT_FOUND, c.HOUSEHOLD_EXISTS, c.WORKER_ERASED),
)
async def found_household(caller: AreaWriter, worker_id: UUID, body: c.HouseholdForm) -> Response:
    """Begin a household with this worker as its head 户主."""
    message = c.FoundHousehold(worker_id=worker_id, members_total=body.members_total)
    return await caller.create(message, location=f"/api/v1/hq/workers/{worker_id}/household")


@router.post(
    "/household/members",
    status_code=201,
    response_model=c.HouseholdView,
    responses=problems(NOT_FOUND, c.HOUSEHOLD_EXISTS, c.HOUSEHOLD_MISSING, c.WORKER_ERASED),
)
async def join_household(caller: AreaWriter, worker_id: UUID, body: c.HouseholdMemberForm) -> Response:
    """Add somebody to this worker's household; who was in another one leaves it."""
    message = c.JoinHousehold(member_id=worker_id, worker_id=body.worker_id, relation=body.relation)
    return await caller.create(message, location=f"/api/v1/hq/workers/{worker_id}/household")


@router.post(
    "/household/leaving",
    status_code=204,
    response_class=Response,
    responses=problems(NOT_FOUND, c.HOUSEHOLD_MISSING),
)
async def leave_household(caller: AreaWriter, worker_id: UUID) -> Response:
    """Say that this worker is of the household no longer."""
    return await caller.answer(c.LeaveHousehold(worker_id=worker_id), status=204)


@router.get("/contacts", response_model=c.Contacts, responses=problems(NOT_FOUND, c.WORKER_ERASED))
async def list_contacts(caller: Area, worker_id: UUID) -> Response:
    """List further ways to reach a worker."""
    return await caller.answer(c.ListContacts(worker_id=worker_id))


@router.post(
    "/contacts",
    status_code=201,
    response_model=c.ContactView,
    responses=problems(NOT_FOUND, c.WORKER_ERASED, c.PHONE_INVALID),
)
async def add_contact(caller: AreaWriter, worker_id: UUID, body: c.ContactForm) -> Response:
    """Add a phone, a WeChat id, an emergency contact or an address."""
    message = c.AddContact(worker_id=worker_id, **body.model_dump())
    return await caller.create(message, location=f"/api/v1/hq/workers/{worker_id}/contacts")


@router.post("/contacts/{contact_id}/end", status_code=204, response_class=Response, responses=problems(NOT_FOUND))
async def end_contact(caller: AreaWriter, worker_id: UUID, contact_id: UUID) -> Response:
    """Say that it reaches the person no longer."""
    return await caller.answer(c.EndContact(worker_id=worker_id, contact_id=contact_id), status=204)
