"""The embedded platform as the tests use it: real PostgreSQL, a database of its own, events moved on request."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from deploy.topology import service_class
from shared.kit.database import make_engine
from shared.kit.embedded import EmbeddedPlatform
from shared.kit.keys import Keys
from shared.kit.migrate import app_url, migrate
from shared.kit.settings import SERVICES, Settings
from shared.kit.tables import new_id
from tests.support.asker import Anybody

TEMPLATE = f"songgang_template_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


def _present() -> dict[str, type]:
    found: dict[str, type] = {}
    for name in SERVICES:
        try:
            found[name] = service_class(name)
        except Exception as error:
            if not os.environ.get("SONGGANG_TEST_PARTIAL"):
                raise
            print(f"[partial] {name} left out: {type(error).__name__}: {error}")
    return found


KEYS = Keys("test", {"test": b"only for tests, never for people"})


class TestPlatform(EmbeddedPlatform, Anybody):
    """The embedded platform with askers for every scope. Events move in `settle`, jobs run in `run_jobs`."""

    __test__ = False

    def start_jobs_here(self) -> None:
        """Run jobs as they are queued, on a thread of this process instead of the usual child."""
        self._start_jobs = self.run_jobs


class Databases:
    """Fresh databases on one server, copied from a migrated template (a copy costs a tenth of the migrations)."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url
        self._has_template = False

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """A migrated database's owner URL; dropped at the end."""
        if not self._has_template:
            self._execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)", f"CREATE DATABASE {TEMPLATE}")
            migrate(self._url(TEMPLATE), KEYS, tuple(_present()))
            self._has_template = True
        name = "t" + new_id().hex[-12:]
        self._execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        try:
            migrate(self._url(name), KEYS, tuple(_present()))
            yield self._url(name)
        finally:
            self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return make_url(self.admin_url).set(database=name).render_as_string(hide_password=False)

    def _execute(self, *statements: str) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


def test_settings(data: Path, **given: Any) -> Settings:
    return Settings(_env_file=None, data=data, **given)


test_settings.__test__ = False  # type: ignore[attr-defined]


@contextmanager
def running_platform(admin_url: str, *, threads: bool = False) -> Iterator[TestPlatform]:
    """A platform on a fresh, migrated database. With `threads`, events move by themselves."""
    with tempfile.TemporaryDirectory(prefix="songgang-test-") as folder:
        settings = test_settings(Path(folder), max_event_attempts=3, allow_private_feeds=True)
        engine = make_engine(app_url(admin_url, KEYS), pool_size=30)
        platform = TestPlatform(list(_present().values()), settings=settings, keys=KEYS, engine=engine)
        if threads:
            platform.start()
        try:
            yield platform
        finally:
            platform.close()
            engine.dispose()
