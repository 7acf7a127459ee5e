"""Postings as everyone may read them, and the stream of what changed with what was removed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Page, PageRequest, Query, View
from shared.contracts.postings.requirements import Requirements, WageUnit
from shared.contracts.scopes import OutpostCode

__all__ = [
    "GetPostingPresence",
    "GetPublicPosting",
    "ListPostingAddresses",
    "ListPublicPostings",
    "PostingAddress",
    "PostingAddresses",
    "PostingPresence",
    "PostingStream",
    "PublicPosting",
    "RemovedPosting",
    "StreamPostings",
]


class PublicPosting(View):
    """An open posting. It names no contact person: interest goes through the county's outposts."""

    id: UUID
    title: str
    company: str
    occupation: str | None = None
    occupation_name: str | None = None
    division: str | None = None
    division_name: str | None = None
    place: str | None = None
    address: str | None = None
    outpost: OutpostCode | None = None
    openings: int
    openings_free: int
    wage_min_cents: int | None = None
    wage_max_cents: int | None = None
    wage_unit: WageUnit | None = None
    wage_text: str | None = None
    description: str | None = None
    requirements: Requirements = Field(default_factory=Requirements)
    posted_on: date | None = None
    valid_through: date | None = None
    updated_at: datetime


class GetPublicPosting(Query[PublicPosting]):
    posting_id: UUID


class ListPublicPostings(PageRequest, Query[Page[PublicPosting]]):
    """Open postings, newest first."""

    q: str | None = Field(default=None, max_length=100, description="words of the title or the company")
    division: str | None = Field(default=None, pattern=r"^\d{2,12}$", description="code or the beginning of one")
    occupation: str | None = Field(default=None, max_length=20, description="code or the beginning of one")
    wage_from_cents: int | None = Field(default=None, ge=0, description="by the month")
    employer_id: UUID | None = None
    outpost: OutpostCode | None = Field(default=None, description="collected by it, or the county's in its city")
    board: bool | None = None
    lodging: bool | None = None


class RemovedPosting(View):
    """A posting that is no longer open: forget it."""

    id: UUID
    removed: Literal[True] = True
    removed_at: datetime


class PostingStream(View):
    """What changed since `since`, oldest change first. Ask again with `next_since`; `has_more` says at once."""

    items: list[PublicPosting | RemovedPosting]
    next_since: str
    has_more: bool


class StreamPostings(Query[PostingStream]):
    """Without `since` it begins with every open posting; `since` is a `next_since`, or a moment (ISO 8601)."""

    since: str | None = Field(default=None, max_length=64)
    limit: int = Field(default=200, ge=1, le=500)
    outpost: OutpostCode | None = Field(
        default=None, description="that outpost's alone; what moved out of its city is told as removed"
    )


class PostingAddress(View):
    id: UUID
    changed_at: datetime


class PostingAddresses(View):
    items: list[PostingAddress]
    total: int


class ListPostingAddresses(Query[PostingAddresses]):
    """One part of a sitemap: open postings by their ids, the oldest first."""

    outpost: OutpostCode | None = None
    part: int = Field(default=0, ge=0, le=10_000)
    size: int = Field(default=10_000, ge=0, le=20_000)


class PostingPresence(View):
    """Whether a posting is open now, or was once: what a search engine must forget is answered with 410."""

    is_open: bool
    was_open: bool


class GetPostingPresence(Query[PostingPresence]):
    posting_id: UUID
