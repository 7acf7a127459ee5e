"""Keyset paging: a page begins after the last row of the one before, so it stays stable while rows come and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression

from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import CURSOR_INVALID
from shared.kit.cursors import decode_cursor, encode_cursor
from shared.kit.session import Session

ViewT = TypeVar("ViewT")


def page(
    session: Session,
    statement: Select[Any],
    *,
    order: Sequence[Any],
    request: PageRequest,
    view: Callable[[Any], ViewT],
) -> Page[ViewT]:
    """One page of a statement.

    `order` names non-null columns (`col(X.a).desc()` or `col(X.a)`), the last of them unique. `view` gets each row's
    entity (or the row itself where several columns are selected).
    """
    keys = [_key(element) for element in order]
    if request.cursor:
        statement = statement.where(_after(keys, decode_cursor(request.cursor, count=len(keys))))
    columns = [column.label(f"_order_{n}") for n, (column, _) in enumerate(keys)]
    entities = len(statement.column_descriptions)
    rows = session.execute(statement.add_columns(*columns).order_by(*order).limit(request.limit + 1)).all()
    more = len(rows) > request.limit
    shown = rows[: request.limit]
    return Page[Any](
        items=[view(row[0] if entities == 1 else row) for row in shown],
        next_cursor=encode_cursor([_text(value) for value in shown[-1][entities:]]) if more else None,
    )


def _key(element: Any) -> tuple[ColumnElement[Any], bool]:
    if isinstance(element, UnaryExpression) and element.modifier in (operators.desc_op, operators.asc_op):
        return element.element, element.modifier is operators.desc_op
    return element, False


def _after(keys: list[tuple[ColumnElement[Any], bool]], values: list[Any]) -> ColumnElement[bool]:
    """(a, b) beyond (x, y), written out, since the directions may differ from column to column."""
    alternatives = []
    equal: list[ColumnElement[bool]] = []
    for (column, descending), raw in zip(keys, values, strict=True):
        value = _typed(column, raw)
        beyond = column < value if descending else column > value
        alternatives.append(and_(*equal, beyond))
        equal.append(column == value)
    return or_(*alternatives)


def _text(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    return getattr(value, "value", value)


def _typed(column: ColumnElement[Any], raw: Any) -> Any:
    try:
        wanted = column.type.python_type
    except NotImplementedError:
        return raw
    try:
        if wanted is datetime:
            return datetime.fromisoformat(raw)
        if wanted is date:
            return date.fromisoformat(raw)
        if wanted in (UUID, Decimal):
            return wanted(raw)
    except (TypeError, ValueError) as error:
        raise CURSOR_INVALID() from error
    return raw
