"""Tables of training. Courses, commissions and sessions are the county's; what concerns a person is lent by grant."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, column
from sqlmodel import Field

from shared.contracts.training import CommissionState, EnrolmentState, SessionState, Trade
from shared.kit.tables import new_id, service_tables, text_enum, timestamp
from shared.kit.tenancy import Policy, county_owned, hq_owned

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
    hours: int
    days: int
    attendance_percent: int = 80
    is_active: bool = True
    version: int = 1


class TrainingCommission(Table, table=True):
    """培训委托书. `seats_planned` never exceeds the seats that were commissioned."""

    __tablename__ = "training_commission"
    __policy__: ClassVar[Policy] = hq_owned(read=("area",))
    __table_args__ = (
        CheckConstraint("seats_planned BETWEEN 0 AND seats", name="within_seats"),
        Index("ix_training_commission_issued_at", "issued_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    commission_no: str = Field(unique=True)
    course: str = Field(foreign_key="training.course.code")
    provider: str
    seats: int
    seats_planned: int = 0
    budget_cents: int = Field(sa_type=BigInteger)
    starts_on: date
    ends_on: date
    posting_id: UUID | None = None
    state: CommissionState = text_enum(CommissionState, default=CommissionState.issued)
    issued_at: datetime = timestamp()
    issued_by: str
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
    starts_on: date
    ends_on: date
    capacity: int
    enrolled: int = 0
    waiting: int = 0
    posting_id: UUID | None = None
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
    recorded_at: datetime = timestamp()
    recorded_by: str


class Certificate(Table, table=True):
    """结业证书. `placed_on` is set by the first placement after it."""

    __tablename__ = "certificate"
    __policy__: ClassVar[Policy] = county_owned(worker="worker_id", division="division")
    __table_args__ = (Index("ix_certificate_issued_at", "issued_at", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    certificate_no: str = Field(unique=True)
    enrolment_id: UUID = Field(foreign_key="training.enrolment.id", unique=True)
    session_id: UUID = Field(foreign_key="training.training_session.id", index=True)
    worker_id: UUID = Field(index=True)
    division: str
    course: str = Field(foreign_key="training.course.code", index=True)
    occupation: str | None = None
    issued_on: date
    issued_at: datetime = timestamp()
    issued_by: str
    placement_id: UUID | None = None
    placed_on: date | None = None


class NumberSeries(Table, table=True):
    """The last number given in a series: papers are counted within the year."""

    __tablename__ = "number_series"
    __policy__: ClassVar[Policy] = hq_owned(write=("area",))

    series: str = Field(primary_key=True)
    last: int
