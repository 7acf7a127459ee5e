"""What the registry tells the others: ids, divisions, skills and states; never a name, a phone or a number."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Event, View
from shared.contracts.registry.people import (
    ConsentPurpose,
    DifficultyKind,
    Education,
    Employment,
    Sex,
    SkillLevel,
    WorkLimit,
)
from shared.contracts.scopes import OutpostCode


class SkillFact(BaseModel):
    occupation: str
    level: SkillLevel = SkillLevel.unrated
    is_verified: bool = False


class WorkerFacts(BaseModel):
    """What matching, training and the ledger may know about a worker.

    `version` is the registry's own; it grows with every change, so an older event or snapshot can be told.
    `employed_since` is the first day of the current spell, null without one.
    `automated_matching` is false once the worker refused decisions made by a machine alone (个人信息保护法 §24).
    """

    worker_id: UUID
    version: int
    division: str
    sex: Sex
    birth_year: int
    education: Education | None = None
    skills: list[SkillFact] = Field(default_factory=list)
    wants_out_work: bool = False
    wants_local_work: bool = False
    destinations: list[OutpostCode] = Field(default_factory=list)
    wanted_occupations: list[str] = Field(default_factory=list)
    expected_wage_cents: int | None = None
    available_from: date | None = None
    difficulty: list[DifficultyKind] = Field(default_factory=list)
    employment: Employment = Employment.none
    employed_since: date | None = None
    automated_matching: bool = True
    limits: list[WorkLimit] = Field(default_factory=list)
    withdrawn_consents: list[ConsentPurpose] | None = Field(
        default=None, description="what is withdrawn now; null in events from before it was told"
    )
    consents: list[ConsentPurpose] | None = Field(
        default=None, description="what is agreed to now; null in events from before it was told"
    )
    can_work: bool = True
    is_active: bool = True


class WorkerSnapshot(WorkerFacts, View):
    """The same facts, read at once by a service that starts a projection."""


class WorkerRegistered(WorkerFacts, Event):
    topic: ClassVar[str] = "worker.registered"
    aggregate: ClassVar[str] = "worker_id"


class WorkerUpdated(WorkerFacts, Event):
    topic: ClassVar[str] = "worker.updated"
    aggregate: ClassVar[str] = "worker_id"

    changed: list[str] = Field(default_factory=list)


class WorkerMerged(Event):
    topic: ClassVar[str] = "worker.merged"
    aggregate: ClassVar[str] = "worker_id"

    worker_id: UUID
    into_worker_id: UUID


class WorkerErased(Event):
    """The worker's key was destroyed: every projection blanks what it keeps about the person."""

    topic: ClassVar[str] = "worker.erased"
    aggregate: ClassVar[str] = "worker_id"

    worker_id: UUID


class ConsentWithdrawn(Event):
    topic: ClassVar[str] = "consent.withdrawn"
    aggregate: ClassVar[str] = "worker_id"

    worker_id: UUID
    purpose: ConsentPurpose


class RosterChanged(Event):
    """How many entered and left one of the six rosters since it was last looked at."""

    topic: ClassVar[str] = "roster.changed"
    aggregate: ClassVar[str] = "kind"
    about_worker: ClassVar[str | None] = None

    kind: str
    on: date
    members: int
    entered: int
    left: int


class HelpPlanReviewed(Event):
    topic: ClassVar[str] = "help_plan.reviewed"
    aggregate: ClassVar[str] = "help_plan_id"

    help_plan_id: UUID
    worker_id: UUID
    outcome: str


class ReferralRecorded(Event):
    topic: ClassVar[str] = "referral.recorded"
    aggregate: ClassVar[str] = "referral_id"

    referral_id: UUID
    referrer_id: UUID
    worker_id: UUID
