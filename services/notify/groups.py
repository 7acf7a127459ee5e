"""就业人员微信群 and staff groups, each with a robot of its own or with somebody who copies its digests."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.notify.here import require_version
from services.notify.models import GroupMember, WorkerGroup
from shared.contracts import notify as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.privacy import lookup_hash, lookup_hashes, seal
from shared.kit.session import Session


def register_group(session: Session, command: c.RegisterWorkerGroup) -> c.WorkerGroupView:
    """Raises GROUP_ROBOT_IN_USE."""
    group = WorkerGroup(**command.model_dump(exclude={"robot_key"}), created_at=session.now)
    if command.robot_key:
        _give_robot(session, group, command.robot_key)
    session.add(group)
    session.flush()
    return view(session, group)


def update_group(session: Session, command: c.UpdateWorkerGroup) -> c.WorkerGroupView:
    """Raises STALE, GROUP_ROBOT_IN_USE."""
    group = find_group(session, command.group_id, lock=True)
    require_version(group.version, command.expected_version)
    given = command.model_dump(exclude_none=True, exclude={"group_id", "expected_version", "robot_key"})
    for field, value in given.items():
        setattr(group, field, value)
    if command.robot_key:
        _give_robot(session, group, command.robot_key)
    group.version += 1
    session.flush()
    return view(session, group)


def get_group(session: Session, query: c.GetWorkerGroup) -> c.WorkerGroupView:
    return view(session, find_group(session, query.group_id))


def list_groups(session: Session, query: c.ListWorkerGroups) -> Page[c.WorkerGroupView]:
    statement = select(WorkerGroup)
    if query.outpost:
        statement = statement.where(WorkerGroup.outpost == query.outpost)
    if query.division:
        statement = statement.where(col(WorkerGroup.division).startswith(query.division))
    if query.audience:
        statement = statement.where(WorkerGroup.audience == query.audience)
    if query.is_active is not None:
        statement = statement.where(col(WorkerGroup.is_active) == query.is_active)
    return page(
        session,
        statement,
        order=(col(WorkerGroup.created_at), col(WorkerGroup.id)),
        request=query,
        view=lambda group: view(session, group),
    )


def find_group(session: Session, group_id: UUID, *, lock: bool = False) -> WorkerGroup:
    group = session.get(WorkerGroup, group_id, with_for_update=lock, populate_existing=lock)
    if group is None:
        raise NOT_FOUND(what="worker group")
    return group


def view(session: Session, group: WorkerGroup) -> c.WorkerGroupView:
    joined = session.exec(
        select(func.count()).where(col(GroupMember.group_id) == group.id, col(GroupMember.left_at).is_(None))
    ).one()
    return c.WorkerGroupView(**group.model_dump(), has_robot=bool(group.robot_key_sealed), joined=joined)


def _give_robot(session: Session, group: WorkerGroup, key: str) -> None:
    """One robot, one group: WeCom counts its 20 messages a minute by robot."""
    hashes = lookup_hashes(session.keys, key, purpose="robot")
    other = session.exec(
        select(WorkerGroup).where(col(WorkerGroup.robot_hash).in_(hashes), col(WorkerGroup.id) != group.id)
    ).first()
    if other is not None:
        raise c.GROUP_ROBOT_IN_USE(name=other.name)
    group.robot_hash = lookup_hash(session.keys, key, purpose="robot")
    group.robot_key_sealed = seal(session.keys, key, about=str(group.id), purpose="robot")
