"""Which rows dispatch keeps of trips, seats and boardings, and who may see each."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Index, Text, column
from sqlmodel import Field

from services.dispatch.base import Table
from shared.contracts.dispatch import (
    CustodyKind,
    SeatState,
    StopKind,
    TripState,
)
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, county_owned, hq_owned

TAKEN = (SeatState.held, SeatState.confirmed, SeatState.boarded)
ACTIVE = (SeatState.waiting, *TAKEN)

_OWN_TRIPS = 'id IN (SELECT mine.trip_id FROM "{schema}".seat_hold AS mine WHERE mine.worker_id::text = {key})'


class Trip(Table, table=True):
    """包车班次. An outpost sees and marks the trips that come to it; a worker those with an own seat."""

    __tablename__ = "trip"
    __policy__: ClassVar[Policy] = hq_owned(
        read=("worker",),
        write=("outpost",),
        where={"outpost": "{key} = ANY (outposts)", "worker": _OWN_TRIPS},
    )
    __table_args__ = (Index("trip_listed", "depart_at", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    trip_no: str = Field(unique=True)
    plan_id: str | None = Field(default=None, index=True)
    state: TripState = text_enum(TripState)
    coach_kind: str
    plate: str | None = None
    seats: int
    drivers: int
    outposts: list[str] = Field(sa_type=ARRAY(Text))
    depart_at: datetime = timestamp(default_now=False)
    arrive_at: datetime = timestamp(default_now=False)
    distance_km: int
    driving_minutes: int
    cost_cents: int = Field(sa_type=BigInteger)
    departed_at: datetime | None = timestamp(nullable=True)
    cancel_reason: str | None = None
    version: int = 1


class TripStop(Table, table=True):
    """A stop of the timetable: where people get on, rest, and get off."""

    __tablename__ = "trip_stop"
    __policy__: ClassVar[Policy] = hq_owned(
        read=("worker",),
        write=("outpost",),
        where={
            "outpost": 'trip_id IN (SELECT seen.id FROM "{schema}".trip AS seen)',
            "worker": 'trip_id IN (SELECT seen.id FROM "{schema}".trip AS seen)',
        },
    )

    trip_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True)
    kind: StopKind = text_enum(StopKind)
    division: str | None = None
    outpost: OutpostCode | None = text_enum(OutpostCode, default=None, nullable=True)
    arrive_at: datetime = timestamp(default_now=False)
    leave_at: datetime = timestamp(default_now=False)
    km_from_start: int
    arrived_at: datetime | None = timestamp(nullable=True)


class SeatHold(Table, table=True):
    """座位预留. A seat has one holder and an order has one seat: both unique indexes say so."""

    __tablename__ = "seat_hold"
    __policy__: ClassVar[Policy] = county_owned(writable_by=("hq", "outpost"))
    __table_args__ = (
        Index(
            "seat_hold_one_a_seat",
            "trip_id",
            "seat_no",
            unique=True,
            postgresql_where=column("state").in_([state.value for state in TAKEN]),
        ),
        Index(
            "seat_hold_one_an_order",
            "order_id",
            unique=True,
            postgresql_where=column("state").in_([state.value for state in ACTIVE]),
        ),
        Index("seat_hold_trip", "trip_id", "order_id"),
        Index("seat_hold_expiring", "expires_at", postgresql_where=column("state").in_([SeatState.held.value])),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    trip_id: UUID
    order_id: UUID
    worker_id: UUID = Field(index=True)
    outpost: OutpostCode = text_enum(OutpostCode)
    pickup: str | None = None
    seat_no: int | None = None
    state: SeatState = text_enum(SeatState)
    held_at: datetime = timestamp()
    expires_at: datetime | None = timestamp(nullable=True)
    boarded_at: datetime | None = timestamp(nullable=True)
    held_by: str


class CustodyRecord(Table, table=True):
    """点对点交接: one step of the way from the home stop to the hand-over; never changed."""

    __tablename__ = "custody_record"
    __policy__: ClassVar[Policy] = county_owned(partner=True, writable_by=("hq", "outpost"))
    __table_args__ = (Index("custody_record_once", "order_id", "trip_id", "kind", unique=True),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_id: UUID
    worker_id: UUID = Field(index=True)
    trip_id: UUID
    kind: CustodyKind = text_enum(CustodyKind)
    outpost: OutpostCode = text_enum(OutpostCode)
    at: datetime = timestamp(default_now=False)
    recorded_at: datetime = timestamp()
    recorded_by: str


class TripPlan(Table, table=True):
    """包车方案: what was asked, what was proposed, and whether it was adopted. Its id is the job's.

    `roads` are a routing server's distances, kept beside what was planned with them; the table's need no keeping.
    """

    __tablename__ = "trip_plan"
    __policy__: ClassVar[Policy] = hq_owned()

    id: UUID = Field(primary_key=True)
    request: dict[str, Any] = jsonb()
    proposal: dict[str, Any] | None = jsonb(nullable=True)
    roads: dict[str, Any] | None = jsonb(nullable=True)
    version: int = 1
    changed_at: datetime | None = timestamp(nullable=True)
    changed_by: str | None = None
    adopted_at: datetime | None = timestamp(nullable=True)
    created_at: datetime = timestamp()


class TripPlanChange(Table, table=True):
    """One change of a plan by a person: what was asked, and what stood there before it, so that it can be taken back.

    Kept after it was taken back, with who did and when.
    """

    __tablename__ = "trip_plan_change"
    __policy__: ClassVar[Policy] = hq_owned()

    plan_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    asked: dict[str, Any] = jsonb()
    before: dict[str, Any] = jsonb()
    cost_difference_cents: int = Field(sa_type=BigInteger)
    changed_at: datetime = timestamp()
    changed_by: str
    undone_at: datetime | None = timestamp(nullable=True)
    undone_by: str | None = None
