"""What changed on a roster between two days: who entered, who left, and why."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from shared.contracts.base import PageRequest, Query, View
from shared.contracts.registry.people import RecordSource
from shared.contracts.registry.rosters import RosterKind


class RosterMove(StrEnum):
    entered = "entered"
    left = "left"


class RosterChange(View):
    """One person who is on only one of the two days' lists."""

    worker_id: UUID
    name: str
    id_number_masked: str | None
    division: str
    division_name: str
    move: RosterMove
    happened_on: date = Field(description="since when it has been so, by what is known now")
    reason: str = Field(examples=["2026-02-20起外务工", "低保户认定于2026-06-30止"])
    source: RecordSource
    verified_by: str


class RosterDifference(View):
    kind: RosterKind
    from_on: date
    to_on: date
    members_before: int
    members_after: int
    entered: int
    left: int
    items: list[RosterChange]
    next_cursor: str | None = None


class CompareRoster(PageRequest, Query[RosterDifference]):
    """Who is on a roster on the later day and was not on the earlier one, and the other way round."""

    kind: RosterKind
    from_on: date = Field(examples=["2026-01-31"])
    to_on: date | None = Field(default=None, description="today, unless given", examples=["2026-02-28"])
    division: str | None = Field(default=None, pattern=r"^\d{4,12}$")
    move: RosterMove | None = Field(default=None, description="only those who entered, or left")
