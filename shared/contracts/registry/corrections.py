"""更正与撤销: an entry with days that was mistyped is replaced, one that never was is withdrawn; both stay readable."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.registry.people import (
    DifficultyIn,
    DifficultyView,
    RecordSource,
    SpellIn,
    SpellView,
)
from shared.contracts.types import ShortText

ENTRY_PROVED = ProblemCode(
    "worker.entry_proved",
    ProblemKind.conflict,
    zh="这段就业由派遣单的回执或灵活就业台账产生, 请在那里更正, 这里会随之更新。",
    en="This spell comes from a dispatch order's receipt or from day work; correct it there and it follows here.",
)
ENTRY_SAME = ProblemCode(
    "worker.entry_same",
    ProblemKind.invalid,
    zh="更正后的内容与原来一样, 没有需要更正的。",
    en="The correction says what is recorded already.",
)
DIFFICULTY_OVERLAPS = ProblemCode(
    "worker.difficulty_overlaps",
    ProblemKind.conflict,
    zh="同一类困难身份在这段时间已有认定; 请更正原来的认定, 不要重复登记。",
    en="The same kind of hardship is certified for these days already; correct that entry instead.",
)


class DifficultyCorrection(DifficultyIn):
    """The entry as it should have been written, and why."""

    reason: ShortText = Field(examples=["认定起始日期录入有误"])


class SpellCorrection(SpellIn):
    """The spell as it should have been written, and why."""

    end_reason: ShortText | None = Field(default=None, examples=["合同到期"])
    reason: ShortText = Field(examples=["开始日期录入有误"])


class EntryWithdrawal(BaseModel):
    """Why the entry should never have been made."""

    reason: ShortText = Field(examples=["登记到了同名的人"])


class CorrectDifficulty(DifficultyCorrection, Command[DifficultyView]):
    """Answers the new entry, with an id of its own; the mistyped one is superseded."""

    worker_id: UUID
    difficulty_id: UUID


class WithdrawDifficulty(EntryWithdrawal, Command[DifficultyView]):
    worker_id: UUID
    difficulty_id: UUID


class CorrectEmploymentSpell(SpellCorrection, Command[SpellView]):
    """Answers the new entry, with an id of its own; the mistyped one is superseded."""

    worker_id: UUID
    spell_id: UUID


class WithdrawEmploymentSpell(EntryWithdrawal, Command[SpellView]):
    worker_id: UUID
    spell_id: UUID


class RecordedEntry(View):
    """A hardship or a spell as it was ever recorded. `superseded_at` is null for what is held to be true now."""

    id: UUID
    kind: str = Field(examples=["difficulty", "employment"])
    words: str = Field(examples=["2026-02-20起外出务工(东莞某电子厂), 2026-06-30止"])
    from_on: date
    until_on: date | None
    recorded_at: datetime
    superseded_at: datetime | None
    source: RecordSource
    actor: str


class ListRecordedEntries(PageRequest, Query[Page[RecordedEntry]]):
    """Every hardship and spell of a record with what was corrected or withdrawn, the latest recorded first."""

    worker_id: UUID
