"""密钥轮换 of every service but the registry, whose people have keys of their own; generated from sealed columns."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import LargeBinary

from deploy.topology import service_class
from shared.contracts.kit import GetSealUses, ResealRecords
from shared.kit.database import make_engine
from shared.kit.keys import Keys
from shared.kit.migrate import app_url, migrate
from shared.kit.privacy import lookup_hash, seal, unseal
from shared.kit.resealing import SealedColumn
from shared.kit.settings import SERVICES
from tests.scopes.rows import FOREIGN, insertion, loosen, tables
from tests.support.platform import Databases, TestPlatform, test_settings

OLD = Keys("k1", {"k1": b"the first root, only for tests..!"})
OTHERS = [name for name in SERVICES if name != "registry"]
SEALING = [name for name in OTHERS if getattr(service_class(name), "sealed", ())]


def sealed_of(service: str) -> tuple[SealedColumn, ...]:
    return tuple(getattr(service_class(service), "sealed", ()))


def test_every_column_of_bytes_is_named() -> None:
    """A column that no rotation knows would keep its values under the former key for good."""
    found, named = set(), set()
    for service in OTHERS:
        metadata = importlib.import_module(f"services.{service}.models").Table.metadata
        found |= {
            (service, table.name, column.name)
            for table in metadata.tables.values()
            for column in table.columns
            if table.schema == service and isinstance(column.type, LargeBinary)
        }
        named |= {(service, column.table.__tablename__, column.column) for column in sealed_of(service)}
    assert {one for one in found if one[2] != "content_hash"} == named


@contextmanager
def running(url: str, service: str, keys: Keys, folder: Path) -> Iterator[TestPlatform]:
    """One service under a ring of keys, as a restart with it brings it up."""
    migrate(url, keys, (service,))
    engine = make_engine(app_url(url, keys), pool_size=5)
    platform = TestPlatform([service_class(service)], settings=test_settings(folder), keys=keys, engine=engine)
    try:
        yield platform
    finally:
        platform.close()
        engine.dispose()


def fill(owner: psycopg.Connection[Any], service: str) -> None:
    """A row in every table, with something sealed in each of the columns."""
    loosen(owner)
    owner.execute("SET session_replication_role = replica")
    for table in tables(owner):
        if table.schema == service:
            statement, values = insertion(table, FOREIGN)
            owner.execute(statement + sql.SQL(" ON CONFLICT DO NOTHING"), values)
    for column in sealed_of(service):
        value = seal(OLD, f"words of {column.column}", about=str(FOREIGN.id), purpose=column.purpose)
        named = sql.Identifier(service, column.table.__tablename__)
        owner.execute(sql.SQL("UPDATE {} SET {} = %s").format(named, sql.Identifier(column.column)), [value])


@pytest.mark.parametrize("service", SEALING)
def test_everything_is_sealed_anew(databases: Databases, tmp_path: Path, service: str) -> None:
    keys = OLD.rotated()
    with databases.fresh() as url:
        with (
            running(url, service, OLD, tmp_path),
            psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as owner,
        ):
            fill(owner, service)
        with running(url, service, keys, tmp_path) as platform:
            hq = platform.hq()
            uses = hq.ask(GetSealUses(), service=service)
            assert [use.values for use in uses.keys] == [0, len(sealed_of(service))]
            assert not uses.is_finished
            hq.ask(ResealRecords(), service=service)
            platform.run_jobs()
            uses = hq.ask(GetSealUses(), service=service)
            assert [use.values for use in uses.keys] == [len(sealed_of(service)), 0]
            assert uses.is_finished
        alone = Keys("k2", {"k2": keys._roots["k2"]})
        with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as owner:
            for column in sealed_of(service):
                wanted = [column.column, *([column.hashed[0]] if column.hashed else [])]
                columns = sql.SQL(", ").join(map(sql.Identifier, wanted))
                named = sql.Identifier(service, column.table.__tablename__)
                (row,) = owner.execute(sql.SQL("SELECT {} FROM {}").format(columns, named)).fetchall()
                opened = unseal(alone, row[0], about=str(FOREIGN.id), purpose=column.purpose)
                assert opened == f"words of {column.column}"
                if column.hashed:
                    assert row[1] == lookup_hash(alone, opened, purpose=column.hashed[1])
