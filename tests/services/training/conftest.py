"""What the suites of training share."""

from __future__ import annotations

import pytest

from tests.services.training.school import School
from tests.support.asker import Asker


@pytest.fixture
def school(hq: Asker) -> School:
    return School(hq)
