"""A gateway with pages on a local port, and a browser to look at them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from deploy.assets import build_assets
from gateway.app import create_app
from shared.kit.blobs import Blobs
from shared.kit.keys import Keys
from shared.kit.settings import Settings
from tests.web.accounts import PASSWORD
from tests.web.chromium import FLAGS, chromium
from tests.web.county import FakeBus


@dataclass
class Site:
    """A running gateway and the county behind it."""

    url: str
    bus: FakeBus


@pytest.fixture(scope="session", autouse=True)
def assets() -> None:
    build_assets()


@contextmanager
def serving(app: Any) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False))
    started = threading.Event()
    startup = server.startup

    async def and_say(sockets: Any = None) -> None:
        await startup(sockets)
        started.set()

    server.startup = and_say  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        assert started.wait(30), "the gateway did not start"
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def county_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """Starts a gateway on an invented county: `county_of(is_fresh=True)`, `county_of(down=frozenset({"ledger"}))`."""
    opened: list[Any] = []

    def start(**given: Any) -> Site:
        keys = Keys.new()
        bus = FakeBus(keys, **given)
        settings = Settings(data=tmp_path_factory.mktemp("pages"))
        context = serving(create_app(bus, settings, keys, Blobs(settings, keys)))
        url = context.__enter__()
        opened.append(context)
        return Site(url, bus)

    yield start
    for context in reversed(opened):
        context.__exit__(None, None, None)


@pytest.fixture(scope="session")
def county(county_of: Callable[..., Site]) -> Site:
    return county_of()


@pytest.fixture(scope="session")
def fresh_county(county_of: Callable[..., Site]) -> Site:
    return county_of(is_fresh=True)


@pytest.fixture(scope="session")
def ailing_county(county_of: Callable[..., Site]) -> Site:
    """Most services do not answer."""
    return county_of(down=frozenset({"ledger", "honey", "outposts", "postings", "notify"}))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    found = chromium()
    # Playwright's own program needs the libraries too, and takes this process's environment.
    with pytest.MonkeyPatch.context() as patch:
        for name, value in found.environment.items():
            patch.setenv(name, value)
        playwright = sync_playwright().start()
    try:
        launched = playwright.chromium.launch(
            executable_path=found.program,
            env={**os.environ, **found.environment},
            args=list(FLAGS),
            downloads_path=tmp_path_factory.mktemp("downloads"),
        )
        yield launched
        launched.close()
    finally:
        playwright.stop()


@dataclass
class Watched:
    """A page and everything that the browser complained about."""

    page: Page
    complaints: list[str]
    transferred: list[int]


@pytest.fixture
def watch(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Opens a page: `watch(locale="en", width=360)`. Console errors and refused resources are collected."""
    opened = []

    def open_page(*, locale: str = "zh-CN", width: int = 1280, script: bool = True) -> Watched:
        context = browser.new_context(
            locale=locale, viewport={"width": width, "height": 800}, java_script_enabled=script, reduced_motion="reduce"
        )
        opened.append(context)
        watched = Watched(context.new_page(), [], [])
        page = watched.page
        page.on("pageerror", lambda error: watched.complaints.append(f"error: {error}"))
        page.on(
            "console",
            lambda message: (
                watched.complaints.append(f"{message.type}: {message.text}")
                if message.type in ("error", "warning")
                else None
            ),
        )
        page.on("requestfinished", lambda request: watched.transferred.append(_size_of(request)))
        return watched

    yield open_page
    for context in opened:
        context.close()


def _size_of(request: Any) -> int:
    sizes = request.sizes()
    return int(sizes["responseHeadersSize"] + sizes["responseBodySize"])


def sign_in(page: Page, url: str, username: str) -> None:
    page.goto(f"{url}/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("button")


@pytest.fixture
def screenshots() -> Path:
    """Where a failing page is kept to be looked at."""
    folder = Path("build/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
