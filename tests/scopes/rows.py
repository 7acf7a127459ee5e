"""A row of one tenant in every table, made from the database's own catalogue, so that a new table has one too.

Every uuid of a tenant's rows is the same one: whatever an endpoint takes for an id then names a row that exists, in
whichever table it looks. Every text says whose it is, so that a row which shows through is recognised in an answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from shared.kit.migrate import tables_of
from shared.kit.schema import KIT_TABLES
from shared.kit.settings import SERVICES
from shared.kit.tables import TextEnum

# What the migrations keep for themselves; the application's roles have no right to them at all.
OWNERS_OWN = ("alembic_version", "kit_version")


@dataclass(frozen=True)
class Tenant:
    """Somebody in every way at once: a worker, an employer, an outpost and an area with the same id."""

    id: UUID
    outpost: str
    division: str
    mark: str


OWN = Tenant(UUID("0198aaaa-0000-7000-8000-00000000000a"), "dongguan", "522631104", "of-the-caller")
FOREIGN = Tenant(UUID("0198bbbb-0000-7000-8000-00000000000b"), "shenzhen", "522631105", "of-somebody-else")
# The same somebody, in the rows that an outpost keeps to itself: the mark tells them apart where HQ sees the others.
PRIVATE = Tenant(FOREIGN.id, FOREIGN.outpost, FOREIGN.division, f"{FOREIGN.mark}-in-an-outpost")
# Of the outposts' tables, what HQ reads too: whom they care for, when the warm house is open, their directory.
HQ_READS = ("caseload_entry", "warm_house_slot", "authority_entry")


@dataclass(frozen=True)
class Column:
    name: str
    kind: str
    enum: tuple[str, ...] = ()
    empty: Any = None


@dataclass(frozen=True)
class Table:
    schema: str
    name: str
    columns: tuple[Column, ...]

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)

    @property
    def is_private(self) -> bool:
        """An outpost's own, kept from HQ: every table of the outposts that is not named."""
        return self.schema == "outposts" and self.name not in (*HQ_READS, *KIT_TABLES)

    @property
    def anything(self) -> sql.Identifier:
        return sql.Identifier(self.columns[-1].name)


def tables(connection: psycopg.Connection[Any]) -> list[Table]:
    """Every table of every service's schema, as the catalogue has it, with what the models say of its texts."""
    found = connection.execute(
        "SELECT t.relnamespace::regnamespace::text, t.relname, a.attname, format_type(a.atttypid, NULL) "
        "FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "WHERE t.relkind IN ('r', 'p') AND t.relnamespace::regnamespace::text = ANY(%s) "
        "AND t.relname <> ALL(%s) AND a.attgenerated = '' AND a.attidentity <> 'a' ORDER BY 1, 2, a.attnum",
        (list(SERVICES), list(OWNERS_OWN)),
    ).fetchall()
    said = {(service, name): model.__table__ for service in SERVICES for name, model in tables_of(service)}  # type: ignore[attr-defined]
    gathered: dict[tuple[str, str], list[Column]] = {}
    for schema, name, column, kind in found:
        model = said.get((schema, name))
        mapped = model.columns[column] if model is not None and column in model.columns else None
        enum: tuple[str, ...] = ()
        if mapped is not None and isinstance(mapped.type, TextEnum):
            enum = tuple(str(member.value) for member in mapped.type.enum)
        empty = (
            mapped.default.arg(None) if mapped is not None and mapped.default and mapped.default.is_callable else None
        )
        gathered.setdefault((schema, name), []).append(
            Column(column, kind, enum, empty if isinstance(empty, dict | list) else None)
        )
    return [Table(schema, name, tuple(columns)) for (schema, name), columns in gathered.items()]


def loosen(connection: psycopg.Connection[Any]) -> None:
    """Rights alone are on trial: foreign keys and checks, which would refuse a made-up row, are put away."""
    for schema, name, constraint in connection.execute(
        "SELECT c.connamespace::regnamespace::text, t.relname, c.conname FROM pg_constraint c "
        "JOIN pg_class t ON t.oid = c.conrelid WHERE c.contype IN ('f', 'c', 'x') "
        "AND c.connamespace::regnamespace::text = ANY(%s) AND c.conparentid = 0 ORDER BY c.contype DESC",
        (list(SERVICES),),
    ).fetchall():
        connection.execute(
            sql.SQL("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {} CASCADE").format(
                sql.Identifier(schema, name), sql.Identifier(constraint)
            )
        )


def insertion(table: Table, tenant: Tenant) -> tuple[sql.Composed, list[Any]]:
    """The statement, and its values, that puts the tenant's row into the table."""
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        table.identifier,
        sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns),
        sql.SQL(", ").join(sql.Placeholder() for _ in table.columns),
    )
    return statement, [_value(column, tenant) for column in table.columns]


def snapshot(connection: psycopg.Connection[Any], found: list[Table]) -> dict[str, list[Any]]:
    """What every table holds, as its owner sees it."""
    return {
        str(table): sorted(
            json.dumps(row[0], sort_keys=True)
            for row in connection.execute(
                sql.SQL("SELECT to_jsonb(found) FROM {} AS found WHERE to_jsonb(found)::text LIKE %s").format(
                    table.identifier
                ),
                (f"%{FOREIGN.id}%",),
            )
        )
        for table in found
    }


def _value(column: Column, tenant: Tenant) -> Any:
    by_name = {
        "division": tenant.division,
        "scope_key": f"outpost:{tenant.outpost}",
        **({column.name: tenant.outpost} if column.name.endswith("outpost") else {}),
    }
    if column.name in by_name:
        return by_name[column.name]
    if column.enum:
        return column.enum[0]
    now = datetime.now(UTC)
    by_kind: dict[str, Any] = {
        "uuid": tenant.id,
        "text": tenant.mark,
        "character varying": tenant.mark,
        "jsonb": Jsonb(column.empty if column.empty is not None else {}),
        "boolean": True,
        "date": now.date(),
        "timestamp with time zone": now,
        "bytea": tenant.mark.encode(),
    }
    if column.kind in by_kind:
        return by_kind[column.kind]
    return [] if column.kind.endswith("[]") else 1
