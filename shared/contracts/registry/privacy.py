"""个人信息保护: who may learn an identity number and for what, consents, erasure, and the record of all of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Nothing, Page, PageRequest, Query, View
from shared.contracts.registry.people import ConsentPurpose, ConsentView, Sex
from shared.contracts.types import ShortText


class PeoplePurpose(StrEnum):
    """What a service needs people's details for; each purpose reveals only what it needs."""

    recommendation_slip = "recommendation_slip"
    dispatch_order = "dispatch_order"
    manifest = "manifest"
    labour_contract = "labour_contract"
    rights_case = "rights_case"
    training_roster = "training_roster"
    settlement = "settlement"
    caseload = "caseload"
    message = "message"


class Person(View):
    """A worker's details for one purpose. `id_number` and `phone` are null where the purpose does not need them."""

    worker_id: UUID
    name: str
    sex: Sex
    born_on: date
    id_number_masked: str | None
    id_number: str | None = None
    phone: str | None = None
    division: str
    division_name: str
    is_active: bool


class People(View):
    people: list[Person]
    missing: list[UUID] = Field(default_factory=list, description="unknown, erased, or outside what the caller sees")


class GetPeople(Command[People]):
    """The names behind ids, for printing or showing. Recorded, one entry a person."""

    worker_ids: list[UUID] = Field(min_length=1, max_length=1000)
    purpose: PeoplePurpose


class NamedNumber(BaseModel, extra="forbid"):
    """A person as a paper names one."""

    name: str = Field(max_length=60)
    id_number: str = Field(max_length=40)


class FoundWorker(View):
    """Who is meant; null where nobody whom the caller sees has this number, or where the name is another one."""

    worker_id: UUID | None = None
    division: str | None = None
    is_name_other: bool = False


class FoundWorkers(View):
    items: list[FoundWorker]


class FindByIdNumbers(Query[FoundWorkers]):
    """The workers whom rows of a list name, in the list's order. Name and number must both fit, so that numbers alone
    tell nobody who is registered.
    """

    people: list[NamedNumber] = Field(min_length=1, max_length=1000)


class DisclosedIdNumber(View):
    worker_id: UUID
    id_number: str
    disclosure_id: UUID


class DisclosureForm(BaseModel):
    """Why the number is needed."""

    purpose: ShortText = Field(examples=["办理社会保障卡"])


class DiscloseIdNumber(DisclosureForm, Command[DisclosedIdNumber]):
    """Reveal one identity number. Who asked, when and why is kept for good."""

    worker_id: UUID


class DisclosureView(View):
    id: UUID
    worker_id: UUID
    fields: list[str]
    purpose: str
    actor: str
    scope: str
    at: datetime


class ListDisclosures(PageRequest, Query[Page[DisclosureView]]):
    """谁看过谁: every disclosure, newest first."""

    worker_id: UUID | None = None
    actor: str | None = None


class WithdrawConsent(Command[ConsentView]):
    """A worker may withdraw as easily as give (个人信息保护法 §15)."""

    worker_id: UUID
    purpose: ConsentPurpose


class ErasureForm(BaseModel):
    """Why the person is erased."""

    reason: ShortText = Field(examples=["本人书面申请删除"])


class EraseWorker(ErasureForm, Command[Nothing]):
    """Destroy the worker's key and blank the record (§47). A legal hold wins over it."""

    worker_id: UUID
