"""A worker's dated records, read for many workers at once, and what they say about one day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import col, select

from services.registry.models import Consent, DifficultyStatus, EmploymentSpell, Worker, WorkerSkill
from shared.contracts import registry as c
from shared.kit.session import Session

RowT = TypeVar("RowT", WorkerSkill, DifficultyStatus, EmploymentSpell, Consent)


@dataclass
class Records:
    """What is held to be true now: superseded rows are left out."""

    skills: list[WorkerSkill] = field(default_factory=list)
    statuses: list[DifficultyStatus] = field(default_factory=list)
    spells: list[EmploymentSpell] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)

    def statuses_on(self, day: date) -> list[DifficultyStatus]:
        return [s for s in self.statuses if s.valid_from <= day and (s.valid_to is None or s.valid_to >= day)]

    def spell_on(self, day: date) -> EmploymentSpell | None:
        running = [s for s in self.spells if s.started_on <= day and (s.ended_on is None or s.ended_on > day)]
        return max(running, key=lambda spell: spell.started_on, default=None)

    def employment_on(self, day: date) -> c.Employment:
        spell = self.spell_on(day)
        return c.Employment(spell.kind.value) if spell else c.Employment.none

    @property
    def refuses_automation(self) -> bool:
        """Only an explicit withdrawal counts: whoever said nothing is matched, and a person confirms each slip."""
        return any(k.purpose is c.ConsentPurpose.automated_matching and k.withdrawn_on for k in self.consents)


def listed_records(session: Session, worker_ids: Iterable[UUID]) -> dict[UUID, Records]:
    """What a line of a list shows: skills and statuses alone."""
    ids = list(worker_ids)
    found = {worker_id: Records() for worker_id in ids}
    if ids:
        _read_skills_and_statuses(session, ids, found)
    return found


def records_of(session: Session, worker_ids: Iterable[UUID]) -> dict[UUID, Records]:
    """Four queries, however many the workers."""
    ids = list(worker_ids)
    found = {worker_id: Records() for worker_id in ids}
    if not ids:
        return found
    _read_skills_and_statuses(session, ids, found)
    current: Any = col(EmploymentSpell.superseded_at).is_(None)
    for spell in _of(session, EmploymentSpell, ids, col(EmploymentSpell.started_on), current):
        found[spell.worker_id].spells.append(spell)
    for consent in _of(session, Consent, ids, col(Consent.purpose)):
        found[consent.worker_id].consents.append(consent)
    return found


def _read_skills_and_statuses(session: Session, ids: list[UUID], found: dict[UUID, Records]) -> None:
    for skill in _of(session, WorkerSkill, ids, col(WorkerSkill.occupation)):
        found[skill.worker_id].skills.append(skill)
    current: Any = col(DifficultyStatus.superseded_at).is_(None)
    for status in _of(session, DifficultyStatus, ids, col(DifficultyStatus.valid_from), current):
        found[status.worker_id].statuses.append(status)


def _of(session: Session, table: type[RowT], ids: list[UUID], order: Any, *conditions: Any) -> Sequence[RowT]:
    return session.exec(select(table).where(col(table.worker_id).in_(ids), *conditions).order_by(order)).all()


def facts_of(worker: Worker, records: Records, day: date) -> dict[str, Any]:
    """The fields of WorkerFacts, as events and snapshots carry them."""
    spell = records.spell_on(day)
    return {
        "worker_id": worker.id,
        "version": worker.version,
        "division": worker.division,
        "sex": worker.sex,
        "birth_year": worker.born_on.year,
        "education": worker.education,
        "skills": [
            c.SkillFact(occupation=s.occupation, level=s.level, is_verified=s.is_verified) for s in records.skills
        ],
        "wants_out_work": worker.wants_out_work,
        "wants_local_work": worker.wants_local_work,
        "destinations": worker.destinations,
        "wanted_occupations": worker.wanted_occupations,
        "expected_wage_cents": worker.expected_wage_cents,
        "available_from": worker.available_from,
        "difficulty": sorted({status.kind for status in records.statuses_on(day)}),
        "employment": records.employment_on(day),
        "employed_since": spell.started_on if spell else None,
        "automated_matching": worker.automated_matching,
        "limits": worker.limits,
        "withdrawn_consents": sorted(one.purpose for one in records.consents if one.withdrawn_on is not None),
        "consents": sorted(one.purpose for one in records.consents if one.withdrawn_on is None),
        "can_work": worker.can_work,
        "is_active": worker.is_active,
    }
