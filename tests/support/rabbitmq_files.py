"""Where a RabbitMQ server's programs are on this machine, and how Debian's package provides them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.support import debian

PACKAGE = "rabbitmq-server"
ADVICE = (
    "the RabbitMQ suite needs a broker: install one (Debian: apt-get install rabbitmq-server), start Docker, "
    "or set SONGGANG_TEST_AMQP_URI to an AMQP URI with an empty vhost"
)


class BrokerMissing(RuntimeError):
    """No broker was found and none could be provided; the message says what to do."""


class ServerFiles(NamedTuple):
    """The inner sbin folder (its scripts run under any account) and what its Erlang needs to know."""

    sbin: Path
    environment: Mapping[str, str]

    @property
    def server(self) -> Path:
        return self.sbin / "rabbitmq-server"


def provide_server() -> ServerFiles:
    """Installed programs, else Debian's package: installed by root, unpacked in our cache by anybody else (35 MB)."""
    found = find_installed()
    if found is not None:
        return found
    if not debian.has_apt():
        raise BrokerMissing(ADVICE)
    try:
        if os.geteuid() != 0:
            return _unpacked()
        debian.install(PACKAGE)
    except debian.PackageFailed as error:
        raise BrokerMissing(f"{error}\n{ADVICE}") from error
    found = find_installed()
    if found is None:
        raise BrokerMissing(f"{PACKAGE} was installed but its programs are not where they were expected. {ADVICE}")
    return found


def find_installed() -> ServerFiles | None:
    """The newest server that a package (or a tarball in /opt) put on this machine, with an Erlang to run it."""
    folders = [
        sbin
        for pattern in (
            "usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin",
            "opt/rabbitmq*/sbin",
            "usr/local/opt/rabbitmq/sbin",
        )
        for sbin in Path("/").glob(pattern)
        if (sbin / "rabbitmq-server").exists()
    ]
    if not folders or shutil.which("erl") is None:
        return None
    return ServerFiles(max(folders, key=_version), {"PATH": os.environ.get("PATH", "/usr/bin:/bin")})


def _unpacked() -> ServerFiles:
    root = debian.unpacked("rabbitmq", [PACKAGE], lambda name: name.startswith(("erlang-", "rabbitmq-", "lib")))
    _move_erlang(root / "usr/lib/erlang")
    found = sorted(root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin"), key=_version)
    if not found:
        raise BrokerMissing(f"{PACKAGE} could not be unpacked into {root}. {ADVICE}")
    return ServerFiles(found[-1], debian.environment_of(root))


def _move_erlang(erlang: Path) -> None:
    """Debian's `erl` has its own place written into it, and ignores ERL_ROOTDIR."""
    for script in erlang.glob("bin/erl"):
        script.write_text(script.read_text().replace("ROOTDIR=/usr/lib/erlang", f"ROOTDIR={erlang}"))


def _version(sbin: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", sbin.parent.name))
