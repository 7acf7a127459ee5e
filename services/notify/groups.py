"""就业人员微信群 and staff groups, each with its robot."""

from __future__ import annotations

from sqlmodel import col, select

from services.notify.models import WorkerGroup
from shared.contracts import notify as c
from shared.contracts.base import Page
from shared.kit.paging import page
from shared.kit.privacy import seal
from shared.kit.session import Session


def register_group(session: Session, command: c.RegisterWorkerGroup) -> c.WorkerGroupView:
    group = WorkerGroup(**command.model_dump(exclude={"robot_key"}), robot_key_sealed=b"", created_at=session.now)
    group.robot_key_sealed = seal(session.keys, command.robot_key, about=str(group.id), purpose="robot")
    session.add(group)
    session.flush()
    return view(group)


def list_groups(session: Session, query: c.ListWorkerGroups) -> Page[c.WorkerGroupView]:
    statement = select(WorkerGroup)
    if query.outpost:
        statement = statement.where(WorkerGroup.outpost == query.outpost)
    return page(
        session,
        statement,
        order=(col(WorkerGroup.created_at), col(WorkerGroup.id)),
        request=query,
        view=view,
    )


def view(group: WorkerGroup) -> c.WorkerGroupView:
    return c.WorkerGroupView.model_validate(group.model_dump(exclude={"robot_key_sealed"}))
