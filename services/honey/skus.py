"""Sizes of jar and their prices."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from services.honey.here import require_version
from services.honey.models import Sku
from shared.contracts import honey as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session


def create_sku(session: Session, command: c.CreateSku) -> c.SkuView:
    if session.get(Sku, command.sku):
        raise c.SKU_EXISTS(sku=command.sku)
    sku = Sku(**command.model_dump())
    session.add(sku)
    session.flush()
    return view(sku)


def change_sku(session: Session, command: c.ChangeSku) -> c.SkuView:
    sku = session.exec(select(Sku).where(Sku.sku == command.sku).with_for_update()).one_or_none()
    if sku is None:
        raise NOT_FOUND(sku=command.sku)
    require_version(sku.version, command.expected_version)
    for name, value in command.model_dump(include=set(c.SkuChange.model_fields), exclude_none=True).items():
        setattr(sku, name, value)
    sku.version += 1
    session.add(sku)
    session.flush()
    return view(sku)


def list_skus(session: Session, query: c.ListSkus) -> Page[c.SkuView]:
    statement = select(Sku)
    if query.is_active is not None:
        statement = statement.where(Sku.is_active == query.is_active)
    return page(session, statement, order=(col(Sku.sku),), request=query, view=view)


def require_sold(session: Session, names: Iterable[str]) -> dict[str, Sku]:
    """The SKUs of these names; raises SKU_NOT_FOUND for one that is unknown or no longer sold."""
    wanted = set(names)
    found = {sku.sku: sku for sku in session.exec(select(Sku).where(col(Sku.sku).in_(wanted))) if sku.is_active}
    for missing in sorted(wanted - set(found)):
        raise c.SKU_NOT_FOUND(sku=missing)
    return found


def view(sku: Sku) -> c.SkuView:
    return c.SkuView.model_validate(sku.model_dump())
