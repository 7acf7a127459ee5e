"""One employer registered twice: merged into the record that stays, and parted again where that was a mistake."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.postings.employers import Reason

__all__ = [
    "EMPLOYER_MERGE_BLOCKED",
    "EMPLOYER_MERGE_REFUSED",
    "EmployerMergeUndone",
    "EmployerMerged",
    "EmployerMergerForm",
    "EmployerMergerView",
    "ListEmployerMergers",
    "MergeEmployers",
    "UndoEmployerMerger",
]

EMPLOYER_MERGE_REFUSED = ProblemCode(
    "employer.merge_refused",
    ProblemKind.conflict,
    zh="不能合并: 两条记录是同一条, 或其中一条已经并入别的企业。",
    en="They cannot be merged: both are the same record, or one of them is merged into another employer already.",
)
EMPLOYER_MERGE_BLOCKED = ProblemCode(
    "employer.merge_blocked",
    ProblemKind.conflict,
    zh="不能合并: 其中一家在黑名单上而另一家不在。请先让两家的状态一致, 以免黑名单因合并而失效。",
    en="They cannot be merged: one of them is on the blacklist and the other is not. Settle that first, so that "
    "merging does not take an employer off the list.",
)


class EmployerMergerForm(Reason):
    into_employer_id: UUID = Field(description="the record that stays")


class EmployerMergerView(View):
    """What went over to the employer that stays, and whether that was undone."""

    id: UUID
    employer_id: UUID
    into_employer_id: UUID
    reason: str
    moved: dict[str, int] = Field(description="how many of each: posting, agreement, feed, employer_visit …")
    merged_at: datetime
    merged_by: str
    undone_at: datetime | None = None
    undone_by: str | None = None
    undone_reason: str | None = None


class MergeEmployers(EmployerMergerForm, Command[EmployerMergerView]):
    """Postings, agreements, feeds, visits, candidates, cases and blacklistings go over; accounts and keys follow."""

    employer_id: UUID


class UndoEmployerMerger(Reason, Command[EmployerMergerView]):
    """They are two after all: what went over goes back, with what came of it since."""

    merger_id: UUID


class ListEmployerMergers(PageRequest, Query[Page[EmployerMergerView]]):
    """The latest first."""

    employer_id: UUID | None = Field(default=None, description="either of the two")


class EmployerMerged(Event):
    topic: ClassVar[str] = "employer.merged"
    aggregate: ClassVar[str] = "employer_id"
    about_worker: ClassVar[str | None] = None

    employer_id: UUID
    into_employer_id: UUID


class EmployerMergeUndone(Event):
    """`posting_ids` are those that went back: what rests on them goes back too."""

    topic: ClassVar[str] = "employer.merge_undone"
    aggregate: ClassVar[str] = "employer_id"
    about_worker: ClassVar[str | None] = None

    employer_id: UUID
    into_employer_id: UUID
    posting_ids: list[UUID]
