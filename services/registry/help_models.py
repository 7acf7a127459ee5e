"""The steps of help plans, and the community stations with what was found there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.registry.base import Table
from shared.contracts.registry import FiveHave, HelpActionKind, HelpActionState
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, county_owned, hq_owned

IN_AREA = {"area": "division LIKE {key} || '%'"}


class HelpAction(Table, table=True):
    """帮扶措施 of one plan."""

    __tablename__ = "help_action"
    __policy__: ClassVar[Policy] = county_owned(division="division")
    __table_args__ = (Index("ix_help_action_plan", "help_plan_id", "due_on", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    help_plan_id: UUID = Field(foreign_key="registry.help_plan.id")
    worker_id: UUID = Field(index=True)
    division: str
    kind: HelpActionKind = text_enum(HelpActionKind)
    what: str
    owner: str
    due_on: date
    state: HelpActionState = text_enum(HelpActionState, default=HelpActionState.open)
    settled_on: date | None = None
    result: str | None = None


class CommunityStation(Table, table=True):
    """易搬社区就业服务站, inside the county: an area account keeps those of its own area."""

    __tablename__ = "community_station"
    __policy__: ClassVar[Policy] = hq_owned(write=("area",), where=IN_AREA)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    name: str = Field(unique=True)
    division: str
    address: str | None = None
    hours: str | None = None
    staff: list[str] = jsonb(list)
    is_active: bool = True
    created_at: datetime = timestamp()


class StationInspection(Table, table=True):
    """What was found of one of the 五有 on a day. Added, never changed."""

    __tablename__ = "station_inspection"
    __policy__: ClassVar[Policy] = hq_owned(write=("area",), where=IN_AREA)
    __table_args__ = (Index("ix_station_inspection_listed", "station_id", "item", "inspected_on", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    station_id: UUID = Field(foreign_key="registry.community_station.id")
    division: str
    item: FiveHave = text_enum(FiveHave)
    is_met: bool
    evidence: str | None = None
    inspected_on: date
    expires_on: date | None = None
    inspected_by: str
    recorded_at: datetime = timestamp()


class StationFile(Table, table=True):
    """A photo or a scan that proves what an inspection found. Added, never changed."""

    __tablename__ = "station_file"
    __policy__: ClassVar[Policy] = hq_owned(write=("area",), where=IN_AREA)
    __table_args__ = (Index("ix_station_file_inspection", "inspection_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    station_id: UUID = Field(foreign_key="registry.community_station.id")
    inspection_id: UUID = Field(foreign_key="registry.station_inspection.id")
    division: str
    blob: dict[str, Any] = jsonb()
    added_by: str
    added_at: datetime = timestamp()
