"""Fixtures that every suite shares.

What is faked: only what stands outside the platform (an SMS gateway, WeCom, a partner's web server). PostgreSQL and
RabbitMQ are real.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import structlog
from fastapi.testclient import TestClient

from shared.contracts.scopes import Role
from tests.support.asker import Asker
from tests.support.platform import Databases, TestPlatform, running_platform
from tests.support.postgres import postgres_server

# structlog's own default prints every local variable of a failure, which takes longer than the test it happens in.
structlog.configure(
    processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
    wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    with postgres_server() as url:
        yield Databases(url)


@pytest.fixture(scope="module")
def platform(databases: Databases) -> Iterator[TestPlatform]:
    """All services on a database of this module's own."""
    with databases.fresh() as url, running_platform(url) as running:
        yield running


@pytest.fixture
def hq(platform: TestPlatform) -> Asker:
    return platform.hq()


@pytest.fixture
def outpost(platform: TestPlatform) -> Callable[[str], Asker]:
    return platform.outpost


@pytest.fixture
def area(platform: TestPlatform) -> Callable[[str], Asker]:
    return platform.area


@pytest.fixture
def partner(platform: TestPlatform) -> Callable[[UUID], Asker]:
    return platform.partner


@pytest.fixture
def worker(platform: TestPlatform) -> Callable[[UUID], Asker]:
    return platform.worker


@pytest.fixture
def public(platform: TestPlatform) -> Asker:
    return platform.public()


@pytest.fixture
def as_service(platform: TestPlatform) -> Callable[[str], Asker]:
    return platform.as_service


@pytest.fixture
def settle(platform: TestPlatform) -> Callable[[], None]:
    """Wait until every event has reached everyone who hears it."""
    return platform.settle


@pytest.fixture
def run_jobs(platform: TestPlatform) -> Callable[[], int]:
    return platform.run_jobs


@pytest.fixture
def shared_data() -> Path:
    """The folder of real input beside the project; the real-data suite runs where it exists."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.exists():
        pytest.skip("the folder of real input is not here")
    return folder


class Http(TestClient):
    """The gateway over HTTP, signed in as anybody."""

    platform: TestPlatform

    def as_principal(self, asker: Asker) -> Http:
        from tests.support.signing_in import token_for

        client = Http(self.app, raise_server_exceptions=False)
        client.platform = self.platform
        client.headers["Authorization"] = f"Bearer {token_for(self.platform, asker.context)}"
        return client

    def as_hq(self, role: Role = Role.hq_admin) -> Http:
        return self.as_principal(self.platform.hq(role))

    def as_outpost(self, code: str) -> Http:
        return self.as_principal(self.platform.outpost(code))

    def as_area(self, division: str) -> Http:
        return self.as_principal(self.platform.area(division))

    def as_partner(self, employer_id: UUID) -> Http:
        return self.as_principal(self.platform.partner(employer_id))

    def as_worker(self, worker_id: UUID) -> Http:
        return self.as_principal(self.platform.worker(worker_id))


@pytest.fixture
def http(platform: TestPlatform) -> Iterator[Any]:
    from gateway.app import create_app

    app = create_app(bus=platform.bus, settings=platform.settings, keys=platform.keys, blobs=platform.blobs)
    with Http(app, raise_server_exceptions=False) as client:
        client.platform = platform
        yield client
