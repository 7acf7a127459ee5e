"""PostgreSQL for tests: the one given by SONGGANG_TEST_DATABASE_URL, else the wheel's, started once a session.

The given URL must be a superuser's: the platform makes roles and tests make databases.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from shared.kit.postgres import EmbeddedPostgres

GIVEN = "SONGGANG_TEST_DATABASE_URL"


@contextmanager
def postgres_server() -> Iterator[str]:
    """The superuser's URL of a server that lasts as long as the block."""
    given = os.environ.get(GIVEN)
    if given:
        _check(given)
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="songgang-test-"))
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server_url: str, *, prefix: str = "songgang_test", template: str = "template0") -> Iterator[str]:
    """An empty database (or a copy of a template that nobody is connected to), dropped after the block."""
    name = f"{prefix}_{uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    try:
        yield database_url(server_url, name)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def database_url(server_url: str, name: str) -> str:
    """The same server and account, another database."""
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


def _check(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    except psycopg.OperationalError as error:
        raise RuntimeError(f"{GIVEN} is set, but the server does not answer: {error}") from error
    if not row or not row[0]:
        raise RuntimeError(f"the account of {GIVEN} must be a superuser: the platform makes a role per service")
