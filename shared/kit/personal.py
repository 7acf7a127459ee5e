"""查阅复制 (个人信息保护法 §45): what one service holds about one person, as it names it.

A service lists its tables about people (`personal` of its class) with the columns that say something about the person
and the words for them; an architecture test finds a table that is neither listed nor excused. What is sealed about the
person is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select

from shared.contracts.errors import FORBIDDEN
from shared.contracts.kit import PersonalRecords, PersonalRecordsOf
from shared.contracts.scopes import WorkerSelf
from shared.kit.privacy import unseal
from shared.kit.resealing import SealedColumn
from shared.kit.session import Session

MOST = 1000


@dataclass(frozen=True)
class PersonalTable:
    """`fields` maps a column to its words, in the order in which they are told. A row is about the worker whose id
    `worker_id` holds, or by the condition that `about` makes of the id.
    """

    table: Any
    title: str
    fields: Mapping[str, str]
    about: Callable[[UUID], Any] | None = None

    def of(self, worker_id: UUID) -> Any:
        return self.about(worker_id) if self.about else self.table.worker_id == worker_id


def personal_records(
    session: Session, tables: Sequence[PersonalTable], sealed: Sequence[SealedColumn], worker_id: UUID
) -> PersonalRecords:
    """What the session's scope may see of it, the oldest first; a table without rows is left out."""
    purposes = {(column.table, column.column): column.purpose for column in sealed}
    told = []
    for one in tables:
        mapped = inspect(one.table)
        columns = [mapped.columns[name].label(name) for name in one.fields]
        statement = select(*columns).where(one.of(worker_id)).order_by(*mapped.primary_key).limit(MOST)
        rows = [dict(row) for row in session.execute(statement).mappings()]
        for row in rows:
            for name in [name for name in row if isinstance(row[name], bytes)]:
                purpose = purposes[one.table, name]
                row[name] = unseal(session.keys, row[name], about=str(worker_id), purpose=purpose)
        if rows:
            told.append(
                PersonalRecordsOf(
                    table=one.table.__tablename__, title=one.title, fields=dict(one.fields), rows=_plain(rows)
                )
            )
    return PersonalRecords(service=session.kit.service, tables=told)


def own_records(session: Session, tables: Sequence[PersonalTable], sealed: Sequence[SealedColumn]) -> PersonalRecords:
    """Of whoever asks; runs as the service. Raises FORBIDDEN where that is nobody in particular."""
    scope = session.caller.scope
    if not isinstance(scope, WorkerSelf):
        raise FORBIDDEN()
    return personal_records(session, tables, sealed, scope.worker_id)


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Empty values say nothing."""
    return [{name: value for name, value in row.items() if value not in (None, [], {})} for row in rows]
