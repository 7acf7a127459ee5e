"""包车方案: a proposal of coaches for a period's orders, with its cost beside repaying the fare."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.base import Command, JobState, Query, View
from shared.contracts.dispatch.trips import StopKind
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import Cents, ShortText


class Coach(View):
    """A kind of coach that can be chartered."""

    kind: ShortText = Field(examples=["49座大巴"])
    seats: int = Field(ge=4, le=60, examples=[49])
    day_cost_cents: Cents = Field(examples=[150000])
    km_cost_cents: Cents = Field(examples=[450])
    available: int | None = Field(default=None, ge=0, description="how many there are; null: as many as needed")


class PlanTrips(Command[JobState]):
    """Plan coaches for the seatless orders of a period."""

    depart_from: date = Field(examples=["2026-03-01"])
    depart_to: date = Field(examples=["2026-03-07"])
    coaches: list[Coach] = Field(min_length=1, max_length=20)
    fare_cents: dict[OutpostCode, Cents] = Field(
        default_factory=dict, examples=[{"guangzhou": 18000}], description="what repaying one person's fare costs"
    )
    max_wait_days: int = Field(default=3, ge=0, le=14, description="how long people may wait to fill a coach")
    max_ride_hours: int = Field(default=34, ge=4, le=48, description="the longest journey, stops included")
    pays_return: bool = Field(default=True, description="the charter also pays the empty way back")

    @model_validator(mode="after")
    def _in_order(self) -> PlanTrips:
        if not 0 <= (self.depart_to - self.depart_from).days <= 92:
            raise ValueError("depart_to must be on or after depart_from, within 92 days")
        return self


class PlannedStop(View):
    position: int
    kind: StopKind
    division: str | None = None
    outpost: OutpostCode | None = None
    arrive_at: datetime
    leave_at: datetime
    km_from_start: int
    people: int = Field(description="how many get on or off")


class Passenger(View):
    order_id: UUID
    worker_id: UUID
    outpost: OutpostCode
    pickup: str = Field(description="the township where this person gets on")


class PlannedTrip(View):
    """One coach of a plan."""

    coach_kind: str
    seats: int
    drivers: int
    depart_at: datetime
    outposts: list[OutpostCode]
    stops: list[PlannedStop]
    passengers: list[Passenger]
    load: float = Field(description="people by seats, 0 to 1")
    distance_km: int
    driving_minutes: int
    cost_cents: int
    fare_cents: int | None = Field(
        description="what repaying these people's fares would cost; null if a fare is unknown"
    )


class ByFare(View):
    """A person for whom repaying the fare is cheaper than a seat, or whom no coach can carry within the rules."""

    order_id: UUID
    worker_id: UUID
    outpost: OutpostCode
    fare_cents: int | None
    why: str = Field(examples=["cheaper_by_fare"])


class TripPlanView(View):
    """包车方案: the job's state and, when it has succeeded, the proposal."""

    id: str
    state: str = Field(description="queued | running | succeeded | failed | cancelled")
    progress: float = 0
    step: str | None = None
    problem: dict[str, Any] | None = None
    is_adopted: bool = False
    people: int = 0
    trips: list[PlannedTrip] = Field(default_factory=list)
    by_fare: list[ByFare] = Field(default_factory=list)
    cost_cents: int = Field(default=0, description="coaches and repaid fares together")
    fare_alternative_cents: int | None = Field(default=None, description="everybody by repaid fare")
    seconds: float | None = None


class GetTripPlan(Query[TripPlanView]):
    plan_id: str


class LeftOut(View):
    """An order that could no longer be seated when the plan was adopted."""

    order_id: UUID
    code: str = Field(examples=["trip.order_has_seat"])


class AdoptedPlan(View):
    """方案采用: the trips it became."""

    id: str
    trip_ids: list[UUID]
    seats: int
    left_out: list[LeftOut]


class AdoptTripPlan(Command[AdoptedPlan]):
    """Turn a proposal into trips with confirmed seats; orders changed meanwhile are left out and named."""

    plan_id: str
