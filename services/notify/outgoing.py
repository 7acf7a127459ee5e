"""A claimed message with its address opened; it lives only while it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.notify.templates import Text
from shared.contracts import notify as c
from shared.kit.settings import Settings


@dataclass(frozen=True)
class Outgoing:
    id: UUID
    channel: c.ChannelKind
    template: str
    worker_id: UUID | None
    address: str
    text: Text
    settings: Settings
