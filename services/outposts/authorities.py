"""输入地党委政府: the national service numbers, and the offices that each outpost added for its city."""

from __future__ import annotations

import json
from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5

from sqlmodel import col, select

from services.outposts.here import own_outpost
from services.outposts.models import AuthorityEntry
from shared.contracts import outposts as c
from shared.contracts.base import Page
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference.tables import text


@lru_cache(maxsize=1)
def national() -> tuple[c.ReceivingAuthorityView, ...]:
    given = json.loads(text("receiving_authorities.json"))["authorities"]
    return tuple(
        c.ReceivingAuthorityView(
            id=uuid5(NAMESPACE_URL, f"songgang:authority:{one['phone']}"),
            outpost=None,
            kind=c.AuthorityKind(one["kind"]),
            name=one["name"],
            phone=one["phone"],
            address=None,
            division=None,
            note=one["note"],
        )
        for one in given
    )


def add_authority(session: Session, command: c.AddReceivingAuthority) -> c.ReceivingAuthorityView:
    entry = AuthorityEntry(outpost=own_outpost(session), **command.model_dump())
    session.add(entry)
    session.flush()
    return c.ReceivingAuthorityView.model_validate(entry.model_dump())


def list_authorities(session: Session, query: c.ListReceivingAuthorities) -> Page[c.ReceivingAuthorityView]:
    """The outpost's own entries by name; the national numbers stand before the first of them."""
    statement = select(AuthorityEntry)
    if query.kind:
        statement = statement.where(AuthorityEntry.kind == query.kind)
    found: Page[c.ReceivingAuthorityView] = page(
        session,
        statement,
        order=(col(AuthorityEntry.name), col(AuthorityEntry.id)),
        request=query,
        view=lambda entry: c.ReceivingAuthorityView.model_validate(entry.model_dump()),
    )
    if query.cursor is None:
        found.items[:0] = [one for one in national() if query.kind in (None, one.kind)]
    return found
