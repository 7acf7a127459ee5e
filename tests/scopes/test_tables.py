"""Generated from the database's catalogue: every table, as every other scope.

Nobody sees, changes, deletes or makes a row of somebody else's. What everybody may see is named here, table by table,
with the reason; a table that is not named is somebody's, so that a new one is covered by itself. A plain run takes a
sample (`SONGGANG_SEED` repeats it); `SONGGANG_TEST_FULL=1` takes every table.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import psycopg
import pytest
from psycopg import sql

from shared.contracts.scopes import (
    Actor,
    Area,
    Context,
    Hq,
    Outpost,
    OutpostCode,
    Partner,
    Public,
    Role,
    Scope,
    WorkerSelf,
)
from shared.kit.database import apply_scope
from shared.kit.settings import SERVICES
from tests.scopes.conftest import Crowded
from tests.scopes.rows import FOREIGN, OWN, OWNERS_OWN, Table, insertion
from tests.support.sampling import IS_FULL, SEED

SAMPLE = 60

SCOPES: Mapping[str, tuple[Role, Scope]] = {
    "worker": (Role.worker, WorkerSelf(worker_id=OWN.id)),
    "area": (Role.grid_leader, Area(division=OWN.division)),
    "outpost": (Role.outpost_lead, Outpost(code=OutpostCode(OWN.outpost))),
    "partner": (Role.partner_employer, Partner(employer_id=OWN.id)),
    "public": (Role.public, Public()),
}

EVERYBODY = tuple(SCOPES)

# What others may see although it is not theirs.
SEEN: Mapping[str, tuple[str, ...]] = {
    # The county's own catalogue and names, which stand in public lists and on labels.
    "identity.organisation": EVERYBODY,
    "training.course": EVERYBODY,
    "honey.sku": EVERYBODY,
    "honey.bottling": EVERYBODY,
    # Open sessions, fairs with their booths, and the groups one may join, are announced.
    "training.training_session": EVERYBODY,
    "postings.job_fair": EVERYBODY,
    "postings.fair_booth": EVERYBODY,
    "postings.campaign": EVERYBODY,
    "notify.worker_group": ("worker",),
    # The fare rules by which a worker's claim is judged.
    "dispatch.fare_policy_version": ("worker",),
    # County staff and outposts send people to every employer and sell of every lot.
    "postings.employer": ("area", "outpost"),
    "postings.agreement": ("area", "outpost"),
    "ledger.known_agreement": ("worker", "area", "outpost"),
    "honey.honey_lot": ("outpost",),
    # Townships see what the county commissioned, and how large its rosters are; all staff, whom a campaign reached.
    "training.training_commission": ("area",),
    "registry.roster_day": ("area",),
    "postings.campaign_reach": ("area", "outpost"),
    # Numbers and words without anybody's data: which replay is the valid one, the next number, what a phrase means.
    "ledger.generation": EVERYBODY,
    "honey.number_series": ("outpost",),
    "postings.slip_counter": ("area",),
    "postings.recognised_phrase": ("outpost", "partner"),
    **{f"{service}.aggregate_version": EVERYBODY for service in SERVICES},
}
# What others may add to or change: an event, a command, an entry of who looked, the next number, a phrase.
MADE: Mapping[str, tuple[str, ...]] = {
    "registry.disclosure": ("area", "outpost", "partner"),
    "honey.number_series": ("outpost",),
    "postings.slip_counter": ("area",),
    "postings.recognised_phrase": ("outpost", "partner"),
    **{f"{service}.{table}": EVERYBODY for service in SERVICES for table in ("aggregate_version", "outbox", "command")},
}
CHANGED = {
    "honey.number_series": ("outpost",),
    "postings.slip_counter": ("area",),
    "postings.recognised_phrase": ("outpost", "partner"),
    **{f"{service}.aggregate_version": EVERYBODY for service in SERVICES},
}
DELETED = {
    name: CHANGED[name] for name in ("honey.number_series", "postings.slip_counter", "postings.recognised_phrase")
}
ALLOWED = {"see": SEEN, "make": MADE, "change": CHANGED, "delete": DELETED}


def chosen(crowded: Crowded) -> list[Table]:
    if IS_FULL:
        return crowded.tables
    print(f"SONGGANG_SEED={SEED}")
    return random.Random(SEED).sample(crowded.tables, SAMPLE)


@pytest.mark.parametrize("what", list(ALLOWED))
def test_nobody_reaches_somebody_elses_row(crowded: Crowded, what: str) -> None:
    reached = [
        (str(table), kind)
        for table in chosen(crowded)
        for kind in SCOPES
        if kind not in ALLOWED[what].get(str(table), ()) and attempt(crowded, table, SCOPES[kind], what)
    ]
    assert not reached, f"{what}: {reached}; narrow the policy, or name in ALLOWED what is meant to be seen"


HIDING: Mapping[str, tuple[Role, Scope]] = {
    "headquarters": (Role.hq_admin, Hq()),
    "hub": (Role.outpost_lead, Outpost(code=OutpostCode("chancheng"))),
}


@pytest.mark.parametrize("kind", list(HIDING))
def test_neither_hq_nor_the_hub_reaches_what_an_outpost_keeps_to_itself(crowded: Crowded, kind: str) -> None:
    """Cases, follow-ups, visits and transfers: HQ gets figures and hand-overs, not the rows. Always all."""
    private = [table for table in crowded.tables if table.is_private]
    assert {table.name for table in private} >= {"rights_case", "evidence", "follow_up", "warm_house_visit"}
    reached = [
        (table.name, what) for table in private for what in ALLOWED if attempt(crowded, table, HIDING[kind], what)
    ]
    assert not reached


def test_without_a_scope_there_is_nothing(crowded: Crowded) -> None:
    reached = []
    for table in chosen(crowded):
        database = crowded.platform.hosted[table.schema].runtime.database
        with database.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("SELECT set_config('role', %s, true)", (database.role,))
            (count,) = raw.execute(sql.SQL("SELECT count(*) FROM {}").format(table.identifier)).fetchone()
            connection.rollback()
        if count and not str(table).endswith(".aggregate_version"):
            reached.append(str(table))
    assert not reached


def test_every_table_is_guarded_whoever_owns_it(crowded: Crowded) -> None:
    """FORCE binds the owner too; a table without either is open to whoever may connect."""
    open_tables = crowded.owner.execute(
        "SELECT relnamespace::regnamespace::text, relname FROM pg_class WHERE relkind IN ('r', 'p') "
        "AND relnamespace::regnamespace::text = ANY(%s) AND relname <> ALL(%s) "
        "AND NOT (relrowsecurity AND relforcerowsecurity)",
        (list(SERVICES), list(OWNERS_OWN)),
    ).fetchall()
    assert open_tables == []


def test_no_service_reaches_anothers_tables(crowded: Crowded) -> None:
    """Each service's role knows its own schema alone, whatever its scope."""
    reached = crowded.owner.execute(
        "SELECT r.rolname, t.relnamespace::regnamespace::text, t.relname FROM pg_roles r, pg_class t "
        "WHERE r.rolname = ANY(%s) AND t.relkind IN ('r', 'p') AND t.relnamespace::regnamespace::text = ANY(%s) "
        "AND r.rolname <> current_database() || '_' || t.relnamespace::regnamespace::text "
        "AND has_table_privilege(r.rolname, t.oid, 'SELECT, INSERT, UPDATE, DELETE') "
        "AND has_schema_privilege(r.rolname, t.relnamespace, 'USAGE')",
        ([hosted.runtime.database.role for hosted in crowded.platform.hosted.values()], list(SERVICES)),
    ).fetchall()
    assert reached == []


def test_what_is_named_is_still_there(crowded: Crowded) -> None:
    """A name that no table bears any more would excuse the next one that bears it."""
    known = {str(table) for table in crowded.tables}
    assert {name for named in ALLOWED.values() for name in named} <= known


def attempt(crowded: Crowded, table: Table, whose: tuple[Role, Scope], what: str) -> int:
    """How many foreign rows the scope reached; 0 where it was refused or saw none."""
    role, scope = whose
    database = crowded.platform.hosted[table.schema].runtime.database
    context = Context(actor=Actor(kind="user", id="somebody"), role=role, scope=scope)
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        apply_scope(connection, database.role, context)
        try:
            if what == "see":
                return int(raw.execute(sql.SQL("SELECT count(*) FROM {}").format(table.identifier)).fetchone()[0])
            if what == "change":
                changing = sql.SQL("UPDATE {} SET {c} = {c}").format(table.identifier, c=table.anything)
                return int(raw.execute(changing).rowcount)
            if what == "delete":
                return int(raw.execute(sql.SQL("DELETE FROM {}").format(table.identifier)).rowcount)
            statement, values = insertion(table, FOREIGN)
            return int(raw.execute(statement, values).rowcount)
        except psycopg.errors.InsufficientPrivilege:
            return 0
        except psycopg.errors.UniqueViolation:
            return 1  # only its key was in the way
        except psycopg.errors.RaiseException:
            return 0  # a trigger keeps what is never changed
        finally:
            connection.rollback()
