"""What one registration, correction or roster row says about a person, already checked. None says nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.registry.days import WORKING_AGE, age_on
from services.registry.identity_numbers import IdentityNumber, parse_identity_number
from services.registry.phones import parse_phone
from shared.contracts import registry as c
from shared.contracts.errors import Problem
from shared.reference import Division, find_division, find_occupation, suggest_divisions, suggest_occupations


@dataclass(slots=True)
class SkillDraft:
    occupation: str
    level: c.SkillLevel = c.SkillLevel.unrated
    evidence: str | None = None

    @property
    def is_verified(self) -> bool:
        return self.level is not c.SkillLevel.unrated or self.evidence is not None


@dataclass(slots=True)
class Draft:
    name: str | None = None
    number: IdentityNumber | None = None
    phone: str | None = None
    division: str | None = None
    is_relocated: bool | None = None
    education: c.Education | None = None
    skills: list[SkillDraft] | None = None
    wants_out_work: bool | None = None
    wants_local_work: bool | None = None
    destinations: list[str] | None = None
    wanted_occupations: list[str] | None = None
    expected_wage_cents: int | None = None
    available_from: date | None = None
    limits: list[str] | None = None
    can_work: bool | None = None
    is_active: bool | None = None
    is_verified: bool | None = None
    difficulties: list[c.DifficultyIn] = field(default_factory=list)
    spell: c.SpellIn | None = None
    is_unemployed: bool = False
    consents: list[c.ConsentPurpose] = field(default_factory=list)

    def take_intention(self, intention: c.Intention) -> None:
        """An intention is given whole: what it leaves out is not wanted."""
        self.wants_out_work = intention.wants_out_work
        self.wants_local_work = intention.wants_local_work
        self.destinations = [code.value for code in intention.destinations]
        self.wanted_occupations = [occupation_code(given) for given in intention.occupations]
        self.expected_wage_cents = intention.expected_wage_cents
        self.available_from = intention.from_date


def number_of_adult(given: str, today: date) -> IdentityNumber:
    """A sound number of somebody old enough to work; raises ID_NUMBER_INVALID or UNDER_AGE."""
    number = parse_identity_number(given, today=today)
    if age_on(number.born_on, today) < WORKING_AGE:
        raise c.UNDER_AGE()
    return number


def division_code(given: str) -> str:
    """The township or village meant; raises DIVISION_UNKNOWN with the nearest names."""
    found = find_division(given) or (find_division(given, "522600") if given.isdigit() and len(given) == 6 else None)
    if found is None:
        raise unknown_division(given, suggest_divisions(given))
    return found.code


def unknown_division(given: str, near: list[Division]) -> Problem:
    return c.DIVISION_UNKNOWN(given=given, **_suggestions([place.short_name for place in near]))


def _suggestions(near: list[str]) -> dict[str, Any]:
    return {
        "suggestions": near,
        "suggestion_zh": f", 是不是“{'”、“'.join(near)}”" if near else "",
        "suggestion_en": f"; perhaps {', '.join(near)}" if near else "",
    }


def occupation_code(given: str) -> str:
    """The occupation a trade word or code means; raises OCCUPATION_UNKNOWN with the nearest names."""
    found = find_occupation(given)
    if found is None:
        near = [occupation.name for occupation in suggest_occupations(given, 3)]
        raise c.OCCUPATION_UNKNOWN(given=given, **_suggestions(near))
    return found.code


def skill_drafts(given: list[c.SkillIn]) -> list[SkillDraft]:
    """One entry an occupation; of two the later one counts."""
    found = {}
    for skill in given:
        code = occupation_code(skill.occupation)
        found[code] = SkillDraft(code, skill.level, skill.evidence)
    return list(found.values())


def checked_spell(spell: c.SpellIn, today: date) -> c.SpellIn:
    if spell.started_on > today or (spell.ended_on and spell.ended_on < spell.started_on):
        raise c.PERIOD_INVALID()
    occupation = occupation_code(spell.occupation) if spell.occupation else None
    return spell.model_copy(update={"occupation": occupation})


def checked_difficulty(status: c.DifficultyIn) -> c.DifficultyIn:
    if status.valid_to and status.valid_to < status.valid_from:
        raise c.PERIOD_INVALID()
    return status


def draft_of_registration(command: c.RegisterWorker, today: date) -> Draft:
    """Check a registration; raises the registry's refusals."""
    draft = Draft(
        name=command.name,
        number=number_of_adult(command.id_number, today),
        phone=parse_phone(command.phone) if command.phone else None,
        division=division_code(command.division),
        is_relocated=command.is_relocated,
        education=command.education,
        skills=skill_drafts(command.skills),
        limits=[limit.value for limit in command.limits],
        can_work=command.can_work,
        difficulties=[checked_difficulty(status) for status in command.difficulty],
        spell=checked_spell(command.employment, today) if command.employment else None,
        consents=list(command.consents),
    )
    draft.take_intention(command.intention)
    return draft


def draft_of_changes(changes: c.WorkerChanges, today: date) -> Draft:
    draft = Draft(
        name=changes.name,
        number=number_of_adult(changes.id_number, today) if changes.id_number else None,
        phone=parse_phone(changes.phone) if changes.phone else changes.phone,
        division=division_code(changes.division) if changes.division else None,
        is_relocated=changes.is_relocated,
        education=changes.education,
        skills=skill_drafts(changes.skills) if changes.skills is not None else None,
        limits=[limit.value for limit in changes.limits] if changes.limits is not None else None,
        can_work=changes.can_work,
        is_active=changes.is_active,
        is_verified=changes.is_verified,
        consents=list(changes.consents or []),
    )
    if changes.intention is not None:
        draft.take_intention(changes.intention)
    return draft
