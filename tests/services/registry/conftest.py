"""What the registry's suites share."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from services.registry import imports
from shared.contracts import registry as c
from shared.contracts.base import BlobRef
from shared.kit.context import service_context
from tests.support.asker import Asker
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


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    return random.Random(request.node.name)


@pytest.fixture
def store(platform: TestPlatform) -> Callable[[bytes], BlobRef]:
    def put(content: bytes) -> BlobRef:
        return platform.blobs.put_bytes(content, media_type="application/octet-stream", filename="德凤街道名册.xlsx")

    return put


@pytest.fixture
def take(platform: TestPlatform, hq: Asker, store: Callable[[bytes], BlobRef]) -> Callable[..., c.WorkerImportView]:
    """Import a file to its end."""

    def run(content: bytes, **options: Any) -> c.WorkerImportView:
        job = hq.ask(c.StartWorkerImport(file=store(content), **options))
        platform.run_jobs()
        return hq.ask(c.GetWorkerImport(import_id=imports.job_row(job.id)))

    return run
