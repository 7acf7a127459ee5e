"""What people decided of wordings that were not recognised for sure."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from services.postings.base import Table
from shared.contracts.postings.recognition import RecognitionKind, RecognitionState
from shared.kit.tables import new_id, text_enum, timestamp
from shared.kit.tenancy import custom


class RecognisedPhrase(Table, table=True):
    """One wording. Whoever brings postings in may add one that waits; only HQ decides."""

    __tablename__ = "recognised_phrase"
    __table_args__ = (
        UniqueConstraint("kind", "phrase"),
        Index("ix_recognised_phrase_listed", "state", "first_seen_at", "id"),
    )
    __policy__: ClassVar = custom(
        read="{kind} IN ('hq', 'service', 'outpost', 'partner')",
        write="{kind} IN ('hq', 'service') OR ({kind} IN ('outpost', 'partner') AND state = 'waiting')",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: RecognitionKind = text_enum(RecognitionKind)
    phrase: str
    sample: str
    state: RecognitionState = text_enum(RecognitionState, default=RecognitionState.waiting)
    suggested: str | None = None
    confidence: float | None = None
    code: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = timestamp(nullable=True)
    first_seen_at: datetime = timestamp()
    version: int = 1
