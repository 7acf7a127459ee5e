"""六个清单: dated views over one record of each person, never copied tables."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from shared.contracts.base import BlobRef, Command, JobState, PageRequest, Query, View
from shared.contracts.registry.people import RecordSource, Sex


class RosterKind(StrEnum):
    """清单类别, in the county's order."""

    labour_force = "labour_force"
    hardship = "hardship"
    hardship_employed = "hardship_employed"
    unemployed = "unemployed"
    seeking_out_work = "seeking_out_work"
    returned = "returned"


class RosterRow(View):
    """One person on a roster: why, since when, and who says so."""

    worker_id: UUID
    name: str
    id_number_masked: str | None
    sex: Sex
    age: int = Field(description="on the roster's day")
    division: str
    division_name: str
    since: date = Field(description="the first day of the unbroken time on the list")
    until: date | None = Field(default=None, description="the first day off the list, where it is known already")
    reason: str = Field(examples=["脱贫户; 2026-02-20起在外务工"])
    source: RecordSource
    verified_by: str = Field(description="who put the deciding record down", examples=["user:0197a3c2-…"])
    verified_at: datetime


class RosterPage(View):
    kind: RosterKind
    as_of: date = Field(description="the day it holds for")
    known_at: datetime = Field(description="by what was recorded until then")
    total: int
    items: list[RosterRow]
    next_cursor: str | None = None


class GetRoster(PageRequest, Query[RosterPage]):
    """A roster for a day, by what is known now, or by what was known at `known_at`."""

    kind: RosterKind
    as_of: date | None = Field(default=None, description="today, unless given", examples=["2026-01-31"])
    known_at: datetime | None = None
    division: str | None = Field(default=None, pattern=r"^\d{4,12}$")


class RosterSize(View):
    kind: RosterKind
    members: int


class RosterSizes(View):
    as_of: date
    rosters: list[RosterSize]


class CountRosters(Query[RosterSizes]):
    """How many people are on each of the six on one day."""

    as_of: date | None = None
    division: str | None = Field(default=None, pattern=r"^\d{4,12}$")


class ExportRoster(Command[JobState]):
    """Write a roster as xlsx. Whole identity numbers need a purpose, and are recorded as a disclosure."""

    kind: RosterKind
    as_of: date | None = None
    division: str | None = Field(default=None, pattern=r"^\d{4,12}$")
    purpose: str | None = Field(default=None, max_length=200)


class RosterFile(View):
    kind: RosterKind
    as_of: date
    members: int
    file: BlobRef


class GetRosterExport(Query[RosterFile]):
    """The finished file of an export job."""

    job_id: UUID
