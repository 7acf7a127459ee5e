"""六个清单: what puts somebody on a list, and the rules that hold between the lists on any day, for any history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.registry.days import COUNTY_TIME, day_of
from services.registry.facts_then import facts_then
from services.registry.models import Worker
from services.registry.rosters import Moment
from shared.contracts import registry as c
from shared.contracts.registry import RosterKind, SpellKind
from shared.kit.context import service_context
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

TODAY = datetime.now(COUNTY_TIME).date()


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(31)


def roster(asker: Asker, kind: RosterKind, **more: Any) -> dict[UUID, c.RosterRow]:
    rows: dict[UUID, c.RosterRow] = {}
    cursor = None
    while True:
        page = asker.ask(c.GetRoster(kind=kind, limit=2, cursor=cursor, **more))
        rows |= {row.worker_id: row for row in page.items}
        cursor = page.next_cursor
        if cursor is None:
            assert page.total == len(rows)
            return rows


class TestByCommands:
    def test_a_difficulty_and_a_job_put_on_the_third_list_and_off_the_fourth(
        self, hq: Asker, people: RegisterWorkerFactory
    ) -> None:
        worker = hq.ask(people.build(difficulty={"kind": "zero_employment", "valid_from": "2024-01-01"}))
        assert worker.id in roster(hq, RosterKind.unemployed)
        spell = hq.ask(
            c.RecordEmploymentSpell(
                worker_id=worker.id, kind=SpellKind.out_of_county, employer_name="东莞某电子厂", started_on=TODAY
            )
        )
        row = roster(hq, RosterKind.hardship_employed)[worker.id]
        assert row.reason == f"零就业家庭; {TODAY}起外出务工东莞某电子厂"
        assert worker.id not in roster(hq, RosterKind.unemployed)
        assert worker.id not in roster(hq, RosterKind.seeking_out_work)
        hq.ask(c.EndEmploymentSpell(worker_id=worker.id, spell_id=UUID(spell.id), ended_on=TODAY, reason="工厂停工"))
        assert worker.id not in roster(hq, RosterKind.hardship_employed)
        assert roster(hq, RosterKind.returned)[worker.id].since == TODAY
        assert hq.ask(c.GetWorker(worker_id=worker.id)).employment is c.Employment.none

    def test_an_ended_difficulty_leaves_the_second_list(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        worker = hq.ask(people.build(difficulty={"kind": "low_income", "valid_from": "2024-01-01"}))
        status = UUID(worker.difficulty[0].id)
        assert worker.id in roster(hq, RosterKind.hardship)
        hq.ask(
            c.EndDifficulty(
                worker_id=worker.id, difficulty_id=status, valid_to=TODAY - timedelta(days=2), reason="退出低保"
            )
        )
        assert worker.id not in roster(hq, RosterKind.hardship)

    def test_overlapping_spells_are_refused(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        worker = hq.ask(people.build())
        spell = c.RecordEmploymentSpell(worker_id=worker.id, kind=SpellKind.local, started_on=TODAY)
        hq.ask(spell)
        with refused("worker.spell_overlaps"):
            hq.ask(spell)

    def test_a_day_that_has_not_come_has_no_roster(self, hq: Asker) -> None:
        with refused("roster.date_in_future"):
            hq.ask(c.GetRoster(kind=RosterKind.labour_force, as_of=TODAY + timedelta(days=2)))

    def test_an_area_sees_its_own_people(
        self, hq: Asker, area: Callable[[str], Asker], people: RegisterWorkerFactory
    ) -> None:
        here = hq.ask(people.build(division="522631203"))
        there = hq.ask(people.build(division="522631205"))
        seen = roster(area("522631203"), RosterKind.labour_force)
        assert here.id in seen
        assert there.id not in seen
        assert there.id in roster(hq, RosterKind.labour_force, division="522631205")

    def test_the_export_has_every_row(
        self, hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory, run_jobs: Callable[[], int]
    ) -> None:
        import python_calamine

        hq.ask(people.build())
        job = hq.ask(c.ExportRoster(kind=RosterKind.labour_force, purpose="上报人社局"))
        run_jobs()
        made = hq.ask(c.GetRosterExport(job_id=UUID(job.id.partition(".")[2])))
        with platform.blobs.open(made.file) as file:
            table = python_calamine.CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
        assert table[0][0] == "黎平县劳动力实名清单"
        assert table[2][:6] == ["序号", "姓名", "性别", "年龄", "身份证号码", "联系电话"]
        rows = [row for row in table[3:] if row[1]]
        assert made.members == len(rows) == len(roster(hq, RosterKind.labour_force))
        assert all(len(str(row[4])) == 18 and "*" not in str(row[4]) for row in rows)
        assert str(table[-1][0]).startswith("填报人：")
        purposes = {entry.purpose for entry in hq.ask(c.ListDisclosures(limit=500)).items}
        assert "上报人社局" in purposes

    def test_an_area_exports_its_own_masked_and_as_it_was_known(
        self,
        hq: Asker,
        area: Callable[[str], Asker],
        platform: TestPlatform,
        people: RegisterWorkerFactory,
        run_jobs: Callable[[], int],
    ) -> None:
        import python_calamine

        grid = area("522631206")
        worker = hq.ask(people.build(division="522631206", skills=[{"occupation": "电焊工"}], education="primary"))
        hq.ask(people.build(division="522631213"))
        hq.ask(c.UpdateWorker(worker_id=worker.id, skills=[{"occupation": "缝纫工"}], education="college"))

        def exported(**more: Any) -> list[list[Any]]:
            job = grid.ask(c.ExportRoster(kind=RosterKind.labour_force, **more))
            run_jobs()
            made = grid.ask(c.GetRosterExport(job_id=UUID(job.id.partition(".")[2])))
            with platform.blobs.open(made.file) as file:
                return python_calamine.CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()

        table = exported()
        (row,) = [row for row in table[3:] if row[1]]
        told = dict(zip(table[2], row, strict=True))
        assert (told["姓名"], told["技能"], told["文化程度"]) == (worker.name, "缝纫工", "大专")
        assert told["身份证号码"] == worker.id_number_masked
        with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
            found = session.get_one(Worker, worker.id)
            now = Moment(day_of(session.now), session.now)
            then = Moment(now.day, worker.created_at)
            known = {moment: facts_then(session, [found], moment)[worker.id] for moment in (now, then)}
        assert [known[moment].education for moment in (then, now)] == ["primary", "college"]
        assert known[then].skills != known[now].skills
        with refused("scope.forbidden"):
            grid.ask(c.ExportRoster(kind=RosterKind.labour_force, purpose="看看"))

    def test_a_day_counts_who_entered_and_left(
        self, platform: TestPlatform, outbox: Callable[[str], list[dict[str, object]]]
    ) -> None:
        from services.registry.roster_days import count_rosters_of_day

        with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
            session.connection().execute(text("DELETE FROM registry.roster_day"))
        for _ in range(2):
            with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
                count_rosters_of_day(session)
        bodies = [event["body"] for event in outbox("labour_force")]
        assert bodies[-1]["members"] == bodies[-1]["entered"] > 0  # type: ignore[index]
