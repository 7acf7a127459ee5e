"""查阅复制 over all services, generated from their tables: the person is told everything, HQ not the outposts' own."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from deploy.topology import service_class
from shared.contracts.kit import GetOwnRecords, GetPersonalRecords
from shared.kit.personal import PersonalTable
from shared.kit.privacy import seal
from shared.kit.resealing import SealedColumn
from shared.kit.settings import SERVICES
from tests.scopes.rows import FOREIGN, OWN, insertion, loosen, tables
from tests.support.platform import Databases, TestPlatform, running_platform

OTHERS = [name for name in SERVICES if name != "registry"]


def personal_of(service: str) -> tuple[PersonalTable, ...]:
    return tuple(getattr(service_class(service), "personal", ()))


@pytest.mark.parametrize("service", OTHERS)
def test_every_table_about_people_is_told_or_excused(service: str) -> None:
    metadata = importlib.import_module(f"services.{service}.models").Table.metadata
    excused = importlib.import_module(f"services.{service}.personal_tables").NOT_TOLD
    about_people = {
        table.name for table in metadata.tables.values() if table.schema == service and "worker_id" in table.columns
    }
    told = {one.table.__tablename__ for one in personal_of(service)}
    assert about_people - told == set(excused)


@pytest.fixture(scope="module")
def platform(databases: Databases) -> Iterator[TestPlatform]:
    """Everything about one person, with something sealed wherever something can be."""
    with databases.fresh() as url, running_platform(url) as running:
        with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as owner:
            loosen(owner)
            owner.execute("SET session_replication_role = replica")
            for table in tables(owner):
                statement, values = insertion(table, FOREIGN)
                owner.execute(statement + sql.SQL(" ON CONFLICT DO NOTHING"), values)
            for service in OTHERS:
                for column in getattr(service_class(service), "sealed", ()):
                    _seal(owner, service, column, running)
        yield running


def _seal(owner: psycopg.Connection[Any], service: str, column: SealedColumn, platform: TestPlatform) -> None:
    value = seal(platform.keys, "sealed words", about=str(FOREIGN.id), purpose=column.purpose)
    named = sql.Identifier(service, column.table.__tablename__)
    owner.execute(sql.SQL("UPDATE {} SET {} = %s").format(named, sql.Identifier(column.column)), [value])


@pytest.mark.parametrize("service", OTHERS)
def test_the_person_is_told_all_of_it_and_nobody_else_any(platform: TestPlatform, service: str) -> None:
    own = platform.worker(FOREIGN.id).ask(GetOwnRecords(), service=service)
    assert {one.table for one in own.tables} == {one.table.__tablename__ for one in personal_of(service)}
    sealed = {(one.table.__tablename__, one.column) for one in getattr(service_class(service), "sealed", ())}
    words = {row[name] for told in own.tables for row in told.rows for name in row if (told.table, name) in sealed}
    assert words <= {"sealed words"}
    other = platform.worker(OWN.id).ask(GetOwnRecords(), service=service)
    assert other.tables == []


def test_hq_is_not_told_what_an_outpost_keeps_for_itself(platform: TestPlatform) -> None:
    seen = platform.hq().ask(GetPersonalRecords(worker_id=FOREIGN.id), service="outposts")
    assert not {one.table for one in seen.tables} & {"rights_case", "case_event", "evidence", "follow_up_contact"}
    assert platform.hq().ask(GetPersonalRecords(worker_id=FOREIGN.id), service="training").tables
