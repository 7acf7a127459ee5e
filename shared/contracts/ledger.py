"""就业信息台账: what the ledger answers about a worker's whole way, the 八个一 and the county's figures."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Command, JobState, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.scopes import Actor, OutpostCode
from shared.contracts.types import DivisionCode

FIGURES_PERIOD = ProblemCode(
    "figures.period_invalid",
    ProblemKind.invalid,
    zh="统计区间不正确: 起始日期不得晚于截止日期, 跨度不超过十年。",
    en="The period is not valid: it must not end before it begins nor be longer than ten years.",
)
FIGURES_HUB_ONLY = ProblemCode(
    "figures.hub_only",
    ProblemKind.forbidden,
    zh="各站汇总只向县总部和中心站(禅城)提供。",
    en="The outposts' roll-up is for the county and for the hub alone.",
)


class Essential(StrEnum):
    """“八个一”: the eight things that the county must be able to show for each person."""

    database = "database"
    agreement = "agreement"
    dispatch_order = "dispatch_order"
    training_commission = "training_commission"
    labor_contract = "labor_contract"
    receipt = "receipt"
    ledger = "ledger"
    worker_group = "worker_group"


class LedgerEntry(View):
    """One line of a worker's 台账."""

    sequence: int
    event_id: UUID
    at: datetime
    topic: str = Field(examples=["dispatch_order.issued"])
    title: str = Field(description="what happened, in Chinese", examples=["开具派遣单"])
    publisher: str = Field(examples=["dispatch"])
    actor: Actor
    outpost: OutpostCode | None = None
    division: str | None = None
    place: str | None = Field(default=None, examples=["东莞服务站"])
    facts: dict[str, Any] = Field(description="the event's ids, states, days and amounts")
    hash: str = Field(description="SHA-256 over this entry and the hash before it")


class ListLedgerEntries(PageRequest, Query[Page[LedgerEntry]]):
    """A worker's timeline, oldest first."""

    worker_id: UUID
    topic: str | None = None


class EssentialItem(View):
    """One of the eight, with the event that proves it."""

    key: Essential
    name: str = Field(examples=["劳务输出派遣单"])
    is_present: bool
    event_id: UUID | None = None
    topic: str | None = None
    at: datetime | None = None
    reference: str | None = Field(default=None, description="the number or id of the paper", examples=["PQ-2026-00001"])


class EssentialsView(View):
    """EssentialsChecklist 八个一 of one worker."""

    worker_id: UUID
    present: int = Field(ge=0, le=8)
    is_complete: bool
    items: list[EssentialItem]
    missing: list[Essential]


class GetEssentials(Query[EssentialsView]):
    worker_id: UUID


class EssentialsRow(View):
    worker_id: UUID
    division: str | None
    present: int
    missing: list[Essential]


class ListEssentials(PageRequest, Query[Page[EssentialsRow]]):
    """Completeness of a batch: everybody under a division, or at an outpost, newest person first."""

    division: DivisionCode | None = None
    outpost: OutpostCode | None = None
    is_dispatched: bool | None = Field(default=True, description="only people who had a dispatch order")
    missing: Essential | None = Field(default=None, description="only people who lack this one")
    worker_ids: list[UUID] | None = Field(default=None, max_length=500, description="of a course, a coach, a list")


class EssentialCount(View):
    """How many of a batch have one of the eight."""

    key: Essential
    name: str
    present: int
    missing: int


class EssentialsSummary(View):
    """八个一 of a batch at a glance."""

    workers: int
    complete: int
    counts: list[EssentialCount]


class SummarizeEssentials(Query[EssentialsSummary]):
    """Completeness of a batch: everybody under a division, or at an outpost."""

    division: DivisionCode | None = None
    outpost: OutpostCode | None = None
    is_dispatched: bool | None = Field(default=True, description="only people who had a dispatch order")


class ExportLedger(Command[JobState]):
    """台账 as a spreadsheet in the office's layout: a sheet a township, or a sheet a village of one township."""

    division: DivisionCode | None = Field(default=None, description="county, township or village; null: all one sees")
    is_dispatched: bool | None = Field(default=None, description="true: only people who had a dispatch order")


class ChainView(View):
    """Whether a worker's chain still says what was written."""

    worker_id: UUID
    entries: int
    is_intact: bool
    broken_at: int | None = Field(default=None, description="the first sequence that does not fit")
    head: str


class VerifyChain(Query[ChainView]):
    """Recompute the hash chain of one worker."""

    worker_id: UUID


class VerifyLedger(Command[JobState]):
    """Recompute every chain and verify every publisher's signature."""


class RebuildLedger(Command[JobState]):
    """Replay the received log into figures, essentials and people from nothing, and compare."""


class FigureLine(View):
    """The counts of one outpost, township or month. Keys are measures; money is cents."""

    key: str = Field(examples=["dongguan"])
    name: str = Field(examples=["东莞"])
    measures: dict[str, int] = Field(examples=[{"orders_issued": 12, "placements_started": 9}])


class FiguresView(View):
    """The county's figures of a period."""

    date_from: date
    date_to: date
    totals: dict[str, int]
    rates: dict[str, float] = Field(examples=[{"started_of_orders": 0.75}])
    by_outpost: list[FigureLine]
    by_township: list[FigureLine]
    by_month: list[FigureLine]


class GetFigures(Query[FiguresView]):
    """Figures from `date_from` to `date_to`, both included; an outpost gets its own."""

    date_from: date
    date_to: date
    outpost: OutpostCode | None = None
    division: DivisionCode | None = None


class FigureRow(View):
    """One event behind a figure."""

    event_id: UUID
    at: datetime
    measure: str
    amount: int
    worker_id: UUID | None
    outpost: OutpostCode | None
    division: str | None


class ListFigureRows(PageRequest, Query[Page[FigureRow]]):
    """The rows that a figure counts, newest first."""

    measure: str
    date_from: date
    date_to: date
    outpost: OutpostCode | None = None
    division: DivisionCode | None = None


class RollUpLine(View):
    """One outpost's figures as the hub sees them; null where fewer than five rows stand behind a number."""

    outpost: OutpostCode
    name: str
    measures: dict[str, int | None]


class RollUpView(View):
    date_from: date
    date_to: date
    suppressed_below: int
    outposts: list[RollUpLine]


class GetRollUp(Query[RollUpView]):
    """各站汇总 for the hub 中心站: sums by outpost without rows, small counts suppressed."""

    date_from: date
    date_to: date
