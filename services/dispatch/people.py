"""Names are registry's: they are asked for when a paper is printed or a list is shown, and never kept here."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from shared.contracts.registry import GetPeople, PeoplePurpose, Person
from shared.kit.calls import Ask

AT_ONCE = 1000


def people(ask: Ask, worker_ids: Iterable[UUID], purpose: PeoplePurpose) -> dict[UUID, Person]:
    """Who these workers are, as far as the caller may know; every look is recorded by registry."""
    wanted = sorted(set(worker_ids))
    found: dict[UUID, Person] = {}
    for start in range(0, len(wanted), AT_ONCE):
        answer = ask(GetPeople(worker_ids=wanted[start : start + AT_ONCE], purpose=purpose))
        found.update({person.worker_id: person for person in answer.people})
    return found
