"""What Debian's packages provide for the tests: installed by root, else fetched and unpacked in a folder of our own."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

# Two test processes may find the same thing missing at the same time.
_PATIENT = ("-o", "DPkg::Lock::Timeout=300")


class PackageFailed(RuntimeError):
    """A package could be neither installed nor unpacked; the message holds the end of what apt said."""


def has_apt() -> bool:
    return shutil.which("apt-get") is not None and shutil.which("dpkg") is not None


def install(*packages: str) -> None:
    """Install packages as root."""
    # A service manager must not start what the tests start privately.
    environment = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    with _alone(Path("/var/lock") / "songgang-tests"):
        _run(["apt-get", *_PATIENT, "update", "-qq"], may_fail=True)
        _run(["apt-get", *_PATIENT, "install", "-y", "-qq", "--no-install-recommends", *packages], environment)


def unpacked(name: str, packages: Sequence[str], is_wanted: Callable[[str], bool] = lambda name: True) -> Path:
    """The root of the packages, and of what they need and this machine lacks, unpacked once in the account's cache.

    `is_wanted` leaves out what a private program does not need: services, account tools.
    """
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "songgang" / name
    root, archives = folder / "root", folder / "packages"
    with _alone(folder.with_suffix(".lock")):
        if (root / ".complete").exists():
            return root
        shutil.rmtree(folder, ignore_errors=True)
        archives.mkdir(parents=True)
        root.mkdir()
        options = _apt_options(folder)
        plan = _run(["apt-get", *options, "install", "--simulate", "--no-install-recommends", *packages])
        wanted = [found for found in re.findall(r"^Inst (\S+) ", plan, re.MULTILINE) if is_wanted(found)]
        _run(["apt-get", *options, "download", *wanted], cwd=archives)
        for archive in sorted(archives.glob("*.deb")):
            _run(["dpkg", "-x", str(archive), str(root)])
        for rest in (archives, folder / "lists", folder / "cache"):
            shutil.rmtree(rest, ignore_errors=True)
        (root / ".complete").touch()
    return root


def environment_of(root: Path) -> dict[str, str]:
    """Where programs of an unpacked root find each other and their libraries."""
    triples = [*root.glob("usr/lib/*-linux-gnu*"), *root.glob("lib/*-linux-gnu*")]
    # Some packages keep libraries a folder deeper and find them by a path that is written into their programs.
    libraries = [*triples, *(found for triple in triples for found in sorted(triple.iterdir()) if found.is_dir())]
    return {
        "PATH": f"{root}/usr/bin:{root}/usr/sbin:{os.environ.get('PATH', '/usr/bin:/bin')}",
        "LD_LIBRARY_PATH": ":".join(str(each) for each in libraries if any(each.glob("*.so*"))),
    }


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


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(
    command: Sequence[str],
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
        raise PackageFailed(f"`{' '.join(command[:6])} …` failed: {done.stderr.strip()[-500:]}")
    return done.stdout
