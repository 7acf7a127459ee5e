"""The part of a change request that is about entries with days: hardships and employment spells."""

from __future__ import annotations

from services.registry.changes import Change
from services.registry.corrections import own_word, replace_difficulty, replace_spell
from services.registry.days import today
from services.registry.drafts import checked_difficulty, checked_spell
from services.registry.field_words import difficulty_in_words, spell_in_words
from services.registry.models import DifficultyStatus, EmploymentSpell
from services.registry.statuses import entry_of, no_overlap
from shared.contracts import registry as c
from shared.kit.session import Session

ENTRIES = (
    "difficulty",
    "difficulty_end",
    "difficulty_correction",
    "difficulty_withdrawal",
    "spell",
    "spell_correction",
    "spell_withdrawal",
)


def fields_asked(changes: c.AskedChanges) -> list[str]:
    """As a change of the record names them."""
    asked = [name for name in ENTRIES if getattr(changes, name) is not None]
    return list(dict.fromkeys("difficulty" if name.startswith("difficulty") else "employment" for name in asked))


def check(change: Change, changes: c.AskedChanges) -> None:
    """What can be seen is refused at once. Raises NOT_FOUND, PERIOD_INVALID, ENTRY_PROVED or OCCUPATION_UNKNOWN."""
    day = today(change.session)
    for status in (changes.difficulty, changes.difficulty_correction):
        if status:
            checked_difficulty(status)
    for spell in (changes.spell, changes.spell_correction):
        if spell:
            checked_spell(spell, day)
    for status_id in (
        changes.difficulty_end.difficulty_id if changes.difficulty_end else None,
        changes.difficulty_correction.difficulty_id if changes.difficulty_correction else None,
        changes.difficulty_withdrawal,
    ):
        if status_id:
            entry_of(change.records.statuses, status_id)
    for spell_id in (changes.spell_correction.spell_id if changes.spell_correction else None, changes.spell_withdrawal):
        if spell_id:
            own_word(change, spell_id)


def carry_out(change: Change, changes: c.AskedChanges) -> None:
    """Raises what a command of the same content would."""
    if changes.difficulty:
        change.add_difficulty(checked_difficulty(changes.difficulty))
    if changes.difficulty_end:
        status = entry_of(change.records.statuses, changes.difficulty_end.difficulty_id)
        change.end_difficulty(status, changes.difficulty_end.valid_to)
    if corrected := changes.difficulty_correction:
        status = entry_of(change.records.statuses, corrected.difficulty_id)
        replace_difficulty(change, status, c.DifficultyIn(**corrected.model_dump(exclude={"difficulty_id"})))
    if changes.difficulty_withdrawal:
        change.supersede_difficulty(entry_of(change.records.statuses, changes.difficulty_withdrawal))
    _carry_out_spells(change, changes)
    if fields := fields_asked(changes):
        change.announce(fields)


def _carry_out_spells(change: Change, changes: c.AskedChanges) -> None:
    day = today(change.session)
    if changes.spell_withdrawal:
        change.supersede_spell(own_word(change, changes.spell_withdrawal))
    if told := changes.spell_correction:
        given = checked_spell(c.SpellIn(**told.model_dump(exclude={"spell_id"})), day)
        replace_spell(change, own_word(change, told.spell_id), given)
    if changes.spell:
        given = checked_spell(changes.spell, day)
        no_overlap(change.records.spells, given)
        change.add_spell(given)


def in_words(session: Session, changes: c.AskedChanges) -> list[c.FieldChange]:
    """What is asked for, with the entry as it stood where there was one."""
    told = []
    if changes.difficulty:
        told.append(_told("difficulty", "新认定", None, _status_words(changes.difficulty)))
    if changes.difficulty_end:
        status = session.get(DifficultyStatus, changes.difficulty_end.difficulty_id)
        after = f"{changes.difficulty_end.valid_to}止"
        told.append(_told("difficulty", "退出认定", _status_words(status), after))
    if corrected := changes.difficulty_correction:
        status = session.get(DifficultyStatus, corrected.difficulty_id)
        told.append(_told("difficulty", "更正认定", _status_words(status), _status_words(corrected)))
    if changes.difficulty_withdrawal:
        status = session.get(DifficultyStatus, changes.difficulty_withdrawal)
        told.append(_told("difficulty", "撤销认定", _status_words(status), None))
    if changes.spell:
        told.append(_told("employment", "补登就业", None, _spell_words(changes.spell)))
    if replaced := changes.spell_correction:
        spell = session.get(EmploymentSpell, replaced.spell_id)
        told.append(_told("employment", "更正就业", _spell_words(spell), _spell_words(replaced)))
    if changes.spell_withdrawal:
        spell = session.get(EmploymentSpell, changes.spell_withdrawal)
        told.append(_told("employment", "撤销就业", _spell_words(spell), None))
    return told


def _told(field: str, label: str, before: str | None, after: str | None) -> c.FieldChange:
    return c.FieldChange(field=field, label=label, before=before, after=after)


def _status_words(status: DifficultyStatus | c.DifficultyIn | None) -> str | None:
    return difficulty_in_words(status.kind, status.valid_from, status.valid_to) if status else None


def _spell_words(spell: EmploymentSpell | c.SpellIn | None) -> str | None:
    if spell is None:
        return None
    return spell_in_words(spell.kind, spell.started_on, spell.ended_on, spell.employer_name or spell.place)
