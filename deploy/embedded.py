"""`songgang up` without a broker: PostgreSQL from the wheel, every service and the gateway in this process."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import OperationalError

from deploy.topology import service_classes
from shared.kit.database import make_engine
from shared.kit.embedded import EmbeddedPlatform
from shared.kit.keys import Keys, load_keys
from shared.kit.migrate import app_url, driver_url, is_current, migrate
from shared.kit.postgres import EmbeddedPostgres
from shared.kit.settings import SERVICES, Settings

log = structlog.get_logger()


@dataclass
class Database:
    """A migrated database that this process may use, and where it is."""

    admin_url: str
    keys: Keys
    is_new: bool


@contextmanager
def database(settings: Settings) -> Iterator[Database]:
    """The given database, or the embedded one for as long as the block lasts; migrated to this version."""
    folder = settings.data / "postgres"
    is_new = settings.database_url is None and not folder.exists()
    keys = load_keys(settings, create=True)
    server = EmbeddedPostgres(folder) if settings.database_url is None else None
    try:
        admin_url = server.start() if server else str(settings.database_url)
        prepare(admin_url, keys)
        yield Database(admin_url, keys, is_new)
    finally:
        if server:
            server.stop()


def prepare(admin_url: str, keys: Keys) -> None:
    """Migrate, in a process of its own so that its libraries leave no memory behind; skipped when nothing changed."""
    engine = make_engine(driver_url(admin_url), pool_size=1)
    try:
        if is_current(engine, SERVICES) and may_log_in(admin_url, keys):
            return
    finally:
        engine.dispose()
    migrate(admin_url, keys, SERVICES)


def may_log_in(admin_url: str, keys: Keys) -> bool:
    """Whether the application's own login works: its password is derived from the active key, which may be new."""
    engine = make_engine(app_url(admin_url, keys), pool_size=1)
    try:
        engine.connect().close()
    except OperationalError:
        return False
    finally:
        engine.dispose()
    return True


class JobProcess:
    """Starts the one child that runs jobs, when there are any; it ends by itself once it has been idle."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._lock:
            if self._child is not None and self._child.poll() is None:
                return
            command = [sys.executable, "-m", "deploy.cli", "jobs", "--all", "--idle-exit", "20"]
            self._child = subprocess.Popen([*command, "--data", str(self._settings.data)])

    def stop(self) -> None:
        with self._lock:
            if self._child is not None and self._child.poll() is None:
                self._child.terminate()
                try:
                    self._child.wait(10)
                except subprocess.TimeoutExpired:
                    self._child.kill()


@contextmanager
def platform(settings: Settings) -> Iterator[tuple[EmbeddedPlatform, Database]]:
    """The running embedded platform: events move, timers tick, jobs run in a child."""
    with database(settings) as found:
        engine = make_engine(app_url(found.admin_url, found.keys), pool_size=settings.database_pool + 4)
        jobs = JobProcess(settings)
        running = EmbeddedPlatform(
            service_classes(), settings=settings, keys=found.keys, engine=engine, start_jobs=jobs.start
        )
        running.start()
        try:
            yield running, found
        finally:
            running.close()
            jobs.stop()
            engine.dispose()
