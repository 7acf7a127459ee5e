"""变更申请: what a grid leader may not change alone, asked for by one person and decided by another."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.registry.histories import FieldChange
from shared.contracts.registry.people import DifficultyIn, Education, RecordSource, SkillIn, SpellIn, WorkLimit
from shared.contracts.types import PersonName, ShortText


class ChangeRequestState(StrEnum):
    pending = "pending"
    approved = "approved"
    refused = "refused"
    withdrawn = "withdrawn"


class DifficultyToEnd(BaseModel):
    difficulty_id: UUID
    valid_to: date


class DifficultyToCorrect(DifficultyIn):
    """A certified hardship as it should have been written."""

    difficulty_id: UUID


class SpellToCorrect(SpellIn):
    """An employment spell as it should have been written."""

    spell_id: UUID


class AskedChanges(BaseModel):
    """Who the person is, how they are reached, what they can do and did, and hardship. Null leaves a fact as it is."""

    name: PersonName | None = None
    id_number: str | None = Field(default=None, max_length=40)
    phone: str | None = Field(default=None, max_length=40)
    education: Education | None = None
    division: ShortText | None = Field(default=None, description="a move out of one's own area")
    limits: list[WorkLimit] | None = None
    can_work: bool | None = None
    is_active: bool | None = None
    is_verified: bool | None = None
    difficulty: DifficultyIn | None = Field(default=None, description="a hardship to certify")
    difficulty_end: DifficultyToEnd | None = Field(default=None, description="a hardship that holds no longer")
    difficulty_correction: DifficultyToCorrect | None = Field(default=None, description="a certificate mistyped")
    difficulty_withdrawal: UUID | None = Field(default=None, description="a certificate that never was")
    skills: list[SkillIn] | None = Field(default=None, max_length=30, description="the whole list, as it should be")
    spell: SpellIn | None = Field(default=None, description="an employment spell that is missing")
    spell_correction: SpellToCorrect | None = Field(default=None, description="a spell mistyped")
    spell_withdrawal: UUID | None = Field(default=None, description="a spell that never was")
    valid_from: date | None = None


class ChangeRequestForm(BaseModel):
    """What should be changed, why, and what proves it."""

    changes: AskedChanges
    reason: ShortText = Field(examples=["户口簿与登记姓名不一致"])
    evidence: ShortText | None = Field(default=None, examples=["户口簿首页照片 2026-11-20"])

    @model_validator(mode="after")
    def _asks_for_something(self) -> ChangeRequestForm:
        if not self.changes.model_dump(exclude_none=True, exclude={"valid_from"}):
            raise ValueError("nothing is asked for")
        return self


class ChangeRequestView(View):
    """A request with the facts as they are and as they should be; numbers masked."""

    id: UUID
    version: int
    worker_id: UUID
    worker_name: str
    division: str
    division_name: str
    state: ChangeRequestState
    changes: list[FieldChange]
    reason: str
    evidence: str | None
    source: RecordSource
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision: str | None = Field(description="why it was refused, or what the approver noted")


class RequestChange(ChangeRequestForm, Command[ChangeRequestView]):
    worker_id: UUID


class ListChangeRequests(PageRequest, Query[Page[ChangeRequestView]]):
    """The oldest first: who has waited longest is decided first."""

    state: ChangeRequestState | None = None
    division: str | None = Field(default=None, pattern=r"^\d{6,12}$")
    worker_id: UUID | None = None


class GetChangeRequest(Query[ChangeRequestView]):
    request_id: UUID


class ApprovalForm(BaseModel):
    note: ShortText | None = Field(default=None, examples=["已核对户口簿原件"])


class RefusalForm(BaseModel):
    reason: ShortText = Field(examples=["证明材料不清楚, 请重新拍照"])


class ApproveChangeRequest(ApprovalForm, Command[ChangeRequestView]):
    """Carry the change out. Never by the person who asked for it."""

    request_id: UUID


class RefuseChangeRequest(RefusalForm, Command[ChangeRequestView]):
    request_id: UUID


class WithdrawChangeRequest(Command[ChangeRequestView]):
    """By the person who asked, while nobody has decided."""

    request_id: UUID
