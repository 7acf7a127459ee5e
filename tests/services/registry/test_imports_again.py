"""Importing again, previewing, correcting, and going on after a crash: nothing happens twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from services.registry import imports
from shared.contracts import registry as c
from shared.contracts.base import BlobRef
from shared.contracts.kit import CancelJob
from tests.support.asker import Asker, refused
from tests.support.imports import Importer, errors, figures
from tests.support.people import make_id_number
from tests.support.platform import TestPlatform
from tests.support.spreadsheets import HEADER, roster_row, xlsx


class TestAgain:
    def test_the_same_file_twice_changes_nothing(
        self, take: Importer, hq: Asker, rng: random.Random, platform: TestPlatform
    ) -> None:
        rows = [HEADER, *(roster_row(rng, n) for n in range(1, 30))]
        numbers = [row[2] for row in rows[1:]]
        assert figures(take(xlsx(rows))) == (29, 29, 0, 0, 0)
        versions = {hq.ask(c.ListWorkers(q=number)).items[0].version for number in numbers}
        assert figures(take(xlsx(rows))) == (29, 0, 0, 29, 0)
        assert versions == {hq.ask(c.ListWorkers(q=number)).items[0].version for number in numbers} == {1}

    def test_updates_what_the_file_says_anew_and_keeps_the_rest(
        self, take: Importer, hq: Asker, rng: random.Random
    ) -> None:
        row = roster_row(rng, 1, 户类型="脱贫户", 从事工种="缝纫工", 就业状态="暂未就业")
        take(xlsx([HEADER, row]))
        short = [["姓名", "身份证号", "社区（村）", "文化程度", "技能"], [row[1], row[2], "开泰社区", "本科", "焊工"]]
        assert figures(take(xlsx(short))) == (1, 0, 1, 0, 0)
        (listed,) = hq.ask(c.ListWorkers(q=row[2])).items
        worker = hq.ask(c.GetWorker(worker_id=listed.id))
        assert (worker.education, worker.version) == (c.Education.bachelor, 2)
        assert {skill.name for skill in worker.skills} == {"缝纫工", "焊工"}
        assert worker.phone == f"+86{row[3]}"
        assert [status.kind for status in worker.difficulty] == [c.DifficultyKind.out_of_poverty]

    def test_who_moved_or_has_another_name_is_found_so_with_all_that_is_known(
        self, take: Importer, hq: Asker, area: Callable[[str], Asker], rng: random.Random
    ) -> None:
        rows = [roster_row(rng, n, 从事工种="缝纫工", 就业状态="已就业", 务工地点="东莞") for n in range(1, 5)]
        take(xlsx([HEADER, *rows]))
        old = [["姓名", "身份证号", "乡镇", "就业状态"]]
        changed = [
            ["冼又新", rows[0][2], "德凤街道", "未就业"],
            [rows[1][1], rows[1][2], "敖市镇", "未就业"],
            ["冼又远", rows[2][2], "茅贡镇", ""],
        ]
        assert figures(take(xlsx([*old, *changed]))) == (3, 0, 3, 0, 0)
        assert {row.name for row in hq.ask(c.ListWorkers(q="冼又")).items} == {"冼又新", "冼又远"}
        assert hq.ask(c.ListWorkers(q=rows[0][1])).items == [] or rows[0][1] == rows[3][1]
        for number in (rows[1][2], rows[2][2]):
            (listed,) = hq.ask(c.ListWorkers(q=number)).items
            there = area(listed.division[:9])
            worker = there.ask(c.GetWorker(worker_id=listed.id))
            assert [skill.name for skill in worker.skills] == ["缝纫工"]
            assert len(worker.employment_spells) == 1
            assert there.ask(c.ListWorkers(q=worker.name[:2])).items
            with refused("resource.not_found"):
                area("522631001").ask(c.GetWorker(worker_id=listed.id))

    def test_or_refuses_who_is_known(self, take: Importer, rng: random.Random) -> None:
        rows = [HEADER, roster_row(rng, 1)]
        take(xlsx(rows))
        found = take(xlsx([*rows, roster_row(rng, 2)]), on_existing="refuse")
        assert errors(found) == [(2, "id_number", "worker.duplicate")]
        assert figures(found) == (2, 1, 0, 0, 1)

    def test_a_dry_run_tells_the_truth_and_leaves_everything_as_it_was(
        self, take: Importer, hq: Asker, rng: random.Random
    ) -> None:
        known = roster_row(rng, 1)
        take(xlsx([HEADER, known]))
        changed = [*known[:6], "本科", *known[7:]]
        content = xlsx([HEADER, changed, roster_row(rng, 2), roster_row(rng, 3, 姓名="")])
        assert figures(take(content, dry_run=True)) == (3, 1, 1, 0, 1)
        assert hq.ask(c.ListWorkers(q=known[2])).items[0].version == 1
        assert figures(take(content)) == (3, 1, 1, 0, 1)

    def test_the_refused_rows_come_back_with_reasons_and_can_be_sent_in_again(
        self, take: Importer, hq: Asker, platform: TestPlatform, rng: random.Random
    ) -> None:
        import python_calamine

        number = make_id_number(rng)
        rows = [
            HEADER,
            roster_row(rng, 1),
            roster_row(rng, 2, 身份证号码=522631199001010019),
            roster_row(rng, 3, 姓名=""),
        ]
        found = take(xlsx(rows))
        assert found.has_problem_file
        ref = hq.ask(c.GetProblemFile(import_id=imports.job_row(found.id))).file
        with platform.blobs.open(ref) as file:
            table = python_calamine.CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
        assert [row[1] for row in table] == ["原表行号", "3", "4"]
        assert "文本格式" in str(table[1][0])
        table[1][table[0].index("身份证号码")] = number
        table[2][table[0].index("姓名")] = "罗改正"
        assert figures(take(xlsx(table))) == (2, 2, 0, 0, 0)

    def test_the_template_is_understood(self, hq: Asker, platform: TestPlatform) -> None:
        from services.registry.importing.reading import open_reading

        first, second = (hq.ask(c.GetImportTemplate()).file for _ in range(2))
        assert first.hash == second.hash
        with platform.blobs.open(first) as file:
            columns = open_reading(file).columns
        assert all(column["field"] for column in columns)


class TestInterrupted:
    def test_goes_on_at_the_row_where_it_stood(
        self,
        platform: TestPlatform,
        hq: Asker,
        store: Callable[[bytes], BlobRef],
        rng: random.Random,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The process dies between two batches; another one takes over and takes nobody in twice."""
        rows = [HEADER, *(roster_row(rng, n) for n in range(1, 36))]
        rows.append(rows[3])
        job = hq.ask(c.StartWorkerImport(file=store(xlsx(rows))))
        import_id = imports.job_row(job.id)
        monkeypatch.setattr(imports, "BATCH", 10)
        taken = 0
        whole = imports._store

        def dying(*args: Any, **kwargs: Any) -> None:
            nonlocal taken
            taken += 1
            if taken == 3:
                raise KeyboardInterrupt
            whole(*args, **kwargs)

        monkeypatch.setattr(imports, "_store", dying)
        with pytest.raises(KeyboardInterrupt):
            platform.run_jobs()
        assert figures(hq.ask(c.GetWorkerImport(import_id=import_id))) == (20, 20, 0, 0, 0)
        _end_lease(platform, import_id)
        platform.run_jobs()
        found = hq.ask(c.GetWorkerImport(import_id=import_id))
        assert (found.state, figures(found)) == ("succeeded", (36, 35, 0, 0, 1))
        assert errors(found) == [(37, "id_number", "import.duplicate_in_file")]

    def test_can_be_cancelled(
        self, platform: TestPlatform, hq: Asker, store: Callable[[bytes], BlobRef], rng: random.Random
    ) -> None:
        job = hq.ask(c.StartWorkerImport(file=store(xlsx([HEADER, roster_row(rng, 1)]))))
        import_id = imports.job_row(job.id)
        hq.ask(CancelJob(job_id=import_id), service="registry")
        platform.run_jobs()
        assert hq.ask(c.GetWorkerImport(import_id=import_id)).state == "cancelled"

    def test_is_hqs_alone(self, area: Callable[[str], Asker], store: Callable[[bytes], BlobRef]) -> None:
        with refused("scope.forbidden"):
            area("522631104").ask(c.StartWorkerImport(file=store(b"x")))


def _end_lease(platform: TestPlatform, job_id: UUID) -> None:
    from sqlalchemy import text

    from shared.kit.context import service_context

    with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
        session.connection().execute(
            text("UPDATE registry.job SET lease_until = now() - interval '1 second' WHERE id = :id"), {"id": job_id}
        )
