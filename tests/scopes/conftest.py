"""A platform in which somebody else has a row in every table, and the caller has none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.scopes.rows import FOREIGN, PRIVATE, Table, insertion, loosen, tables
from tests.support.platform import Databases, TestPlatform, running_platform


@dataclass
class Crowded:
    """`owner` is a connection that no policy binds."""

    platform: TestPlatform
    owner: psycopg.Connection[Any]
    tables: list[Table]


@pytest.fixture(scope="module")
def crowded(databases: Databases) -> Iterator[Crowded]:
    with (
        databases.fresh() as url,
        running_platform(url) as platform,
        psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as owner,
    ):
        loosen(owner)
        owner.execute("SET session_replication_role = replica")
        found = tables(owner)
        for table in found:
            statement, values = insertion(table, PRIVATE if table.is_private else FOREIGN)
            owner.execute(statement + sql.SQL(" ON CONFLICT DO NOTHING"), values)
        yield Crowded(platform, owner, found)


@pytest.fixture(scope="module")
def platform(crowded: Crowded) -> TestPlatform:
    return crowded.platform
