"""Tables of 就业人员微信群: the groups, who joined by consent, and what waits for the next digest."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, LargeBinary, column
from sqlmodel import Field

from services.notify.base import Table
from shared.contracts.notify.groups import ConsentWay, GroupAudience, LeftBecause
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import Policy, county_owned, hq_owned, machinery_only


class WorkerPlace(Table, table=True):
    """Where a worker lives, for village digests and print packs; from registry's events."""

    __tablename__ = "worker_place"
    __policy__: ClassVar[Policy] = machinery_only()

    worker_id: UUID = Field(primary_key=True)
    division: str = Field(index=True)
    is_active: bool = True


class WorkerGroup(Table, table=True):
    """就业人员微信群: the robot's key is the only secret, so it is sealed; its hash keeps a robot to one group."""

    __tablename__ = "worker_group"
    __policy__: ClassVar[Policy] = hq_owned(
        read=("outpost", "area", "worker"),
        where={
            "outpost": "outpost = {key}",
            "area": "division LIKE {key} || '%' OR {key} LIKE division || '%'",
            "worker": "audience = 'workers' AND is_active",
        },
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    audience: GroupAudience = text_enum(GroupAudience)
    division: str | None = Field(default=None, index=True)
    outpost: OutpostCode | None = text_enum(OutpostCode, nullable=True, default=None, index=True)
    owner: str | None = None
    robot_key_sealed: bytes = Field(default=b"", sa_type=LargeBinary, description="empty: no robot")
    robot_hash: str | None = Field(default=None, unique=True)
    digest_minutes: int = Field(default=30, sa_column_kwargs={"server_default": "30"})
    last_digest_at: datetime | None = timestamp(nullable=True)
    members: int = 0
    is_active: bool = True
    created_at: datetime = timestamp()
    version: int = 1


class GroupMember(Table, table=True):
    """Who is in a group, since when, and by which consent. Who left stays on record with the reason."""

    __tablename__ = "group_member"
    __table_args__ = (
        Index("ix_group_member_listed", "group_id", "joined_at", "worker_id"),
        Index("ix_group_member_worker", "worker_id"),
    )
    __policy__: ClassVar[Policy] = county_owned(
        worker="worker_id", division="division", writable_by=("hq", "area", "worker")
    )

    group_id: UUID = Field(primary_key=True, foreign_key="notify.worker_group.id")
    worker_id: UUID = Field(primary_key=True)
    division: str
    consented_on: date
    consent_way: ConsentWay = text_enum(ConsentWay)
    joined_at: datetime = timestamp()
    recorded_by: str
    left_at: datetime | None = timestamp(nullable=True)
    left_because: LeftBecause | None = text_enum(LeftBecause, default=None, nullable=True)


class GroupNote(Table, table=True):
    """One thing to tell a group. The same thing again only counts, until a digest has taken it."""

    __tablename__ = "group_note"
    __table_args__ = (
        Index(
            "uq_group_note_waiting",
            "group_id",
            "note_key",
            unique=True,
            postgresql_where=column("message_id").is_(None),
        ),
        Index("ix_group_note_message", "message_id"),
    )
    __policy__: ClassVar[Policy] = hq_owned()

    id: UUID = Field(default_factory=new_id, primary_key=True)
    group_id: UUID = Field(foreign_key="notify.worker_group.id")
    note_key: str
    template: str
    params: dict[str, Any] = jsonb()
    count: int = 1
    message_id: UUID | None = None
    created_at: datetime = timestamp()
