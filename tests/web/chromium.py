"""A Chromium to test the pages in: the one that is here, else Debian's; never a silent skip.

Root installs it; anybody else gets it fetched and unpacked once (130 MB) in a folder of the account's own.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.support import debian

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGES = ("chromium", "fonts-noto-cjk", "libatomic1")  # the last one for the Node inside Playwright
WHAT_TO_DO = (
    f"the page tests need Chromium: `apt-get install --no-install-recommends {' '.join(PACKAGES)}` as root, "
    "or name one in SONGGANG_TEST_CHROMIUM"
)


class Chromium(NamedTuple):
    program: str
    environment: Mapping[str, str]


def chromium() -> Chromium:
    """The program, and the environment it runs in. Raises RuntimeError that says what to do."""
    given = os.environ.get("SONGGANG_TEST_CHROMIUM") or _installed()
    if given:
        return Chromium(given, {})
    if not debian.has_apt():
        raise RuntimeError(WHAT_TO_DO)
    try:
        if os.geteuid() != 0:
            return _unpacked()
        debian.install(*PACKAGES)
    except debian.PackageFailed as error:
        raise RuntimeError(f"{WHAT_TO_DO}\n{error}") from error
    found = _installed()
    if found is None:
        raise RuntimeError(WHAT_TO_DO)
    return Chromium(found, {})


def _installed() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def _unpacked() -> Chromium:
    root = debian.unpacked("chromium", PACKAGES)
    fonts = root / "fonts.conf"
    fonts.write_text(
        f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{root}/usr/share/fonts</dir><cachedir>{root}/font-cache</cachedir></fontconfig>"
    )
    return Chromium(
        str(root / "usr/lib/chromium/chromium"),
        {**debian.environment_of(root), "FONTCONFIG_FILE": str(fonts), "HOME": str(Path.home())},
    )
