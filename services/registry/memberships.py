"""Since when, until when and why one person is on a roster: the conditions of `rosters` told once more, in Python.

Membership changes on known days only (a hardship begins, work ends, a birthday comes), so it is enough to look at
those. A property test holds both tellings together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import col, select

from services.registry.days import WORKING_AGE, years_before
from services.registry.models import DifficultyStatus, EmploymentSpell, Worker, WorkerRevision
from services.registry.rosters import OLDEST_WORKING_AGE, Moment
from shared.contracts import registry as c
from shared.contracts.registry import RosterKind
from shared.kit.session import Session
from shared.reference import HOME_COUNTY


@dataclass
class Known:
    """What was believed about one person at one moment, for all days."""

    worker: Worker
    revisions: list[WorkerRevision] = field(default_factory=list)
    statuses: list[DifficultyStatus] = field(default_factory=list)
    spells: list[EmploymentSpell] = field(default_factory=list)

    def revision_on(self, day: date) -> WorkerRevision | None:
        held = (r for r in self.revisions if r.valid_from <= day and (r.valid_until is None or r.valid_until > day))
        return next(held, None)

    def statuses_on(self, day: date) -> list[DifficultyStatus]:
        return [s for s in self.statuses if s.valid_from <= day and (s.valid_to is None or s.valid_to >= day)]

    def spells_on(self, day: date) -> list[EmploymentSpell]:
        return [s for s in self.spells if s.started_on <= day and (s.ended_on is None or s.ended_on > day)]

    def spell_on(self, day: date) -> EmploymentSpell | None:
        return max(self.spells_on(day), key=lambda spell: spell.started_on, default=None)

    def ended_by(self, day: date, kinds: Iterable[c.SpellKind] = tuple(c.SpellKind)) -> EmploymentSpell | None:
        """The work that ended last."""
        wanted = tuple(kinds)
        ended = [s for s in self.spells if s.kind in wanted and s.ended_on is not None and s.ended_on <= day]
        return max(ended, key=lambda spell: spell.ended_on or date.min, default=None)

    def is_retired(self, day: date) -> bool:
        """已到退休年龄, by the ages that the statutory ones rise to."""
        return self.worker.born_on <= years_before(day, OLDEST_WORKING_AGE[self.worker.sex])

    def is_on(self, kind: RosterKind, day: date) -> bool:
        facts = self.revision_on(day)
        if facts is None or not (facts.is_active and facts.is_verified):
            return False
        if self.worker.born_on > years_before(day, WORKING_AGE):
            return False
        match kind:
            case RosterKind.labour_force:
                return True
            case RosterKind.hardship:
                return bool(self.statuses_on(day))
            case RosterKind.hardship_employed:
                return bool(self.statuses_on(day) and self.spells_on(day))
            case RosterKind.unemployed:
                wants_work = facts.wants_out_work or facts.wants_local_work
                return facts.can_work and wants_work and not self.spells_on(day) and not self.is_retired(day)
            case RosterKind.seeking_out_work:
                return facts.wants_out_work and not any(is_away(spell) for spell in self.spells_on(day))
            case RosterKind.returned:
                at_home = facts.division.startswith(HOME_COUNTY)
                return (
                    at_home and not self.spells_on(day) and self.ended_by(day, [c.SpellKind.out_of_county]) is not None
                )

    def turning_days(self) -> list[date]:
        """Every day on which a membership can change, earliest first."""
        found = {birthday(self.worker.born_on, WORKING_AGE)}
        found.add(birthday(self.worker.born_on, OLDEST_WORKING_AGE[self.worker.sex]))
        for revision in self.revisions:
            found |= {revision.valid_from, revision.valid_until or revision.valid_from}
        for status in self.statuses:
            ends = status.valid_to + timedelta(days=1) if status.valid_to and status.valid_to < date.max else None
            found |= {status.valid_from, ends or status.valid_from}
        for spell in self.spells:
            found |= {spell.started_on, spell.ended_on or spell.started_on}
        return sorted(found)

    def since(self, kind: RosterKind, day: date) -> date:
        """The first day of the unbroken time, up to this one, of being on the roster or of not being on it."""
        now, begin = self.is_on(kind, day), day
        for turning in reversed(self.turning_days()):
            if turning > day:
                continue
            if self.is_on(kind, turning) is not now:
                break
            begin = turning
        return begin

    def until(self, kind: RosterKind, day: date) -> date | None:
        """The first day, by what is known, on which a member will no longer be one."""
        return next(
            (turning for turning in self.turning_days() if turning > day and not self.is_on(kind, turning)), None
        )


def is_away(spell: EmploymentSpell) -> bool:
    return spell.kind is c.SpellKind.out_of_county


def birthday(born_on: date, age: int) -> date:
    """The first day of that age; who was born on 29 February has it on 1 March."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)


def known_of(session: Session, workers: Sequence[Worker], moment: Moment) -> dict[UUID, Known]:
    """What was believed at the moment about each of them: three queries."""
    found = {worker.id: Known(worker) for worker in workers}
    ids = list(found)
    if not ids:
        return found
    revisions = select(WorkerRevision).where(col(WorkerRevision.worker_id).in_(ids), moment.recorded(WorkerRevision))
    for revision in session.exec(revisions):
        found[revision.worker_id].revisions.append(revision)
    statuses = select(DifficultyStatus).where(
        col(DifficultyStatus.worker_id).in_(ids), moment.recorded(DifficultyStatus)
    )
    for status in session.exec(statuses):
        found[status.worker_id].statuses.append(status)
    spells = select(EmploymentSpell).where(col(EmploymentSpell.worker_id).in_(ids), moment.recorded(EmploymentSpell))
    for spell in session.exec(spells):
        found[spell.worker_id].spells.append(spell)
    return found
