"""六个清单: six conditions on one record of each person, for any day, by what was known at any moment.

Nothing is copied. That 困难劳动力就业人员清单 lies within 困难劳动力实名清单, that within 劳动力实名清单, and none of
the first is on 失业人员清单, follows from how the conditions are built on each other; property tests prove it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlmodel import col, select

from services.registry.days import WORKING_AGE, today, years_before
from services.registry.models import DifficultyStatus, EmploymentSpell, Worker, WorkerRevision
from shared.contracts import registry as c
from shared.contracts.registry import RosterKind
from shared.kit.session import Session
from shared.reference import HOME_COUNTY

# 劳动年龄内: the upper bounds of the unemployed list. The statutory retirement ages rise month by month until 2039
# (国发 渐进式延迟法定退休年龄, from 2025-01-01); these are the ages they rise to, so that nobody is left out early.
OLDEST_WORKING_AGE = {c.Sex.male: 63, c.Sex.female: 58}


@dataclass(frozen=True)
class Moment:
    """A day, and the moment whose knowledge counts."""

    day: date
    known_at: datetime

    def recorded(self, table: Any) -> ColumnElement[bool]:
        """Believed at that moment."""
        return and_(
            table.recorded_at <= self.known_at, or_(table.superseded_at.is_(None), table.superseded_at > self.known_at)
        )

    def revision(self) -> ColumnElement[bool]:
        table: Any = WorkerRevision
        holds = or_(table.valid_until.is_(None), table.valid_until > self.day)
        return and_(self.recorded(table), table.valid_from <= self.day, holds)

    def status(self) -> ColumnElement[bool]:
        table: Any = DifficultyStatus
        holds = or_(table.valid_to.is_(None), table.valid_to >= self.day)
        return and_(self.recorded(table), table.valid_from <= self.day, holds)

    def spell(self) -> ColumnElement[bool]:
        table: Any = EmploymentSpell
        runs = or_(table.ended_on.is_(None), table.ended_on > self.day)
        return and_(self.recorded(table), table.started_on <= self.day, runs)


def moment_of(session: Session, as_of: date | None, known_at: datetime | None = None) -> Moment:
    """Raises ROSTER_DATE_IN_FUTURE."""
    day = as_of or today(session)
    if day > today(session) or (known_at and known_at > session.now):
        raise c.ROSTER_DATE_IN_FUTURE()
    return Moment(day, known_at or session.now)


def condition(kind: RosterKind, moment: Moment) -> ColumnElement[bool]:
    """Who is on a roster: a condition on a worker beside the revision that applies."""
    worker: Any = Worker
    facts: Any = WorkerRevision
    status: Any = DifficultyStatus
    spell: Any = EmploymentSpell
    labour_force = and_(
        moment.revision(), facts.is_active, facts.is_verified, worker.born_on <= years_before(moment.day, WORKING_AGE)
    )
    hardship = and_(labour_force, exists().where(status.worker_id == worker.id, moment.status()))
    employed = exists().where(spell.worker_id == worker.id, moment.spell())
    away = exists().where(spell.worker_id == worker.id, moment.spell(), spell.kind == c.SpellKind.out_of_county)
    came_back = exists().where(
        spell.worker_id == worker.id,
        moment.recorded(spell),
        spell.kind == c.SpellKind.out_of_county,
        spell.ended_on <= moment.day,
    )
    not_retired = or_(
        *(
            and_(worker.sex == sex, worker.born_on > years_before(moment.day, age))
            for sex, age in OLDEST_WORKING_AGE.items()
        )
    )
    wants_work = or_(facts.wants_out_work, facts.wants_local_work)
    match kind:
        case RosterKind.labour_force:
            return labour_force
        case RosterKind.hardship:
            return hardship
        case RosterKind.hardship_employed:
            return and_(hardship, employed)
        case RosterKind.unemployed:
            return and_(labour_force, not_retired, facts.can_work, wants_work, ~employed)
        case RosterKind.seeking_out_work:
            return and_(labour_force, facts.wants_out_work, ~away)
        case RosterKind.returned:
            at_home = and_(facts.division >= HOME_COUNTY, facts.division < str(int(HOME_COUNTY) + 1))
            return and_(labour_force, at_home, ~employed, came_back)


def members(kind: RosterKind, moment: Moment, division: str | None = None) -> Any:
    """SELECT Worker, WorkerRevision of a roster."""
    statement: Any = (
        select(Worker, WorkerRevision)
        .join(WorkerRevision, col(WorkerRevision.worker_id) == col(Worker.id))
        .where(condition(kind, moment), col(Worker.erased_at).is_(None))
    )
    if division:
        place: Any = WorkerRevision.division
        statement = statement.where(place >= division, place < division[:-1] + chr(ord(division[-1]) + 1))
    return statement


def rosters_of(session: Session, worker_id: UUID, moment: Moment | None = None) -> list[RosterKind]:
    """Which of the six one worker is on: today, unless another moment is meant."""
    moment = moment or moment_of(session, None)
    labels = [condition(kind, moment).label(kind.value) for kind in RosterKind]
    statement: Any = (
        select(*labels)
        .select_from(Worker)
        .join(WorkerRevision, col(WorkerRevision.worker_id) == col(Worker.id))
        .where(col(Worker.id) == worker_id, moment.revision())
    )
    row = session.execute(statement).first()
    return [kind for kind, is_on in zip(RosterKind, row, strict=True) if is_on] if row else []


def count_rosters(session: Session, query: c.CountRosters) -> c.RosterSizes:
    moment = moment_of(session, query.as_of)
    return c.RosterSizes(
        as_of=moment.day,
        rosters=[c.RosterSize(kind=kind, members=count(session, kind, moment, query.division)) for kind in RosterKind],
    )


def count(session: Session, kind: RosterKind, moment: Moment, division: str | None = None) -> int:
    ids = members(kind, moment, division).with_only_columns(col(Worker.id)).subquery()
    return int(session.execute(select(func.count()).select_from(ids)).scalar_one())
