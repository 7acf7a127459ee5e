"""列入原因 and 退出原因: why somebody is on a roster, on whose word, and why they left it; in the county's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.registry.memberships import Known, is_away
from services.registry.models import DifficultyStatus, EmploymentSpell, WorkerRevision
from services.registry.words import DIFFICULTY_WORDS, SPELL_WORDS, outpost_words
from shared.contracts import registry as c
from shared.contracts.registry import RosterKind
from shared.reference import HOME_COUNTY, division_name


@dataclass(frozen=True)
class Reason:
    """Why, from which source, and who put it on record when."""

    words: str
    source: c.RecordSource
    verified_by: str
    verified_at: datetime


def _by(words: str, record: WorkerRevision | DifficultyStatus | EmploymentSpell) -> Reason:
    return Reason(words, record.source, record.actor, record.recorded_at)


def why_on(kind: RosterKind, known: Known, day: date) -> Reason:
    """The record that decides it is the one named: the hardship's, the spell's, or the person's own."""
    facts = known.revision_on(day)
    if facts is None:
        raise ValueError("nobody is on a roster before being registered")
    hardship = sorted(known.statuses_on(day), key=lambda status: status.valid_from)
    named = "、".join(dict.fromkeys(DIFFICULTY_WORDS[status.kind] for status in hardship))
    spell = known.spell_on(day)
    match kind:
        case RosterKind.hardship if hardship:
            return _by(named, hardship[0])
        case RosterKind.hardship_employed if hardship and spell:
            return _by(f"{named}; {_work(spell)}", spell)
        case RosterKind.unemployed:
            ended = known.ended_by(day)
            if ended:
                return _by(f"{ended.ended_on}结束{SPELL_WORDS[ended.kind]}, 有就业意愿", ended)
            return _by("没有就业记录, 有就业意愿", facts)
        case RosterKind.seeking_out_work:
            places = outpost_words(known.worker.destinations)
            available = known.worker.available_from
            return _by(f"愿意外出务工{places}" + (f", {available}后可出发" if available else ""), facts)
        case RosterKind.returned if ended := known.ended_by(day, [c.SpellKind.out_of_county]):
            return _by(f"{ended.ended_on}结束外出务工后在家, 尚未再就业", ended)
        case _:
            return _by("实名登记", facts)


def why_off(kind: RosterKind, known: Known, day: date) -> Reason:
    """The first of the roster's conditions that no longer holds."""
    facts = known.revision_on(day) or max(known.revisions, key=lambda revision: revision.valid_from)
    if not facts.is_active:
        return _by("不再登记为劳动力" + (f": {facts.reason}" if facts.reason else ""), facts)
    if not facts.is_verified:
        return _by("实名制核验存疑", facts)
    if kind in (RosterKind.hardship, RosterKind.hardship_employed):
        return _out_of_hardship(known, facts, day)
    if kind is RosterKind.seeking_out_work:
        away = next((spell for spell in known.spells_on(day) if is_away(spell)), None)
        return _by(_work(away), away) if away else _by("不再有外出务工意愿", facts)
    spell = known.spell_on(day)
    return _by(_work(spell), spell) if spell else _by(_no_longer_available(kind, known, facts, day), facts)


def _out_of_hardship(known: Known, facts: WorkerRevision, day: date) -> Reason:
    """The status has ended; or it holds and the work has ended."""
    if known.statuses_on(day):
        last = known.ended_by(day)
        return _by(f"{last.ended_on}结束{SPELL_WORDS[last.kind]}", last) if last else _by("没有就业记录", facts)
    ended = max((s for s in known.statuses if s.valid_to), key=lambda s: s.valid_to or date.min, default=None)
    if ended is None:
        return _by("困难认定已撤销", facts)
    return _by(f"{DIFFICULTY_WORDS[ended.kind]}认定于{ended.valid_to}止", ended)


def _no_longer_available(kind: RosterKind, known: Known, facts: WorkerRevision, day: date) -> str:
    if kind is RosterKind.returned and not facts.division.startswith(HOME_COUNTY):
        return f"已迁往{division_name(facts.division)}"
    if kind is RosterKind.unemployed and known.is_retired(day):
        return "已到退休年龄"
    return "不能劳动" if not facts.can_work else "不再有就业意愿"


def _work(spell: EmploymentSpell) -> str:
    return f"{spell.started_on}起{SPELL_WORDS[spell.kind]}{spell.employer_name or spell.place or ''}"
