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

from services.registry.days import WORKING_AGE, age_on, today, years_before
from services.registry.models import DifficultyStatus, EmploymentSpell, Worker, WorkerRevision
from services.registry.records import Records
from services.registry.views import masked
from services.registry.words import DIFFICULTY_WORDS, SPELL_WORDS, outpost_words
from shared.contracts import registry as c
from shared.contracts.registry import RosterKind
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import HOME_COUNTY, division_path

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


def get_roster(session: Session, query: c.GetRoster) -> c.RosterPage:
    """Raises ROSTER_DATE_IN_FUTURE or CURSOR_INVALID."""
    moment = moment_of(session, query.as_of, query.known_at)
    statement = members(query.kind, moment, query.division)
    found = page(session, statement, order=(col(Worker.name_key), col(Worker.id)), request=query, view=_pair)
    total = session.execute(
        select(func.count()).select_from(statement.with_only_columns(col(Worker.id)).subquery())
    ).scalar_one()
    return c.RosterPage(
        kind=query.kind,
        as_of=moment.day,
        known_at=moment.known_at,
        total=total,
        items=roster_rows(session, query.kind, moment, found.items),
        next_cursor=found.next_cursor,
    )


def count_rosters(session: Session, query: c.CountRosters) -> c.RosterSizes:
    moment = moment_of(session, query.as_of)
    return c.RosterSizes(
        as_of=moment.day,
        rosters=[c.RosterSize(kind=kind, members=count(session, kind, moment, query.division)) for kind in RosterKind],
    )


def count(session: Session, kind: RosterKind, moment: Moment, division: str | None = None) -> int:
    ids = members(kind, moment, division).with_only_columns(col(Worker.id)).subquery()
    return int(session.execute(select(func.count()).select_from(ids)).scalar_one())


def roster_rows(
    session: Session, kind: RosterKind, moment: Moment, found: list[tuple[Worker, WorkerRevision]]
) -> list[c.RosterRow]:
    """Why each person is on the list, since when, and on whose word."""
    known = _dated(session, [worker.id for worker, _ in found], moment)
    rows = []
    for worker, revision in found:
        since, reason, source = _why(kind, worker, revision, known[worker.id], moment)
        rows.append(
            c.RosterRow(
                worker_id=worker.id,
                name=worker.name,
                id_number_masked=masked(session, worker),
                sex=worker.sex,
                age=age_on(worker.born_on, moment.day),
                division=revision.division,
                division_name=division_path(revision.division),
                since=since,
                reason=reason,
                source=source,
            )
        )
    return rows


def _pair(row: Any) -> Any:
    return row[0], row[1]


def _dated(session: Session, ids: list[UUID], moment: Moment) -> dict[UUID, Records]:
    found = {worker_id: Records() for worker_id in ids}
    statuses = select(DifficultyStatus).where(col(DifficultyStatus.worker_id).in_(ids), moment.status())
    for status in session.exec(statuses):
        found[status.worker_id].statuses.append(status)
    recorded = moment.recorded(EmploymentSpell)
    spells = select(EmploymentSpell).where(
        col(EmploymentSpell.worker_id).in_(ids), recorded, col(EmploymentSpell.started_on) <= moment.day
    )
    for spell in session.exec(spells):
        found[spell.worker_id].spells.append(spell)
    return found


def _why(
    kind: RosterKind, worker: Worker, revision: WorkerRevision, known: Records, moment: Moment
) -> tuple[date, str, c.RecordSource]:
    hardship = sorted(known.statuses, key=lambda status: status.valid_from)
    named = "、".join(dict.fromkeys(DIFFICULTY_WORDS[status.kind] for status in hardship))
    spell = known.spell_on(moment.day)
    ended = max((s for s in known.spells if s.ended_on), key=lambda s: s.ended_on or date.min, default=None)
    match kind:
        case RosterKind.hardship if hardship:
            return hardship[0].valid_from, named, hardship[0].source
        case RosterKind.hardship_employed if hardship and spell:
            since = max(hardship[0].valid_from, spell.started_on)
            where = spell.employer_name or spell.place or ""
            return since, f"{named}; {spell.started_on}起{SPELL_WORDS[spell.kind]}{where}", spell.source
        case RosterKind.unemployed if ended and ended.ended_on:
            return ended.ended_on, f"{ended.ended_on}结束{SPELL_WORDS[ended.kind]}, 有就业意愿", ended.source
        case RosterKind.unemployed:
            return revision.valid_from, "没有就业记录, 有就业意愿", revision.source
        case RosterKind.seeking_out_work:
            places = outpost_words(worker.destinations)
            when = f", {worker.available_from}后可出发" if worker.available_from else ""
            return revision.valid_from, f"愿意外出务工{places}{when}", revision.source
        case RosterKind.returned if ended and ended.ended_on:
            return ended.ended_on, f"{ended.ended_on}结束外出务工后在家, 尚未再就业", ended.source
        case _:
            return revision.valid_from, "实名登记", revision.source
