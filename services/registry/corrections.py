"""更正与撤销 of hardships and employment spells: what was mistyped is superseded, never overwritten.

The superseded row says what was believed from when to when; the change of the record says who corrected it and why.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, literal, null, union_all
from sqlalchemy import select as sa_select
from sqlmodel import col

from services.registry.approvals import needs_approval
from services.registry.changes import Change, change_of
from services.registry.days import today
from services.registry.drafts import checked_difficulty, checked_spell
from services.registry.field_words import difficulty_in_words, spell_in_words
from services.registry.intake import source_of
from services.registry.models import DifficultyStatus, EmploymentSpell, Worker
from services.registry.statuses import entry_of, no_overlap
from services.registry.vault import vault_of
from services.registry.views import difficulty_view, spell_view
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session


def correct_difficulty(session: Session, command: c.CorrectDifficulty) -> c.DifficultyView:
    """Raises NOT_FOUND, PERIOD_INVALID, ENTRY_SAME, DIFFICULTY_OVERLAPS, or CHANGE_NEEDS_APPROVAL for a grid leader."""
    change = change_of(session, command.worker_id, source=source_of(session), reason=command.reason)
    needs_approval(session, ["difficulty"])
    status = entry_of(change.records.statuses, command.difficulty_id)
    given = c.DifficultyIn(**command.model_dump(exclude={"worker_id", "difficulty_id", "reason"}))
    corrected = replace_difficulty(change, status, given)
    change.announce(["difficulty"])
    return difficulty_view(corrected, vault_of(session.keys, change.worker))


def replace_difficulty(change: Change, status: DifficultyStatus, given: c.DifficultyIn) -> DifficultyStatus:
    """Raises PERIOD_INVALID, ENTRY_SAME or DIFFICULTY_OVERLAPS. Evidence that is left out stays as it was."""
    checked_difficulty(given)
    vault = vault_of(change.session.keys, change.worker)
    evidence = vault.open(status.evidence, "evidence") if status.evidence else None
    given = given.model_copy(update={"evidence": given.evidence or evidence})
    was = c.DifficultyIn(kind=status.kind, evidence=evidence, valid_from=status.valid_from, valid_to=status.valid_to)
    if was == given:
        raise c.ENTRY_SAME()
    change.supersede_difficulty(status)
    if any(_meets(known, given) for known in change.records.statuses if known.kind == given.kind):
        raise c.DIFFICULTY_OVERLAPS()
    return change.add_difficulty(given)


def _meets(known: DifficultyStatus, given: c.DifficultyIn) -> bool:
    begins_after = known.valid_to is not None and known.valid_to < given.valid_from
    ends_before = given.valid_to is not None and given.valid_to < known.valid_from
    return not begins_after and not ends_before


def withdraw_difficulty(session: Session, command: c.WithdrawDifficulty) -> c.DifficultyView:
    """Raises NOT_FOUND, or CHANGE_NEEDS_APPROVAL for a grid leader. Answers what was withdrawn."""
    change = change_of(session, command.worker_id, source=source_of(session), reason=command.reason)
    needs_approval(session, ["difficulty"])
    status = entry_of(change.records.statuses, command.difficulty_id)
    change.supersede_difficulty(status)
    change.announce(["difficulty"])
    return difficulty_view(status, vault_of(session.keys, change.worker))


def correct_employment_spell(session: Session, command: c.CorrectEmploymentSpell) -> c.SpellView:
    """Raises NOT_FOUND, PERIOD_INVALID, OCCUPATION_UNKNOWN, ENTRY_PROVED, ENTRY_SAME or SPELL_OVERLAPS."""
    given = checked_spell(
        c.SpellIn(**command.model_dump(exclude={"worker_id", "spell_id", "reason", "end_reason"})), today(session)
    )
    change = change_of(session, command.worker_id, source=source_of(session), reason=command.reason)
    corrected = replace_spell(change, own_word(change, command.spell_id), given, command.end_reason)
    change.announce(["employment"])
    return spell_view(corrected)


def replace_spell(
    change: Change, spell: EmploymentSpell, given: c.SpellIn, end_reason: str | None = None
) -> EmploymentSpell:
    """Raises ENTRY_SAME or SPELL_OVERLAPS. Why the work ended stays as it was, unless it is said anew."""
    end_reason = (end_reason or spell.end_reason) if given.ended_on else None
    was = c.SpellIn(**{name: getattr(spell, name) for name in c.SpellIn.model_fields})
    if was == given and end_reason == spell.end_reason:
        raise c.ENTRY_SAME()
    change.supersede_spell(spell)
    no_overlap(change.records.spells, given)
    return change.add_spell(given, employer_id=spell.employer_id, end_reason=end_reason)


def withdraw_employment_spell(session: Session, command: c.WithdrawEmploymentSpell) -> c.SpellView:
    """Raises NOT_FOUND or ENTRY_PROVED. Answers what was withdrawn."""
    change = change_of(session, command.worker_id, source=source_of(session), reason=command.reason)
    spell = own_word(change, command.spell_id)
    change.supersede_spell(spell)
    change.announce(["employment"])
    return spell_view(spell)


def own_word(change: Change, spell_id: UUID) -> EmploymentSpell:
    """A spell that somebody told the registry. Raises NOT_FOUND, or ENTRY_PROVED for what a receipt proved."""
    spell = entry_of(change.records.spells, spell_id)
    if spell.placement_id is not None:
        raise c.ENTRY_PROVED()
    return spell


def list_recorded_entries(session: Session, query: c.ListRecordedEntries) -> Page[c.RecordedEntry]:
    """Raises NOT_FOUND."""
    if session.get(Worker, query.worker_id) is None:
        raise NOT_FOUND(worker_id=str(query.worker_id))
    told: Any = union_all(_told(DifficultyStatus, query), _told(EmploymentSpell, query)).subquery()
    order = (told.c.recorded_at.desc(), told.c.id.desc())
    return page(session, sa_select(told), order=order, request=query, view=_entry)


def _told(table: Any, query: c.ListRecordedEntries) -> Any:
    """The two tables' rows in one shape; what only the other has is null."""
    is_spell = table is EmploymentSpell
    nothing = cast(null(), String)
    return sa_select(
        literal("employment" if is_spell else "difficulty").label("entry"),
        col(table.id).label("id"),
        cast(col(table.kind), String).label("kind"),
        (table.started_on if is_spell else table.valid_from).label("from_on"),
        (table.ended_on if is_spell else table.valid_to).label("until_on"),
        (table.employer_name if is_spell else nothing).label("employer_name"),
        (table.place if is_spell else nothing).label("place"),
        table.recorded_at.label("recorded_at"),
        table.superseded_at.label("superseded_at"),
        cast(col(table.source), String).label("source"),
        table.actor.label("actor"),
    ).where(col(table.worker_id) == query.worker_id)


def _entry(row: Any) -> c.RecordedEntry:
    is_spell = row.entry == "employment"
    words = (
        spell_in_words(row.kind, row.from_on, row.until_on, row.employer_name or row.place)
        if is_spell
        else difficulty_in_words(row.kind, row.from_on, row.until_on)
    )
    return c.RecordedEntry(
        id=row.id,
        kind=row.entry,
        words=words,
        from_on=row.from_on,
        until_on=row.until_on,
        recorded_at=row.recorded_at,
        superseded_at=row.superseded_at,
        source=row.source,
        actor=row.actor,
    )
