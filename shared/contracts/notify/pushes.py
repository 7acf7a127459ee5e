"""一对一精准推送: a worker's offers as a text message that can be answered by a number, and what came back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.types import DivisionCode, ShortText

__all__ = [
    "GetReplyStanding",
    "GetSmsStanding",
    "HandleSmsReply",
    "ListSmsReplies",
    "OpenShortLink",
    "PushRecommendations",
    "PushReport",
    "PushedOffers",
    "ReceiveSms",
    "RecommendationPush",
    "ReplyAnswer",
    "ReplyHandling",
    "ReplyOutcome",
    "ReplyStanding",
    "ResumeSms",
    "ShortLinkTarget",
    "SmsReplyForm",
    "SmsReplyTaken",
    "SmsReplyView",
    "SmsResumption",
    "SmsStanding",
]


class RecommendationPush(BaseModel, extra="forbid"):
    """Whose live offers are to be sent now: named workers, or everybody of a division."""

    worker_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=2000)
    division: DivisionCode | None = None

    @model_validator(mode="after")
    def exactly_one(self) -> Self:
        if (self.worker_ids is None) == (self.division is None):
            raise ValueError("name exactly one of worker_ids, division")
        return self


class PushReport(View):
    queued: int
    already: int = Field(description="were sent, or are waiting to be sent, their offers today")
    missing: int = Field(description="unknown, or outside what the caller looks after")


class PushRecommendations(RecommendationPush, Command[PushReport]):
    """One text message a person and day, in waking hours, to those alone who agreed to messages.

    Raises CHANNEL_NOT_READY.
    """


class SmsReplyForm(BaseModel, extra="forbid"):
    """A text message as the gateway hands it in. The same `reply_id` again is the same message."""

    reply_id: str = Field(min_length=1, max_length=100, description="the gateway's own number of the message")
    phone: str = Field(min_length=5, max_length=40, repr=False, examples=["13800138000"])
    text: str = Field(max_length=1000, repr=False, examples=["1"])
    received_at: datetime | None = None


class ReplyOutcome(StrEnum):
    """`needs_person`: not understood, or an answer that could not be taken; the staff see it."""

    answered = "answered"
    unsubscribed = "unsubscribed"
    needs_person = "needs_person"
    unknown_sender = "unknown_sender"


class SmsReplyTaken(View):
    id: UUID
    reply_id: str
    outcome: ReplyOutcome
    answers: int = Field(description="how many offers were answered")


class ReceiveSms(SmsReplyForm, Command[SmsReplyTaken]):
    """A worker answers by text message: `1` wants the first posting, `1不去` does not, `0` none, `T` ends them."""


class PushedOffers(View):
    """What the last message to one person said: its numbers begin at `first_number`; the one before it is 都不去."""

    worker_id: UUID
    first_number: int
    recommendation_ids: list[UUID]


class ReplyStanding(View):
    pushes: list[PushedOffers]


class GetReplyStanding(Query[ReplyStanding]):
    """What a phone was last sent, for each person who uses it."""

    phone: str = Field(repr=False)


class ReplyAnswer(View):
    recommendation_id: UUID
    answer: str = Field(description="accepted | declined")
    code: str | None = Field(default=None, description="why it could not be taken")


class SmsReplyView(View):
    """`text` is what somebody wrote: for the staff who answer it, and nowhere else."""

    id: UUID
    worker_ids: list[UUID]
    text: str
    outcome: ReplyOutcome
    answers: list[ReplyAnswer]
    received_at: datetime
    handled_at: datetime | None
    handled_by: str | None
    handling: str | None


class ListSmsReplies(PageRequest, Query[Page[SmsReplyView]]):
    """Newest first."""

    outcome: ReplyOutcome | None = None
    is_open: bool | None = Field(default=None, description="needs a person, and nobody has seen to it")


class ReplyHandling(BaseModel, extra="forbid"):
    handling: ShortText = Field(examples=["已电话联系, 本人愿意去 1 号岗位"])


class HandleSmsReply(ReplyHandling, Command[SmsReplyView]):
    id: UUID


class SmsStanding(View):
    """Whether a person's phone takes text messages with offers."""

    worker_id: UUID
    has_phone: bool
    is_opted_out: bool = Field(description="somebody answered 退订 from this phone")
    since: datetime | None = None


class GetSmsStanding(Query[SmsStanding]):
    worker_id: UUID


class SmsResumption(BaseModel, extra="forbid"):
    reason: ShortText = Field(description="the worker's own word", examples=["本人来电, 说是误回, 要求继续收短信"])


class ResumeSms(SmsResumption, Command[SmsStanding]):
    """Take a 退订 back because the worker says so; the reason is kept in the audit trail."""

    worker_id: UUID


class ShortLinkTarget(View):
    """The signed link that a short one stands for."""

    token: str = Field(repr=False)


class OpenShortLink(Query[ShortLinkTarget]):
    """Raises link.invalid and link.expired."""

    code: str = Field(max_length=40, repr=False)
