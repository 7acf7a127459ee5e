"""A Chromium to test the pages in: the one that is here, else Debian's, installed as root; never a silent skip."""

from __future__ import annotations

import os
import shutil
import subprocess

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
WHAT_TO_DO = (
    "the page tests need Chromium: `apt-get install --no-install-recommends chromium fonts-noto-cjk` as root, "
    "or name one in SONGGANG_TEST_CHROMIUM"
)


def chromium() -> str:
    """The executable. Raises RuntimeError that says what to do."""
    given = os.environ.get("SONGGANG_TEST_CHROMIUM")
    if given:
        return given
    return _installed() or _install()


def _installed() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def _install() -> str:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise RuntimeError(WHAT_TO_DO)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{WHAT_TO_DO}\n{done.stderr[-500:]}")
    found = _installed()
    if found is None:
        raise RuntimeError(WHAT_TO_DO)
    return found
