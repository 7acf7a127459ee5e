"""Changing a registered worker: a clerk's correction and a roster row go through the same rules.

A change bumps the version, keeps its history and tells the others; what says nothing new changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, delete, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import col

from services.registry import history
from services.registry.dated import PROVED, DatedFacts
from services.registry.days import day_of, today
from services.registry.drafts import Draft
from services.registry.former_values import PLAIN, seal_former, values_of
from services.registry.intake import actor_of
from services.registry.models import (
    ChangeRequest,
    Consent,
    DifficultyStatus,
    EmploymentSpell,
    HelpAction,
    HelpPlan,
    HouseholdMember,
    PrivacyRequest,
    Visit,
    Worker,
    WorkerChange,
    WorkerContact,
    WorkerRevision,
    WorkerSkill,
    WorkerToken,
)
from services.registry.records import facts_of, records_of
from services.registry.search import ID_PURPOSE, PHONE_PURPOSE, name_key, name_tokens
from services.registry.vault import Vault, vault_of
from shared.contracts import registry as c
from shared.contracts.errors import NOT_FOUND, STALE
from shared.kit.bulk import insert_rows, recordset
from shared.kit.privacy import lookup_hash
from shared.kit.session import Session

# Rows that an area account sees by the worker's division; they move with the worker.
FOLLOWING: tuple[Any, ...] = (
    WorkerSkill,
    DifficultyStatus,
    EmploymentSpell,
    Consent,
    WorkerToken,
    WorkerChange,
    HelpAction,
    HelpPlan,
    Visit,
    ChangeRequest,
    PrivacyRequest,
    HouseholdMember,
    WorkerContact,
)


@dataclass
class Following:
    """What has to follow changes of many workers, done for all of them at once."""

    moved: dict[UUID, str] = field(default_factory=dict)
    renamed: list[Worker] = field(default_factory=list)

    def carry_out(self, session: Session) -> None:
        """Rows that an area account sees by the worker's division move with the worker; names get new tokens."""
        session.flush()
        if self.renamed:
            ids = [worker.id for worker in self.renamed]
            session.execute(delete(WorkerToken).where(col(WorkerToken.worker_id).in_(ids)))
            insert_rows(session, WorkerToken, [row for worker in self.renamed for row in token_rows(worker)])
        if not self.moved:
            return
        rows = [{"worker_id": worker_id, "division": division} for worker_id, division in self.moved.items()]
        given = recordset("given", rows, {"worker_id": Uuid(), "division": Text()})
        for table in FOLLOWING:
            moving = update(table).where(table.worker_id == given.c.worker_id).values(division=given.c.division)
            session.execute(moving, execution_options={"synchronize_session": False})
        for row in session.identity_map.values():
            if isinstance(row, FOLLOWING) and row.worker_id in self.moved:
                set_committed_value(row, "division", self.moved[row.worker_id])


def token_rows(worker: Worker) -> list[dict[str, Any]]:
    own = {"name_key": worker.name_key, "worker_id": worker.id, "division": worker.division}
    return [own | {"token": token} for token in name_tokens(worker.name)]


@dataclass
class Change(DatedFacts):
    """One worker under change. `segments` are the revisions believed now, where they were read already; with
    `following`, what has to follow is left to it."""

    valid_from: date | None = None
    reason: str | None = None
    segments: Sequence[WorkerRevision] | None = None
    following: Following | None = None
    before: dict[str, Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.before = values_of(self.worker, self.records)

    def apply(self, draft: Draft, *, replaces_lists: bool) -> list[str]:
        """Take over what the draft says; the names of what differs, empty where nothing does.

        `replaces_lists`: a clerk's list of skills is the whole list, a roster's adds to what is known.
        """
        if draft.limits is not None and not replaces_lists:
            draft.limits = sorted({*draft.limits, *self.worker.limits})
        changed = self._plain(draft)
        self._personal(draft, changed)
        self._division(draft, changed)
        self._skills(draft, changed, whole=replaces_lists)
        self.take_difficulties(draft, changed)
        self.take_employment(draft, changed)
        self._consents(draft, changed)
        if changed:
            self.announce(changed)
        return changed

    def announce(self, changed: list[str]) -> None:
        """Bump the version, keep the history, tell the others."""
        worker = self.worker
        former = seal_former(self.session.keys, worker, self.before, changed)
        worker.version += 1
        worker.updated_at = self.session.now
        worker.employment = self.records.employment_on(today(self.session))
        worker.automated_matching = not self.records.refuses_automation
        self.session.add(worker)
        history.record(
            self.session,
            worker,
            changed=changed,
            source=self.source,
            valid_from=self.valid_from,
            reason=self.reason,
            segments=self.segments,
        )
        self.session.add(
            WorkerChange(
                worker_id=worker.id,
                version=worker.version,
                division=worker.division,
                valid_from=max(self.valid_from or today(self.session), day_of(worker.created_at)),
                recorded_at=self.session.now,
                changed=changed,
                former=former,
                source=self.source,
                actor=actor_of(self.session),
                reason=self.reason,
            )
        )
        self.segments, self.before = None, values_of(worker, self.records)
        self.session.publish(c.WorkerUpdated(**facts_of(worker, self.records, today(self.session)), changed=changed))

    def _plain(self, draft: Draft) -> list[str]:
        changed = []
        for name in PLAIN:
            given = getattr(draft, name)
            if given is not None and given != getattr(self.worker, name):
                setattr(self.worker, name, given)
                changed.append(name)
        return changed

    def _personal(self, draft: Draft, changed: list[str]) -> None:
        worker, keys = self.worker, self.session.keys
        number, phone = draft.number, draft.phone
        id_hash = lookup_hash(keys, number.value, purpose=ID_PURPOSE) if number else None
        phone_hash = lookup_hash(keys, phone, purpose=PHONE_PURPOSE) if phone else None
        new_number = number is not None and id_hash != worker.id_hash
        new_phone = phone is not None and phone_hash != worker.phone_hash
        new_name = draft.name is not None and draft.name != worker.name
        if not (new_name or new_number or new_phone):
            return
        vault = vault_of(keys, worker)
        if draft.name and new_name:
            worker.name, worker.name_key = draft.name, name_key(draft.name)
            self._follow(lambda following: following.renamed.append(worker))
            changed.append("name")
        if number and new_number:
            worker.id_hash, worker.id_sealed = id_hash, vault.seal(number.value, "id_number")
            worker.id_area, worker.id_last4 = number.area, number.last4
            worker.sex, worker.born_on = number.sex, number.born_on
            changed.append("id_number")
        if new_phone:
            self._rephone(vault, phone or None, phone_hash)
            changed.append("phone")

    def set_phone(self, phone: str | None) -> None:
        """A phone put back as it was, or taken away."""
        phone_hash = lookup_hash(self.session.keys, phone, purpose=PHONE_PURPOSE) if phone else None
        self._rephone(vault_of(self.session.keys, self.worker), phone, phone_hash)

    def _rephone(self, vault: Vault, phone: str | None, phone_hash: str | None) -> None:
        self.worker.phone_hash = phone_hash
        self.worker.phone_last4 = phone[-4:] if phone else None
        self.worker.phone_sealed = vault.seal(phone, "phone") if phone else None

    def _follow(self, note: Callable[[Following], None]) -> None:
        following = self.following if self.following is not None else Following()
        note(following)
        if self.following is None:
            following.carry_out(self.session)

    def _division(self, draft: Draft, changed: list[str]) -> None:
        """A worker who moves takes along every row that an area account sees by its division."""
        if draft.division is None or draft.division == self.worker.division:
            return
        division = self.worker.division = draft.division
        self._follow(lambda following: following.moved.update({self.worker.id: division}))
        changed.append("division")

    def _skills(self, draft: Draft, changed: list[str], *, whole: bool) -> None:
        if draft.skills is None:
            return
        known = {skill.occupation: skill for skill in self.records.skills}
        before = {code: (skill.level, skill.evidence) for code, skill in known.items()}
        for given in draft.skills:
            skill = known.get(given.occupation)
            if skill is None:
                skill = WorkerSkill(
                    worker_id=self.worker.id,
                    occupation=given.occupation,
                    division=self.worker.division,
                    level=given.level,
                    is_verified=given.is_verified,
                    evidence=given.evidence,
                    source=self.source,
                    recorded_at=self.session.now,
                )
                known[given.occupation] = skill
            elif whole and skill.source not in PROVED:
                skill.level, skill.evidence, skill.is_verified = given.level, given.evidence, given.is_verified
            elif given.level is not c.SkillLevel.unrated or given.evidence:
                skill.level = given.level if given.level is not c.SkillLevel.unrated else skill.level
                skill.evidence = given.evidence or skill.evidence
                skill.is_verified = skill.is_verified or given.is_verified
            self.session.add(skill)
        if whole:
            wanted = {given.occupation for given in draft.skills}
            for code in [code for code, skill in known.items() if code not in wanted and skill.source not in PROVED]:
                self.session.delete(known.pop(code))
        self.records.skills = sorted(known.values(), key=lambda skill: skill.occupation)
        if {code: (skill.level, skill.evidence) for code, skill in known.items()} != before:
            changed.append("skills")

    def _consents(self, draft: Draft, changed: list[str]) -> None:
        for purpose in draft.consents:
            known = next((consent for consent in self.records.consents if consent.purpose == purpose), None)
            if known and known.withdrawn_on is None:
                continue
            if known is None:
                known = Consent(
                    worker_id=self.worker.id,
                    purpose=purpose,
                    division=self.worker.division,
                    given_on=today(self.session),
                )
                self.records.consents.append(known)
            known.given_on, known.withdrawn_on = today(self.session), None
            self.session.add(known)
            changed.append("consents")


def change_of(
    session: Session,
    worker_id: UUID,
    *,
    source: c.RecordSource,
    expected_version: int | None = None,
    valid_from: date | None = None,
    reason: str | None = None,
    even_restricted: bool = False,
) -> Change:
    """Take a worker up for a change, held against others until the transaction ends.

    Raises NOT_FOUND, WORKER_ERASED, WORKER_RESTRICTED, or STALE where another version was expected.
    """
    worker = session.get(Worker, worker_id, with_for_update=True, populate_existing=True)
    if worker is None:
        raise NOT_FOUND(worker_id=str(worker_id))
    if worker.erased_at:
        raise c.WORKER_ERASED()
    if worker.restricted_at and not even_restricted:
        raise c.WORKER_RESTRICTED()
    if expected_version is not None and worker.version != expected_version:
        raise STALE(version=worker.version)
    records = records_of(session, [worker_id])[worker_id]
    return Change(session, worker, records, source, valid_from, reason)
