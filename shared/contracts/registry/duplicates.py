"""重复登记: likely duplicates, found before they are made; merging two records, and undoing it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Nothing, Page, PageRequest, Query, View
from shared.contracts.registry.people import Sex
from shared.contracts.types import PersonName, ShortText


class LikelyReason(StrEnum):
    """Why two records may be one person."""

    same_number = "same_number"
    number_nearly_same = "number_nearly_same"
    same_name = "same_name"
    same_sound = "same_sound"
    same_birth = "same_birth"
    same_township = "same_township"
    same_phone = "same_phone"


class LikelyMatch(View):
    """A record that may be the same person's, with what speaks for it; numbers masked."""

    worker_id: UUID
    name: str
    id_number_masked: str | None
    sex: Sex
    born_on: date
    phone_masked: str | None
    division: str
    division_name: str
    reasons: list[LikelyReason]
    score: int = Field(ge=0, le=100, description="80 and more: look before you register")


class LikelyMatches(View):
    items: list[LikelyMatch]


class FindLikelyWorkers(Query[LikelyMatches]):
    """Who may be the person one is about to register, within what one may see."""

    name: PersonName
    id_number: str | None = Field(default=None, max_length=40)
    born_on: date | None = Field(default=None, description="where the number is not known")
    phone: str | None = Field(default=None, max_length=40)
    division: ShortText | None = None


class LikelyPair(View):
    """Two records of one name and birth date that nobody has looked at yet."""

    one: LikelyMatch
    other: LikelyMatch


class ListLikelyPairs(PageRequest, Query[Page[LikelyPair]]):
    division: str | None = Field(default=None, pattern=r"^\d{6,12}$")


class DistinctForm(BaseModel):
    """Who else it is not, and how one knows."""

    other_worker_id: UUID
    reason: ShortText = Field(examples=["两人都到站核对过身份证"])


class ConfirmDistinct(DistinctForm, Command[Nothing]):
    """Two people of one name and birth date: the pair is not shown again."""

    worker_id: UUID


class MergerState(StrEnum):
    provisional = "provisional"
    final = "final"
    undone = "undone"


class MergerView(View):
    """A merger 合并. While it is provisional it can be undone; then the other services move the person's rows."""

    id: UUID
    worker_id: UUID
    worker_name: str
    into_worker_id: UUID
    into_worker_name: str
    state: MergerState
    reason: str
    merged_by: str
    merged_at: datetime
    undo_until: datetime
    settled_by: str | None
    settled_at: datetime | None
    undo_reason: str | None


class ListMergers(PageRequest, Query[Page[MergerView]]):
    """The latest first."""

    state: MergerState | None = None
    worker_id: UUID | None = Field(default=None, description="either of the two records")


class GetMerger(Query[MergerView]):
    merger_id: UUID


class MergerUndo(BaseModel):
    reason: ShortText = Field(examples=["核对后是两个人"])


class UndoMerger(MergerUndo, Command[MergerView]):
    """Open the closed record again, and take from the other what the merger had added."""

    merger_id: UUID


class ConfirmMerger(Command[MergerView]):
    """Make it final now instead of after seven days."""

    merger_id: UUID
