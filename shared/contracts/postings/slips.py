"""岗位推荐单: numbered printed slips with at least two postings each and a QR code to answer by."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.base import BlobRef, Command, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.postings.recommendations import WORKER_ID
from shared.contracts.types import DivisionCode

__all__ = [
    "SLIP_NOTHING_PRINTED",
    "GetSlipBatch",
    "GetSlipPaper",
    "LeftOut",
    "ListSlipBatches",
    "ListSlips",
    "NotPrintable",
    "PrintSlips",
    "SlipBatchView",
    "SlipPaper",
    "SlipPrint",
    "SlipView",
]

SLIP_NOTHING_PRINTED = ProblemCode(
    "slip.nothing_printed",
    ProblemKind.not_found,
    zh="这一批没有可下载的推荐单: 还没有打印完, 或没有人有两个以上可推荐的岗位。",
    en="This batch has no paper: it is not finished, or nobody in it has two live recommendations.",
)


class NotPrintable(StrEnum):
    fewer_than_two = "fewer_than_two"
    not_found = "not_found"
    engaged = "engaged"
    name_not_drawable = "name_not_drawable"


class LeftOut(View):
    """Who got no slip, and why."""

    worker_id: UUID
    reason: NotPrintable
    live_recommendations: int = 0
    explanation: str = Field(examples=["只有 1 个有效推荐岗位, 至少需要 2 个"])


class SlipPaper(View):
    """One PDF of a batch, one A5 page a slip; a large batch has several, to be printed one after the other."""

    part: int = Field(ge=1)
    pages: int
    first_slip_no: str = Field(examples=["TJ-2026-000001"])
    last_slip_no: str
    size: int = Field(description="bytes")


class SlipBatchView(View):
    """A print job: how many slips, who was left out, and the papers to download."""

    id: UUID
    job_id: str | None = Field(description="null until the batch is confirmed")
    state: str = Field(description="awaiting_confirmation | queued | running | succeeded | failed | cancelled")
    progress: float = Field(ge=0, le=1)
    problem: dict[str, Any] | None = None
    slips: int = 0
    reprinted: int = Field(default=0, description="of these, printed before with the same postings and number")
    left_out: list[LeftOut] = Field(default_factory=list)
    papers: list[SlipPaper] = Field(default_factory=list)
    requested_by: str
    confirmed_by: str | None = Field(default=None, description="who looked and stands for it")
    confirmed_at: datetime | None = None
    created_at: datetime
    finished_at: datetime | None = None


class PrintSlips(Command[SlipBatchView]):
    """Print a slip for each named worker, for a division, or for the village of an outreach event (送岗下村)."""

    worker_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=2000, examples=[[WORKER_ID]])
    division: DivisionCode | None = None
    outreach_id: UUID | None = None
    needs_confirmation: bool = Field(default=False, description="somebody looks at the list before it is printed")

    @model_validator(mode="after")
    def exactly_one(self) -> Self:
        if sum(given is not None for given in (self.worker_ids, self.division, self.outreach_id)) != 1:
            raise ValueError("name exactly one of worker_ids, division, outreach_id")
        return self


class GetSlipBatch(Query[SlipBatchView]):
    batch_id: UUID


class ListSlipBatches(PageRequest, Query[Page[SlipBatchView]]):
    """Newest first."""


class GetSlipPaper(Query[BlobRef]):
    """One stored PDF of a batch, for who may see the batch. Raises SLIP_NOTHING_PRINTED."""

    batch_id: UUID
    part: int = Field(default=1, ge=1)


class SlipPrint(View):
    """A line of the reprint log."""

    printed_at: datetime
    printed_by: str
    batch_id: UUID


class SlipView(View):
    id: UUID
    slip_no: str = Field(examples=["TJ-2026-000001"])
    worker_id: UUID
    recommendation_ids: list[UUID] = Field(min_length=2)
    first_printed_at: datetime
    prints: list[SlipPrint]


class ListSlips(PageRequest, Query[Page[SlipView]]):
    """Newest first."""

    worker_id: UUID | None = None
    batch_id: UUID | None = None
    slip_no: str | None = Field(default=None, max_length=20)
