"""Tables of outposts. Every row belongs to one outpost; a job transfer to its sender and its receiver."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint, column
from sqlmodel import Field

from shared.contracts.outposts import (
    AuthorityKind,
    CaseloadClosedBecause,
    CaseloadState,
    ContactBy,
    ContactOutcome,
    DeadlineState,
    EvidenceKind,
    FollowUpKind,
    FollowUpState,
    JobTransferState,
    RecoveryPayer,
    RightsCaseKind,
    RightsCaseOutcome,
    RightsCaseState,
    WarmHouseUse,
    WarmHouseVisitState,
)
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import jsonb, new_id, service_tables, text_enum, timestamp
from shared.kit.tenancy import Policy, outpost_owned

if TYPE_CHECKING:
    from shared.kit.tables import ServiceTable as Table
else:
    Table = service_tables("outposts")


class CaseloadEntry(Table, table=True):
    """One worker in one outpost's care. At most one entry of a worker is open at an outpost."""

    __tablename__ = "caseload_entry"
    __policy__: ClassVar[Policy] = outpost_owned(hq="read")
    __table_args__ = (
        Index(
            "uq_caseload_entry_open", "worker_id", "outpost", unique=True, postgresql_where=column("state") == "open"
        ),
        Index("ix_caseload_entry_outpost_from_at", "outpost", "from_at", "id"),
        Index("ix_caseload_entry_order_id", "order_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID
    outpost: OutpostCode = text_enum(OutpostCode)
    state: CaseloadState = text_enum(CaseloadState, default=CaseloadState.open)
    order_id: UUID | None = None
    order_no: str | None = None
    employer_id: UUID | None = None
    posting_id: UUID | None = None
    placement_id: UUID | None = None
    started_on: date | None = None
    ended_on: date | None = None
    from_at: datetime = timestamp()
    until_at: datetime = timestamp(default_now=False)
    closed_because: CaseloadClosedBecause | None = text_enum(CaseloadClosedBecause, nullable=True, default=None)
    renews_id: UUID | None = None
    liaison_id: UUID | None = Field(default=None, index=True)
    version: int = 1


class FollowUp(Table, table=True):
    __tablename__ = "follow_up"
    __policy__: ClassVar[Policy] = outpost_owned()
    __table_args__ = (
        UniqueConstraint("entry_id", "kind", "due_on"),
        Index("ix_follow_up_outpost_due_on", "outpost", "due_on", "id"),
        Index("ix_follow_up_state_due_on", "state", "due_on"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    outpost: OutpostCode = text_enum(OutpostCode)
    entry_id: UUID = Field(foreign_key="outposts.caseload_entry.id")
    worker_id: UUID = Field(index=True)
    kind: FollowUpKind = text_enum(FollowUpKind)
    state: FollowUpState = text_enum(FollowUpState, default=FollowUpState.planned)
    due_on: date
    attempts: int = 0
    version: int = 1


class FollowUpContact(Table, table=True):
    __tablename__ = "follow_up_contact"
    __policy__: ClassVar[Policy] = outpost_owned()

    id: UUID = Field(default_factory=new_id, primary_key=True)
    outpost: OutpostCode = text_enum(OutpostCode)
    follow_up_id: UUID = Field(foreign_key="outposts.follow_up.id", index=True)
    worker_id: UUID
    at: datetime = timestamp()
    made_by: str
    by: ContactBy = text_enum(ContactBy)
    outcome: ContactOutcome = text_enum(ContactOutcome)
    is_employed: bool | None = None
    wage_cents: int | None = Field(default=None, sa_type=BigInteger)
    note_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)


class WarmHouseSlot(Table, table=True):
    __tablename__ = "warm_house_slot"
    __policy__: ClassVar[Policy] = outpost_owned(hq="read")
    __table_args__ = (
        CheckConstraint("booked BETWEEN 0 AND capacity", name="booked_within_capacity"),
        Index("ix_warm_house_slot_outpost_starts_at", "outpost", "starts_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    outpost: OutpostCode = text_enum(OutpostCode)
    use: WarmHouseUse = text_enum(WarmHouseUse)
    starts_at: datetime = timestamp(default_now=False)
    ends_at: datetime = timestamp(default_now=False)
    capacity: int
    booked: int = 0
    note: str | None = None
    version: int = 1


class WarmHouseVisit(Table, table=True):
    __tablename__ = "warm_house_visit"
    __policy__: ClassVar[Policy] = outpost_owned()
    __table_args__ = (
        Index(
            "uq_warm_house_visit_booking",
            "slot_id",
            "worker_id",
            unique=True,
            postgresql_where=column("state") == "booked",
        ),
        Index("ix_warm_house_visit_outpost_created_at", "outpost", "created_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    outpost: OutpostCode = text_enum(OutpostCode)
    slot_id: UUID | None = Field(default=None, foreign_key="outposts.warm_house_slot.id", index=True)
    worker_id: UUID | None = Field(default=None, index=True)
    people: int = 1
    state: WarmHouseVisitState = text_enum(WarmHouseVisitState)
    services: list[str] = jsonb(list)
    visited_at: datetime | None = timestamp(nullable=True)
    note_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    created_at: datetime = timestamp()
    version: int = 1


class CaseNumber(Table, table=True):
    """The last case number given in an outpost's year."""

    __tablename__ = "case_number"
    __policy__: ClassVar[Policy] = outpost_owned()

    outpost: OutpostCode = text_enum(OutpostCode, primary_key=True)
    year: int = Field(primary_key=True)
    last: int


class RightsCase(Table, table=True):
    """维权案件. What happened to a person is sealed under that person's id."""

    __tablename__ = "rights_case"
    __policy__: ClassVar[Policy] = outpost_owned()
    __table_args__ = (Index("ix_rights_case_outpost_opened_at", "outpost", "opened_at", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_no: str = Field(unique=True)
    outpost: OutpostCode = text_enum(OutpostCode)
    worker_id: UUID = Field(index=True)
    employer_id: UUID | None = None
    kind: RightsCaseKind = text_enum(RightsCaseKind)
    state: RightsCaseState = text_enum(RightsCaseState, default=RightsCaseState.open)
    facts_on: date
    summary_sealed: bytes = Field(sa_type=LargeBinary)
    amount_claimed_cents: int | None = Field(default=None, sa_type=BigInteger)
    recovered_cents: int = Field(default=0, sa_type=BigInteger)
    next_deadline_on: date | None = None
    opened_at: datetime = timestamp()
    opened_by: str
    closed_at: datetime | None = timestamp(nullable=True)
    closed_from: RightsCaseState | None = text_enum(RightsCaseState, nullable=True, default=None)
    outcome: RightsCaseOutcome | None = text_enum(RightsCaseOutcome, nullable=True, default=None)
    closing_note_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    version: int = 1


class CaseDeadline(Table, table=True):
    """法定时限: one statutory clock of one case, computed from its facts."""

    __tablename__ = "case_deadline"
    __policy__: ClassVar[Policy] = outpost_owned()
    __table_args__ = (
        UniqueConstraint("case_id", "clock"),
        Index("ix_case_deadline_state_near_on", "state", "near_on"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    outpost: OutpostCode = text_enum(OutpostCode)
    case_id: UUID = Field(foreign_key="outposts.rights_case.id")
    worker_id: UUID
    clock: str
    starts_on: date | None = None
    due_on: date | None = None
    near_on: date | None = None
    state: DeadlineState = text_enum(DeadlineState)
    warned_for: date | None = None


class CaseEvent(Table, table=True):
    """What happened in a case; append-only."""

    __tablename__ = "case_event"
    __policy__: ClassVar[Policy] = outpost_owned()

    id: UUID = Field(default_factory=new_id, primary_key=True)
    outpost: OutpostCode = text_enum(OutpostCode)
    case_id: UUID = Field(foreign_key="outposts.rights_case.id", index=True)
    fact: str
    happened_on: date
    note_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    recorded_at: datetime = timestamp()
    recorded_by: str


class Evidence(Table, table=True):
    __tablename__ = "evidence"
    __policy__: ClassVar[Policy] = outpost_owned()

    id: UUID = Field(default_factory=new_id, primary_key=True)
    outpost: OutpostCode = text_enum(OutpostCode)
    case_id: UUID = Field(foreign_key="outposts.rights_case.id", index=True)
    kind: EvidenceKind = text_enum(EvidenceKind)
    blob: dict[str, Any] = jsonb()
    description_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    obtained_on: date | None = None
    added_at: datetime = timestamp()
    added_by: str


class Recovery(Table, table=True):
    """追回金额."""

    __tablename__ = "recovery"
    __policy__: ClassVar[Policy] = outpost_owned()
    __table_args__ = (CheckConstraint("amount_cents > 0", name="amount_positive"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    outpost: OutpostCode = text_enum(OutpostCode)
    case_id: UUID = Field(foreign_key="outposts.rights_case.id", index=True)
    amount_cents: int = Field(sa_type=BigInteger)
    received_on: date
    paid_by: RecoveryPayer = text_enum(RecoveryPayer)
    reference: str | None = None
    recorded_at: datetime = timestamp()
    recorded_by: str


class JobTransfer(Table, table=True):
    """转岗."""

    __tablename__ = "job_transfer"
    __policy__: ClassVar[Policy] = outpost_owned(column="from_outpost", also=("to_outpost",))
    __table_args__ = (
        Index(
            "uq_job_transfer_requested",
            "worker_id",
            "from_outpost",
            unique=True,
            postgresql_where=column("state") == "requested",
        ),
        Index("ix_job_transfer_requested_at", "requested_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID
    from_outpost: OutpostCode = text_enum(OutpostCode)
    to_outpost: OutpostCode = text_enum(OutpostCode)
    employer_id: UUID | None = None
    posting_id: UUID | None = None
    reason_sealed: bytes = Field(sa_type=LargeBinary)
    hands_over_cases: bool = True
    state: JobTransferState = text_enum(JobTransferState, default=JobTransferState.requested)
    requested_at: datetime = timestamp()
    requested_by: str
    answered_at: datetime | None = timestamp(nullable=True)
    answer_note_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    version: int = 1


class AuthorityEntry(Table, table=True):
    """输入地党委政府: an office that an outpost added to the directory."""

    __tablename__ = "authority_entry"
    __policy__: ClassVar[Policy] = outpost_owned(hq="read")

    id: UUID = Field(default_factory=new_id, primary_key=True)
    outpost: OutpostCode = text_enum(OutpostCode)
    kind: AuthorityKind = text_enum(AuthorityKind)
    name: str
    phone: str | None = None
    address: str | None = None
    division: str | None = None
    note: str | None = None
