"""How somebody who stands before the staff is recognised, and what is recorded of the wish to take a posting."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.postings.postings import POSTING_ID
from shared.contracts.postings.recommendations import WORKER_ID
from shared.contracts.types import ShortText

__all__ = [
    "PRESENCE_NOT_RECOGNISED",
    "EntryWay",
    "EventStaff",
    "PresenceReport",
    "PresenceRow",
    "PresenceView",
    "Presented",
    "WishOutcome",
    "WishReport",
    "WishRow",
    "WishView",
]

PRESENCE_NOT_RECOGNISED = ProblemCode(
    "presence.not_recognised",
    ProblemKind.not_found,
    zh="没有认出此人: 推荐单编号或二维码不对, 或不在您的管理范围内。",
    en="Nobody was recognised: the slip's number or code is not right, or the person is outside what you look after.",
)


class EntryWay(StrEnum):
    """How it came in: by the staff on the spot, by a scanned QR code, or afterwards from paper."""

    staff = "staff"
    qr = "qr"
    paper = "paper"


class Presented(BaseModel):
    """One of: the worker's id, the number of the slip in hand, or what the slip's QR code says."""

    worker_id: UUID | None = Field(default=None, examples=[WORKER_ID])
    slip_no: str | None = Field(default=None, max_length=20, examples=["TJ-2026-000001"])
    link: str | None = Field(default=None, max_length=1000, description="the QR code's address, or its token")

    @model_validator(mode="after")
    def exactly_one(self) -> Self:
        if sum(given is not None for given in (self.worker_id, self.slip_no, self.link)) != 1:
            raise ValueError("name exactly one of worker_id, slip_no, link")
        return self


class EventStaff(BaseModel, extra="forbid"):
    """Who does what at an event: 公司人员、社区“两委”、网格长."""

    name: ShortText = Field(examples=["杨主任"])
    task: ShortText | None = Field(default=None, examples=["岗位讲解"])
    organisation: ShortText | None = Field(default=None, examples=["岩洞镇就业服务中心"])
    user_id: UUID | None = Field(default=None, description="the account, where the person has one")


class PresenceView(View):
    worker_id: UUID
    division: str
    came_by: EntryWay
    came_at: datetime
    recorded_by: str


class PresenceRow(View):
    """What became of one person of a list: recorded now, known before, or refused and why."""

    row: int
    worker_id: UUID | None = None
    is_recorded: bool
    is_new: bool = False
    code: str | None = None
    message_zh: str | None = None
    message_en: str | None = None


class PresenceReport(View):
    recorded: int
    known: int = Field(description="had been recorded before")
    refused: int
    rows: list[PresenceRow]


class WishOutcome(StrEnum):
    """`accepted`: the offer stands and an order can be issued; `refused`: noted, but gate or cap forbids the offer."""

    accepted = "accepted"
    refused = "refused"


class WishView(View):
    """现场意向: a posting that somebody wants, as said on the spot."""

    worker_id: UUID
    posting_id: UUID = Field(examples=[POSTING_ID])
    outcome: WishOutcome
    recommendation_id: UUID | None = None
    code: str | None = Field(default=None, description="why there is no offer")
    came_by: EntryWay
    recorded_at: datetime
    recorded_by: str


class WishRow(View):
    row: int
    worker_id: UUID | None = None
    posting_id: UUID | None = None
    recommendation_id: UUID | None = None
    is_accepted: bool
    code: str | None = None
    message_zh: str | None = None
    message_en: str | None = None


class WishReport(View):
    accepted: int
    refused: int
    rows: list[WishRow]
