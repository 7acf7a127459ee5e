"""组织包车: trips, numbered seats, boarding, arrival and the hand-over “点对点”."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, JobState, Page, PageRequest, Query, View
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import Cents, CleanText, DivisionCode, ShortText


class TripState(StrEnum):
    """planned -> departed -> arrived, or planned -> cancelled."""

    planned = "planned"
    departed = "departed"
    arrived = "arrived"
    cancelled = "cancelled"


class SeatState(StrEnum):
    """waiting and held may expire or be released; confirmed is firm; boarded and missed are what happened."""

    waiting = "waiting"
    held = "held"
    confirmed = "confirmed"
    boarded = "boarded"
    missed = "missed"
    released = "released"
    expired = "expired"


class SeatLost(StrEnum):
    """Why somebody no longer has a seat or a waiting place."""

    released = "released"
    expired = "expired"
    trip_cancelled = "trip_cancelled"
    trip_left = "trip_left"
    boarded_elsewhere = "boarded_elsewhere"


class StopKind(StrEnum):
    pickup = "pickup"
    rest = "rest"
    dropoff = "dropoff"


class StopView(View):
    """A stop of the journey; a rest names no place."""

    position: int
    kind: StopKind
    division: str | None = Field(default=None, examples=["522631104"])
    outpost: OutpostCode | None = None
    arrive_at: datetime
    leave_at: datetime
    km_from_start: int
    arrived_at: datetime | None = Field(default=None, description="when the coach really came")


class TripRow(View):
    """A line of the list of trips."""

    id: UUID
    trip_no: str = Field(examples=["BC-2026-00001"])
    state: TripState
    coach_kind: str = Field(examples=["49座大巴"])
    plate: str | None = Field(default=None, examples=["贵H12345"])
    outposts: list[OutpostCode]
    depart_at: datetime
    seats: int
    seats_taken: int
    waiting: int
    boarded: int


class TripView(TripRow):
    """包车班次 with its timetable."""

    plan_id: str | None = None
    drivers: int
    stops: list[StopView]
    distance_km: int
    driving_minutes: int
    cost_cents: int
    departed_at: datetime | None = None
    cancel_reason: str | None = None
    version: int


class Pickup(View):
    """A township where people get on."""

    division: DivisionCode


class CreateTrip(Command[TripView]):
    """Charter one coach. The timetable follows from the places and the rules for coaches."""

    coach_kind: ShortText = Field(examples=["49座大巴"])
    seats: int = Field(ge=1, le=60, examples=[49])
    drivers: int | None = Field(default=None, ge=1, le=4, description="as many as the way needs if not given")
    plate: str | None = Field(default=None, max_length=20, examples=["贵H12345"])
    depart_at: datetime = Field(examples=["2026-03-02T06:30:00+08:00"])
    pickups: list[Pickup] = Field(default_factory=list, max_length=26, description="empty: the county seat alone")
    outposts: list[OutpostCode] = Field(min_length=1, max_length=7, examples=[["guangzhou", "dongguan"]])
    day_cost_cents: Cents = 0
    km_cost_cents: Cents = 0


class TripCancellation(BaseModel, extra="forbid"):
    reason: CleanText = Field(examples=["大雪封路, 改期"])


class CancelTrip(TripCancellation, Command[TripView]):
    """Call a trip off before it leaves; its seats are free and its orders can be seated elsewhere."""

    trip_id: UUID


class GetTrip(Query[TripView]):
    trip_id: UUID


class ListTrips(PageRequest, Query[Page[TripRow]]):
    """Trips, the latest departure first."""

    state: TripState | None = None
    outpost: OutpostCode | None = None
    depart_from: datetime | None = None
    depart_to: datetime | None = None
    plan_id: str | None = Field(default=None, max_length=60, description="the plan that they came from")


class SeatView(View):
    """座位预留: one order's seat, or its place on the waiting list."""

    id: UUID
    trip_id: UUID
    order_id: UUID
    worker_id: UUID
    outpost: OutpostCode
    seat_no: int | None = Field(description="null while waiting")
    state: SeatState
    expires_at: datetime | None = None
    boarded_at: datetime | None = None


class SeatRequest(BaseModel, extra="forbid"):
    order_id: UUID
    seat_no: int | None = Field(default=None, ge=1, examples=[12])
    hold_minutes: int | None = Field(default=None, ge=1, le=10_080, examples=[30])
    can_wait: bool = Field(default=False, description="join the waiting list where the trip is full")


class HoldSeat(SeatRequest, Command[SeatView]):
    """Hold a numbered seat, or the lowest free one. Without `hold_minutes` the seat is confirmed at once."""

    trip_id: UUID


class SeatOwner(BaseModel, extra="forbid"):
    order_id: UUID = Field(description="the order that holds the seat; no other may confirm or release it")


class ConfirmSeat(SeatOwner, Command[SeatView]):
    """Make a held seat firm, for the order that holds it."""

    trip_id: UUID
    hold_id: UUID


class ReleaseSeat(SeatOwner, Command[SeatView]):
    """Give a seat or a waiting place back, for the order that holds it; the next in the waiting list moves up."""

    trip_id: UUID
    hold_id: UUID


class ListSeats(PageRequest, Query[Page[SeatView]]):
    """The seats of one trip in the order of their numbers, the waiting list after them."""

    trip_id: UUID


class ManifestEntry(View):
    """名单条目. The name and the masked number come from registry for those who may see them."""

    seat_no: int | None
    order_id: UUID
    order_no: str
    worker_id: UUID
    outpost: OutpostCode
    division: str
    state: SeatState
    boarded_at: datetime | None = None
    name: str | None = Field(default=None, examples=["吴秀英"])
    id_number_masked: str | None = Field(default=None, examples=["522631********0027"])
    phone: str | None = None


class ManifestView(View):
    """乘车名单 of one trip, or of one outpost's people on it."""

    trip: TripView
    entries: list[ManifestEntry]


class GetManifest(Query[ManifestView]):
    """The people of a trip by seat number. An outpost gets its own people."""

    trip_id: UUID


class PrintManifest(Command[JobState]):
    """Print the 乘车名单 with real names for the driver and the outposts."""

    trip_id: UUID


class BoardingView(View):
    """上车签到: boarding twice is the same boarding."""

    order_id: UUID
    worker_id: UUID
    trip_id: UUID
    outpost: OutpostCode
    seat_no: int
    boarded_at: datetime
    is_repeated: bool


class BoardingForm(BaseModel, extra="forbid"):
    order_id: UUID | None = None
    seat_token: str | None = Field(default=None, max_length=2000)
    boarded_at: datetime | None = Field(default=None, description="when an offline list is merged later")

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.order_id is None) == (self.seat_token is None):
            raise ValueError("give either order_id or seat_token")
        return self


class BoardWorker(BoardingForm, Command[BoardingView]):
    """Record that a person got on, by the order or by the signed seat token of the QR code."""

    trip_id: UUID


class OfflineBoarding(BaseModel, extra="forbid"):
    """A line of a list that was kept without a connection: the order ticked off, or the code scanned."""

    order_id: UUID | None = None
    seat_token: str | None = Field(default=None, max_length=2000)
    boarded_at: datetime

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.order_id is None) == (self.seat_token is None):
            raise ValueError("give either order_id or seat_token")
        return self


class BoardingList(BaseModel, extra="forbid"):
    entries: list[OfflineBoarding] = Field(min_length=1, max_length=200)


class RefusedBoarding(View):
    """A line that could not be merged, for a person to look at."""

    row: int = Field(description="of the list, from 1")
    order_id: UUID | None = None
    code: str = Field(examples=["trip.no_seat"])


class MergedBoardings(View):
    """离线签到名单合并: what became of each line."""

    trip_id: UUID
    boarded: int
    repeated: int
    refused: list[RefusedBoarding]


class MergeBoardings(BoardingList, Command[MergedBoardings]):
    """Merge a list kept offline, even after the coach arrived; merging it twice, or two devices' lists, is the same."""

    trip_id: UUID


class DepartureForm(BaseModel, extra="forbid"):
    departed_at: datetime | None = Field(default=None, description="now, if not given")


class DepartTrip(DepartureForm, Command[TripView]):
    """The coach leaves its last home stop; who has not boarded has missed it."""

    trip_id: UUID


class OwnArrivalForm(BaseModel, extra="forbid"):
    arrived_at: datetime | None = Field(default=None, description="now, if not given")


class ArrivalForm(OwnArrivalForm):
    outpost: OutpostCode | None = Field(default=None, description="the next outpost on its way, if not given")


class RecordArrival(ArrivalForm, Command[TripView]):
    """The coach reached an outpost: the one named, else the next on its way."""

    trip_id: UUID


class HandOverView(View):
    """Who was handed over 点对点交接 at one outpost."""

    trip_id: UUID
    outpost: OutpostCode
    order_ids: list[UUID]
    handed_over_at: datetime


class OwnHandOverForm(BaseModel, extra="forbid"):
    order_ids: list[UUID] | None = Field(default=None, max_length=60, description="all who boarded, if not given")
    handed_over_at: datetime | None = Field(default=None, description="now, if not given")


class HandOverForm(OwnHandOverForm):
    outpost: OutpostCode


class HandOverWorkers(HandOverForm, Command[HandOverView]):
    """Hand the people of one outpost over to it (or to their employer); all who boarded unless orders are named."""

    trip_id: UUID


class SeatTicket(View):
    """What a worker sees of the own journey: the seat, the stops, and the token for the QR code."""

    trip: TripView
    order_id: UUID
    order_no: str
    seat_no: int | None
    state: SeatState
    pickup: StopView | None = None
    dropoff: StopView | None = None
    seat_token: str | None = None


class SeatTickets(View):
    items: list[SeatTicket]


class MyTrip(Query[SeatTickets]):
    """The journeys ahead of (or just behind) one worker."""

    worker_id: UUID
