"""每人至少掌握一项技能, and from training to work: counted from the records themselves, each person once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date as SqlDate
from sqlalchemy import and_, case, cast, exists, func, or_, select
from sqlmodel import col

from services.registry.days import COUNTY_TIME, today
from services.registry.models import EmploymentSpell, Worker, WorkerRevision, WorkerSkill
from services.registry.roster_months import LONGEST, TOWNSHIP, months_between, next_month
from services.registry.rosters import members, moment_of
from shared.contracts import registry as c
from shared.contracts.registry import RosterKind
from shared.kit.session import Session
from shared.reference import HOME_COUNTY, division_name


def get_skill_shares(session: Session, query: c.GetSkillShares) -> c.SkillShares:
    moment = moment_of(session, None)
    skill: Any = WorkerSkill
    worker: Any = Worker
    has_skill = exists().where(skill.worker_id == worker.id)
    people = (
        members(RosterKind.hardship, moment, query.division)
        .with_only_columns(
            func.left(col(WorkerRevision.division), TOWNSHIP).label("place"),
            has_skill.label("skilled"),
            has_skill.where(skill.is_verified).label("verified"),
        )
        .subquery()
    )
    rows = session.execute(
        select(
            people.c.place,
            func.count(),
            func.count().filter(people.c.skilled),
            func.count().filter(people.c.verified),
        )
        .group_by(people.c.place)
        .order_by(people.c.place)
    ).all()
    townships = [_share(place, division_name(place), *numbers) for place, *numbers in rows]
    sums = [sum(row[column] for row in rows) for column in (1, 2, 3)]
    place = query.division or HOME_COUNTY
    return c.SkillShares(as_of=moment.day, total=_share(place, division_name(place), *sums), townships=townships)


def _share(division: str, name: str, workers: int, with_skill: int, verified: int) -> c.SkillShare:
    return c.SkillShare(
        division=division,
        division_name=name,
        workers=workers,
        with_skill=with_skill,
        with_verified_skill=verified,
        share=round(with_skill / workers, 4) if workers else 0.0,
    )


def months_of(session: Session, query: c.FunnelRequest) -> list[date]:
    """Raises PERIOD_INVALID."""
    last = query.to_month or today(session)
    first = query.from_month or (last.replace(day=1) - timedelta(days=330)).replace(day=1)
    months = months_between(first, last) if first <= last else []
    if not 0 < len(months) <= LONGEST:
        raise c.PERIOD_INVALID()
    return months


def get_training_funnel(session: Session, query: c.GetTrainingFunnel) -> c.TrainingFunnel:
    """A person counts in the month of the first certificate of the period. Raises PERIOD_INVALID."""
    months = months_of(session, query)
    facts = funnel_facts(session, query, months).subquery()
    counted = [func.count(), *(func.sum(case((facts.c[name], 1), else_=0)) for name in ("employed", "placed", "now"))]
    found = {row[0]: row[1:] for row in session.execute(select(facts.c.month, *counted).group_by(facts.c.month))}
    steps = [_step(month, found.get(month, (0, 0, 0, 0))) for month in months]
    sums = [sum(int(row[column]) for row in found.values()) for column in range(4)]
    return c.TrainingFunnel(days=query.days, total=_step(months[0], sums), months=steps)


def funnel_facts(session: Session, query: c.FunnelRequest, months: list[date]) -> Any:
    """Each certified person once: the day and month of the certificate, and what became of them."""
    people = _certified(query, months).subquery()
    spell: Any = EmploymentSpell
    mine = and_(spell.worker_id == people.c.worker_id, spell.superseded_at.is_(None))
    began = exists().where(mine, spell.started_on >= people.c.day, spell.started_on <= people.c.day + query.days)
    runs = or_(spell.ended_on.is_(None), spell.ended_on > today(session))
    now = exists().where(mine, spell.started_on <= today(session), runs)
    return select(
        people.c.worker_id,
        people.c.day,
        cast(func.date_trunc("month", people.c.day), SqlDate).label("month"),
        began.label("employed"),
        began.where(spell.source == c.RecordSource.placement).label("placed"),
        now.label("now"),
    )


def _certified(query: c.FunnelRequest, months: list[date]) -> Any:
    """Each person with a skill that a certificate of the period proves, and the day of the first. Of a certificate that
    was heard of before its day was kept, the county's day of its recording counts.
    """
    skill: Any = WorkerSkill
    day = func.coalesce(skill.proved_on, cast(func.timezone(str(COUNTY_TIME), skill.recorded_at), SqlDate))
    statement = select(skill.worker_id.label("worker_id"), func.min(day).label("day")).where(
        skill.source == c.RecordSource.certificate, day >= months[0], day < next_month(months[-1])
    )
    if query.division:
        below = query.division[:-1] + chr(ord(query.division[-1]) + 1)
        statement = statement.where(skill.division >= query.division, skill.division < below)
    return statement.group_by(skill.worker_id)


def _step(month: date, numbers: Any) -> c.FunnelStep:
    certified, employed, placed, now = (int(number) for number in numbers)
    return c.FunnelStep(
        month=month,
        certified=certified,
        employed_within_days=employed,
        placed_within_days=placed,
        employed_now=now,
    )
