"""The people behind a figure: each number of the skills' shares and of the training funnel opens as a list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists
from sqlmodel import col, select

from services.registry.models import Worker, WorkerSkill
from services.registry.rosters import members, moment_of
from services.registry.skill_figures import funnel_facts, months_of
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.registry import RosterKind
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import division_path


def list_skill_rows(session: Session, query: c.ListSkillRows) -> Page[c.FigureRow]:
    """By name: people on 困难劳动力实名清单 today, with a skill, with a proved one, or with none."""
    skill: Any = WorkerSkill
    has = exists().where(skill.worker_id == col(Worker.id))
    condition = {
        c.SkillCount.workers: None,
        c.SkillCount.with_skill: has,
        c.SkillCount.with_verified_skill: has.where(skill.is_verified),
        c.SkillCount.without_skill: ~has,
    }[query.count]
    statement = members(RosterKind.hardship, moment_of(session, None), query.division)
    if condition is not None:
        statement = statement.where(condition)
    order = (col(Worker.name_key), col(Worker.id))
    return page(session, statement, order=order, request=query, view=lambda row: _row(row[0], None))


def list_funnel_rows(session: Session, query: c.ListFunnelRows) -> Page[c.FigureRow]:
    """By the certificate's day. Raises PERIOD_INVALID."""
    facts = funnel_facts(session, query, months_of(session, query)).subquery()
    statement: Any = select(Worker, facts.c.day).join(facts, facts.c.worker_id == col(Worker.id))
    if query.month:
        statement = statement.where(facts.c.month == query.month.replace(day=1))
    flags = {
        c.FunnelCount.employed_within_days: facts.c.employed,
        c.FunnelCount.placed_within_days: facts.c.placed,
        c.FunnelCount.employed_now: facts.c.now,
        c.FunnelCount.not_employed: ~facts.c.now,
    }
    if query.count in flags:
        statement = statement.where(flags[query.count])
    order = (facts.c.day, col(Worker.id))
    return page(session, statement, order=order, request=query, view=lambda row: _row(row[0], row[1]))


def _row(worker: Worker, certified_on: Any) -> c.FigureRow:
    return c.FigureRow(
        worker_id=worker.id,
        worker_name=worker.name,
        division=worker.division,
        division_name=division_path(worker.division),
        employment=worker.employment,
        certified_on=certified_on,
    )
