"""The registry's tables: one record of each worker, its dated facts, and how the facts came in."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from services.registry.base import Table
from services.registry.change_models import WorkerChange
from services.registry.grid_models import ChangeRequest, Visit
from services.registry.help_models import CommunityStation, HelpAction, StationFile, StationInspection
from services.registry.household_models import HouseholdMember, WorkerContact
from services.registry.import_models import WorkerImport, WorkerImportProblem
from services.registry.merger_models import DistinctPair, WorkerMerger
from services.registry.privacy_models import Look, PrivacyRequest, Restriction, RetentionHold
from services.registry.roster_models import RosterMonth, RosterSealing, RosterSnapshot
from services.registry.village_pack_models import VillagePack, VillagePackFinding
from shared.contracts.registry import (
    ConsentPurpose,
    DifficultyKind,
    Education,
    Employment,
    HelpOutcome,
    HelpPlanState,
    RecordSource,
    RosterKind,
    Sex,
    SkillLevel,
    SpellKind,
)
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, county_owned, custom, hq_owned, machinery_only

__all__ = [
    "ChangeRequest",
    "CommunityStation",
    "Consent",
    "DifficultyStatus",
    "Disclosure",
    "DistinctPair",
    "EmploymentSpell",
    "HelpAction",
    "HelpPlan",
    "HouseholdMember",
    "LegalHold",
    "Look",
    "PrivacyRequest",
    "Referral",
    "Restriction",
    "RetentionHold",
    "RosterDay",
    "RosterMonth",
    "RosterSealing",
    "RosterSnapshot",
    "StationFile",
    "StationInspection",
    "Table",
    "VillagePack",
    "VillagePackFinding",
    "Visit",
    "Worker",
    "WorkerChange",
    "WorkerContact",
    "WorkerImport",
    "WorkerImportProblem",
    "WorkerMerger",
    "WorkerRevision",
    "WorkerSkill",
    "WorkerToken",
]

# What an index carries so that a roster or a search need not visit the rows: the facts asked for, and the division,
# which the policies read.
RECORDED = ["recorded_at", "superseded_at"]
REVISION_CARRIED = ["valid_until", *RECORDED, "division", "is_active", "is_verified", "can_work", "wants_out_work"]
REVISION_CARRIED += ["wants_local_work"]


class Worker(Table, table=True):
    """劳动力. What identifies the person is sealed under `data_key`, which erasure destroys."""

    __tablename__ = "worker"
    __policy__: ClassVar[Policy] = county_owned(worker="id", division="division", partner=True)
    __table_args__ = (
        UniqueConstraint("id_hash", name="uq_worker_id_hash"),
        Index("ix_worker_listed", "name_key", "id"),
        Index("ix_worker_division_listed", "division", "name_key", "id"),
        Index("ix_worker_born", "born_on", "name_key"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    name: str
    name_key: str = Field(description="pinyin, for sorting: the embedded PostgreSQL has no Chinese collation")
    id_hash: str | None = None
    id_area: str
    id_last4: str = Field(index=True)
    id_sealed: bytes | None = None
    data_key: bytes | None = Field(default=None, description="sealed under the platform's key; null after erasure")
    phone_hash: str | None = Field(default=None, index=True)
    phone_last4: str | None = Field(default=None, index=True)
    phone_sealed: bytes | None = None
    sex: Sex = text_enum(Sex)
    born_on: date
    division: str
    is_relocated: bool = False
    education: Education | None = text_enum(Education, default=None, nullable=True)
    can_work: bool = True
    limits: list[str] = jsonb(list)
    wants_out_work: bool = False
    wants_local_work: bool = False
    destinations: list[str] = jsonb(list)
    wanted_occupations: list[str] = jsonb(list)
    expected_wage_cents: int | None = Field(default=None, sa_type=BigInteger)
    available_from: date | None = None
    employment: Employment = text_enum(Employment, default=Employment.none)
    automated_matching: bool = True
    is_active: bool = True
    is_verified: bool = True
    source: RecordSource = text_enum(RecordSource)
    created_at: datetime = timestamp()
    updated_at: datetime = timestamp()
    erased_at: datetime | None = timestamp(nullable=True)
    restricted_at: datetime | None = timestamp(nullable=True)
    merged_into: UUID | None = None


class WorkerRevision(Table, table=True):
    """The facts that decide the rosters, by when they held (valid) and when they were known (recorded).

    At any pair of moments exactly one row of a worker applies, from its first day on. Former values of every other
    fact stand in WorkerChange; `replaced` was their place before it.
    """

    __tablename__ = "worker_revision"
    __policy__: ClassVar[Policy] = county_owned(division="division")
    __table_args__ = (
        Index("ix_worker_revision_worker", "worker_id", "valid_from", postgresql_include=REVISION_CARRIED),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID
    version: int
    valid_from: date
    valid_until: date | None = None
    recorded_at: datetime = timestamp()
    superseded_at: datetime | None = timestamp(nullable=True)
    division: str
    is_active: bool
    is_verified: bool
    can_work: bool
    wants_out_work: bool
    wants_local_work: bool
    changed: list[str] = jsonb(list)
    replaced: bytes | None = None
    source: RecordSource = text_enum(RecordSource)
    actor: str
    reason: str | None = None


class WorkerSkill(Table, table=True):
    __tablename__ = "worker_skill"
    __policy__: ClassVar[Policy] = county_owned(division="division", partner=True)
    __table_args__ = (
        Index("ix_worker_skill_occupation", "occupation", "worker_id", postgresql_include=["division"]),
        Index("ix_worker_skill_division", "division", "occupation", "worker_id"),
    )

    worker_id: UUID = Field(primary_key=True)
    occupation: str = Field(primary_key=True)
    division: str
    level: SkillLevel = text_enum(SkillLevel)
    is_verified: bool = False
    evidence: str | None = None
    proved_on: date | None = Field(default=None, description="the day of the certificate, where one proves it")
    source: RecordSource = text_enum(RecordSource)
    recorded_at: datetime = timestamp()


class DifficultyStatus(Table, table=True):
    """就业困难认定. Both days of the period are included. A correction supersedes the row and writes another."""

    __tablename__ = "difficulty_status"
    __policy__: ClassVar[Policy] = county_owned(division="division")
    __table_args__ = (
        Index(
            "ix_difficulty_status_worker",
            "worker_id",
            "valid_from",
            postgresql_include=["valid_to", *RECORDED, "division", "kind"],
        ),
        Index(
            "ix_difficulty_status_division",
            "division",
            "kind",
            "worker_id",
            postgresql_include=["valid_from", "valid_to", *RECORDED],
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID
    division: str
    kind: DifficultyKind = text_enum(DifficultyKind)
    evidence: bytes | None = Field(default=None, description="sealed: sensitive (个人信息保护法 §28)")
    valid_from: date
    valid_to: date | None = None
    recorded_at: datetime = timestamp()
    superseded_at: datetime | None = timestamp(nullable=True)
    source: RecordSource = text_enum(RecordSource)
    actor: str


class EmploymentSpell(Table, table=True):
    """就业经历段. `ended_on` is the first day without the work. A correction supersedes the row."""

    __tablename__ = "employment_spell"
    __policy__: ClassVar[Policy] = county_owned(division="division")
    __table_args__ = (
        Index(
            "ix_employment_spell_worker",
            "worker_id",
            "started_on",
            postgresql_include=["ended_on", *RECORDED, "division", "kind"],
        ),
        Index("ix_employment_spell_placement", "placement_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID
    division: str
    kind: SpellKind = text_enum(SpellKind)
    employer_name: str | None = None
    employer_id: UUID | None = None
    placement_id: UUID | None = None
    place: str | None = None
    occupation: str | None = None
    wage_cents: int | None = Field(default=None, sa_type=BigInteger)
    days: float | None = Field(default=None, description="of work by the day; half days count")
    started_on: date
    ended_on: date | None = None
    end_reason: str | None = None
    recorded_at: datetime = timestamp()
    superseded_at: datetime | None = timestamp(nullable=True)
    source: RecordSource = text_enum(RecordSource)
    actor: str


class Consent(Table, table=True):
    __tablename__ = "consent"
    __policy__: ClassVar[Policy] = county_owned(division="division")

    worker_id: UUID = Field(primary_key=True)
    purpose: ConsentPurpose = text_enum(ConsentPurpose, primary_key=True)
    division: str
    given_on: date
    withdrawn_on: date | None = None
    evidence: str | None = None


class WorkerToken(Table, table=True):
    """Pieces of a name to search by: two-character pieces, pinyin, initials. Compared with = and ranges only, since
    LIKE and trigrams are not leakproof and would be run row by row behind the policy.

    `name_key` orders the people of a token as lists are ordered: a page of them is read from the key alone, which
    carries the division too.
    """

    __tablename__ = "worker_token"
    __policy__: ClassVar[Policy] = county_owned(division="division")

    token: str = Field(primary_key=True)
    name_key: str = Field(primary_key=True)
    worker_id: UUID = Field(primary_key=True, index=True)
    division: str


class LegalHold(Table, table=True):
    """An open rights case: its worker's details may not be erased."""

    __tablename__ = "legal_hold"
    __policy__: ClassVar[Policy] = machinery_only()

    case_id: UUID = Field(primary_key=True)
    worker_id: UUID = Field(index=True)
    opened_at: datetime = timestamp()


class Disclosure(Table, table=True):
    """Who learned what about whom, and for what. Rows are added and read, never changed: see the migration."""

    __tablename__ = "disclosure"
    __policy__: ClassVar[Policy] = custom(
        read="{kind} IN ('hq', 'service')", write="{kind} IN ('hq', 'service', 'outpost', 'area', 'partner')"
    )
    __table_args__ = (Index("ix_disclosure_listed", "at", "id"), Index("ix_disclosure_worker", "worker_id", "at"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID
    fields: list[str] = jsonb(list)
    purpose: str
    actor: str
    scope: str
    at: datetime = timestamp()


class RosterDay(Table, table=True):
    """How many people a roster had on a day, and how many entered and left since the day before it was counted."""

    __tablename__ = "roster_day"
    __policy__: ClassVar[Policy] = hq_owned(read=("area",))

    kind: RosterKind = text_enum(RosterKind, primary_key=True)
    on: date = Field(primary_key=True)
    members: int
    entered: int
    left: int


class HelpPlan(Table, table=True):
    """帮扶计划: one under way for each person."""

    __tablename__ = "help_plan"
    __policy__: ClassVar[Policy] = county_owned(division="division")
    __table_args__ = (Index("ix_help_plan_due", "due_on", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    worker_id: UUID = Field(index=True)
    division: str
    goal: str
    owner: str
    due_on: date
    state: HelpPlanState = text_enum(HelpPlanState, default=HelpPlanState.open)
    outcome: HelpOutcome | None = text_enum(HelpOutcome, default=None, nullable=True)
    note: str | None = None
    reviewed_on: date | None = None
    created_at: datetime = timestamp()


class Referral(Table, table=True):
    """一带十: a worker is brought by one person at most."""

    __tablename__ = "referral"
    __policy__: ClassVar[Policy] = county_owned(division="division", writable_by=("hq", "area"))
    __table_args__ = (UniqueConstraint("worker_id", name="uq_referral_worker_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    referrer_id: UUID = Field(index=True)
    worker_id: UUID
    division: str
    referred_on: date
