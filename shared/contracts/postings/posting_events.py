"""What others are told of postings."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event
from shared.contracts.postings.postings import CloseReason, PostingState
from shared.contracts.postings.requirements import WageUnit
from shared.contracts.scopes import OutpostCode

__all__ = ["PostingChanged", "PostingClosed", "PostingOpened"]


class _PostingTold(Event):
    aggregate: ClassVar[str] = "posting_id"
    about_worker: ClassVar[str | None] = None

    posting_id: UUID
    employer_id: UUID
    agreement_id: UUID | None = None
    title: str
    occupation: str | None = None
    division: str | None = None
    outpost: OutpostCode | None = None
    openings: int
    wage_min_cents: int | None = None
    wage_max_cents: int | None = None
    wage_unit: WageUnit | None = None
    valid_through: date | None = None
    state: PostingState


class PostingOpened(_PostingTold):
    topic: ClassVar[str] = "posting.opened"


class PostingChanged(_PostingTold):
    """`changed` names the fields, so that those who accepted are told again only of what matters to them."""

    topic: ClassVar[str] = "posting.changed"

    changed: list[str] = Field(default_factory=list)


class PostingClosed(Event):
    topic: ClassVar[str] = "posting.closed"
    aggregate: ClassVar[str] = "posting_id"
    about_worker: ClassVar[str | None] = None

    posting_id: UUID
    employer_id: UUID
    outpost: OutpostCode | None = None
    reason: CloseReason
