"""What the suites of this service share."""

from __future__ import annotations

import pytest

from tests.services.postings.feed_source import Source
from tests.support.asker import Asker
from tests.support.platform import TestPlatform


@pytest.fixture
def source(platform: TestPlatform, hq: Asker) -> Source:
    return Source(platform, hq)
