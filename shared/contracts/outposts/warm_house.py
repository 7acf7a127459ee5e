"""暖心屋: what an outpost's house offers and who came."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import CleanText, ShortText

WARM_HOUSE_SLOT_FULL = ProblemCode(
    "warm_house.slot_full",
    ProblemKind.conflict,
    zh="这个时段已经约满。",
    en="This slot is fully booked.",
)
WARM_HOUSE_ALREADY_BOOKED = ProblemCode(
    "warm_house.already_booked",
    ProblemKind.conflict,
    zh="该劳动力已预约这个时段。",
    en="This worker has already booked this slot.",
)
WARM_HOUSE_SLOT_OVERLAPS = ProblemCode(
    "warm_house.slot_overlaps",
    ProblemKind.conflict,
    zh="同一用途的时段互相重叠。",
    en="A slot of the same use already covers part of this time.",
)


class WarmHouseUse(StrEnum):
    bed = "bed"
    desk = "desk"
    advice = "advice"
    training = "training"
    gathering = "gathering"


class WarmHouseService(StrEnum):
    """What was given to a visitor."""

    rest = "rest"
    meal = "meal"
    job_search = "job_search"
    legal_advice = "legal_advice"
    paperwork = "paperwork"
    training = "training"
    childcare = "childcare"
    other = "other"


class WarmHouseSlotView(View):
    id: UUID
    outpost: OutpostCode
    use: WarmHouseUse
    starts_at: datetime
    ends_at: datetime
    capacity: int
    booked: int
    note: str | None
    version: int


class WarmHouseSlotForm(BaseModel, extra="forbid"):
    use: WarmHouseUse = Field(examples=["bed"])
    starts_at: datetime = Field(examples=["2026-11-30T18:00:00+08:00"])
    ends_at: datetime = Field(examples=["2026-12-01T09:00:00+08:00"])
    capacity: int = Field(ge=1, le=500, description="people at once", examples=[6])
    note: ShortText | None = None

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("times need a zone")
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at must be after starts_at")
        return self


class OpenWarmHouseSlot(WarmHouseSlotForm, Command[WarmHouseSlotView]):
    """At the caller's outpost."""


class ListWarmHouseSlots(PageRequest, Query[Page[WarmHouseSlotView]]):
    """Soonest first."""

    use: WarmHouseUse | None = None
    from_at: datetime | None = None


class WarmHouseVisitState(StrEnum):
    booked = "booked"
    visited = "visited"
    cancelled = "cancelled"


class WarmHouseVisitView(View):
    id: UUID
    outpost: OutpostCode
    slot_id: UUID | None
    worker_id: UUID | None
    people: int
    state: WarmHouseVisitState
    services: list[WarmHouseService]
    visited_at: datetime | None
    note: str | None
    created_at: datetime
    version: int


class WarmHouseVisitForm(BaseModel, extra="forbid"):
    """A booking (with `slot_id`, before the visit) or a visit that happens now. A passer-by needs no worker."""

    worker_id: UUID | None = None
    slot_id: UUID | None = None
    is_booking: bool = Field(default=False, description="true: books a place in the slot for later")
    people: int = Field(default=1, ge=1, le=50, description="the visitor and those with them")
    services: list[WarmHouseService] = Field(default_factory=list, examples=[["rest", "job_search"]])
    note: CleanText | None = None

    @model_validator(mode="after")
    def booking_names_slot_and_worker(self) -> Self:
        if self.is_booking and (self.slot_id is None or self.worker_id is None):
            raise ValueError("a booking names slot_id and worker_id")
        return self


class RecordWarmHouseVisit(WarmHouseVisitForm, Command[WarmHouseVisitView]):
    """At the caller's outpost; a named worker must be in its caseload."""


class ArrivalAtWarmHouse(BaseModel, extra="forbid"):
    services: list[WarmHouseService] = Field(default_factory=list)


class ConfirmWarmHouseVisit(ArrivalAtWarmHouse, Command[WarmHouseVisitView]):
    """The one who booked has come."""

    visit_id: UUID


class CancelWarmHouseVisit(Command[WarmHouseVisitView]):
    """Gives the booked place back."""

    visit_id: UUID


class ListWarmHouseVisits(PageRequest, Query[Page[WarmHouseVisitView]]):
    """Newest first."""

    state: WarmHouseVisitState | None = None
    worker_id: UUID | None = None
