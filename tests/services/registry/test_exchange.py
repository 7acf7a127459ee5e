"""Sending people in and out: a preview is accepted as it stands, an export is an import without changes."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.registry.days import COUNTY_TIME
from services.registry.imports import job_row
from shared.contracts import registry as c
from shared.contracts.kit import GetJob
from tests.support.asker import Asker, refused
from tests.support.imports import Importer, figures
from tests.support.people import RegisterWorkerFactory, make_id_number
from tests.support.platform import TestPlatform
from tests.support.spreadsheets import HEADER, roster_row, xlsx


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(95)


class TestPreview:
    def test_its_good_rows_are_taken_in_once(
        self, take: Importer, hq: Asker, platform: TestPlatform, rng: random.Random
    ) -> None:
        bad = roster_row(rng, 3)
        bad[HEADER.index("身份证号码")] = "1"
        preview = take(xlsx([HEADER, roster_row(rng, 1), roster_row(rng, 2), bad]), dry_run=True)
        assert figures(preview) == (3, 2, 0, 0, 1)
        preview_id = job_row(preview.id)
        first = hq.ask(c.AcceptWorkerImport(import_id=preview_id))
        again = hq.ask(c.AcceptWorkerImport(import_id=preview_id))
        platform.run_jobs()
        assert first.id == again.id == hq.ask(c.GetWorkerImport(import_id=preview_id)).taken_as
        found = hq.ask(c.GetWorkerImport(import_id=job_row(first.id)))
        assert (found.dry_run, figures(found)) == (False, (3, 2, 0, 0, 1))
        with refused("import.not_a_preview"):
            hq.ask(c.AcceptWorkerImport(import_id=job_row(first.id)))

    def test_is_accepted_when_it_has_ended(self, hq: Asker, store: Callable[[bytes], Any], rng: random.Random) -> None:
        job = hq.ask(c.StartWorkerImport(file=store(xlsx([HEADER, roster_row(rng, 1)])), dry_run=True))
        with refused("import.not_finished"):
            hq.ask(c.AcceptWorkerImport(import_id=job_row(job.id)))


class TestExport:
    def _exported(self, platform: TestPlatform, asker: Asker, **wanted: Any) -> bytes:
        job = asker.ask(c.ExportWorkers(**wanted))
        platform.run_jobs()
        state = asker.ask(GetJob(job_id=UUID(job.id.rpartition(".")[2])), service="registry")
        assert state.state == "succeeded", state.problem
        return platform.blobs.read(state.result["file"]["hash"])

    def _table(self, content: bytes) -> list[list[str]]:
        from io import BytesIO

        import python_calamine

        sheet = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
        return [[str(cell) for cell in row] for row in sheet.to_python()]

    def test_sent_in_again_makes_no_doubles(
        self, platform: TestPlatform, hq: Asker, take: Importer, people: RegisterWorkerFactory
    ) -> None:
        made = [hq.ask(people.build(division="522631205")) for _ in range(3)]
        content = self._exported(platform, hq, division="522631205", purpose="核对")
        found = take(content)
        assert (found.rows, found.accepted, found.rejected) == (3, 0, 0)
        assert [hq.ask(c.GetWorker(worker_id=one.id)).phone for one in made] == [one.phone for one in made]
        assert "核对" in {entry.purpose for entry in hq.ask(c.ListDisclosures(limit=500)).items}

    def test_without_a_purpose_it_is_masked(
        self, platform: TestPlatform, area: Callable[[str], Asker], hq: Asker, people: RegisterWorkerFactory
    ) -> None:
        hq.ask(people.build(division="522631206"))
        hq.ask(people.build(division="522631203"))
        table = self._table(self._exported(platform, area("522631206")))
        assert len(table) == 2
        assert "*" in table[1][1]
        assert "*" in table[1][2]
        with refused("scope.forbidden"):
            area("522631206").ask(c.ExportWorkers(purpose="想看看"))


class TestFilters:
    def test_sex_age_education_and_wishes_together(
        self, hq: Asker, people: RegisterWorkerFactory, rng: random.Random
    ) -> None:

        born = datetime.now(COUNTY_TIME).date() - timedelta(days=30 * 366)
        number = make_id_number(rng, born=born, sex="female")
        worker = hq.ask(people.build(id_number=number, education="college"))
        asked = {"sex": "female", "age_from": 29, "age_to": 30, "education": "college", "wants_out_work": True}
        assert worker.id in {row.id for row in hq.ask(c.ListWorkers(**asked)).items}
        for name, other in (("sex", "male"), ("age_to", 29), ("education", "primary"), ("wants_out_work", False)):
            assert worker.id not in {row.id for row in hq.ask(c.ListWorkers(**{**asked, name: other})).items}

    def test_pages_stay_stable_while_people_come(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        first = {hq.ask(people.build(division="522631103")).id for _ in range(5)}
        seen: list[UUID] = []
        cursor = None
        while True:
            page = hq.ask(c.ListWorkers(division="522631103", limit=2, cursor=cursor))
            seen += [row.id for row in page.items]
            hq.ask(people.build(division="522631103"))
            if (cursor := page.next_cursor) is None or len(seen) > 40:
                break
        assert len(seen) == len(set(seen))
        assert first <= set(seen)
