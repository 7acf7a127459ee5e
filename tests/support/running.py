"""The platform as its user runs it: `songgang up` in a process of its own, over HTTP, killed as it may be killed."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import psutil

from tests.support.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240.0


class RunningSonggang:
    """`songgang up` on a data folder: embedded, or a process a part where `amqp_uri` is given."""

    def __init__(
        self,
        data: Path,
        *,
        amqp_uri: str | None = None,
        database_url: str | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.data = data
        self.port = free_port()
        self.password = secrets.token_urlsafe(12)
        self._given = {
            "SONGGANG_ADMIN_PASSWORD": self.password,
            "SONGGANG_ALLOW_PRIVATE_FEEDS": "true",
            **({"SONGGANG_AMQP_URI": amqp_uri} if amqp_uri else {}),
            **({"SONGGANG_DATABASE_URL": database_url} if database_url else {}),
            **(settings or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.log = data / "platform.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("not started")
        return self._process.pid

    def start(self, *, wait: bool = True) -> float:
        """Start it; the seconds until it was ready."""
        self.data.mkdir(parents=True, exist_ok=True)
        begun = time.monotonic()
        given = {name: value for name, value in os.environ.items() if not name.startswith("SONGGANG_")}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "deploy.cli", "up", "--data", str(self.data), "--port", str(self.port)],
                cwd=ROOT,
                env={**given, **self._given},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if wait:
            self.wait_ready()
        return time.monotonic() - begun

    def wait_ready(self, seconds: float = START_SECONDS) -> None:
        """Until every part can serve; raises TimeoutError with the end of the log."""

        def ready() -> bool:
            if self._process is not None and self._process.poll() is not None:
                raise RuntimeError(f"the platform ended with {self._process.returncode}:\n{self.log_tail()}")
            with contextlib.suppress(httpx.HTTPError):
                return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
            return False

        try:
            wait_for(ready, seconds=seconds, every=0.1)
        except AssertionError as error:
            raise TimeoutError(f"not ready:\n{self.log_tail()}") from error

    def log_tail(self, lines: int = 60) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def parts(self) -> dict[str, psutil.Process]:
        """The supervised processes by part name (`registry.rpc`, `gateway`, `jobs`); `up` is the parent itself."""
        found = {"up": psutil.Process(self.pid)}
        for child in psutil.Process(self.pid).children():
            with contextlib.suppress(psutil.Error):
                words = child.cmdline()
                if "deploy.cli" not in words:
                    continue
                after = words[words.index("deploy.cli") + 1 :]
                found[f"{after[1]}.{after[3]}" if after[0] == "serve" else after[0]] = child
        return found

    def kill(self) -> None:
        """`kill -9` of the parent; what it leaves behind is the next start's to find."""
        os.kill(self.pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def stop(self) -> float:
        """SIGTERM, and the seconds it took to end in order."""
        begun = time.monotonic()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(40)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        return time.monotonic() - begun

    def sign_in(self, username: str = "admin", password: str | None = None) -> httpx.Client:
        """An HTTP client that is signed in, not yet opened: use it in a `with`."""
        return httpx.Client(
            base_url=self.url, timeout=30, headers={"Authorization": f"Bearer {self.token(username, password)}"}
        )

    def token(self, username: str = "admin", password: str | None = None) -> str:
        """What a sign-in gives."""
        answer = httpx.post(
            f"{self.url}/api/v1/sessions",
            json={"username": username, "password": password or self.password},
            timeout=30,
        )
        answer.raise_for_status()
        return str(answer.json()["token"])

    def pss_mb(self) -> float:
        """Memory of the parent and all below it, shared pages counted once (PSS), in MB."""
        parent = psutil.Process(self.pid)
        total = 0
        for process in [parent, *parent.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                total += process.memory_full_info().pss
        return total / 1024 / 1024

    def part_pss_mb(self, part: str) -> float:
        """Memory of one part (PSS, MB); 0 while it is not running."""
        with contextlib.suppress(psutil.Error, KeyError):
            return float(self.parts()[part].memory_full_info().pss) / 1024 / 1024
        return 0.0


@contextlib.contextmanager
def running_songgang(
    data: Path, *, amqp_uri: str | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[RunningSonggang]:
    platform = RunningSonggang(data, amqp_uri=amqp_uri, settings=settings)
    try:
        platform.start()
        yield platform
    finally:
        platform.stop()


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for one platform. Not pytest's: its parents are closed (0700) again by every other pytest run, and a
    PostgreSQL that runs as another account could no longer reach its data."""
    with tempfile.TemporaryDirectory(prefix="songgang-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
