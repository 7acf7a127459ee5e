"""Who learns a worker's details, for what, and the record of it: 谁看过谁, kept for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam
from sqlmodel import col, select

from services.registry.bulk import insert_rows
from services.registry.days import today
from services.registry.identity_numbers import parse_identity_number
from services.registry.intake import actor_of
from services.registry.models import Disclosure, Worker
from services.registry.search import ID_PURPOSE
from services.registry.vault import vault_of
from services.registry.views import masked
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND, Problem
from shared.contracts.registry import PeoplePurpose
from shared.kit.database import scope_key
from shared.kit.paging import page
from shared.kit.privacy import lookup_hashes
from shared.kit.reads import Read
from shared.kit.session import Session
from shared.kit.tables import new_id
from shared.reference import division_path

# 最小必要 (个人信息保护法 §6): the sealed fields that each purpose reveals beside the name.
NEEDED: dict[PeoplePurpose, tuple[str, ...]] = {
    PeoplePurpose.recommendation_slip: (),
    PeoplePurpose.dispatch_order: ("id_number", "phone"),
    PeoplePurpose.manifest: ("id_number", "phone"),
    PeoplePurpose.labour_contract: ("id_number", "phone"),
    PeoplePurpose.rights_case: ("id_number", "phone"),
    PeoplePurpose.training_roster: ("phone",),
    PeoplePurpose.settlement: ("id_number",),
    PeoplePurpose.caseload: ("phone",),
    PeoplePurpose.message: ("phone",),
}


# 限制处理: what is still done with a restricted record is what a contract under way or a rights case needs.
STOPPED = (PeoplePurpose.recommendation_slip, PeoplePurpose.message, PeoplePurpose.training_roster)

# Every page and paper with a name on it asks this.
_PRESENT = Read(
    select(Worker).where(col(Worker.id) == any_(bindparam("ids", type_=ARRAY(Uuid))), col(Worker.erased_at).is_(None))
)


def get_people(session: Session, command: c.GetPeople) -> c.People:
    """The people whom the caller may see, in the order asked; the others are named as missing.

    Only the machinery and HQ get whole identity numbers: an outpost that asks itself gets them masked, an employer gets
    the names of those sent to it and no number at all.
    """
    wanted = list(dict.fromkeys(command.worker_ids))
    found: dict[UUID, Worker] = {worker.id: worker for worker in session.read(_PRESENT, ids=wanted)}
    if command.purpose in STOPPED:
        found = {worker_id: worker for worker_id, worker in found.items() if worker.restricted_at is None}
    fields = set(NEEDED[command.purpose])
    if session.caller.scope.kind not in ("service", "hq"):
        fields.discard("id_number")
    if is_partner := session.caller.scope.kind == "partner":
        fields.clear()
    people = [
        _person(session, found[worker_id], fields, is_partner=is_partner) for worker_id in wanted if worker_id in found
    ]
    disclosed(session, [person.worker_id for person in people], ["name", *sorted(fields)], command.purpose.value)
    return c.People(people=people, missing=[worker_id for worker_id in wanted if worker_id not in found])


def find_by_id_numbers(session: Session, query: c.FindByIdNumbers) -> c.FoundWorkers:
    """Whom each row names, among those whom the caller sees. Nothing is revealed that the asker did not write down."""
    hashes = [_hashes(session, person.id_number) for person in query.people]
    wanted = {each for found in hashes for each in found}
    known = {
        worker.id_hash: worker
        for worker in session.exec(
            select(Worker).where(col(Worker.id_hash).in_(wanted), col(Worker.erased_at).is_(None))
        )
    }
    return c.FoundWorkers(
        items=[
            _meant(person, next((known[each] for each in found if each in known), None))
            for person, found in zip(query.people, hashes, strict=True)
        ]
    )


def _hashes(session: Session, given: str) -> list[str]:
    try:
        number = parse_identity_number(given, today=today(session))
    except Problem:
        return []
    return lookup_hashes(session.keys, number.value, purpose=ID_PURPOSE)


def _meant(person: c.NamedNumber, worker: Worker | None) -> c.FoundWorker:
    if worker is None:
        return c.FoundWorker()
    if "".join(person.name.split()) != worker.name:
        return c.FoundWorker(is_name_other=True)
    return c.FoundWorker(worker_id=worker.id, division=worker.division)


def _person(session: Session, worker: Worker, fields: set[str], *, is_partner: bool) -> c.Person:
    sealed = {"id_number": worker.id_sealed, "phone": worker.phone_sealed}
    vault = vault_of(session.keys, worker) if fields else None
    opened = {
        name: vault.open(value, name)
        for name, value in sealed.items()
        if vault and name in fields and value is not None
    }
    return c.Person(
        worker_id=worker.id,
        name=worker.name,
        sex=worker.sex,
        born_on=worker.born_on,
        id_number_masked=None if is_partner else masked(session, worker),
        id_number=opened.get("id_number"),
        phone=opened.get("phone"),
        division=worker.division,
        division_name=division_path(worker.division),
        is_active=worker.is_active,
    )


def disclose_id_number(session: Session, command: c.DiscloseIdNumber) -> c.DisclosedIdNumber:
    """Raises NOT_FOUND or WORKER_ERASED."""
    worker = session.get(Worker, command.worker_id)
    if worker is None:
        raise NOT_FOUND(worker_id=str(command.worker_id))
    if worker.id_sealed is None:
        raise c.WORKER_ERASED()
    number = vault_of(session.keys, worker).open(worker.id_sealed, "id_number")
    disclosure = disclosed(session, [worker.id], ["id_number"], command.purpose)[0]
    return c.DisclosedIdNumber(worker_id=worker.id, id_number=number, disclosure_id=disclosure)


def disclosed(session: Session, worker_ids: Sequence[UUID], fields: list[str], purpose: str) -> list[UUID]:
    """Note a disclosure about each worker, in the transaction that makes it; the entries' ids."""
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "worker_id": worker_id,
            "fields": fields,
            "purpose": purpose,
            "actor": actor_of(session),
            "scope": scope_key(session.caller.scope),
            "at": session.now,
        }
        for worker_id in worker_ids
    ]
    insert_rows(session, Disclosure, rows)
    return [row["id"] for row in rows]


def list_disclosures(session: Session, query: c.ListDisclosures) -> Page[c.DisclosureView]:
    statement: Any = select(Disclosure)
    if query.worker_id:
        statement = statement.where(col(Disclosure.worker_id) == query.worker_id)
    if query.actor:
        statement = statement.where(col(Disclosure.actor) == query.actor)
    order = (col(Disclosure.at).desc(), col(Disclosure.id).desc())
    return page(session, statement, order=order, request=query, view=c.DisclosureView.model_validate)
