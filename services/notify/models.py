"""Tables of notify. Addresses and secrets are sealed; texts are made from templates when they are sent or read."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, LargeBinary, column
from sqlmodel import Field

from services.notify.base import Table
from services.notify.group_models import GroupMember, GroupNote, WorkerGroup, WorkerPlace
from services.notify.push_models import OfferPush, SmsOptOut, SmsReply
from shared.contracts.notify import (
    ChannelKind,
    MessageState,
    WebhookDeliveryState,
    WebhookState,
)
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, hq_owned

__all__ = [
    "GroupMember",
    "GroupNote",
    "Message",
    "OfferPush",
    "SmsOptOut",
    "SmsReply",
    "Table",
    "Webhook",
    "WebhookDelivery",
    "WorkerGroup",
    "WorkerPlace",
]

OWNED = hq_owned(
    read=("outpost", "partner"),
    where={
        "outpost": "owner_kind = 'outpost' AND owner_key = {key}",
        "partner": "owner_kind = 'partner' AND owner_key = {key}",
    },
    write=("outpost", "partner"),
)


class Message(Table, table=True):
    """One message to a worker, an outpost's staff or a group. `count` grows while a digest waits.

    `dedupe_key` makes a digest one message a day; `address_sealed` (a phone and a code) is wiped once it is delivered.
    """

    __tablename__ = "message"
    __policy__: ClassVar[Policy] = hq_owned(
        read=("worker", "outpost"),
        where={
            "worker": "channel = 'inbox' AND worker_id::text = {key}",
            "outpost": "channel = 'inbox' AND worker_id IS NULL AND outpost = {key}",
        },
        write=("worker", "outpost"),
    )
    __table_args__ = (
        Index("ix_message_due", "next_attempt_at", postgresql_where=column("state") == "queued"),
        Index("ix_message_created_at", "created_at", "id"),
        Index("ix_message_worker_id_created_at", "worker_id", "created_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    channel: ChannelKind = text_enum(ChannelKind)
    template: str
    params: dict[str, Any] = jsonb()
    count: int = 1
    worker_id: UUID | None = None
    group_id: UUID | None = Field(default=None, foreign_key="notify.worker_group.id", index=True)
    outpost: OutpostCode | None = text_enum(OutpostCode, nullable=True, default=None, index=True)
    address_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    dedupe_key: str | None = Field(default=None, unique=True)
    state: MessageState = text_enum(MessageState, default=MessageState.queued)
    attempts: int = 0
    attempted_at: datetime | None = timestamp(nullable=True)
    next_attempt_at: datetime | None = timestamp(nullable=True)
    expires_at: datetime | None = timestamp(nullable=True)
    last_error: str | None = None
    created_at: datetime = timestamp()
    delivered_at: datetime | None = timestamp(nullable=True)
    read_at: datetime | None = timestamp(nullable=True)
    printed_at: datetime | None = timestamp(nullable=True)


class Webhook(Table, table=True):
    """A subscription. Its owner is HQ, one outpost, or one partner."""

    __tablename__ = "webhook"
    __policy__: ClassVar[Policy] = OWNED
    __table_args__ = (Index("ix_webhook_owner", "owner_kind", "owner_key"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    owner_kind: str
    owner_key: str
    url: str
    label: str | None = None
    topics: list[str] = jsonb(list)
    state: WebhookState = text_enum(WebhookState, default=WebhookState.active)
    secret_sealed: bytes = Field(sa_type=LargeBinary)
    old_secret_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    old_secret_until: datetime | None = timestamp(nullable=True)
    created_at: datetime = timestamp()
    version: int = 1


class WebhookDelivery(Table, table=True):
    """One message to one subscription; its id is `webhook-id` at every attempt."""

    __tablename__ = "webhook_delivery"
    __policy__: ClassVar[Policy] = OWNED
    __table_args__ = (
        Index("ix_webhook_delivery_due", "next_attempt_at", postgresql_where=column("state") == "queued"),
        Index("ix_webhook_delivery_webhook_id_created_at", "webhook_id", "created_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    webhook_id: UUID = Field(foreign_key="notify.webhook.id", ondelete="CASCADE")
    owner_kind: str
    owner_key: str
    topic: str
    payload: dict[str, Any] = jsonb()
    state: WebhookDeliveryState = text_enum(WebhookDeliveryState, default=WebhookDeliveryState.queued)
    attempts: int = 0
    next_attempt_at: datetime | None = timestamp(nullable=True)
    last_status: int | None = None
    last_error: str | None = None
    created_at: datetime = timestamp()
    delivered_at: datetime | None = timestamp(nullable=True)
