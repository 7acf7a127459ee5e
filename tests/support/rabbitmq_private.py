"""One RabbitMQ server of a test's own: its ports, its files, its epmd; it may be killed."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import amqp

from tests.support.rabbitmq_files import BrokerMissing, ServerFiles
from tests.support.waiting import wait_for

START_SECONDS = 90


class PrivateRabbit:
    """Started and ended by this process alone. `kill` is SIGKILL; `restart` keeps ports and data."""

    def __init__(self, base_dir: Path, files: ServerFiles) -> None:
        self.base_dir = base_dir
        self._files = files
        self.port, self._distribution_port, self._epmd_port = _free_ports(3)
        self._node = f"songgang-{uuid4().hex[:8]}@localhost"
        self._server: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    @property
    def pid(self) -> int | None:
        """The Erlang machine's process id while it runs."""
        if self._server is None or self._server.poll() is not None:
            return None
        try:
            return int((self.base_dir / "rabbit.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def start(self) -> None:
        """Start and wait until it accepts a login."""
        self.base_dir.mkdir(parents=True, exist_ok=True)
        environment = self._environment()
        if self._epmd is None or self._epmd.poll() is not None:
            self._epmd = self._spawn(
                [self._epmd_program(), "-port", str(self._epmd_port), "-address", "127.0.0.1"], environment
            )
        (self.base_dir / "rabbit.pid").unlink(missing_ok=True)
        self._server = self._spawn([str(self._files.server)], environment)
        atexit.register(self._kill_both)
        try:
            wait_for(self._answers, seconds=START_SECONDS, every=0.1, what="RabbitMQ accepts guest/guest")
        except AssertionError as error:
            output = (self.base_dir / "output").read_text(errors="replace")[-2000:]
            self.stop()
            raise BrokerMissing(f"the private RabbitMQ did not start within {START_SECONDS} s:\n{output}") from error

    def kill(self) -> None:
        """As when the machine's power goes: no farewell to anybody."""
        if self._server is None:
            return
        pid = self.pid
        for victim in (pid, self._server.pid):
            if victim is not None:
                with suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()
        if pid is not None:
            wait_for(lambda: not Path(f"/proc/{pid}").exists(), seconds=10, what="the killed Erlang machine is gone")

    def restart(self) -> None:
        """Kill it if it still runs and start it again: same ports, same queues."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """End it in order, and its epmd."""
        pid = self.pid
        if self._server is not None and pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._server.wait(20)
        self._kill_both()
        atexit.unregister(self._kill_both)

    def _kill_both(self) -> None:
        self.kill()
        self._server = None
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait()
            self._epmd = None

    def _answers(self) -> bool:
        if self._server is None or self._server.poll() is not None:
            raise AssertionError("the server ended while it was starting")
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                pass
            with amqp.Connection(f"127.0.0.1:{self.port}", "guest", "guest", connect_timeout=5):
                return True
        except (OSError, amqp.AMQPError):
            return False

    def _spawn(self, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self.base_dir / "output").open("ab") as output:
            return subprocess.Popen(
                command,
                env=environment,
                cwd=self.base_dir,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _epmd_program(self) -> str:
        found = shutil.which("epmd", path=self._files.environment["PATH"])
        if found is None:
            raise BrokerMissing("Erlang's port mapper (epmd) is not installed: apt-get install erlang-base")
        return found

    def _environment(self) -> dict[str, str]:
        config = self.base_dir / "rabbitmq.conf"
        config.write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\ndisk_free_limit.absolute = 50MB\n"
            "vm_memory_high_watermark.absolute = 1GB\n"
        )
        (self.base_dir / "plugins").write_text("[].\n")
        local = "-kernel inet_dist_use_interface {127,0,0,1}"
        return {
            "HOME": str(self.base_dir),
            "LC_ALL": "C.UTF-8",
            **self._files.environment,
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": local,
            "RABBITMQ_MNESIA_BASE": str(self.base_dir / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.base_dir / "log"),
            "RABBITMQ_PID_FILE": str(self.base_dir / "rabbit.pid"),
            "RABBITMQ_CONFIG_FILE": str(config),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.base_dir / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(self.base_dir / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.base_dir / "plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.base_dir / "generated"),
            "RABBITMQ_SCHEMA_DIR": str(self.base_dir / "schema"),
        }


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
