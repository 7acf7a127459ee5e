"""就业困难认定 and 就业经历段: dated facts, corrected by superseding, never by overwriting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from services.registry.approvals import needs_approval
from services.registry.changes import Change, change_of
from services.registry.days import today
from services.registry.drafts import checked_difficulty, checked_spell
from services.registry.intake import source_of
from services.registry.models import DifficultyStatus, EmploymentSpell
from services.registry.vault import vault_of
from services.registry.views import difficulty_view, spell_view
from shared.contracts import registry as c
from shared.contracts.errors import NOT_FOUND
from shared.kit.session import Session

EntryT = TypeVar("EntryT", DifficultyStatus, EmploymentSpell)


def add_difficulty(session: Session, command: c.AddDifficulty) -> c.DifficultyView:
    """Raises NOT_FOUND, WORKER_ERASED, PERIOD_INVALID, or CHANGE_NEEDS_APPROVAL for a grid leader."""
    given = c.DifficultyIn(**command.model_dump(exclude={"worker_id"}))
    change = change_of(session, command.worker_id, source=source_of(session))
    needs_approval(session, ["difficulty"])
    status = change.add_difficulty(checked_difficulty(given))
    change.announce(["difficulty"])
    return difficulty_view(status, vault_of(session.keys, change.worker))


def end_difficulty(session: Session, command: c.EndDifficulty) -> c.DifficultyView:
    """退出认定. Raises NOT_FOUND, PERIOD_INVALID, or CHANGE_NEEDS_APPROVAL for a grid leader."""
    change = change_of(session, command.worker_id, source=source_of(session), reason=command.reason)
    ended = change.end_difficulty(entry_of(change.records.statuses, command.difficulty_id), command.valid_to)
    needs_approval(session, ["difficulty"])
    change.announce(["difficulty"])
    return difficulty_view(ended, vault_of(session.keys, change.worker))


def record_employment_spell(session: Session, command: c.RecordEmploymentSpell) -> c.SpellView:
    """Raises NOT_FOUND, PERIOD_INVALID, OCCUPATION_UNKNOWN, or SPELL_OVERLAPS where another spell is under way."""
    given = checked_spell(c.SpellIn(**command.model_dump(exclude={"worker_id"})), today(session))
    change = change_of(session, command.worker_id, source=source_of(session))
    no_overlap(change.records.spells, given)
    spell = change.add_spell(given)
    change.announce(["employment"])
    return spell_view(spell)


def end_employment_spell(session: Session, command: c.EndEmploymentSpell) -> c.SpellView:
    """Raises NOT_FOUND or PERIOD_INVALID."""
    change = change_of(session, command.worker_id, source=source_of(session))
    spell = entry_of(change.records.spells, command.spell_id)
    if command.ended_on < spell.started_on or command.ended_on > today(session):
        raise c.PERIOD_INVALID()
    ended = change.end_spell(spell, command.ended_on, command.reason)
    change.announce(["employment"])
    return spell_view(ended)


def close_ended(session: Session, change: Change) -> None:
    """Say that a spell's announced end has come."""
    if change.worker.employment != change.records.employment_on(today(session)):
        change.announce(["employment"])


def no_overlap(spells: Iterable[EmploymentSpell], given: c.SpellIn) -> None:
    """Raises SPELL_OVERLAPS."""
    for known in spells:
        ends_before = known.ended_on is not None and known.ended_on <= given.started_on
        begins_after = given.ended_on is not None and given.ended_on <= known.started_on
        if not ends_before and not begins_after:
            raise c.SPELL_OVERLAPS(spell_id=str(known.id))


def entry_of(rows: Iterable[EntryT], row_id: UUID) -> EntryT:
    """Raises NOT_FOUND, also for an entry that was superseded meanwhile."""
    for row in rows:
        if row.id == row_id:
            return row
    raise NOT_FOUND(id=str(row_id))
