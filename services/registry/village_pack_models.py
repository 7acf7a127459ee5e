"""Packs to take along, and what was found when they came back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.registry.base import Table
from shared.contracts.registry import FindingKind, FindingState
from shared.kit.tables import jsonb, text_enum, timestamp
from shared.kit.tenancy import Policy, custom

# A pack is its division's: an area account sees and returns those of its own area.
_OWN = "{kind} IN ('hq', 'service') OR ({kind} = 'area' AND division LIKE {key} || '%')"


class VillagePack(Table, table=True):
    """村级离线包. `id` is the job's that wrote it; `base` is the file with the rows as they were given out."""

    __tablename__ = "village_pack"
    __policy__: ClassVar[Policy] = custom(read=_OWN, write=_OWN)
    __table_args__ = (Index("ix_village_pack_listed", "issued_at", "id"),)

    id: UUID = Field(primary_key=True)
    division: str
    rows: int = 0
    base: dict[str, Any] | None = jsonb(None, nullable=True)
    file: dict[str, Any] | None = jsonb(None, nullable=True)
    actor: str
    issued_at: datetime = timestamp()
    returned_at: datetime | None = timestamp(nullable=True)
    updated: int = 0
    added: int = 0
    unchanged: int = 0
    missing: int = 0
    refused: int = 0


class VillagePackFinding(Table, table=True):
    """What could not simply be taken over. `values` is sealed under the worker's key where there is a worker."""

    __tablename__ = "village_pack_finding"
    __policy__: ClassVar[Policy] = custom(read=_OWN, write=_OWN)

    pack_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    division: str
    kind: FindingKind = text_enum(FindingKind)
    state: FindingState = text_enum(FindingState)
    row: int | None = None
    worker_id: UUID | None = Field(default=None, index=True)
    field: str
    code: str
    message_zh: str
    message_en: str
    values: bytes | None = None
    settled_by: str | None = None
    settled_at: datetime | None = timestamp(nullable=True)
