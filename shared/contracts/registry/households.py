"""家庭户 and 联系方式: who lives with whom, whether nobody of them works, and how else a person is reached."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Nothing, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.registry.people import Employment, RecordSource
from shared.contracts.types import PersonName, ShortText


class HouseholdRelation(StrEnum):
    """与户主关系"""

    head = "head"
    spouse = "spouse"
    child = "child"
    child_in_law = "child_in_law"
    parent = "parent"
    grandchild = "grandchild"
    sibling = "sibling"
    other = "other"


class HouseholdMemberView(View):
    worker_id: UUID
    worker_name: str
    relation: HouseholdRelation
    age: int
    can_work: bool
    employment: Employment
    since: date


class HouseholdView(View):
    """A household as far as its members are registered. 零就业家庭: some could work, and nobody does."""

    id: UUID
    members_total: int | None = Field(description="people in the household, registered or not")
    members: list[HouseholdMemberView]
    able: int = Field(description="members of working age who can work")
    employed: int
    is_zero_employment: bool


class HouseholdForm(BaseModel):
    members_total: int | None = Field(default=None, ge=1, le=40, examples=[5])


class FoundHousehold(HouseholdForm, Command[HouseholdView]):
    """Begin a household with its head 户主."""

    worker_id: UUID


class HouseholdMemberForm(BaseModel):
    worker_id: UUID
    relation: HouseholdRelation


class JoinHousehold(HouseholdMemberForm, Command[HouseholdView]):
    """Add somebody to the household of `member_id`; who was in another one leaves it."""

    member_id: UUID


class LeaveHousehold(Command[Nothing]):
    worker_id: UUID


class GetHousehold(Query[HouseholdView]):
    """The household that a worker belongs to."""

    worker_id: UUID


class ContactKind(StrEnum):
    """联系方式"""

    phone = "phone"
    wechat = "wechat"
    emergency = "emergency"
    address = "address"


class ContactForm(BaseModel):
    """A further way to reach somebody; `name` and `relation` say whose it is, where it is another person's."""

    kind: ContactKind
    value: ShortText = Field(examples=["13900139000", "德凤街道双凤社区3栋201"])
    name: PersonName | None = None
    relation: ShortText | None = Field(default=None, examples=["妻子"])


class ContactView(ContactForm, View):
    id: UUID
    source: RecordSource
    recorded_at: datetime


class Contacts(View):
    items: list[ContactView]


class AddContact(ContactForm, Command[ContactView]):
    worker_id: UUID


class EndContact(Command[Nothing]):
    """It reaches the person no longer."""

    worker_id: UUID
    contact_id: UUID


class ListContacts(Query[Contacts]):
    worker_id: UUID


HOUSEHOLD_EXISTS = ProblemCode(
    "household.exists",
    ProblemKind.conflict,
    zh="此人已经属于一个家庭户。",
    en="This person belongs to a household already.",
)
HOUSEHOLD_MISSING = ProblemCode(
    "household.missing",
    ProblemKind.not_found,
    zh="此人还没有登记家庭户。",
    en="No household is recorded for this person.",
)
