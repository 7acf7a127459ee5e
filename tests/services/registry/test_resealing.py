"""密钥轮换: everything sealed is sealed anew, goes on after an interruption, and people are found all the while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import LargeBinary, text

from services.registry import resealing
from services.registry.models import Table
from services.registry.sealed_columns import OF_ROWS, OF_WORKER
from shared.contracts import registry as c
from shared.kit.context import service_context
from shared.kit.database import make_engine
from shared.kit.keys import Keys
from shared.kit.migrate import app_url, migrate
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import Databases, TestPlatform, test_settings

OLD = Keys("k1", {"k1": b"the first root, only for tests..!"})


@contextmanager
def running(url: str, keys: Keys, folder: Path) -> Iterator[TestPlatform]:
    """The registry under a ring of keys, as a restart with it brings it up."""
    from deploy.topology import service_class

    migrate(url, keys, ("registry",))
    engine = make_engine(app_url(url, keys), pool_size=5)
    platform = TestPlatform([service_class("registry")], settings=test_settings(folder), keys=keys, engine=engine)
    try:
        yield platform
    finally:
        platform.close()
        engine.dispose()


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.fresh() as found:
        yield found


def stored(platform: TestPlatform, statement: str, **given: Any) -> list[Any]:
    with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
        return list(session.connection().execute(text(statement), given).all())


def populate(platform: TestPlatform, count: int = 6) -> tuple[list[c.RegisterWorker], list[UUID]]:
    people, hq = RegisterWorkerFactory(51), platform.hq()
    hardship = {"kind": "disabled", "evidence": "残疾证9", "valid_from": "2024-01-01"}
    forms = people.batch(count, difficulty=hardship)
    ids = [hq.ask(form).id for form in forms]
    hq.ask(c.UpdateWorker(worker_id=ids[0], name="改名人"))
    hq.ask(c.RecordVisit(worker_id=ids[0], outcome="met", visited_on="2026-01-01", note="想学养蜂"))
    hq.ask(c.RequestChange(worker_id=ids[0], changes=c.AskedChanges(can_work=False), reason="体弱"))
    hq.ask(c.EraseWorker(worker_id=ids[-1], reason="本人申请"))
    return forms[:-1], ids[:-1]


def test_every_sealed_column_is_known() -> None:
    """A table that seals something under a worker's key is re-sealed with the rest, or its values are lost."""
    listed = {(sealed.table.__tablename__, sealed.column) for sealed in OF_ROWS}
    listed |= {("worker", column) for column, _ in OF_WORKER} | {("worker", "data_key")}
    found = {
        (table.name, column.name)
        for table in Table.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert found == listed


def test_everything_is_sealed_anew_and_still_opens(url: str, tmp_path: Path) -> None:
    read = "SELECT id, id_sealed, id_hash, data_key FROM registry.worker WHERE data_key IS NOT NULL"
    with running(url, OLD, tmp_path) as platform:
        forms, ids = populate(platform)
        before = {row[0]: row for row in stored(platform, read)}
    keys = OLD.rotated()
    with running(url, keys, tmp_path) as platform:
        hq = platform.hq()
        with refused("worker.duplicate"):
            hq.ask(forms[1])
        uses = hq.ask(c.GetKeyUses())
        assert ([(use.key_id, use.people) for use in uses.keys], uses.is_finished) == ([("k2", 0), ("k1", 5)], False)
        job = hq.ask(c.ResealPeople())
        assert hq.ask(c.ResealPeople()).id == job.id
        platform.run_jobs()
        uses = hq.ask(c.GetKeyUses())
        assert ([(use.key_id, use.people) for use in uses.keys], uses.is_finished) == ([("k2", 5), ("k1", 0)], True)
    # The new root alone opens everything: nothing is left under the old one.
    with running(url, Keys("k2", {"k2": keys._roots["k2"]}), tmp_path) as platform:
        hq = platform.hq()
        for form, worker_id in zip(forms, ids, strict=True):
            opens(hq, form, worker_id)
        (change,) = hq.ask(c.ListWorkerChanges(worker_id=ids[0])).items
        assert change.changes[0].before == forms[0].name
        assert [visit.note for visit in hq.ask(c.ListVisits(worker_id=ids[0])).items] == ["想学养蜂"]
        assert [request.reason for request in hq.ask(c.ListChangeRequests(worker_id=ids[0])).items] == ["体弱"]
        for row in stored(platform, read):
            former = before[row[0]]
            assert row[1] != former[1]
            assert row[3] != former[3]
            assert row[2].startswith("k2:")


def opens(hq: Asker, form: c.RegisterWorker, worker_id: UUID) -> None:
    """Everything about a person reads as it was given, and they are found and kept unique."""
    view = hq.ask(c.GetWorker(worker_id=worker_id))
    assert view.phone == "+86" + str(form.phone)
    assert [status.evidence for status in view.difficulty] == ["残疾证9"]
    assert hq.ask(c.DiscloseIdNumber(worker_id=worker_id, purpose="核对")).id_number == form.id_number
    assert worker_id in {row.id for row in hq.ask(c.ListWorkers(q=str(form.phone))).items}
    with refused("worker.duplicate"):
        hq.ask(form)


def test_goes_on_where_it_was_interrupted(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(url, OLD, tmp_path) as platform:
        populate(platform)
    monkeypatch.setattr(resealing, "BATCH", 2)
    whole, batches = resealing.reseal_batch, []

    def dies_on_the_second(*given: Any) -> int:
        batches.append(len(given[1]))
        if len(batches) == 2:
            raise RuntimeError("the process ends here")
        return whole(*given)

    with running(url, OLD.rotated(), tmp_path) as platform:
        hq = platform.hq()
        with monkeypatch.context() as patched:
            patched.setattr(resealing, "reseal_batch", dies_on_the_second)
            hq.ask(c.ResealPeople())
            platform.run_jobs()
        assert [use.people for use in hq.ask(c.GetKeyUses()).keys] == [2, 3]
        job = hq.ask(c.ResealPeople())
        platform.run_jobs()
        assert hq.ask(c.GetKeyUses()).is_finished
        read = "SELECT result FROM registry.job WHERE id = :id"
        (row,) = stored(platform, read, id=UUID(job.id.partition(".")[2]))
        assert (row[0]["people"], row[0]["resealed"]) == (5, 3)
