"""What keeps a posting alive: confirming it, the reminder before it ends, and who is told when it changes."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Command, Event
from shared.contracts.postings.postings import PostingView
from shared.contracts.scopes import OutpostCode

__all__ = [
    "ConfirmPosting",
    "FeedExpiryNear",
    "FeedStale",
    "KeepPostingApart",
    "PostingExpiryNear",
    "PostingStale",
    "RecommendationRevised",
    "StaleBecause",
]


class StaleBecause(StrEnum):
    """not_confirmed: nobody who collected it said that it still holds. feed_silent: its feed has not run."""

    not_confirmed = "not_confirmed"
    feed_silent = "feed_silent"


class ConfirmPosting(Command[PostingView]):
    """Say that a posting still holds; one that was stale is offered again."""

    posting_id: UUID


class KeepPostingApart(Command[PostingView]):
    """A posting that was joined with another source's is an opening of its own."""

    posting_id: UUID


class PostingExpiryNear(Event):
    """Its last day is near: prolong it, or let it end."""

    topic: ClassVar[str] = "posting.expiry_near"
    aggregate: ClassVar[str] = "posting_id"
    about_worker: ClassVar[str | None] = None

    posting_id: UUID
    employer_id: UUID
    outpost: OutpostCode | None = None
    valid_through: date
    days_left: int
    openings_free: int


class FeedExpiryNear(Event):
    """Jobs of a feed end within days: told once for all that came near since the last time."""

    topic: ClassVar[str] = "feed.expiry_near"
    aggregate: ClassVar[str] = "feed_id"
    about_worker: ClassVar[str | None] = None

    feed_id: UUID
    employer_id: UUID
    jobs: int
    first_ends_on: date


class PostingStale(Event):
    """Nobody confirmed it for long: it is offered to nobody until somebody does."""

    topic: ClassVar[str] = "posting.stale"
    aggregate: ClassVar[str] = "posting_id"
    about_worker: ClassVar[str | None] = None

    posting_id: UUID
    employer_id: UUID
    outpost: OutpostCode | None = None
    because: StaleBecause


class FeedStale(Event):
    """A feed stopped confirming its jobs; told once for all of them."""

    topic: ClassVar[str] = "feed.stale"
    aggregate: ClassVar[str] = "feed_id"
    about_worker: ClassVar[str | None] = None

    feed_id: UUID
    employer_id: UUID
    live_jobs: int
    last_run_at: datetime | None = None


class RecommendationRevised(Event):
    """A posting that a worker accepted changed in what matters to somebody who would go there."""

    topic: ClassVar[str] = "recommendation.revised"
    aggregate: ClassVar[str] = "recommendation_id"

    recommendation_id: UUID
    worker_id: UUID
    posting_id: UUID
    changed: list[str]
