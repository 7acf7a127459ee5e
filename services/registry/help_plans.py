"""帮扶计划: one plan under way a person, with its steps; whoever is in hardship without work should have one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_
from sqlalchemy import select as sa_select
from sqlmodel import col, select

from services.registry.days import today
from services.registry.models import DifficultyStatus, HelpAction, HelpPlan, Worker
from services.registry.records import records_of
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE
from shared.kit.paging import page
from shared.kit.session import Session


def require_worker(session: Session, worker_id: UUID, *, lock: bool = False) -> Worker:
    """Raises NOT_FOUND, WORKER_ERASED."""
    worker = session.get(Worker, worker_id, with_for_update=lock or None)
    if worker is None:
        raise NOT_FOUND(worker_id=str(worker_id))
    if worker.erased_at:
        raise c.WORKER_ERASED()
    return worker


def _actions(session: Session, plan_ids: Iterable[UUID]) -> dict[UUID, list[HelpAction]]:
    found: dict[UUID, list[HelpAction]] = {}
    for action in session.exec(
        select(HelpAction)
        .where(col(HelpAction.help_plan_id).in_(list(plan_ids)))
        .order_by(col(HelpAction.due_on), col(HelpAction.id))
    ):
        found.setdefault(action.help_plan_id, []).append(action)
    return found


def _plan_view(session: Session, plan: HelpPlan, name: str, actions: list[HelpAction] | None = None) -> c.HelpPlanView:
    day, is_open = today(session), plan.state is c.HelpPlanState.open
    steps = [
        c.HelpActionView(
            **action.model_dump(include=set(c.HelpActionView.model_fields)),
            is_overdue=is_open and action.state is c.HelpActionState.open and action.due_on < day,
        )
        for action in (_actions(session, [plan.id]).get(plan.id, []) if actions is None else actions)
    ]
    is_overdue = is_open and (plan.due_on < day or any(step.is_overdue for step in steps))
    return c.HelpPlanView(**plan.model_dump(exclude={"note"}), worker_name=name, is_overdue=is_overdue, actions=steps)


def open_help_plan(session: Session, command: c.OpenHelpPlan) -> c.HelpPlanView:
    """Raises NOT_FOUND, WORKER_ERASED, PERIOD_INVALID or HELP_PLAN_EXISTS."""
    worker = require_worker(session, command.worker_id)
    if command.due_on < today(session):
        raise c.PERIOD_INVALID()
    under_way = select(HelpPlan).where(
        col(HelpPlan.worker_id) == worker.id, col(HelpPlan.state) == c.HelpPlanState.open
    )
    if found := session.exec(under_way).first():
        raise c.HELP_PLAN_EXISTS(help_plan_id=str(found.id))
    plan = HelpPlan(**command.model_dump(exclude={"actions"}), division=worker.division)
    session.add(plan)
    session.flush()
    for step in command.actions:
        _add(session, plan, step)
    return _plan_view(session, plan, worker.name)


def get_help_plan(session: Session, query: c.GetHelpPlan) -> c.HelpPlanView:
    plan = session.get(HelpPlan, query.help_plan_id)
    if plan is None:
        raise NOT_FOUND(help_plan_id=str(query.help_plan_id))
    return _plan_view(session, plan, require_worker(session, plan.worker_id).name)


def add_help_action(session: Session, command: c.AddHelpAction) -> c.HelpPlanView:
    """Raises NOT_FOUND, ILLEGAL_TRANSITION, PERIOD_INVALID."""
    plan = _open_plan(session, command.help_plan_id, "增加措施")
    _add(session, plan, command)
    return _changed(session, plan)


def settle_help_action(session: Session, command: c.SettleHelpAction) -> c.HelpPlanView:
    """Raises NOT_FOUND, ILLEGAL_TRANSITION for an action that is settled, or for settling it as open."""
    plan = _open_plan(session, command.help_plan_id, "办结措施")
    action = session.get(HelpAction, command.action_id)
    if action is None or action.help_plan_id != plan.id:
        raise NOT_FOUND(action_id=str(command.action_id))
    if action.state is not c.HelpActionState.open or command.state is c.HelpActionState.open:
        raise ILLEGAL_TRANSITION(state=action.state.value, action=command.state.value)
    action.state, action.result, action.settled_on = command.state, command.result, today(session)
    session.add(action)
    return _changed(session, plan)


def _open_plan(session: Session, help_plan_id: UUID, action: str) -> HelpPlan:
    plan = session.get(HelpPlan, help_plan_id, with_for_update=True)
    if plan is None:
        raise NOT_FOUND(help_plan_id=str(help_plan_id))
    if plan.state is c.HelpPlanState.closed:
        raise ILLEGAL_TRANSITION(state="已办结", action=action)
    return plan


def _add(session: Session, plan: HelpPlan, given: c.HelpActionForm) -> None:
    if given.due_on < today(session):
        raise c.PERIOD_INVALID()
    facts = given.model_dump(include=set(c.HelpActionForm.model_fields))
    session.add(HelpAction(**facts, help_plan_id=plan.id, worker_id=plan.worker_id, division=plan.division))
    session.flush()


def _changed(session: Session, plan: HelpPlan) -> c.HelpPlanView:
    plan.version += 1
    session.add(plan)
    session.flush()
    return _plan_view(session, plan, require_worker(session, plan.worker_id).name)


def review_help_plan(session: Session, command: c.ReviewHelpPlan) -> c.HelpPlanView:
    """Raises NOT_FOUND, STALE, PERIOD_INVALID, or ILLEGAL_TRANSITION for a closed plan."""
    plan = session.get(HelpPlan, command.help_plan_id, with_for_update=True)
    if plan is None:
        raise NOT_FOUND(help_plan_id=str(command.help_plan_id))
    if command.expected_version is not None and plan.version != command.expected_version:
        raise STALE(version=plan.version)
    if plan.state is c.HelpPlanState.closed:
        raise ILLEGAL_TRANSITION(state="已办结", action="评估")
    plan.outcome, plan.note = command.outcome, command.note
    plan.reviewed_on = today(session)
    if command.outcome is c.HelpOutcome.continued:
        if command.due_on is None or command.due_on < today(session):
            raise c.PERIOD_INVALID()
        plan.due_on = command.due_on
    else:
        plan.state = c.HelpPlanState.closed
    plan.version += 1
    session.add(plan)
    session.publish(c.HelpPlanReviewed(help_plan_id=plan.id, worker_id=plan.worker_id, outcome=command.outcome.value))
    return _plan_view(session, plan, require_worker(session, plan.worker_id).name)


def list_help_plans(session: Session, query: c.ListHelpPlans) -> Page[c.HelpPlanView]:
    statement: Any = select(HelpPlan, col(Worker.name)).join(Worker, col(Worker.id) == col(HelpPlan.worker_id))
    if query.worker_id:
        statement = statement.where(col(HelpPlan.worker_id) == query.worker_id)
    if query.division:
        statement = statement.where(col(HelpPlan.division).startswith(query.division))
    if query.state:
        statement = statement.where(col(HelpPlan.state) == query.state)
    if query.owner:
        statement = statement.where(col(HelpPlan.owner) == query.owner)
    if query.overdue:
        late = select(HelpAction.help_plan_id).where(
            HelpAction.state == c.HelpActionState.open, col(HelpAction.due_on) < today(session)
        )
        statement = statement.where(
            col(HelpPlan.state) == c.HelpPlanState.open,
            or_(col(HelpPlan.due_on) < today(session), col(HelpPlan.id).in_(late)),
        )
    order = (col(HelpPlan.due_on), col(HelpPlan.id))
    found = page(session, statement, order=order, request=query, view=lambda row: row)
    steps = _actions(session, [row[0].id for row in found.items])
    return Page[c.HelpPlanView](
        items=[_plan_view(session, row[0], row[1], steps.get(row[0].id, [])) for row in found.items],
        next_cursor=found.next_cursor,
    )


def list_unplanned_workers(session: Session, query: c.ListUnplannedWorkers) -> Page[c.UnplannedWorker]:
    """In hardship today, active, not at work, and without a plan under way."""
    day = today(session)
    status: Any = DifficultyStatus
    hardship = exists().where(
        status.worker_id == col(Worker.id),
        status.superseded_at.is_(None),
        status.valid_from <= day,
        or_(status.valid_to.is_(None), status.valid_to >= day),
    )
    planned = exists().where(col(HelpPlan.worker_id) == col(Worker.id), col(HelpPlan.state) == c.HelpPlanState.open)
    statement = select(Worker).where(
        hardship,
        ~planned,
        col(Worker.is_active),
        col(Worker.erased_at).is_(None),
        col(Worker.employment) == c.Employment.none,
    )
    if query.division:
        statement = statement.where(col(Worker.division).startswith(query.division))
    order = (col(Worker.division), col(Worker.id))
    found = page(session, statement, order=order, request=query, view=lambda worker: worker)
    ids = [worker.id for worker in found.items]
    records = records_of(session, ids)
    closed: Any = func.max(col(HelpPlan.reviewed_on))
    earlier = session.execute(
        sa_select(col(HelpPlan.worker_id), closed)
        .where(col(HelpPlan.worker_id).in_(ids), col(HelpPlan.state) == c.HelpPlanState.closed)
        .group_by(col(HelpPlan.worker_id))
    )
    last = dict(earlier.tuples().all())
    return Page[c.UnplannedWorker](
        items=[
            c.UnplannedWorker(
                worker_id=worker.id,
                worker_name=worker.name,
                division=worker.division,
                difficulty=sorted({found.kind for found in records[worker.id].statuses_on(day)}),
                employment=worker.employment,
                last_plan_closed_on=last.get(worker.id),
            )
            for worker in found.items
        ],
        next_cursor=found.next_cursor,
    )
