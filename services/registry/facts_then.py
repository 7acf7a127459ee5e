"""What a batch of people could do and wished on a day, by what was known then: for lists that print it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, or_, select

from services.registry.knowledge import Knowledge
from services.registry.models import Worker, WorkerChange
from services.registry.records import records_of
from services.registry.rosters import Moment
from shared.contracts import registry as c
from shared.kit.session import Session


@dataclass(frozen=True)
class FactsThen:
    education: c.Education | None
    skills: tuple[str, ...]
    destinations: tuple[str, ...]
    wanted_occupations: tuple[str, ...]


FIELDS = ("education", "skills", "destinations", "wanted_occupations")


def facts_then(session: Session, workers: Sequence[Worker], moment: Moment) -> dict[UUID, FactsThen]:
    """Two queries for everybody, and the history of those alone of whom something was changed since."""
    ids = [worker.id for worker in workers]
    records = records_of(session, ids)
    changed = _changed_since(session, ids, moment)
    found = {}
    for worker in workers:
        if worker.id in changed and worker.data_key is not None:
            found[worker.id] = _told(Knowledge(session, worker.id), moment)
            continue
        found[worker.id] = FactsThen(
            worker.education,
            tuple(skill.occupation for skill in records[worker.id].skills),
            tuple(worker.destinations),
            tuple(worker.wanted_occupations),
        )
    return found


def _changed_since(session: Session, ids: Sequence[UUID], moment: Moment) -> set[UUID]:
    """Of whom one of the facts was changed by a word that came later, or that holds from a later day on."""
    later = or_(col(WorkerChange.recorded_at) > moment.known_at, col(WorkerChange.valid_from) > moment.day)
    touched = or_(*(col(WorkerChange.changed).contains([name]) for name in FIELDS))
    rows = session.exec(select(WorkerChange.worker_id).where(col(WorkerChange.worker_id).in_(ids), later, touched))
    return set(rows)


def _told(knowledge: Knowledge, moment: Moment) -> FactsThen:
    education, skills, destinations, wanted = (knowledge.value(name, moment.day, moment.known_at) for name in FIELDS)
    return FactsThen(
        c.Education(education) if education else None,
        tuple(skill["occupation"] for skill in skills or []),
        tuple(destinations or []),
        tuple(wanted or []),
    )
