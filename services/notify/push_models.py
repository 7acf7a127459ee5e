"""Tables of text messages that can be answered: what each said under which number, what came back, who wants none."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from services.notify.base import Table
from shared.contracts.notify.pushes import ReplyOutcome
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, hq_owned, machinery_only


class OfferPush(Table, table=True):
    """One message with offers, sent to one person. The phone and the short link are kept as keyed hashes."""

    __tablename__ = "offer_push"
    __policy__: ClassVar[Policy] = machinery_only()
    __table_args__ = (Index("ix_offer_push_phone_hash", "phone_hash", "sent_at"),)

    message_id: UUID = Field(primary_key=True)
    worker_id: UUID = Field(index=True)
    phone_hash: str
    first_number: int
    recommendation_ids: list[str] = jsonb(list)
    link_hash: str = Field(unique=True)
    sent_at: datetime = timestamp()
    expires_at: datetime = timestamp(default_now=False)


class SmsReply(Table, table=True):
    """What somebody answered. The words are sealed; once a person has seen to it they say what was done."""

    __tablename__ = "sms_reply"
    __policy__: ClassVar[Policy] = hq_owned()
    __table_args__ = (Index("ix_sms_reply_listed", "received_at", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    reply_id: str = Field(unique=True)
    phone_hash: str = Field(index=True)
    worker_ids: list[str] = jsonb(list)
    text_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    outcome: ReplyOutcome = text_enum(ReplyOutcome)
    answers: list[dict[str, Any]] = jsonb(list)
    received_at: datetime = timestamp()
    handled_at: datetime | None = timestamp(nullable=True)
    handled_by: str | None = None
    handling: str | None = None


class SmsOptOut(Table, table=True):
    """A phone whose owner answered 退订."""

    __tablename__ = "sms_opt_out"
    __policy__: ClassVar[Policy] = machinery_only()

    phone_hash: str = Field(primary_key=True)
    since: datetime = timestamp()
