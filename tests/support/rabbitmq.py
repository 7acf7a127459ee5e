"""RabbitMQ for tests, found or provided, never skipped silently.

In this order: the given URL; a server on this machine (a vhost of our own in it); installed programs, started
privately; a Docker engine; on Debian the package, installed as root, or fetched and unpacked by an ordinary user.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from uuid import uuid4

import amqp

from tests.support.rabbitmq_files import BrokerMissing, ServerFiles, find_installed, provide_server
from tests.support.rabbitmq_private import PrivateRabbit
from tests.support.waiting import wait_for

GIVEN = "SONGGANG_TEST_AMQP_URI"
LOCAL = ("127.0.0.1", 5672)
MANAGEMENT = "http://127.0.0.1:15672/api"

__all__ = ["BrokerMissing", "PrivateRabbit", "private_rabbitmq", "rabbitmq_uri"]


@contextmanager
def rabbitmq_uri() -> Iterator[str]:
    """An AMQP URI with an empty vhost for the length of the block."""
    given = os.environ.get(GIVEN)
    if given:
        yield given
        return
    with _broker() as uri:
        yield uri


def private_rabbitmq(base_dir: Path, files: ServerFiles | None = None) -> PrivateRabbit:
    """Start a server of our own on free ports, all of its files under `base_dir`: the one that fault tests may kill."""
    server = PrivateRabbit(base_dir, files or provide_server())
    server.start()
    return server


def _broker() -> AbstractContextManager[str]:
    local = _own_vhost_on_this_machine()
    if local is not None:
        return local
    installed = find_installed()
    if installed is None and _docker_answers():
        return _container()
    return _private(installed or provide_server())


@contextmanager
def _private(files: ServerFiles) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="songgang-rabbit-"))
    server = PrivateRabbit(folder, files)
    try:
        server.start()
        yield server.uri
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _own_vhost_on_this_machine() -> AbstractContextManager[str] | None:
    """A fresh vhost on a server that answers here to guest/guest, if we are allowed to make one."""
    if not _accepts_guest("/"):
        return None
    vhost = f"songgang_test_{uuid4().hex[:12]}"
    for maker in (_Management(vhost), _Control(vhost)):
        if maker.add() and _accepts_guest(vhost):
            return _lasting(maker)
        maker.remove()
    return None


@contextmanager
def _lasting(maker: _Management | _Control) -> Iterator[str]:
    try:
        yield f"amqp://guest:guest@{LOCAL[0]}:{LOCAL[1]}/{maker.vhost}"
    finally:
        maker.remove()


class _Management:
    """Makes a vhost through the management plugin's HTTP API, which gives its maker every permission in it."""

    def __init__(self, vhost: str) -> None:
        self.vhost = vhost

    def add(self) -> bool:
        return self._call("PUT")

    def remove(self) -> None:
        self._call("DELETE")

    def _call(self, method: str) -> bool:
        login = base64.b64encode(b"guest:guest").decode()
        headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
        body = json.dumps({"default_queue_type": "classic"}).encode() if method == "PUT" else None
        try:
            with urlopen(Request(f"{MANAGEMENT}/vhosts/{self.vhost}", body, headers, method=method), timeout=5):
                return True
        except (HTTPError, URLError, OSError):
            return False


class _Control:
    """Makes a vhost with rabbitmqctl, which root and the account rabbitmq may use."""

    def __init__(self, vhost: str) -> None:
        self.vhost = vhost

    def add(self) -> bool:
        return self._call("add_vhost", self.vhost) and self._call(
            "set_permissions", "-p", self.vhost, "guest", ".*", ".*", ".*"
        )

    def remove(self) -> None:
        self._call("delete_vhost", self.vhost)

    def _call(self, *words: str) -> bool:
        program = shutil.which("rabbitmqctl", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if program is None:
            return False
        try:
            done = subprocess.run([program, "-q", *words], capture_output=True, timeout=60, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0


def _accepts_guest(vhost: str) -> bool:
    try:
        with socket.create_connection(LOCAL, timeout=2):
            pass
        with amqp.Connection(f"{LOCAL[0]}:{LOCAL[1]}", "guest", "guest", virtual_host=vhost, connect_timeout=5):
            return True
    except (OSError, amqp.AMQPError):
        return False


def _docker_answers() -> bool:
    if not (os.environ.get("DOCKER_HOST") or Path("/var/run/docker.sock").exists()):
        return False
    import docker

    try:
        client = docker.from_env(timeout=5)
        try:
            client.ping()
        finally:
            client.close()
    except (docker.errors.DockerException, OSError):
        return False
    return True


@contextmanager
def _container() -> Iterator[str]:
    from testcontainers.core.container import DockerContainer

    with DockerContainer("rabbitmq:4-alpine").with_exposed_ports(5672) as container:
        host, port = container.get_container_host_ip(), container.get_exposed_port(5672)

        def accepts() -> bool:
            try:
                with amqp.Connection(f"{host}:{port}", "guest", "guest", connect_timeout=5):
                    return True
            except (OSError, amqp.AMQPError):
                return False

        wait_for(accepts, seconds=90, every=0.5, what="RabbitMQ in its container accepts guest/guest")
        with nullcontext(f"amqp://guest:guest@{host}:{port}//") as uri:
            yield uri
