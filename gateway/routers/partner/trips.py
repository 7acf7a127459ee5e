"""包车到厂: an employer sees the coaches that bring people to it, and who is on them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import headers_for, json_response, problems
from gateway.auth import PartnerApi
from gateway.people import with_people
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import PeoplePurpose, Person

router = APIRouter(prefix="/partner/trips", tags=["partner"])


class NamedArrival(c.Arrival):
    """One person on the way, with the name where the employer may know it."""

    person: Person | None = None


@router.get("", response_model=Page[c.EmployerTrip])
async def list_employer_trips(caller: PartnerApi, query: Annotated[c.ListEmployerTrips, Query()]) -> Response:
    """List the coaches with people for the own company, the latest departure first."""
    return await caller.answer(query)


@router.get("/{trip_id}/arrivals", response_model=Page[NamedArrival], responses=problems(NOT_FOUND))
async def list_arrivals(
    caller: PartnerApi,
    trip_id: UUID,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """List who comes by one coach, by seat: with name and masked number, without identity number."""
    found = await caller.ask_raw(c.ListArrivals(trip_id=trip_id, cursor=cursor, limit=limit))
    found["items"] = await with_people(caller, found["items"], PeoplePurpose.recommendation_slip)
    return json_response(found, headers=headers_for(found, caller.request))
