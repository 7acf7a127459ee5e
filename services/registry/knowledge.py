"""What was known when: any fact of a record, for any day, by what had been recorded at any moment.

A change keeps the values it replaced, so what a fact was set to is what the next change of it found, or what it is now.
Of the changes recorded by then that hold on the day, the one recorded last counts: a correction recorded later
overrules, for its days, what had been said of them before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.registry.days import day_of
from services.registry.field_words import difficulty_in_words, in_words, label, spell_in_words
from services.registry.former_values import FIELDS, open_former, opened, values_of
from services.registry.models import DifficultyStatus, EmploymentSpell, Worker, WorkerChange
from services.registry.records import Records, records_of
from services.registry.rosters import Moment, moment_of, rosters_of
from services.registry.vault import vault_of
from services.registry.views import difficulty_view, spell_view
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session


@dataclass
class Told:
    """One change, with the value of each field before and after it."""

    row: WorkerChange
    before: dict[str, Any]
    after: dict[str, Any]


class Knowledge:
    """Everything ever recorded about one worker. Raises NOT_FOUND or WORKER_ERASED."""

    def __init__(self, session: Session, worker_id: UUID) -> None:
        found = session.get(Worker, worker_id)
        if found is None:
            raise NOT_FOUND(worker_id=str(worker_id))
        self.worker = found
        self.records: Records = records_of(session, [worker_id])[worker_id]
        vault = vault_of(session.keys, found)
        self.now: dict[str, Any] = opened(values_of(found, self.records), vault)
        rows = session.exec(
            select(WorkerChange)
            .where(col(WorkerChange.worker_id) == worker_id)
            .order_by(col(WorkerChange.recorded_at), col(WorkerChange.id))
        ).all()
        self.told = self._told([(row, open_former(vault, row.former)) for row in rows])

    def _told(self, rows: Sequence[tuple[WorkerChange, dict[str, Any]]]) -> list[Told]:
        following = dict(self.now)
        told = []
        for row, before in reversed(rows):
            told.append(Told(row, before, {name: following.get(name) for name in before}))
            following |= before
        self.first = following
        return told[::-1]

    def value(self, field: str, day: date, known_at: datetime) -> Any:
        """A fact as stored, by what was known at the moment about the day."""
        last = self._last(field, day, known_at)
        return last.after[field] if last else self.first.get(field)

    def _last(self, field: str, day: date, known_at: datetime) -> Told | None:
        heard = (
            told
            for told in reversed(self.told)
            if field in told.before and told.row.recorded_at <= known_at and told.row.valid_from <= day
        )
        return next(heard, None)

    def fact(self, field: str, day: date, known_at: datetime) -> c.KnownFact:
        last = self._last(field, day, known_at)
        return c.KnownFact(
            field=field,
            label=label(field),
            value=in_words(field, self.value(field, day, known_at)),
            valid_from=last.row.valid_from if last else day_of(self.worker.created_at),
            known_since=last.row.recorded_at if last else self.worker.created_at,
            source=last.row.source if last else self.worker.source,
            reason=last.row.reason if last else None,
        )


def get_worker_as_of(session: Session, query: c.GetWorkerAsOf) -> c.WorkerAsOf:
    """Raises NOT_FOUND, WORKER_ERASED, or WORKER_NOT_KNOWN_THEN."""
    knowledge = Knowledge(session, query.worker_id)
    worker = knowledge.worker
    moment = moment_of(session, query.as_of, query.known_at)
    since = day_of(worker.created_at)
    if moment.known_at < worker.created_at or moment.day < since:
        raise c.WORKER_NOT_KNOWN_THEN(since=since.isoformat())
    dated = _dated(session, worker.id, moment)
    vault = vault_of(session.keys, worker)
    return c.WorkerAsOf(
        worker_id=worker.id,
        as_of=moment.day,
        known_at=moment.known_at,
        facts=[knowledge.fact(field, moment.day, moment.known_at) for field in FIELDS],
        difficulty=[difficulty_view(status, vault) for status in dated.statuses],
        employment=dated.employment_on(moment.day),
        employment_spells=[spell_view(spell) for spell in reversed(dated.spells)],
        rosters=rosters_of(session, worker.id, moment),
    )


def _dated(session: Session, worker_id: UUID, moment: Moment) -> Records:
    statuses = session.exec(
        select(DifficultyStatus)
        .where(col(DifficultyStatus.worker_id) == worker_id, moment.status())
        .order_by(col(DifficultyStatus.valid_from))
    ).all()
    spells = session.exec(
        select(EmploymentSpell)
        .where(
            col(EmploymentSpell.worker_id) == worker_id,
            moment.recorded(EmploymentSpell),
            col(EmploymentSpell.started_on) <= moment.day,
        )
        .order_by(col(EmploymentSpell.started_on))
    ).all()
    return Records(statuses=list(statuses), spells=list(spells))


def list_worker_changes(session: Session, query: c.ListWorkerChanges) -> Page[c.WorkerChangeView]:
    """Raises NOT_FOUND or WORKER_ERASED."""
    told = {known.row.id: known for known in Knowledge(session, query.worker_id).told}
    dated = _dated_words(session, query.worker_id)
    statement: Any = select(WorkerChange).where(col(WorkerChange.worker_id) == query.worker_id)
    order = (col(WorkerChange.recorded_at).desc(), col(WorkerChange.id).desc())
    return page(session, statement, order=order, request=query, view=lambda row: _view(told[row.id], dated))


@dataclass
class DatedWords:
    """The hardships and spells that a change superseded and wrote, by the moment of its recording."""

    superseded: dict[tuple[str, datetime], list[str]]
    written: dict[tuple[str, datetime], list[str]]

    def note(self, field: str, row: DifficultyStatus | EmploymentSpell, words: str) -> None:
        self.written.setdefault((field, row.recorded_at), []).append(words)
        if row.superseded_at:
            self.superseded.setdefault((field, row.superseded_at), []).append(words)

    def change(self, field: str, at: datetime) -> tuple[str | None, str | None]:
        before, after = self.superseded.get((field, at), []), self.written.get((field, at), [])
        return "、".join(before) or None, "、".join(after) or None


def _dated_words(session: Session, worker_id: UUID) -> DatedWords:
    words = DatedWords({}, {})
    for status in session.exec(select(DifficultyStatus).where(col(DifficultyStatus.worker_id) == worker_id)):
        words.note("difficulty", status, difficulty_in_words(status.kind, status.valid_from, status.valid_to))
    for spell in session.exec(select(EmploymentSpell).where(col(EmploymentSpell.worker_id) == worker_id)):
        where = spell.employer_name or spell.place
        words.note("employment", spell, spell_in_words(spell.kind, spell.started_on, spell.ended_on, where))
    return words


def _view(told: Told, dated: DatedWords) -> c.WorkerChangeView:
    row = told.row
    return c.WorkerChangeView(
        id=row.id,
        version=row.version,
        valid_from=row.valid_from,
        recorded_at=row.recorded_at,
        source=row.source,
        actor=row.actor,
        reason=row.reason,
        changes=[_field_change(name, told, dated) for name in row.changed],
    )


def _field_change(name: str, told: Told, dated: DatedWords) -> c.FieldChange:
    if name in ("difficulty", "employment"):
        before, after = dated.change(name, told.row.recorded_at)
    else:
        before, after = in_words(name, told.before.get(name)), in_words(name, told.after.get(name))
    return c.FieldChange(field=name, label=label(name), before=before, after=after)
