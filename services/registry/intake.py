"""Taking new people in: one at a time from a clerk or by the hundred from a roster, by the same statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from services.registry.bulk import insert_rows
from services.registry.days import day_of
from services.registry.drafts import Draft
from services.registry.models import (
    Consent,
    DifficultyStatus,
    EmploymentSpell,
    Worker,
    WorkerRevision,
    WorkerSkill,
    WorkerToken,
)
from services.registry.search import ID_PURPOSE, PHONE_PURPOSE, name_key, name_tokens
from services.registry.vault import Vault, new_vault
from shared.contracts import registry as c
from shared.kit.keys import Keys
from shared.kit.privacy import lookup_hash
from shared.kit.session import Session
from shared.kit.tables import new_id

PUBLISHED = (
    "version",
    "division",
    "sex",
    "education",
    "wants_out_work",
    "wants_local_work",
    "destinations",
    "wanted_occupations",
    "expected_wage_cents",
    "available_from",
    "employment",
    "automated_matching",
    "limits",
    "can_work",
    "is_active",
)


def actor_of(session: Session) -> str:
    """Who is accountable, as the history names them."""
    return f"{session.caller.actor.kind}:{session.caller.actor.id}"


def source_of(session: Session) -> c.RecordSource:
    """Whose word it is, by the scope that said it."""
    return {
        "area": c.RecordSource.grid_leader,
        "worker": c.RecordSource.worker,
        "outpost": c.RecordSource.outpost,
    }.get(session.caller.scope.kind, c.RecordSource.hq)


class Intake:
    """Collects the rows of several people, then stores them with their events in a handful of statements.

    Collecting needs no database: an import prepares its next people while the last ones are being stored.
    """

    def __init__(
        self, keys: Keys, *, actor: str, now: datetime, source: c.RecordSource, reason: str | None = None
    ) -> None:
        self._keys = keys
        self._now = now
        self._source = source
        self._reason = reason
        self._actor = actor
        self._day = day_of(now)
        self._rows: dict[Any, list[dict[str, Any]]] = {}
        self._events: list[c.WorkerRegistered] = []

    def add(self, draft: Draft) -> UUID:
        """Raises ValueError where name, number or division are missing."""
        worker_id = new_id()
        own: dict[str, Any] = {"worker_id": worker_id, "division": draft.division}
        heard = {"source": self._source, "recorded_at": self._now}
        employment = c.Employment.none
        if draft.spell and (draft.spell.ended_on is None or draft.spell.ended_on > self._day):
            employment = c.Employment(draft.spell.kind.value)
        vault, worker = self._worker(worker_id, draft, employment)
        self._put(Worker, worker)
        self._put(WorkerRevision, self._first_revision(worker))
        for token in name_tokens(worker["name"]):
            self._put(WorkerToken, own | {"token": token, "name_key": worker["name_key"]})
        for skill in draft.skills or []:
            self._put(
                WorkerSkill,
                own
                | heard
                | {
                    "occupation": skill.occupation,
                    "level": skill.level,
                    "is_verified": skill.is_verified,
                    "evidence": skill.evidence,
                },
            )
        for status in draft.difficulties:
            evidence = vault.seal(status.evidence, "evidence") if status.evidence else None
            self._put(
                DifficultyStatus,
                own
                | heard
                | {
                    "id": new_id(),
                    "kind": status.kind,
                    "evidence": evidence,
                    "valid_from": status.valid_from,
                    "valid_to": status.valid_to,
                    "actor": self._actor,
                },
            )
        if draft.spell:
            self._put(EmploymentSpell, own | heard | draft.spell.model_dump() | {"id": new_id(), "actor": self._actor})
        for purpose in set(draft.consents):
            self._put(Consent, own | {"purpose": purpose, "given_on": self._day})
        self._events.append(self._registered(worker, draft))
        return worker_id

    def store(self, session: Session, *, without: AbstractSet[UUID] = frozenset()) -> None:
        """Store everybody but those in `without`, who turned out to be registered already. May be repeated."""
        for table, rows in self._rows.items():
            owner = "id" if table is Worker else "worker_id"
            if table is WorkerToken:
                # Neighbours in the index one after the other: it is larger than the buffers once a county is in it.
                rows.sort(key=itemgetter("token"))
            insert_rows(session, table, [row for row in rows if row[owner] not in without] if without else rows)
        for event in self._events:
            if event.worker_id not in without:
                session.publish(event)

    @property
    def workers(self) -> Sequence[Mapping[str, Any]]:
        """The rows of the people themselves, in the order in which they were added."""
        return self._rows.get(Worker, [])

    def _put(self, table: Any, row: dict[str, Any]) -> None:
        self._rows.setdefault(table, []).append(row)

    def _worker(self, worker_id: UUID, draft: Draft, employment: c.Employment) -> tuple[Vault, dict[str, Any]]:
        if draft.name is None or draft.number is None or draft.division is None:
            raise ValueError("a new worker needs a name, an identity number and a division")
        keys, now = self._keys, self._now
        vault, data_key = new_vault(keys, worker_id)
        return vault, {
            "id": worker_id,
            "version": 1,
            "name": draft.name,
            "name_key": name_key(draft.name),
            "id_hash": lookup_hash(keys, draft.number.value, purpose=ID_PURPOSE),
            "id_area": draft.number.area,
            "id_last4": draft.number.last4,
            "id_sealed": vault.seal(draft.number.value, "id_number"),
            "data_key": data_key,
            "phone_hash": lookup_hash(keys, draft.phone, purpose=PHONE_PURPOSE) if draft.phone else None,
            "phone_last4": draft.phone[-4:] if draft.phone else None,
            "phone_sealed": vault.seal(draft.phone, "phone") if draft.phone else None,
            "sex": draft.number.sex,
            "born_on": draft.number.born_on,
            "division": draft.division,
            "is_relocated": bool(draft.is_relocated),
            "education": draft.education,
            "can_work": draft.can_work is not False,
            "limits": draft.limits or [],
            "wants_out_work": bool(draft.wants_out_work),
            "wants_local_work": bool(draft.wants_local_work),
            "destinations": draft.destinations or [],
            "wanted_occupations": draft.wanted_occupations or [],
            "expected_wage_cents": draft.expected_wage_cents,
            "available_from": draft.available_from,
            "employment": employment,
            "automated_matching": True,
            "is_active": draft.is_active is not False,
            "is_verified": draft.is_verified is not False,
            "source": self._source,
            "created_at": now,
            "updated_at": now,
        }

    def _first_revision(self, worker: dict[str, Any]) -> dict[str, Any]:
        facts = ("division", "is_active", "is_verified", "can_work", "wants_out_work", "wants_local_work")
        return {name: worker[name] for name in facts} | {
            "id": new_id(),
            "worker_id": worker["id"],
            "version": 1,
            "valid_from": self._day,
            "recorded_at": self._now,
            "changed": ["registered"],
            "source": self._source,
            "actor": self._actor,
            "reason": self._reason,
        }

    def _registered(self, worker: dict[str, Any], draft: Draft) -> c.WorkerRegistered:
        current = [s for s in draft.difficulties if s.valid_from <= self._day <= (s.valid_to or self._day)]
        return c.WorkerRegistered(
            worker_id=worker["id"],
            birth_year=worker["born_on"].year,
            skills=[
                c.SkillFact(occupation=s.occupation, level=s.level, is_verified=s.is_verified)
                for s in draft.skills or []
            ],
            difficulty=sorted({status.kind for status in current}),
            consents=sorted(set(draft.consents)),
            **{name: worker[name] for name in PUBLISHED},
        )


def take_in(session: Session, draft: Draft, source: c.RecordSource) -> UUID:
    """Store a new person with the event; a number that is registered already is refused by the database."""
    intake = Intake(session.keys, actor=actor_of(session), now=session.now, source=source)
    worker_id = intake.add(draft)
    intake.store(session)
    return worker_id
