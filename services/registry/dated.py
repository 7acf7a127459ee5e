"""The dated facts of a worker under change: hardships and employment spells, superseded and never overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.registry.days import today
from services.registry.drafts import Draft
from services.registry.intake import actor_of
from services.registry.models import DifficultyStatus, EmploymentSpell, Worker
from services.registry.records import Records
from services.registry.vault import vault_of
from shared.contracts import registry as c
from shared.kit.session import Session

# A roster from a village office does not overrule what a receipt or a certificate proved.
PROVED = (c.RecordSource.placement, c.RecordSource.certificate)


@dataclass
class DatedFacts:
    """One worker, with everything known about them at hand, and whose word is being taken down."""

    session: Session
    worker: Worker
    records: Records
    source: c.RecordSource

    def take_difficulties(self, draft: Draft, changed: list[str]) -> None:
        """A kind of hardship that holds already is not certified twice."""
        for given in draft.difficulties:
            last = given.valid_to or date.max
            if any(
                known.kind == given.kind and known.valid_from <= last and (known.valid_to or last) >= given.valid_from
                for known in self.records.statuses
            ):
                continue
            self.add_difficulty(given)
            changed.append("difficulty")

    def add_difficulty(self, given: c.DifficultyIn) -> DifficultyStatus:
        evidence = None
        if given.evidence:
            evidence = vault_of(self.session.keys, self.worker).seal(given.evidence, "evidence")
        status = DifficultyStatus(
            worker_id=self.worker.id,
            division=self.worker.division,
            kind=given.kind,
            evidence=evidence,
            valid_from=given.valid_from,
            valid_to=given.valid_to,
            recorded_at=self.session.now,
            source=self.source,
            actor=actor_of(self.session),
        )
        self.session.add(status)
        self.records.statuses.append(status)
        return status

    def end_difficulty(self, status: DifficultyStatus, valid_to: date) -> DifficultyStatus:
        """Supersede a certificate by one that ends; raises PERIOD_INVALID for an end before its start."""
        if valid_to < status.valid_from:
            raise c.PERIOD_INVALID()
        values = status.model_dump(exclude={"id"}) | {
            "valid_to": valid_to,
            "recorded_at": self.session.now,
            "source": self.source,
            "actor": actor_of(self.session),
        }
        self.supersede_difficulty(status)
        ended = DifficultyStatus(**values)
        self.session.add(ended)
        self.records.statuses.append(ended)
        return ended

    def supersede_difficulty(self, status: DifficultyStatus) -> None:
        """It is not held to be true any more; that it was stays readable."""
        status.superseded_at = self.session.now
        self.session.add(status)
        self.records.statuses = [known for known in self.records.statuses if known.id != status.id]

    def take_employment(self, draft: Draft, changed: list[str]) -> None:
        day = today(self.session)
        current = self.records.spell_on(day)
        if current and current.source in PROVED:
            return
        if draft.is_unemployed and current:
            self.end_spell(current, day, "名册登记为未就业")
            changed.append("employment")
        given = draft.spell
        if given is None:
            return
        if given.ended_on and given.ended_on <= day:
            if not any(_same_work(known, given) for known in self.records.spells):
                self.add_spell(given)
                changed.append("employment")
            return
        if current and _same_work(current, given):
            return
        if current and current.ended_on is None:
            self.end_spell(current, max(given.started_on, current.started_on), "名册登记了新的就业")
        self.add_spell(given)
        changed.append("employment")

    def add_spell(self, given: c.SpellIn, **more: Any) -> EmploymentSpell:
        spell = EmploymentSpell(
            **given.model_dump(),
            worker_id=self.worker.id,
            division=self.worker.division,
            recorded_at=self.session.now,
            source=self.source,
            actor=actor_of(self.session),
            **more,
        )
        self.session.add(spell)
        self.records.spells.append(spell)
        return spell

    def end_spell(self, spell: EmploymentSpell, ended_on: date, reason: str) -> EmploymentSpell:
        """Supersede the open spell by a closed one: what was believed until now stays readable."""
        values = spell.model_dump(exclude={"id"}) | {
            "ended_on": ended_on,
            "end_reason": reason,
            "recorded_at": self.session.now,
            "actor": actor_of(self.session),
        }
        self.supersede_spell(spell)
        closed = EmploymentSpell(**values)
        self.session.add(closed)
        self.records.spells.append(closed)
        return closed

    def count_days(self, spell: EmploymentSpell, days: float) -> None:
        values = spell.model_dump(exclude={"id"}) | {
            "days": (spell.days or 0) + days,
            "recorded_at": self.session.now,
            "actor": actor_of(self.session),
        }
        self.supersede_spell(spell)
        counted = EmploymentSpell(**values)
        self.session.add(counted)
        self.records.spells.append(counted)

    def supersede_spell(self, spell: EmploymentSpell) -> None:
        """It is not held to be true any more; that it was stays readable."""
        spell.superseded_at = self.session.now
        self.session.add(spell)
        self.records.spells = [known for known in self.records.spells if known.id != spell.id]


def _same_work(known: EmploymentSpell, given: c.SpellIn) -> bool:
    """Whether a roster tells of the work that is known; it rarely repeats the day it began."""
    if known.kind != given.kind:
        return False
    pairs = ((known.employer_name, given.employer_name), (known.place, given.place))
    return all(new is None or old == new for old, new in pairs)
