"""Signed notices to partners' systems, after Standard Webhooks 1.0.0."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, HttpUrl

from shared.contracts.base import Command, Nothing, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.types import ShortText

__all__ = [
    "WEBHOOK_TOPIC_UNKNOWN",
    "ChangeWebhook",
    "CreateWebhook",
    "DeleteWebhook",
    "GetWebhook",
    "ListWebhookDeliveries",
    "ListWebhookTopics",
    "ListWebhooks",
    "ReplayWebhookDelivery",
    "RotateWebhookSecret",
    "SendTestWebhook",
    "WebhookChange",
    "WebhookDeliveryState",
    "WebhookDeliveryView",
    "WebhookForm",
    "WebhookSecret",
    "WebhookState",
    "WebhookTopics",
    "WebhookView",
]

WEBHOOK_TOPIC_UNKNOWN = ProblemCode(
    "webhook.topic_unknown",
    ProblemKind.invalid,
    zh="不能订阅 {topics}。",
    en="These topics cannot be subscribed to: {topics}.",
)


WebhookSecret = Annotated[str, Field(pattern=r"^whsec_[A-Za-z0-9+/]{32,86}={0,2}$", repr=False)]


class WebhookState(StrEnum):
    """`disabled`: the receiver answered 410 Gone."""

    active = "active"
    paused = "paused"
    disabled = "disabled"


class WebhookView(View):
    id: UUID
    url: str
    label: str | None
    topics: list[str] = Field(examples=[["dispatch_order.issued", "placement.started"]])
    state: WebhookState
    created_at: datetime
    version: int


class WebhookForm(BaseModel, extra="forbid"):
    url: HttpUrl = Field(examples=["https://hr.example.cn/songgang"])
    topics: list[str] = Field(min_length=1, max_length=50, examples=[["dispatch_order.issued", "placement.started"]])
    label: ShortText | None = None


class CreateWebhook(WebhookForm, Command[WebhookView]):
    """The caller hears of what concerns it: a partner of its people, an outpost of its own, HQ of everything.

    The gateway makes the secret and shows it once; here it is sealed and no reply holds it.
    """

    secret: WebhookSecret


class WebhookChange(BaseModel, extra="forbid"):
    url: HttpUrl | None = None
    topics: list[str] | None = Field(default=None, min_length=1, max_length=50)
    label: ShortText | None = None
    is_paused: bool | None = None


class ChangeWebhook(WebhookChange, Command[WebhookView]):
    webhook_id: UUID
    expected_version: int | None = None


class RotateWebhookSecret(Command[WebhookView]):
    """Both secrets sign for 24 hours."""

    webhook_id: UUID
    secret: WebhookSecret


class DeleteWebhook(Command[Nothing]):
    webhook_id: UUID


class GetWebhook(Query[WebhookView]):
    webhook_id: UUID


class ListWebhooks(PageRequest, Query[Page[WebhookView]]):
    """Newest first."""


class WebhookTopics(View):
    items: list[str]


class ListWebhookTopics(Query[WebhookTopics]):
    """What the caller may subscribe to."""


class WebhookDeliveryState(StrEnum):
    queued = "queued"
    delivered = "delivered"
    failed = "failed"


class WebhookDeliveryView(View):
    id: UUID = Field(description="sent as webhook-id, the same at every attempt and replay")
    webhook_id: UUID
    topic: str
    state: WebhookDeliveryState
    attempts: int
    last_status: int | None
    last_error: str | None
    next_attempt_at: datetime | None
    created_at: datetime
    delivered_at: datetime | None
    payload: dict[str, Any]


class ListWebhookDeliveries(PageRequest, Query[Page[WebhookDeliveryView]]):
    """Newest first."""

    webhook_id: UUID
    state: WebhookDeliveryState | None = None


class ReplayWebhookDelivery(Command[WebhookDeliveryView]):
    """Sends it again now, under the same webhook-id."""

    webhook_id: UUID
    delivery_id: UUID


class SendTestWebhook(Command[WebhookDeliveryView]):
    """Queues a `webhook.test` message."""

    webhook_id: UUID
