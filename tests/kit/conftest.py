"""The kit's own tests run two small services of their own, on a database of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.kit.database import make_engine
from shared.kit.embedded import EmbeddedPlatform
from shared.kit.keys import Keys
from shared.kit.migrate import app_url
from tests.kit.sample import ReaderService, WriterService, prepare_sample
from tests.support.asker import Anybody
from tests.support.platform import Databases, test_settings
from tests.support.postgres import fresh_database


class SamplePlatform(EmbeddedPlatform, Anybody):
    """The two sample services in this process; events move in `settle`."""

    admin_url: str


@pytest.fixture(scope="module")
def sample(databases: Databases) -> Iterator[SamplePlatform]:
    keys = Keys("test", {"test": b"only for tests, never for people"})
    with fresh_database(databases.admin_url) as url, tempfile.TemporaryDirectory() as folder:
        prepare_sample(url, keys)
        engine = make_engine(app_url(url, keys), pool_size=20)
        platform = SamplePlatform(
            [WriterService, ReaderService],
            settings=test_settings(Path(folder), max_event_attempts=2),
            keys=keys,
            engine=engine,
        )
        platform.admin_url = url
        yield platform
        platform.close()
        engine.dispose()


@pytest.fixture(autouse=True)
def _nothing_breaks() -> Iterator[None]:
    ReaderService.breaks_on.clear()
    yield
    ReaderService.breaks_on.clear()
