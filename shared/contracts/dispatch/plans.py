"""包车方案: a proposal of coaches for a period's orders, with its cost beside repaying the fare."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, JobState, Page, PageRequest, Query, View
from shared.contracts.dispatch.trips import StopKind
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import Cents, DivisionCode, ShortText


class Coach(View):
    """A kind of coach that can be chartered."""

    kind: ShortText = Field(examples=["49座大巴"])
    seats: int = Field(ge=4, le=60, examples=[49])
    day_cost_cents: Cents = Field(examples=[150000])
    km_cost_cents: Cents = Field(examples=[450])
    driver_day_cost_cents: Cents = Field(default=0, description="for each driver and day, beside the coach's day")
    available: int | None = Field(default=None, ge=0, description="how many there are; null: as many as needed")


class StopHours(BaseModel, extra="forbid"):
    """When a coach may call at one township or one outpost: it waits for `opens`, and never comes after `closes`."""

    division: DivisionCode | None = Field(default=None, examples=["522631104"])
    outpost: OutpostCode | None = None
    opens: time = Field(default=time(0), examples=["08:00"])
    closes: time = Field(default=time(23, 59), examples=["18:00"])

    @model_validator(mode="after")
    def _at_one_place(self) -> StopHours:
        if (self.division is None) == (self.outpost is None):
            raise ValueError("give either division or outpost")
        if self.opens >= self.closes:
            raise ValueError("opens must be before closes")
        return self


class TripPlanRequest(BaseModel):
    """What a plan is asked for."""

    depart_from: date = Field(examples=["2026-03-01"])
    depart_to: date = Field(examples=["2026-03-07"])
    coaches: list[Coach] = Field(min_length=1, max_length=20)
    fare_cents: dict[OutpostCode, Cents] = Field(
        default_factory=dict, examples=[{"guangzhou": 18000}], description="what repaying one person's fare costs"
    )
    max_wait_days: int = Field(default=3, ge=0, le=14, description="how long people may wait to fill a coach")
    max_ride_hours: int = Field(default=34, ge=4, le=48, description="the longest journey, stops included")
    pays_return: bool = Field(default=True, description="the charter also pays the empty way back")
    stop_hours: list[StopHours] = Field(
        default_factory=list, max_length=40, description="when coaches may call at a place; a place not named: any time"
    )
    seconds: int = Field(default=60, ge=1, le=600, description="how long to look for cheaper coaches, at most")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 0 <= (self.depart_to - self.depart_from).days <= 92:
            raise ValueError("depart_to must be on or after depart_from, within 92 days")
        if len({coach.kind for coach in self.coaches}) < len(self.coaches):
            raise ValueError("each kind of coach is named once")
        places = [one.outpost or (one.division or "")[:9] for one in self.stop_hours]
        if len(set(places)) < len(places):
            raise ValueError("each place has one span of hours")
        return self


class PlanTrips(TripPlanRequest, Command[JobState]):
    """Plan coaches for the seatless orders of a period."""


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
    depart_on: date | None = Field(default=None, description="nobody leaves before this day")


class PlannedTrip(View):
    """One coach of a plan."""

    number: int = Field(default=0, description="names this coach while the plan is changed")
    coach_kind: str
    seats: int
    drivers: int
    depart_at: datetime
    arrive_at: datetime | None = None
    ride_hours: float | None = Field(default=None, description="from the first stop to the last, rests included")
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
    pickup: str | None = None
    depart_on: date | None = None
    fare_cents: int | None
    why: str = Field(examples=["cheaper_by_fare"])


class PlanChangeRow(View):
    """One change that a person made and that can be taken back."""

    number: int
    people: int = Field(description="how many were moved")
    departures: int = Field(description="how many coaches got another departure")
    cost_difference_cents: int
    changed_at: datetime
    changed_by: str


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
    greedy_cost_cents: int | None = Field(default=None, description="what best fit decreasing would have cost")
    greedy_coaches: int | None = None
    computed_cost_cents: int | None = Field(default=None, description="before anybody moved people")
    roads: str | None = Field(default=None, description="table | router: whose distances were used")
    depart_from: date | None = None
    depart_to: date | None = None
    version: int = 1
    created_at: datetime | None = None
    changed_at: datetime | None = None
    seconds: float | None = None
    asked: TripPlanRequest | None = Field(default=None, description="what was asked for")
    changes: list[PlanChangeRow] = Field(default_factory=list, description="what people changed, the newest first")


class GetTripPlan(Query[TripPlanView]):
    plan_id: str


class TripPlanRow(View):
    """A line of the list of plans; without people while it is being computed, or where that failed."""

    id: str
    depart_from: date
    depart_to: date
    people: int | None = None
    coaches: int | None = None
    cost_cents: int | None = None
    fare_alternative_cents: int | None = None
    is_adopted: bool
    created_at: datetime


class ListTripPlans(PageRequest, Query[Page[TripPlanRow]]):
    """The plans that were asked for, the newest first."""


class PlanMove(BaseModel, extra="forbid"):
    """People who are to sit elsewhere: on coach `coach`, on a new one of `coach_kind`, or by fare where neither is."""

    order_ids: list[UUID] = Field(min_length=1, max_length=60)
    coach: int | None = Field(default=None, ge=1, examples=[3])
    coach_kind: str | None = Field(default=None, max_length=100)
    depart_on: date | None = Field(
        default=None, description="the new coach's day; the last of its people's if not given"
    )

    @model_validator(mode="after")
    def _goes_to_one_place(self) -> PlanMove:
        if self.coach is not None and self.coach_kind is not None:
            raise ValueError("give either coach or coach_kind")
        return self


class PlanDeparture(BaseModel, extra="forbid"):
    """Another departure for a coach of the plan."""

    coach: int = Field(ge=1)
    depart_at: datetime


class TripPlanChange(BaseModel, extra="forbid"):
    moves: list[PlanMove] = Field(default_factory=list, max_length=100)
    departures: list[PlanDeparture] = Field(default_factory=list, max_length=100)

    @model_validator(mode="after")
    def _changes_something(self) -> TripPlanChange:
        if not self.moves and not self.departures:
            raise ValueError("nothing to change")
        return self


class ChangeTripPlan(TripPlanChange, Command[TripPlanView]):
    """Move people between the coaches of a proposal; every coach that changes is timed and checked again."""

    plan_id: str
    expected_version: int | None = None


class UndoPlanChange(Command[TripPlanView]):
    """Take the last change of a proposal back; again, the one before it."""

    plan_id: str
    expected_version: int | None = None


class ResetTripPlan(Command[TripPlanView]):
    """Take every change back: the proposal as it was computed."""

    plan_id: str
    expected_version: int | None = None


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
    expected_version: int | None = None
