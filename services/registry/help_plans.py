"""帮扶计划 and 一带十: one plan under way a person; a worker is brought by one person, and nobody by themself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.registry.days import today
from services.registry.models import HelpPlan, Referral, Worker
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE
from shared.kit.paging import page
from shared.kit.session import Session


def _worker(session: Session, worker_id: UUID) -> Worker:
    worker = session.get(Worker, worker_id)
    if worker is None:
        raise NOT_FOUND(worker_id=str(worker_id))
    if worker.erased_at:
        raise c.WORKER_ERASED()
    return worker


def _plan_view(session: Session, plan: HelpPlan, name: str) -> c.HelpPlanView:
    is_overdue = plan.state is c.HelpPlanState.open and plan.due_on < today(session)
    return c.HelpPlanView(**plan.model_dump(exclude={"note"}), worker_name=name, is_overdue=is_overdue)


def open_help_plan(session: Session, command: c.OpenHelpPlan) -> c.HelpPlanView:
    """Raises NOT_FOUND, WORKER_ERASED, PERIOD_INVALID or HELP_PLAN_EXISTS."""
    worker = _worker(session, command.worker_id)
    if command.due_on < today(session):
        raise c.PERIOD_INVALID()
    under_way = select(HelpPlan).where(
        col(HelpPlan.worker_id) == worker.id, col(HelpPlan.state) == c.HelpPlanState.open
    )
    if found := session.exec(under_way).first():
        raise c.HELP_PLAN_EXISTS(help_plan_id=str(found.id))
    plan = HelpPlan(**command.model_dump(), division=worker.division)
    session.add(plan)
    session.flush()
    return _plan_view(session, plan, worker.name)


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
    return _plan_view(session, plan, _worker(session, plan.worker_id).name)


def list_help_plans(session: Session, query: c.ListHelpPlans) -> Page[c.HelpPlanView]:
    statement: Any = select(HelpPlan, col(Worker.name)).join(Worker, col(Worker.id) == col(HelpPlan.worker_id))
    if query.worker_id:
        statement = statement.where(col(HelpPlan.worker_id) == query.worker_id)
    if query.division:
        statement = statement.where(col(HelpPlan.division).startswith(query.division))
    if query.state:
        statement = statement.where(col(HelpPlan.state) == query.state)
    if query.overdue:
        statement = statement.where(col(HelpPlan.state) == c.HelpPlanState.open, col(HelpPlan.due_on) < today(session))
    order = (col(HelpPlan.due_on), col(HelpPlan.id))
    return page(session, statement, order=order, request=query, view=lambda row: _plan_view(session, row[0], row[1]))


def record_referral(session: Session, command: c.RecordReferral) -> c.ReferralView:
    """Raises NOT_FOUND, REFERRAL_SELF (also for a circle of two) or REFERRAL_EXISTS."""
    referrer, worker = _worker(session, command.referrer_id), _worker(session, command.worker_id)
    back = select(Referral).where(col(Referral.referrer_id) == worker.id, col(Referral.worker_id) == referrer.id)
    if referrer.id == worker.id or session.exec(back).first():
        raise c.REFERRAL_SELF()
    if session.exec(select(Referral).where(col(Referral.worker_id) == worker.id)).first():
        raise c.REFERRAL_EXISTS()
    referral = Referral(
        referrer_id=referrer.id,
        worker_id=worker.id,
        division=worker.division,
        referred_on=command.referred_on or today(session),
    )
    session.add(referral)
    session.publish(c.ReferralRecorded(referral_id=referral.id, referrer_id=referrer.id, worker_id=worker.id))
    return c.ReferralView(**referral.model_dump(), referrer_name=referrer.name, worker_name=worker.name)


def list_referrals(session: Session, query: c.ListReferrals) -> Page[c.ReferralView]:
    statement: Any = select(Referral)
    if query.referrer_id:
        statement = statement.where(col(Referral.referrer_id) == query.referrer_id)
    order = (col(Referral.referred_on).desc(), col(Referral.id).desc())
    found = page(session, statement, order=order, request=query, view=lambda row: row)
    ids = {worker_id for row in found.items for worker_id in (row.referrer_id, row.worker_id)}
    named: Any = select(col(Worker.id), col(Worker.name)).where(col(Worker.id).in_(ids))
    names: dict[UUID, str] = {row[0]: row[1] for row in session.execute(named)}
    return Page[c.ReferralView](
        items=[
            c.ReferralView(
                **row.model_dump(),
                referrer_name=names.get(row.referrer_id, ""),
                worker_name=names.get(row.worker_id, ""),
            )
            for row in found.items
        ],
        next_cursor=found.next_cursor,
    )
