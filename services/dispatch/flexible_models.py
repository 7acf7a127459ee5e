"""Which rows dispatch keeps of day work near home, and who may see each: an area account sees and keeps its own."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, column
from sqlmodel import Field

from services.dispatch.base import Table
from shared.contracts.dispatch import FlexibleEnd
from shared.kit.tables import new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, county_owned


class FlexiblePlacement(Table, table=True):
    """县内灵活就业安置. One current spell a person: the index is the rule."""

    __tablename__ = "flexible_placement"
    __policy__: ClassVar[Policy] = county_owned(division="division", writable_by=("hq", "area"))
    __table_args__ = (
        Index(
            "flexible_placement_one_current",
            "worker_id",
            unique=True,
            postgresql_where=column("ended_on").is_(None),
        ),
        Index("flexible_placement_listed", "started_on", "id"),
        Index("flexible_placement_closing", "closed_before", postgresql_where=column("ended_on").is_(None)),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID = Field(index=True)
    division: str
    workplace: str
    occupation: str | None = None
    employer_id: UUID | None = None
    day_pay_cents: int = Field(sa_type=BigInteger)
    started_on: date
    ended_on: date | None = None
    end_reason: FlexibleEnd | None = text_enum(FlexibleEnd, default=None, nullable=True)
    closed_before: date
    recorded_at: datetime = timestamp()
    recorded_by: str
    version: int = 1


class WorkDay(Table, table=True):
    """One day of the day-work roster 日工花名册; a day again replaces it until its month is closed."""

    __tablename__ = "work_day"
    __policy__: ClassVar[Policy] = county_owned(division="division", writable_by=("hq", "area"))
    __table_args__ = (Index("work_day_on", "on_day", "placement_id"),)

    placement_id: UUID = Field(primary_key=True)
    on_day: date = Field(primary_key=True)
    worker_id: UUID = Field(index=True)
    division: str
    workplace: str
    half_days: int
    pay_cents: int = Field(sa_type=BigInteger)
    recorded_at: datetime = timestamp()
    recorded_by: str
