"""Tables of training. Courses, commissions and sessions are the county's; what concerns a person is lent by grant."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, column
from sqlmodel import Field

from shared.contracts.registry import Employment
from shared.contracts.training import (
    AttendanceSource,
    CommissionState,
    EnrolmentState,
    ResultOutcome,
    SessionState,
    Trade,
)
from shared.kit.tables import new_id, service_tables, text_enum, timestamp
from shared.kit.tenancy import Policy, county_owned, hq_owned, machinery_only

if TYPE_CHECKING:
    from shared.kit.tables import ServiceTable as Table
else:
    Table = service_tables("training")

EVERYONE = ("outpost", "area", "partner", "worker", "public")


class Course(Table, table=True):
    """Seeded with the account's five trades and 养蜂; HQ adds others."""

    __tablename__ = "course"
    __policy__: ClassVar[Policy] = hq_owned(read=EVERYONE)

    code: str = Field(primary_key=True)
    name: str
    trade: Trade = text_enum(Trade)
    occupation: str | None = None
    description: str | None = None
    hours: int
    days: int
    attendance_percent: int = 80
    pass_score: int | None = None
    is_active: bool = True
    version: int = 1


class TrainingCommission(Table, table=True):
    """培训委托书. Its sessions never exceed the seats and the budget that were commissioned."""

    __tablename__ = "training_commission"
    __policy__: ClassVar[Policy] = hq_owned(read=("area",))
    __table_args__ = (
        CheckConstraint("seats_planned BETWEEN 0 AND seats", name="within_seats"),
        CheckConstraint("budget_planned_cents BETWEEN 0 AND budget_cents", name="within_budget"),
        Index("ix_training_commission_issued_at", "issued_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    commission_no: str = Field(unique=True)
    course: str = Field(foreign_key="training.course.code")
    provider: str
    seats: int
    seats_planned: int = 0
    budget_cents: int = Field(sa_type=BigInteger)
    budget_planned_cents: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    starts_on: date
    ends_on: date
    posting_id: UUID | None = None
    posting_title: str | None = None
    state: CommissionState = text_enum(CommissionState, default=CommissionState.issued)
    issued_at: datetime = timestamp()
    issued_by: str
    completed_at: datetime | None = timestamp(nullable=True)
    version: int = 1


class TrainingSession(Table, table=True):
    """培训班次. The row is locked while seats are given, so `enrolled` is exact."""

    __tablename__ = "training_session"
    __policy__: ClassVar[Policy] = hq_owned(
        read=EVERYONE, where=dict.fromkeys(("partner", "worker", "public"), "state = 'open'")
    )
    __table_args__ = (
        CheckConstraint("enrolled BETWEEN 0 AND capacity", name="within_capacity"),
        CheckConstraint("waiting >= 0", name="waiting_not_negative"),
        Index("ix_training_session_starts_on", "starts_on", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    commission_id: UUID | None = Field(default=None, foreign_key="training.training_commission.id", index=True)
    course: str = Field(foreign_key="training.course.code")
    place: str
    division: str | None = None
    teacher: str | None = None
    starts_on: date
    ends_on: date
    capacity: int
    enrolled: int = 0
    waiting: int = 0
    cost_cents: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    posting_id: UUID | None = Field(default=None, index=True)
    posting_title: str | None = None
    state: SessionState = text_enum(SessionState, default=SessionState.open)
    version: int = 1


class Enrolment(Table, table=True):
    __tablename__ = "enrolment"
    __policy__: ClassVar[Policy] = county_owned(worker="worker_id", division="division")
    __table_args__ = (
        Index(
            "uq_enrolment_live",
            "session_id",
            "worker_id",
            unique=True,
            postgresql_where=column("state") != "cancelled",
        ),
        Index("ix_enrolment_session_id_enrolled_at", "session_id", "enrolled_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    session_id: UUID = Field(foreign_key="training.training_session.id")
    worker_id: UUID = Field(index=True)
    division: str
    course: str
    state: EnrolmentState = text_enum(EnrolmentState)
    enrolled_at: datetime = timestamp()
    enrolled_by: str
    result: ResultOutcome | None = text_enum(ResultOutcome, default=None, nullable=True)
    score: int | None = None
    result_note: str | None = None
    result_at: datetime | None = timestamp(nullable=True)
    result_by: str | None = None
    version: int = 1


class Attendance(Table, table=True):
    """One learner on one day."""

    __tablename__ = "attendance"
    __policy__: ClassVar[Policy] = county_owned(worker="worker_id", division="division")
    __table_args__ = (UniqueConstraint("enrolment_id", "on"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    session_id: UUID = Field(foreign_key="training.training_session.id", index=True)
    enrolment_id: UUID = Field(foreign_key="training.enrolment.id")
    worker_id: UUID
    division: str
    on: date
    is_present: bool
    source: AttendanceSource = text_enum(
        AttendanceSource, default=AttendanceSource.list, sa_column_kwargs={"server_default": "list"}
    )
    recorded_at: datetime = timestamp()
    recorded_by: str


class Certificate(Table, table=True):
    """结业证书. `placed_on` is the first day at work on or after it, by `placements.link`."""

    __tablename__ = "certificate"
    __policy__: ClassVar[Policy] = county_owned(worker="worker_id", division="division")
    __table_args__ = (
        Index("ix_certificate_issued_at", "issued_at", "id"),
        Index("uq_certificate_valid", "enrolment_id", unique=True, postgresql_where=column("revoked_at").is_(None)),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    certificate_no: str = Field(unique=True)
    enrolment_id: UUID = Field(foreign_key="training.enrolment.id")
    session_id: UUID = Field(foreign_key="training.training_session.id", index=True)
    worker_id: UUID = Field(index=True)
    division: str
    course: str = Field(foreign_key="training.course.code", index=True)
    occupation: str | None = None
    posting_id: UUID | None = None
    issued_on: date
    issued_at: datetime = timestamp()
    issued_by: str
    revoked_at: datetime | None = timestamp(nullable=True)
    revoked_by: str | None = None
    revocation_reason: str | None = None
    placement_id: UUID | None = None
    placed_posting_id: UUID | None = None
    placed_on: date | None = None


class Learner(Table, table=True):
    """What registry says of a worker: where, whether at work, and whether the record still stands."""

    __tablename__ = "learner"
    __policy__: ClassVar[Policy] = machinery_only()

    worker_id: UUID = Field(primary_key=True)
    version: int
    division: str
    employment: Employment = text_enum(Employment)
    is_active: bool = True


class WorkStart(Table, table=True):
    """A first day at work: of a placement 上岗, or of the local work that registry learned of (then without one).

    2,589 are more than the 2,158 who were dispatched: 县内就业 after training counts too.
    """

    __tablename__ = "work_start"
    __policy__: ClassVar[Policy] = machinery_only()
    __table_args__ = (UniqueConstraint("worker_id", "started_on", "placement_id", postgresql_nulls_not_distinct=True),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID
    started_on: date
    placement_id: UUID | None = None
    posting_id: UUID | None = None


class PaperPrint(Table, table=True):
    """A print of a numbered paper: reprints are logged."""

    __tablename__ = "paper_print"
    __policy__: ClassVar[Policy] = hq_owned()
    __table_args__ = (Index("ix_paper_print_subject_id", "subject_id", "printed_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    paper: str
    subject_id: UUID
    printed_at: datetime = timestamp()
    printed_by: str


class NumberSeries(Table, table=True):
    """The last number given in a series: papers are counted within the year."""

    __tablename__ = "number_series"
    __policy__: ClassVar[Policy] = hq_owned()

    series: str = Field(primary_key=True)
    last: int
