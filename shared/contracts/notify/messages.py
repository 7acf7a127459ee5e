"""What is told to people, by which channel, and whether it arrived."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import DivisionCode

__all__ = [
    "ADDRESS_REFUSED",
    "CHANNEL_NOT_READY",
    "PHONE_CODE_TOO_SOON",
    "ChannelKind",
    "InboxItemView",
    "ListInbox",
    "ListMessages",
    "MarkInboxRead",
    "MessageAccepted",
    "MessageDelivered",
    "MessageFailed",
    "MessageRow",
    "MessageState",
    "PrintPack",
    "PrintPackEntry",
    "RetryMessage",
    "SendPhoneCode",
    "TakePrintPack",
]

CHANNEL_NOT_READY = ProblemCode(
    "channel.not_ready",
    ProblemKind.unavailable,
    zh="{channel} 通道还没有配置或已停用, 请联系县总部管理员。",
    en="The {channel} channel is not set up or is switched off; ask the county administrator.",
)
PHONE_CODE_TOO_SOON = ProblemCode(
    "phone_code.too_soon",
    ProblemKind.rate_limited,
    zh="验证码已发送, 请 {seconds} 秒后再试。",
    en="A code was just sent; try again in {seconds} seconds.",
)
ADDRESS_REFUSED = ProblemCode(
    "outside.address_refused",
    ProblemKind.invalid,
    zh="地址必须是可公开访问的 https 地址。",
    en="The address must be a public https address.",
)


class ChannelKind(StrEnum):
    """`print_pack`: printed for those without a phone; `inbox`: read when signed in; `by_hand`: copied by somebody."""

    inbox = "inbox"
    sms = "sms"
    wecom_robot = "wecom_robot"
    by_hand = "by_hand"
    print_pack = "print_pack"


class MessageState(StrEnum):
    queued = "queued"
    delivered = "delivered"
    failed = "failed"


class MessageRow(View):
    """A line of the delivery log: to whom by id, never the text of a secret."""

    id: UUID
    channel: ChannelKind
    template: str = Field(examples=["recommendation_digest"])
    worker_id: UUID | None
    group_id: UUID | None
    outpost: OutpostCode | None
    state: MessageState
    attempts: int
    last_error: str | None
    created_at: datetime
    next_attempt_at: datetime | None
    delivered_at: datetime | None


class ListMessages(PageRequest, Query[Page[MessageRow]]):
    """The delivery log, newest first."""

    channel: ChannelKind | None = None
    state: MessageState | None = None
    template: str | None = None


class RetryMessage(Command[MessageRow]):
    """A failed message is tried again now."""

    message_id: UUID


class InboxItemView(View):
    """A message to the signed-in worker, to the staff of an outpost, or to headquarters."""

    id: UUID
    template: str
    title: str
    text: str
    link: str | None = Field(description="path on this site")
    created_at: datetime
    read_at: datetime | None


class ListInbox(PageRequest, Query[Page[InboxItemView]]):
    """Newest first, in the reader's language."""

    is_unread: bool | None = None


class MarkInboxRead(Command[InboxItemView]):
    message_id: UUID


class PrintPackEntry(View):
    worker_id: UUID
    title: str
    text: str


class PrintPack(View):
    """What to print for a village; taking it marks it as delivered."""

    items: list[PrintPackEntry]


class TakePrintPack(Command[PrintPack]):
    division: DivisionCode
    limit: int = Field(default=500, ge=1, le=2000)


class MessageAccepted(View):
    message_id: UUID


class SendPhoneCode(Command[MessageAccepted]):
    """Sign-in code by SMS, asked for by identity. The number and the code are sealed and wiped once delivered."""

    phone: str = Field(pattern=r"^\+861[3-9]\d{9}$", examples=["+8613800000000"])
    code: str = Field(pattern=r"^\d{4,8}$")
    minutes_valid: int = Field(default=5, ge=1, le=30)


class MessageDelivered(Event):
    topic: ClassVar[str] = "message.delivered"
    aggregate: ClassVar[str] = "message_id"
    message_id: UUID
    channel: ChannelKind
    template: str
    worker_id: UUID | None = None


class MessageFailed(Event):
    topic: ClassVar[str] = "message.failed"
    aggregate: ClassVar[str] = "message_id"
    message_id: UUID
    channel: ChannelKind
    template: str
    worker_id: UUID | None = None
    reason: str
