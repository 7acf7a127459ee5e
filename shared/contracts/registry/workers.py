"""劳动力实名登记: registering, changing, finding and reading workers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field, field_validator

from shared.contracts.base import Command, JobState, Page, PageRequest, Query, View
from shared.contracts.registry.duplicates import LikelyMatch
from shared.contracts.registry.events import WorkerSnapshot
from shared.contracts.registry.people import (
    ConsentPurpose,
    ConsentView,
    DifficultyIn,
    DifficultyKind,
    DifficultyView,
    Education,
    Employment,
    Intention,
    RecordSource,
    Sex,
    SkillIn,
    SkillView,
    SpellIn,
    SpellView,
    WorkLimit,
)
from shared.contracts.registry.rosters import RosterKind
from shared.contracts.types import PersonName, ShortText

DIVISION_EXAMPLES = ["522631104", "522631001001", "德凤街道双凤社区"]


class WorkerView(View):
    """A worker as one who may see them sees them. `id_number_masked` is null for a partner."""

    id: UUID
    version: int
    name: str
    id_number_masked: str | None = Field(examples=["522631********0019"])
    sex: Sex
    born_on: date
    age: int
    phone: str | None = Field(examples=["+8613800138000"])
    division: str
    division_name: str = Field(examples=["敖市镇"])
    is_relocated: bool
    education: Education | None
    skills: list[SkillView]
    intention: Intention
    difficulty: list[DifficultyView]
    employment: Employment
    employment_spells: list[SpellView]
    consents: list[ConsentView]
    limits: list[WorkLimit]
    can_work: bool
    rosters: list[RosterKind] = Field(description="the six lists this worker is on today")
    is_active: bool
    is_verified: bool = Field(description="实名制核验: the number is sound and nobody has doubted it")
    source: RecordSource
    created_at: datetime
    updated_at: datetime
    warnings: list[str] = Field(default_factory=list, description="what a person should look at, in words")
    likely_duplicates: list[LikelyMatch] = Field(
        default_factory=list, description="after a registration: who may be the same person"
    )
    change_requests: list[UUID] = Field(
        default_factory=list, description="after a grid leader's registration: what waits for somebody's approval"
    )


class WorkerRow(View):
    """One line of a list of workers."""

    id: UUID
    version: int
    name: str
    id_number_masked: str | None
    sex: Sex
    age: int
    phone_masked: str | None = Field(examples=["*******8000"])
    division: str
    division_name: str
    education: Education | None
    wants_out_work: bool
    employment: Employment
    difficulty: list[DifficultyKind]
    skills: list[str] = Field(examples=[["缝纫工"]])
    is_active: bool
    updated_at: datetime


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict | DifficultyIn) else value


class RegisterWorker(Command[WorkerView]):
    """Register a worker by real name (实名制). Sex and birth come from the identity number."""

    name: PersonName = Field(examples=["吴秀英"])
    id_number: str = Field(max_length=40, examples=["522631199001010027"])
    sex: Sex | None = None
    phone: str | None = Field(default=None, max_length=40, examples=["13800138000"])
    division: ShortText = Field(examples=DIVISION_EXAMPLES)
    is_relocated: bool = Field(default=False, description="易地搬迁")
    education: Education | None = None
    skills: list[SkillIn] = Field(default_factory=list, max_length=30)
    intention: Intention = Field(default_factory=Intention)
    difficulty: list[DifficultyIn] = Field(default_factory=list, description="one, or a list")
    employment: SpellIn | None = Field(default=None, description="what the worker does now, if anything")
    consents: list[ConsentPurpose] = Field(default_factory=list)
    limits: list[WorkLimit] = Field(default_factory=list)
    can_work: bool = True
    refuse_likely: bool | None = Field(
        default=None,
        description="refuse where a likely duplicate is known; unless given, an area account is refused, HQ warned",
    )

    single_difficulty = field_validator("difficulty", mode="before")(_as_list)

    @field_validator("difficulty", mode="before")
    @classmethod
    def _none_is_empty(cls, value: Any) -> Any:
        return [] if value is None else value


class WorkerChanges(BaseModel):
    """What to change. Null leaves a fact as it is; an empty text or list clears it."""

    name: PersonName | None = None
    id_number: str | None = Field(default=None, max_length=40)
    phone: str | None = Field(default=None, max_length=40)
    division: ShortText | None = Field(default=None, examples=DIVISION_EXAMPLES)
    is_relocated: bool | None = None
    education: Education | None = None
    skills: list[SkillIn] | None = Field(default=None, max_length=30)
    intention: Intention | None = None
    limits: list[WorkLimit] | None = None
    can_work: bool | None = None
    is_active: bool | None = None
    is_verified: bool | None = None
    consents: list[ConsentPurpose] | None = Field(default=None, description="further consents given")
    valid_from: date | None = Field(default=None, description="since when it is so, if not since today")
    reason: ShortText | None = Field(default=None, examples=["本人到站更正"])


class UpdateWorker(WorkerChanges, Command[WorkerView]):
    worker_id: UUID
    expected_version: int | None = None


class GetWorker(Query[WorkerView]):
    worker_id: UUID


class WorkerFilter(BaseModel):
    """Who is looked for; what is given must all hold."""

    q: str | None = Field(default=None, max_length=60, examples=["秀英", "wuxiu", "wxy", "0027"])
    division: str | None = Field(default=None, pattern=r"^\d{4,12}$")
    roster: RosterKind | None = None
    skill: str | None = Field(default=None, max_length=60, examples=["6-05-01", "缝纫工"])
    difficulty: DifficultyKind | None = None
    employment: Employment | None = None
    sex: Sex | None = None
    age_from: int | None = Field(default=None, ge=0, le=120)
    age_to: int | None = Field(default=None, ge=0, le=120)
    education: Education | None = None
    wants_out_work: bool | None = None
    is_active: bool | None = True


class ListWorkers(WorkerFilter, PageRequest, Query[Page[WorkerRow]]):
    """`q` finds two characters of a name, pinyin, its initials, the number's last four, a phone, a whole number."""


class ExportWorkers(WorkerFilter, Command[JobState]):
    """Write the people found as xlsx, in the import's own columns. Whole numbers and phones need a purpose (HQ alone),
    and are recorded as a disclosure.
    """

    purpose: str | None = Field(default=None, max_length=200)


class WorkerRevisionView(View):
    """One entry of a worker's history: what was held to be true, for which days, known since when."""

    version: int
    valid_from: date
    valid_until: date | None
    recorded_at: datetime
    superseded_at: datetime | None
    changed: list[str]
    division: str
    is_active: bool
    wants_out_work: bool
    source: RecordSource
    actor: str
    reason: str | None


class ListWorkerRevisions(PageRequest, Query[Page[WorkerRevisionView]]):
    worker_id: UUID


class AddDifficulty(DifficultyIn, Command[DifficultyView]):
    """就业困难认定"""

    worker_id: UUID


class DifficultyEnd(BaseModel):
    """The last day on which a hardship holds, and why it ends."""

    valid_to: date = Field(examples=["2026-06-30"])
    reason: ShortText = Field(examples=["退出低保"])


class EndDifficulty(DifficultyEnd, Command[DifficultyView]):
    """退出认定"""

    worker_id: UUID
    difficulty_id: UUID


class RecordEmploymentSpell(SpellIn, Command[SpellView]):
    worker_id: UUID


class SpellEnd(BaseModel):
    """The first day without the work, and why it ended."""

    ended_on: date = Field(examples=["2026-06-30"])
    reason: ShortText = Field(examples=["合同到期"])


class EndEmploymentSpell(SpellEnd, Command[SpellView]):
    worker_id: UUID
    spell_id: UUID


class WorkerMerger(BaseModel):
    """The record that stays, and why both are one person."""

    into_worker_id: UUID
    reason: ShortText = Field(examples=["身份证号码登记有误, 同一人登记两次"])


class MergeWorkers(WorkerMerger, Command[WorkerView]):
    """Close a doubled record; what it says is added to the one that stays."""

    worker_id: UUID


class SnapshotWorkers(PageRequest, Query[Page[WorkerSnapshot]]):
    """Every worker's facts, page by page: how another service starts a projection."""
