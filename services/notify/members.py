"""Who is in a group: by consent alone, and out again when the consent is withdrawn (个人信息保护法 第14、15条)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, update
from sqlmodel import col, select

from services.notify.groups import find_group
from services.notify.messages import CHINA
from services.notify.models import GroupMember, WorkerGroup, WorkerPlace
from shared.contracts import notify as c
from shared.contracts import registry
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.scopes import Area, WorkerSelf
from shared.kit.paging import page
from shared.kit.session import Session


def add_members(session: Session, command: c.AddGroupMembers) -> c.GroupMembersAdded:
    """People who agreed on paper or by word. Who is not known, or not in the caller's area, is named.

    Runs under the service's scope, since where people live is kept for the machinery alone; the area is checked here.
    """
    group = _workers_group(session, command.group_id)
    joined = known = 0
    missing: list[UUID] = []
    for worker_id in dict.fromkeys(command.worker_ids):
        place = _place(session, worker_id)
        if place is None:
            missing.append(worker_id)
        elif _join(session, group, place, command.consented_on, command.consent_way):
            joined += 1
        else:
            known += 1
    return c.GroupMembersAdded(joined=joined, known=known, missing=missing)


def join_group(session: Session, command: c.JoinWorkerGroup) -> c.OwnGroupView:
    group = _workers_group(session, command.group_id)
    place = _place(session, _self(session))
    if place is None:
        raise NOT_FOUND(what="worker")
    today = session.now.astimezone(CHINA).date()
    _join(session, group, place, today, c.ConsentWay.own)
    return _own_view(group, is_joined=True)


def leave_group(session: Session, command: c.LeaveWorkerGroup) -> c.OwnGroupView:
    """Leaving twice is leaving once. Raises NOT_FOUND for somebody who was never in it."""
    is_self = isinstance(session.caller.scope, WorkerSelf)
    worker_id = _self(session) if is_self else command.worker_id
    member = session.get(GroupMember, (command.group_id, worker_id), with_for_update=True) if worker_id else None
    scope = session.caller.scope
    if member is None or (isinstance(scope, Area) and not member.division.startswith(scope.division)):
        raise NOT_FOUND(what="member")
    group = find_group(session, command.group_id)
    if member.left_at is None:
        _leave(session, member, c.LeftBecause.own_wish if is_self else c.LeftBecause.removed)
    return _own_view(group, is_joined=False)


def list_members(session: Session, query: c.ListGroupMembers) -> Page[c.GroupMemberView]:
    find_group(session, query.group_id)
    left = col(GroupMember.left_at).is_(None)
    return page(
        session,
        select(GroupMember).where(col(GroupMember.group_id) == query.group_id, left if query.is_present else ~left),
        order=(col(GroupMember.joined_at), col(GroupMember.worker_id)),
        request=query,
        view=c.GroupMemberView.model_validate,
    )


def list_own_groups(session: Session, query: c.ListOwnGroups) -> Page[c.OwnGroupView]:
    """The groups of the worker's village, township and county, and any other that the worker is in."""
    worker_id = _self(session)
    joined = set(
        session.exec(
            select(GroupMember.group_id).where(
                col(GroupMember.worker_id) == worker_id, col(GroupMember.left_at).is_(None)
            )
        ).all()
    )
    place = session.get(WorkerPlace, worker_id)
    around = {place.division[:length] for length in (6, 9, 12)} if place else set()
    statement = select(WorkerGroup).where(
        WorkerGroup.audience == c.GroupAudience.workers,
        col(WorkerGroup.is_active),
        or_(col(WorkerGroup.id).in_(joined), col(WorkerGroup.division).in_(around)),
    )
    return page(
        session,
        statement,
        order=(col(WorkerGroup.created_at), col(WorkerGroup.id)),
        request=query,
        view=lambda group: _own_view(group, is_joined=group.id in joined),
    )


def withdraw_consent(session: Session, event: registry.ConsentWithdrawn) -> None:
    """撤回同意: who wants no more messages is in no group any more."""
    if event.purpose is registry.ConsentPurpose.messages:
        leave_all(session, event.worker_id, c.LeftBecause.consent_withdrawn)


def leave_all(session: Session, worker_id: UUID, because: c.LeftBecause) -> None:
    for member in session.exec(
        select(GroupMember).where(col(GroupMember.worker_id) == worker_id, col(GroupMember.left_at).is_(None))
    ).all():
        _leave(session, member, because)


def merge(session: Session, event: registry.WorkerMerged) -> None:
    """The duplicate's memberships become the other's, unless it has one of its own."""
    theirs = select(GroupMember.group_id).where(col(GroupMember.worker_id) == event.into_worker_id)
    session.execute(
        delete(GroupMember)
        .where(col(GroupMember.worker_id) == event.worker_id, col(GroupMember.group_id).in_(theirs))
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(GroupMember)
        .where(col(GroupMember.worker_id) == event.worker_id)
        .values(worker_id=event.into_worker_id)
        .execution_options(synchronize_session=False)
    )


def forget(session: Session, worker_id: UUID) -> None:
    session.execute(delete(GroupMember).where(col(GroupMember.worker_id) == worker_id))


def _workers_group(session: Session, group_id: UUID) -> WorkerGroup:
    """A group that workers may be in, within the caller's area. Raises NOT_FOUND."""
    group = find_group(session, group_id)
    scope = session.caller.scope
    around = group.division or ""
    is_near = not isinstance(scope, Area) or around.startswith(scope.division) or scope.division.startswith(around)
    if group.audience is not c.GroupAudience.workers or not group.is_active or not is_near:
        raise NOT_FOUND(what="worker group")
    return group


def _place(session: Session, worker_id: UUID) -> WorkerPlace | None:
    place = session.get(WorkerPlace, worker_id)
    scope = session.caller.scope
    if place is None or not place.is_active:
        return None
    if isinstance(scope, Area) and not place.division.startswith(scope.division):
        return None
    return place


def _join(session: Session, group: WorkerGroup, place: WorkerPlace, consented_on: date, way: c.ConsentWay) -> bool:
    """Whether the worker was not in the group before."""
    member = session.get(GroupMember, (group.id, place.worker_id), with_for_update=True)
    if member is not None and member.left_at is None:
        return False
    facts: dict[str, Any] = {
        "division": place.division,
        "consented_on": consented_on,
        "consent_way": way,
        "joined_at": session.now,
        "recorded_by": f"{session.caller.actor.kind}:{session.caller.actor.id}",
        "left_at": None,
        "left_because": None,
    }
    if member is None:
        session.add(GroupMember(group_id=group.id, worker_id=place.worker_id, **facts))
    else:
        for name, value in facts.items():
            setattr(member, name, value)
    session.flush()
    session.publish(c.WorkerGroupJoined(group_id=group.id, worker_id=place.worker_id, consent_way=way))
    return True


def _leave(session: Session, member: GroupMember, because: c.LeftBecause) -> None:
    member.left_at, member.left_because = session.now, because
    session.add(member)
    session.flush()
    session.publish(c.WorkerGroupLeft(group_id=member.group_id, worker_id=member.worker_id, because=because))


def _self(session: Session) -> UUID:
    scope = session.caller.scope
    if not isinstance(scope, WorkerSelf):
        raise NOT_FOUND(what="worker")
    return scope.worker_id


def _own_view(group: WorkerGroup, *, is_joined: bool) -> c.OwnGroupView:
    return c.OwnGroupView(id=group.id, name=group.name, division=group.division, is_joined=is_joined)
