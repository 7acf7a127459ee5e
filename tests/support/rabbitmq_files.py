"""Where a RabbitMQ server's programs are on this machine, and how Debian's package provides them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

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
    """Installed programs, else Debian's package: installed by root, unpacked in our cache by anybody else."""
    found = find_installed()
    if found is not None:
        return found
    if shutil.which("apt-get") is None:
        raise BrokerMissing(ADVICE)
    if os.geteuid() == 0:
        _run(["apt-get", "update", "-qq"], may_fail=True)
        # A service manager must not start a second server beside the private one.
        environment = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", PACKAGE], environment)
        found = find_installed()
        if found is None:
            raise BrokerMissing(f"{PACKAGE} was installed but its programs are not where they were expected. {ADVICE}")
        return found
    return unpacked(_cache() / "rabbitmq")


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


def unpacked(folder: Path) -> ServerFiles:
    """Fetch Debian's package and the Erlang packages that are missing here (35 MB), and unpack them into `folder`."""
    root, packages = folder / "root", folder / "packages"
    if not (root / ".complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        packages.mkdir(parents=True)
        root.mkdir()
        options = _apt_options(folder)
        for package in _missing_packages(options):
            _run(["apt-get", *options, "download", package], cwd=packages)
        for archive in sorted(packages.glob("*.deb")):
            _run(["dpkg", "-x", str(archive), str(root)])
        _move_erlang(root / "usr/lib/erlang")
        for rest in (packages, folder / "lists", folder / "cache"):
            shutil.rmtree(rest, ignore_errors=True)
        (root / ".complete").touch()
    found = sorted(root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin"), key=_version)
    if not found:
        raise BrokerMissing(f"{PACKAGE} could not be unpacked into {root}. {ADVICE}")
    path = f"{root}/usr/bin:{root}/usr/sbin:{os.environ.get('PATH', '/usr/bin:/bin')}"
    environment = {"PATH": path}
    libraries = [str(each) for each in root.glob("usr/lib/*-linux-gnu*")]
    if libraries:
        environment["LD_LIBRARY_PATH"] = ":".join(libraries)
    return ServerFiles(found[-1], environment)


def _move_erlang(erlang: Path) -> None:
    """Debian's `erl` has its own place written into it, and ignores ERL_ROOTDIR."""
    for script in erlang.glob("bin/erl"):
        script.write_text(script.read_text().replace("ROOTDIR=/usr/lib/erlang", f"ROOTDIR={erlang}"))


def _missing_packages(options: list[str]) -> list[str]:
    """What an installation would add here; services and account tools in it are not needed by a private server."""
    plan = _run(["apt-get", *options, "install", "--simulate", "--no-install-recommends", PACKAGE])
    wanted = re.findall(r"^Inst (\S+) ", plan, re.MULTILINE)
    return [name for name in wanted if name.startswith(("erlang-", "rabbitmq-", "lib"))]


def _apt_options(folder: Path) -> list[str]:
    """With no package lists on this machine (a slim image), fetch our own beside the packages."""
    if any(Path("/var/lib/apt/lists").glob("*_Packages*")):
        return []
    lists, cache = folder / "lists", folder / "cache"
    (lists / "partial").mkdir(parents=True)
    (cache / "archives" / "partial").mkdir(parents=True)
    options = ["-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={cache}", "-o", "Debug::NoLocking=1"]
    _run(["apt-get", *options, "update", "-qq"])
    return options


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "songgang"


def _version(sbin: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", sbin.parent.name))


def _run(
    command: list[str],
    environment: Mapping[str, str] | None = None,
    *,
    cwd: Path | None = None,
    may_fail: bool = False,
) -> str:
    done = subprocess.run(
        command,
        env={**os.environ, **(environment or {})},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 and not may_fail:
        raise BrokerMissing(f"`{' '.join(command)}` failed: {done.stderr.strip()[-500:]}\n{ADVICE}")
    return done.stdout
