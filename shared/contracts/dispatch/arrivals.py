"""Who comes to an employer by which coach, and when: what the factory gate has to know."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Page, PageRequest, Query, View
from shared.contracts.dispatch.trips import SeatState, TripState
from shared.contracts.scopes import OutpostCode


class EmployerTrip(View):
    """A coach with people for one employer on it."""

    id: UUID
    trip_no: str
    state: TripState
    plate: str | None
    depart_at: datetime
    arrive_at: datetime = Field(description="at the last of the outposts")
    own_people: int = Field(description="how many on it come to this employer")
    own_boarded: int


class ListEmployerTrips(PageRequest, Query[Page[EmployerTrip]]):
    """Coaches that bring people to the asking employer, the latest departure first."""

    state: TripState | None = None
    depart_from: datetime | None = None
    depart_to: datetime | None = None


class Arrival(View):
    """One person on the way to an employer."""

    order_id: UUID
    order_no: str
    worker_id: UUID
    posting_title: str
    outpost: OutpostCode
    trip_id: UUID
    trip_no: str
    seat_no: int | None
    seat_state: SeatState
    expected_at: datetime | None = Field(description="by the timetable, at the person's outpost")
    boarded_at: datetime | None = None
    arrived_at: datetime | None = None
    handed_over_at: datetime | None = None


class ListArrivals(PageRequest, Query[Page[Arrival]]):
    """The people of one coach who come to the asking employer, by seat."""

    trip_id: UUID
