"""What is moved with a merger, and back by its undoing: referrals 一带十 and help plans with their steps.

Each row that is moved is noted with the values it had; an undoing gives them back where nobody has changed the row
since. A plan under way gives its open steps to the plan of the record that stays, for there is one plan a person.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.registry.days import today
from services.registry.models import HelpAction, HelpPlan, Referral, Worker
from services.registry.referrals import brought_by_any
from shared.contracts import registry as c
from shared.kit.session import Session

MERGED_NOTE = "合并重复登记, 措施并入另一份计划"
TABLES: dict[str, Any] = {"referral": Referral, "help_plan": HelpPlan, "help_action": HelpAction}


class Moves:
    """Rows under change, each noted once with what it was and what it became."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.noted: list[dict[str, Any]] = []

    def change(self, row: Any, **values: Any) -> None:
        was = {name: plain(getattr(row, name)) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        self._session.add(row)
        now = {name: plain(value) for name, value in values.items()}
        self.noted.append({"table": row.__tablename__, "id": str(row.id), "was": was, "now": now})


def plain(value: Any) -> Any:
    """A value as it reads back from JSON."""
    if isinstance(value, UUID | date):
        return str(value)
    return value.value if isinstance(value, Enum) else value


def move_along(session: Session, doubled: Worker, kept: Worker) -> list[dict[str, Any]]:
    """What was moved, for an undoing."""
    moves = Moves(session)
    _move_referrals(session, moves, doubled, kept)
    _move_plans(session, moves, doubled, kept)
    session.flush()
    return moves.noted


def _move_referrals(session: Session, moves: Moves, doubled: Worker, kept: Worker) -> None:
    """Nobody comes to be brought twice, by themself, or by somebody whom they brought."""
    theirs = select(Referral).where(col(Referral.worker_id) == doubled.id)
    is_brought = session.exec(select(Referral.id).where(col(Referral.worker_id) == kept.id)).first() is not None
    for referral in session.exec(theirs).all():
        if not is_brought and referral.referrer_id != kept.id and not brought_by_any(session, referral, kept.id):
            moves.change(referral, worker_id=kept.id, division=kept.division)
    session.flush()
    brought = select(Referral).where(col(Referral.referrer_id) == doubled.id).order_by(col(Referral.id))
    for referral in session.exec(brought).all():
        if referral.worker_id != kept.id and not brought_by_any(session, referral, kept.id, as_referrer=True):
            moves.change(referral, referrer_id=kept.id)
            session.flush()


def _move_plans(session: Session, moves: Moves, doubled: Worker, kept: Worker) -> None:
    open_plan = select(HelpPlan).where(col(HelpPlan.worker_id) == kept.id, col(HelpPlan.state) == c.HelpPlanState.open)
    staying = session.exec(open_plan.with_for_update()).first()
    plans = select(HelpPlan).where(col(HelpPlan.worker_id) == doubled.id).order_by(col(HelpPlan.id))
    for plan in session.exec(plans.with_for_update()).all():
        steps = session.exec(select(HelpAction).where(col(HelpAction.help_plan_id) == plan.id)).all()
        gives_up = plan.state is c.HelpPlanState.open and staying is not None
        for step in steps:
            given_on = gives_up and step.state is c.HelpActionState.open and staying is not None
            plan_id = staying.id if given_on and staying else step.help_plan_id
            moves.change(step, worker_id=kept.id, division=kept.division, help_plan_id=plan_id)
        values: dict[str, Any] = {"worker_id": kept.id, "division": kept.division, "version": plan.version + 1}
        if gives_up:
            values |= {"state": c.HelpPlanState.closed, "outcome": c.HelpOutcome.continued}
            values |= {"reviewed_on": today(session), "note": MERGED_NOTE}
        moves.change(plan, **values)


def move_back(session: Session, noted: list[dict[str, Any]], doubled: Worker) -> None:
    """Each row gets back what it was, unless it was changed or withdrawn since the merger."""
    for one in reversed(noted):
        table = TABLES[one["table"]]
        row = session.get(table, UUID(one["id"]), with_for_update=True)
        if row is None or any(plain(getattr(row, name)) != value for name, value in one["now"].items()):
            continue
        was = table.model_validate({**row.model_dump(), **one["was"]})
        for name in one["was"]:
            setattr(row, name, getattr(was, name))
        if "division" in one["was"]:
            row.division = doubled.division
        session.add(row)
    session.flush()
