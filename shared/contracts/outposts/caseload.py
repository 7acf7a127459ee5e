"""服务对象: which workers an outpost looks after, since when and until when. The grant of other services follows it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.scopes import OutpostCode


class CaseloadState(StrEnum):
    """`closed` ends the outpost's sight of the worker."""

    open = "open"
    closed = "closed"


class CaseloadClosedBecause(StrEnum):
    """Why an outpost no longer looks after a worker."""

    order_cancelled = "order_cancelled"
    not_started = "not_started"
    transferred = "transferred"
    placed_elsewhere = "placed_elsewhere"
    renewed = "renewed"
    ended = "ended"
    erased = "erased"


class CaseloadView(View):
    """One worker in one outpost's caseload. It holds no name: who may see one asks registry for it."""

    id: UUID
    worker_id: UUID
    outpost: OutpostCode = Field(examples=["dongguan"])
    state: CaseloadState
    order_id: UUID | None
    order_no: str | None = Field(examples=["PQ-2026-00012"])
    employer_id: UUID | None
    posting_id: UUID | None
    placement_id: UUID | None
    started_on: date | None = Field(description="first day at work, from the employer's receipt")
    ended_on: date | None = Field(description="last day at work, when the placement ended")
    from_at: datetime
    until_at: datetime = Field(description="end of the outpost's sight of the worker, unless renewed")
    closed_because: CaseloadClosedBecause | None
    liaison_id: UUID | None = Field(description="站点联络员: the user who looks after this worker")
    next_follow_up_on: date | None
    version: int


class GetCaseload(Query[CaseloadView]):
    """The open (else the latest) caseload entry of one worker at the caller's outpost."""

    worker_id: UUID


class ListCaseload(PageRequest, Query[Page[CaseloadView]]):
    """Newest first."""

    state: CaseloadState | None = CaseloadState.open
    liaison_id: UUID | None = None
    is_unassigned: bool | None = Field(default=None, description="true: only those without a liaison officer")
    employer_id: UUID | None = None
    outpost: OutpostCode | None = Field(default=None, description="HQ: one outpost only")


class LiaisonChoice(BaseModel, extra="forbid"):
    """Who is to look after the worker; null gives the worker back to the outpost's common list."""

    liaison_id: UUID | None


class AssignLiaison(LiaisonChoice, Command[CaseloadView]):
    worker_id: UUID
    expected_version: int | None = None


class OutpostFigures(View):
    """What HQ may know of an outpost's care: counts only, never a row."""

    outpost: OutpostCode
    caseload: int
    overdue_follow_ups: int
    open_cases: int
    closed_cases: int
    cases_by_kind: dict[str, int] = Field(examples=[{"wage_dispute": 3, "advice": 9}])
    amount_claimed_cents: int
    recovered_cents: int
    warm_house_visits: int
    transfers_waiting: int


class FiguresOfOutposts(View):
    """Counts of every outpost, in the outposts' fixed order."""

    items: list[OutpostFigures]


class GetOutpostFigures(Query[FiguresOfOutposts]):
    """Counts per outpost: all of them for HQ, the own one for an outpost."""


class CaseloadOpened(Event):
    """The outpost (and the employer, where known) may see the worker from now until `until_at`."""

    topic: ClassVar[str] = "caseload.opened"
    aggregate: ClassVar[str] = "worker_id"
    worker_id: UUID
    outpost: OutpostCode
    order_id: UUID | None = None
    employer_id: UUID | None = None
    from_at: datetime
    until_at: datetime | None = None


class CaseloadMoved(Event):
    """An accepted transfer: `from_outpost` (and the employer left) stops seeing the worker at `at`, the new begin."""

    topic: ClassVar[str] = "caseload.moved"
    aggregate: ClassVar[str] = "worker_id"
    worker_id: UUID
    from_outpost: OutpostCode
    to_outpost: OutpostCode
    employer_id: UUID | None = None
    from_employer_id: UUID | None = None
    at: datetime
    until_at: datetime | None = None


class CaseloadClosed(Event):
    """The outpost's sight of the worker ends at `until_at`."""

    topic: ClassVar[str] = "caseload.closed"
    aggregate: ClassVar[str] = "worker_id"
    worker_id: UUID
    outpost: OutpostCode
    employer_id: UUID | None = None
    until_at: datetime
    reason: CaseloadClosedBecause | None = None
