"""疑似重复 in a roster: the same name, day of birth and township under another identity number.

A warning, never a refusal: namesakes born on one day exist, and a number may have been taken down wrongly in either
place. The list of likely duplicates shows such pairs with all their signs, and merges them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Date, Integer, Text, func
from sqlalchemy import select as select_from
from sqlmodel import col, select

from services.registry.drafts import Draft
from services.registry.models import Worker
from services.registry.search import name_key
from shared.kit.bulk import recordset
from shared.kit.session import Session

TOWNSHIP_DIGITS = 9
SOUGHT: dict[str, Any] = {"place": Integer(), "name_key": Text(), "born_on": Date(), "township": Text()}


def signs(draft: Draft) -> tuple[Any, ...] | None:
    """What two rows of one file are compared by; None for a row without all of it."""
    if not (draft.name and draft.number and draft.division):
        return None
    return draft.name, draft.number.born_on, draft.division[:TOWNSHIP_DIGITS]


def registered_alike(session: Session, drafts: Sequence[Draft]) -> set[int]:
    """The places of those who are registered under another number, it seems: one query for all of them."""
    sought = [
        {"place": place, "name_key": name_key(name), "born_on": born_on, "township": township}
        for place, draft in enumerate(drafts)
        if (found := signs(draft))
        for name, born_on, township in [found]
    ]
    if not sought:
        return set()
    given = recordset("given", sought, SOUGHT)
    alike = (
        select(col(Worker.id))
        .where(
            col(Worker.born_on) == given.c.born_on,
            col(Worker.name_key) == given.c.name_key,
            func.left(col(Worker.division), TOWNSHIP_DIGITS) == given.c.township,
            col(Worker.erased_at).is_(None),
            col(Worker.merged_into).is_(None),
        )
        .exists()
    )
    return set(session.execute(select_from(given.c.place).where(alike)).scalars())
