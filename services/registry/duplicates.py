"""疑似重复: who may be the person about to be registered. A registered number decides by itself; this is for a number
that was taken down wrongly, or a name written with another character.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from services.registry.days import today
from services.registry.drafts import Draft, division_code
from services.registry.identity_numbers import parse_identity_number
from services.registry.intake import actor_of
from services.registry.models import DistinctPair, Worker, WorkerToken
from services.registry.phones import parse_phone
from services.registry.search import BETWEEN, ID_PURPOSE, PHONE_PURPOSE
from services.registry.vault import vault_of
from services.registry.views import masked
from shared.contracts import registry as c
from shared.contracts.base import Nothing, Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import LikelyReason
from shared.kit.paging import page
from shared.kit.privacy import lookup_hashes
from shared.kit.session import Session
from shared.reference import division_path, name_pinyin

STRONG, WORTH_TELLING, MOST = 80, 60, 50
# What each sign says; together they are capped at 100. A name alone, or a family's phone alone, says too little.
WEIGHTS = {
    LikelyReason.same_number: 100,
    LikelyReason.number_nearly_same: 50,
    LikelyReason.same_name: 35,
    LikelyReason.same_sound: 25,
    LikelyReason.same_birth: 30,
    LikelyReason.same_township: 15,
    LikelyReason.same_phone: 45,
}


@dataclass(frozen=True)
class Person:
    """What is known about somebody before they are registered."""

    name: str
    number: str | None = None
    born_on: date | None = None
    phone: str | None = None
    division: str | None = None

    @classmethod
    def of_draft(cls, draft: Draft) -> Person:
        number = draft.number
        return cls(
            draft.name or "",
            number.value if number else None,
            number.born_on if number else None,
            draft.phone or None,
            draft.division,
        )


def find_likely_workers(session: Session, query: c.FindLikelyWorkers) -> c.LikelyMatches:
    """Raises ID_NUMBER_INVALID, PHONE_INVALID or DIVISION_UNKNOWN."""
    number = parse_identity_number(query.id_number, today=today(session)) if query.id_number else None
    person = Person(
        query.name,
        number.value if number else None,
        number.born_on if number else query.born_on,
        parse_phone(query.phone) if query.phone else None,
        division_code(query.division) if query.division else None,
    )
    return c.LikelyMatches(items=likely(session, person))


def likely(session: Session, person: Person) -> list[c.LikelyMatch]:
    """Within what the caller may see, the likeliest first."""
    found = [_match(session, person, worker) for worker in _candidates(session, person)]
    return sorted((match for match in found if match.score >= WORTH_TELLING), key=lambda match: -match.score)


def _candidates(session: Session, person: Person) -> list[Worker]:
    """Those of the same reading who share anything else, and whoever has the number."""
    worker: Any = Worker
    reading = "".join(name_pinyin(BETWEEN.sub("", person.name)))
    shared = []
    if person.born_on:
        shared.append(worker.born_on == person.born_on)
    if person.division:
        shared.append(worker.division.startswith(person.division[:9]))
    if person.phone:
        shared.append(worker.phone_hash.in_(lookup_hashes(session.keys, person.phone, purpose=PHONE_PURPOSE)))
    conditions = []
    if shared and reading:
        alike = select(col(WorkerToken.worker_id)).where(col(WorkerToken.token) == reading)
        conditions.append(worker.id.in_(alike) & or_(*shared))
    if person.number:
        conditions.append(worker.id_hash.in_(lookup_hashes(session.keys, person.number, purpose=ID_PURPOSE)))
    if not conditions:
        return []
    statement = select(Worker).where(or_(*conditions), worker.erased_at.is_(None), worker.merged_into.is_(None))
    return list(session.exec(statement.limit(MOST)).all())


def _match(session: Session, person: Person, worker: Worker) -> c.LikelyMatch:
    reasons = [LikelyReason.same_name if worker.name == person.name else LikelyReason.same_sound]
    if person.number and worker.id_sealed:
        known = vault_of(session.keys, worker).open(worker.id_sealed, "id_number")
        if known == person.number:
            reasons.insert(0, LikelyReason.same_number)
        elif nearly_same(known, person.number):
            reasons.insert(0, LikelyReason.number_nearly_same)
    if worker.born_on == person.born_on:
        reasons.append(LikelyReason.same_birth)
    if person.division and worker.division[:9] == person.division[:9]:
        reasons.append(LikelyReason.same_township)
    if person.phone and worker.phone_hash in lookup_hashes(session.keys, person.phone, purpose=PHONE_PURPOSE):
        reasons.append(LikelyReason.same_phone)
    return _view(session, worker, reasons)


def nearly_same(one: str, other: str) -> bool:
    """One digit taken down wrongly, or two neighbours exchanged; the check character follows from the rest."""
    wrong = [place for place, (a, b) in enumerate(zip(one[:17], other[:17], strict=True)) if a != b]
    if len(wrong) == 1:
        return True
    if len(wrong) != 2 or wrong[1] != wrong[0] + 1:
        return False
    first, second = wrong
    return one[first] == other[second] and one[second] == other[first]


def _view(session: Session, worker: Worker, reasons: list[LikelyReason]) -> c.LikelyMatch:
    return c.LikelyMatch(
        worker_id=worker.id,
        name=worker.name,
        id_number_masked=masked(session, worker),
        sex=worker.sex,
        born_on=worker.born_on,
        phone_masked=f"*******{worker.phone_last4}" if worker.phone_last4 else None,
        division=worker.division,
        division_name=division_path(worker.division),
        reasons=reasons,
        score=min(100, sum(WEIGHTS[reason] for reason in reasons)),
    )


def check_likely(session: Session, draft: Draft, *, refuse: bool | None) -> list[c.LikelyMatch]:
    """Who should be looked at before somebody is registered.

    Raises WORKER_LIKELY_DUPLICATE where that is wanted; by default for an area account, whose grid is small enough to
    go and see, and not for HQ.
    """
    strong = [match for match in likely(session, Person.of_draft(draft)) if match.score >= STRONG]
    wanted = session.caller.scope.kind == "area" if refuse is None else refuse
    if strong and wanted:
        raise c.WORKER_LIKELY_DUPLICATE(count=len(strong), worker_ids=[str(match.worker_id) for match in strong])
    return strong


def list_likely_pairs(session: Session, query: c.ListLikelyPairs) -> Page[c.LikelyPair]:
    """Records of one name and one birth date that nobody has said to be two people."""
    one: Any = Worker
    other: Any = aliased(Worker)
    pair: Any = DistinctPair
    statement: Any = select(Worker, other).where(
        other.name_key == one.name_key,
        other.born_on == one.born_on,
        one.id < other.id,
        *(table.erased_at.is_(None) & table.merged_into.is_(None) & table.is_active for table in (one, other)),
        ~exists().where(pair.worker_id == one.id, pair.other_worker_id == other.id),
    )
    if query.division:
        statement = statement.where(one.division.startswith(query.division) | other.division.startswith(query.division))
    order = (col(one.name_key), col(one.id), other.id)
    return page(session, statement, order=order, request=query, view=lambda row: _pair(session, row[0], row[1]))


def _pair(session: Session, one: Worker, other: Worker) -> c.LikelyPair:
    reasons = [LikelyReason.same_name, LikelyReason.same_birth]
    if one.division[:9] == other.division[:9]:
        reasons.append(LikelyReason.same_township)
    if one.phone_hash and one.phone_hash == other.phone_hash:
        reasons.append(LikelyReason.same_phone)
    return c.LikelyPair(one=_view(session, one, reasons), other=_view(session, other, reasons))


def confirm_distinct(session: Session, command: c.ConfirmDistinct) -> Nothing:
    """Raises NOT_FOUND."""
    first, second = sorted((command.worker_id, command.other_worker_id))
    if first == second or session.get(Worker, first) is None or session.get(Worker, second) is None:
        raise NOT_FOUND(worker_id=str(command.worker_id))
    if session.get(DistinctPair, (first, second)) is None:
        session.add(
            DistinctPair(
                worker_id=first,
                other_worker_id=second,
                reason=command.reason,
                actor=actor_of(session),
                confirmed_at=session.now,
            )
        )
    return Nothing()
