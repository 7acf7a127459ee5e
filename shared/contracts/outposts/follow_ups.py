"""跟踪服务: when an outpost asks after a worker, and what it heard."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import Cents, CleanText


class FollowUpKind(StrEnum):
    """The schedule counts days from the first day at work; the last two arise at once."""

    day_7 = "day_7"
    day_30 = "day_30"
    day_90 = "day_90"
    day_180 = "day_180"
    no_show = "no_show"
    unemployed = "unemployed"


class FollowUpState(StrEnum):
    planned = "planned"
    due = "due"
    done = "done"
    missed = "missed"
    cancelled = "cancelled"


class ContactBy(StrEnum):
    phone = "phone"
    wechat = "wechat"
    visit = "visit"
    other = "other"


class ContactOutcome(StrEnum):
    reached = "reached"
    not_reached = "not_reached"
    wrong_number = "wrong_number"


class ContactView(View):
    """One attempt to reach the worker."""

    id: UUID
    at: datetime
    made_by: str
    by: ContactBy
    outcome: ContactOutcome
    is_employed: bool | None
    wage_cents: int | None
    note: str | None


class FollowUpView(View):
    id: UUID
    worker_id: UUID
    outpost: OutpostCode
    kind: FollowUpKind
    state: FollowUpState
    due_on: date
    liaison_id: UUID | None
    attempts: int
    contacts: list[ContactView] = Field(default_factory=list)
    version: int


class ListFollowUps(PageRequest, Query[Page[FollowUpView]]):
    """Soonest due first."""

    state: FollowUpState | None = None
    worker_id: UUID | None = None
    liaison_id: UUID | None = None
    due_until: date | None = None


class GetFollowUp(Query[FollowUpView]):
    follow_up_id: UUID


class Contact(BaseModel, extra="forbid"):
    """What came of asking after the worker. Not reached: asked again three days later; the third time it is missed."""

    by: ContactBy = Field(default=ContactBy.phone, examples=["phone"])
    outcome: ContactOutcome = Field(examples=["reached"])
    is_employed: bool | None = Field(default=None, examples=[True])
    wage_cents: Cents | None = Field(default=None, description="wage of the last month", examples=[520000])
    note: CleanText | None = Field(default=None, examples=["已适应, 住宿满意, 想学电工"])


class RecordContact(Contact, Command[FollowUpView]):
    follow_up_id: UUID


class FollowUpDue(Event):
    topic: ClassVar[str] = "follow_up.due"
    aggregate: ClassVar[str] = "follow_up_id"
    follow_up_id: UUID
    worker_id: UUID
    outpost: OutpostCode
    due_on: date
    kind: FollowUpKind
