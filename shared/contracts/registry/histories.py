"""What was known about a worker, when, and on whose word: valid time (有效时间) and recorded time (登记时间)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.base import Page, PageRequest, Query, View
from shared.contracts.registry.people import DifficultyView, Employment, RecordSource, SpellView
from shared.contracts.registry.rosters import RosterKind


class FieldChange(View):
    """One fact before and after a change, in words; an identity number or a phone is masked."""

    field: str = Field(examples=["division"])
    label: str = Field(examples=["乡镇村"])
    before: str | None = Field(examples=["德凤街道双凤社区"])
    after: str | None = Field(examples=["敖市镇"])


class WorkerChangeView(View):
    """One change of a record: what it replaced, since when it holds, when it was recorded, by whom and why."""

    id: UUID
    version: int
    valid_from: date
    recorded_at: datetime
    source: RecordSource
    actor: str
    reason: str | None
    changes: list[FieldChange]


class ListWorkerChanges(PageRequest, Query[Page[WorkerChangeView]]):
    """The changes of one record, the newest first."""

    worker_id: UUID


class KnownFact(View):
    """A fact as it was known: its value in words, since when it holds, since when it was recorded, from whom."""

    field: str = Field(examples=["expected_wage_cents"])
    label: str = Field(examples=["期望月薪"])
    value: str | None = Field(examples=["4500元"])
    valid_from: date
    known_since: datetime
    source: RecordSource
    reason: str | None = None


class WorkerAsOf(View):
    """What was known at `known_at` about the day `as_of`."""

    worker_id: UUID
    as_of: date
    known_at: datetime
    facts: list[KnownFact]
    difficulty: list[DifficultyView] = Field(description="the hardships that held on that day")
    employment: Employment
    employment_spells: list[SpellView] = Field(description="begun by that day, the latest first")
    rosters: list[RosterKind]


class GetWorkerAsOf(Query[WorkerAsOf]):
    """Both times default to now: the day that is asked about, and the moment whose knowledge counts."""

    worker_id: UUID
    as_of: date | None = Field(default=None, examples=["2026-03-31"])
    known_at: AwareDatetime | None = Field(default=None, examples=["2026-04-02T09:00:00+08:00"])
