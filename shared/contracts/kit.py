"""What every service answers about itself: its queues, its parked events, its jobs. Asked per service by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Command, JobState, Nothing, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind

PARKED_NOT_FOUND = ProblemCode(
    "parked.not_found",
    ProblemKind.not_found,
    zh="没有这条搁置消息, 可能已经重放或丢弃。",
    en="There is no such parked message; it may have been replayed or discarded already.",
)
JOB_NOT_FOUND = ProblemCode(
    "job.not_found",
    ProblemKind.not_found,
    zh="没有这个任务, 或不是您提交的。",
    en="There is no such job, or it is not yours.",
)
JOB_FINISHED = ProblemCode(
    "job.finished",
    ProblemKind.conflict,
    zh="任务已经结束, 不能取消。",
    en="The job has ended; it can no longer be cancelled.",
)


class ServiceStatus(View):
    """How far one service is behind, by its own tables."""

    service: str
    outbox_waiting: int
    outbox_oldest_seconds: float
    inbox_pending: int
    inbox_oldest_seconds: float
    inbox_retrying: int
    inbox_parked: int
    jobs_queued: int
    jobs_running: int


class ParkedMessage(View):
    """搁置消息: an event whose handling failed for good until somebody replays or discards it."""

    id: UUID
    service: str
    topic: str
    publisher: str
    aggregate_id: str
    version: int
    attempts: int
    problem: str | None
    received_at: datetime
    held_back: int
    body: dict[str, Any]


class SealUse(View):
    key_id: str = Field(examples=["k2"])
    is_active: bool
    values: int = Field(description="sealed straight under it; people's records have keys of their own")


class SealUses(View):
    """How far the rotation of the platform's keys is in one service."""

    service: str
    keys: list[SealUse]
    is_finished: bool


class GetSealUses(Query[SealUses]):
    """Answered by every service."""


class ResealRecords(Command[JobState]):
    """Answered by every service: seal anew what is sealed under a former key; one rotation at a time."""


class PersonalRecordsOf(View):
    """The rows of one table about a person; `fields` says in words what each name means."""

    table: str = Field(examples=["recommendation"])
    title: str = Field(examples=["岗位推荐"])
    fields: dict[str, str] = Field(examples=[{"made_at": "推荐时间"}])
    rows: list[dict[str, Any]]


class PersonalRecords(View):
    """What one service holds about one person (个人信息保护法 §45)."""

    service: str
    tables: list[PersonalRecordsOf]


class GetPersonalRecords(Query[PersonalRecords]):
    """Answered by every service, as far as the caller may see it: HQ is not shown an outpost's own rows."""

    worker_id: UUID


class GetOwnRecords(Query[PersonalRecords]):
    """Answered by every service to the person alone, and whole."""


class KitStatus(Query[ServiceStatus]):
    """Answered by every service."""


class ListParked(PageRequest, Query[Page[ParkedMessage]]):
    """Answered by every service."""


class ReplayParked(Command[Nothing]):
    """Try a parked event again, from its first attempt."""

    event_id: UUID


class DiscardParked(Command[Nothing]):
    """Give a parked event up; what it held back goes on. The reason is kept."""

    event_id: UUID
    reason: str


class GetJob(Query[JobState]):
    job_id: UUID


class CancelJob(Command[JobState]):
    job_id: UUID
