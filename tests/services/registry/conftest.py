"""What the registry's suites share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from shared.kit.context import service_context
from tests.support.platform import TestPlatform


@pytest.fixture
def outbox(platform: TestPlatform) -> Callable[[str], list[dict[str, Any]]]:
    """The registry's envelopes about one aggregate, oldest first."""

    def read(aggregate_id: str) -> list[dict[str, Any]]:
        with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
            rows = session.connection().execute(
                text("SELECT payload FROM registry.outbox WHERE aggregate_id = :id ORDER BY version"),
                {"id": aggregate_id},
            )
            return [orjson.loads(row[0]) for row in rows]

    return read
