"""Sealed month ends of the six rosters, and their sizes and flow by township."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from services.registry.base import Table
from shared.contracts.registry import RosterKind
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, hq_owned


class RosterSealing(Table, table=True):
    """The day whose rosters a job seals: one job a day."""

    __tablename__ = "roster_sealing"
    __policy__: ClassVar[Policy] = hq_owned()

    as_of: date = Field(primary_key=True)
    job_id: UUID
    asked_at: datetime = timestamp()


class RosterSnapshot(Table, table=True):
    """清单月末存档. Each one's hash covers the one before and the file of its rows; the hash is signed.

    Rows are added and read, never changed: see the migration. The file names people by id alone.
    """

    __tablename__ = "roster_snapshot"
    __policy__: ClassVar[Policy] = hq_owned()
    __table_args__ = (
        UniqueConstraint("kind", "as_of", name="uq_roster_snapshot_kind_as_of"),
        UniqueConstraint("sequence", name="uq_roster_snapshot_sequence"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    sequence: int
    kind: RosterKind = text_enum(RosterKind)
    as_of: date
    known_at: datetime = timestamp()
    members: int
    file: dict[str, Any] = jsonb()
    previous_hash: str
    hash: str
    key_id: str
    signature: str
    sealed_at: datetime = timestamp()
    actor: str


class RosterMonth(Table, table=True):
    """How many people a roster had in a township at a month's end, and how many entered and left in that month.

    Sums only; counted again as long as the month runs.
    """

    __tablename__ = "roster_month"
    __policy__: ClassVar[Policy] = hq_owned(read=("area",), where={"area": "division LIKE {key} || '%'"})

    kind: RosterKind = text_enum(RosterKind, primary_key=True)
    month: date = Field(primary_key=True, description="its first day")
    division: str = Field(primary_key=True, description="the township")
    members: int
    entered: int
    left: int
    counted_at: datetime = timestamp()
