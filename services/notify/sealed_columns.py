"""What notify seals. The hashes of phones are not made anew: they are looked up under every key, and soon gone."""

from __future__ import annotations

from services.notify.models import Message, SmsReply, Webhook, WorkerGroup
from shared.kit.resealing import SealedColumn

SEALED = (
    SealedColumn(Message, "address_sealed"),
    SealedColumn(SmsReply, "text_sealed"),
    SealedColumn(WorkerGroup, "robot_key_sealed", purpose="robot", hashed=("robot_hash", "robot")),
    SealedColumn(Webhook, "secret_sealed", purpose="webhook"),
    SealedColumn(Webhook, "old_secret_sealed", purpose="webhook"),
)
