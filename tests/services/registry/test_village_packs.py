"""村级离线包: what goes out is signed; what comes back is merged without doubles and without silent loss."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from services.registry import village_packs
from services.registry.days import day_of
from services.registry.village_pack_models import VillagePack
from shared.contracts import registry as c
from shared.contracts.base import BlobRef, JobState
from shared.contracts.kit import GetJob
from shared.contracts.registry import FindingKind, SpellKind
from shared.kit.context import service_context
from shared.kit.tables import utc_now
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory, make_id_number
from tests.support.platform import TestPlatform

Table = list[list[str]]


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(91)


@pytest.fixture
def village() -> str:
    from shared.reference import divisions_under

    return next(_villages([*divisions_under("522631104"), *divisions_under("522631105")]))


_USED: set[str] = set()


def _villages(found: Any) -> Iterator[str]:
    for place in found:
        if place.code not in _USED:
            _USED.add(place.code)
            yield place.code


class Packs:
    """Gives packs out and takes them back."""

    def __init__(self, platform: TestPlatform, asker: Asker) -> None:
        self.platform, self.asker = platform, asker

    def issue(self, division: str) -> UUID:
        job = self.asker.ask(c.IssueVillagePack(division=division))
        self.platform.run_jobs()
        return UUID(job.id.rpartition(".")[2])

    def sheets(self, pack_id: UUID) -> dict[str, Table]:
        import python_calamine

        ref = self.asker.ask(c.GetVillagePackFile(pack_id=pack_id)).file
        with self.platform.blobs.open(ref) as file:
            book = python_calamine.CalamineWorkbook.from_filelike(file)
            return {
                name: [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
                for name in book.sheet_names
            }

    def bring_back(self, sheets: dict[str, Table]) -> JobState:
        job = self.asker.ask(c.ReturnVillagePack(file=self._stored(sheets)))
        self.platform.run_jobs()
        return self.asker.ask(GetJob(job_id=UUID(job.id.rpartition(".")[2])), service="registry")

    def _stored(self, sheets: dict[str, Table]) -> BlobRef:
        import xlsxwriter

        written = BytesIO()
        with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                for line, row in enumerate(rows):
                    for place, value in enumerate(row):
                        sheet.write_string(line, place, str(value))
        return self.platform.blobs.put_bytes(written.getvalue(), media_type="application/xlsx", filename="回来.xlsx")

    def findings(self, pack_id: UUID, kind: FindingKind | None = None) -> list[c.PackFindingView]:
        return self.asker.ask(c.ListPackFindings(pack_id=pack_id, kind=kind)).items


@pytest.fixture
def packs(platform: TestPlatform, hq: Asker) -> Packs:
    return Packs(platform, hq)


def put(table: Table, name: str, title: str, value: str) -> None:
    row = next(row for row in table if row[1] == name)
    row[table[1].index(title)] = value


def counts(state: JobState) -> tuple[int, int, int, int, int]:
    assert state.state == "succeeded", state.problem
    found = state.result
    return tuple(found[name] for name in ("updated", "added", "unchanged", "missing", "refused"))


class TestMerging:
    def test_changed_cells_are_taken_over_and_the_rest_is_left(
        self, packs: Packs, hq: Asker, people: RegisterWorkerFactory, village: str
    ) -> None:
        worker = hq.ask(people.build(division=village, name="吴离线"))
        other = hq.ask(people.build(division=village, name="杨不变"))
        pack = packs.issue(village)
        sheets = packs.sheets(pack)
        put(sheets["名册"], "吴离线", "联系电话", "13812345678")
        put(sheets["名册"], "吴离线", "就业状态", "已就业")
        put(sheets["名册"], "吴离线", "务工地点", "广东东莞")
        assert counts(packs.bring_back(sheets)) == (1, 0, 1, 0, 0)
        after = hq.ask(c.GetWorker(worker_id=worker.id))
        assert after.phone == "+8613812345678"
        assert [(spell.kind, spell.place) for spell in after.employment_spells] == [
            (SpellKind.out_of_county, "广东东莞")
        ]
        assert after.intention == worker.intention
        assert hq.ask(c.GetWorker(worker_id=other.id)).version == other.version

    def test_the_same_file_again_changes_nothing(
        self, packs: Packs, hq: Asker, people: RegisterWorkerFactory, village: str, rng: random.Random
    ) -> None:
        worker = hq.ask(people.build(division=village, name="龙两次"))
        pack = packs.issue(village)
        sheets = packs.sheets(pack)
        put(sheets["名册"], "龙两次", "技能", "缝纫")
        put(sheets["名册"], "龙两次", "文化程度", "大专")
        sheets["名册"].append(["", "陆新人", make_id_number(rng), ""] + [""] * 12)
        assert counts(packs.bring_back(sheets)) == (1, 1, 0, 0, 0)
        version = hq.ask(c.GetWorker(worker_id=worker.id)).version
        assert counts(packs.bring_back(sheets)) == (0, 0, 2, 0, 0)
        assert hq.ask(c.GetWorker(worker_id=worker.id)).version == version
        assert packs.findings(pack) == []
        found = hq.ask(c.ListWorkers(q="陆新人")).items
        assert [row.division for row in found] == [village]

    def test_what_both_sides_changed_waits_for_a_decision(
        self, packs: Packs, hq: Asker, people: RegisterWorkerFactory, village: str
    ) -> None:
        kept = hq.ask(people.build(division=village, name="石保留", phone="13800000001"))
        taken = hq.ask(people.build(division=village, name="石采用", phone="13800000002"))
        pack = packs.issue(village)
        sheets = packs.sheets(pack)
        for name, phone in (("石保留", "13900000001"), ("石采用", "13900000002")):
            put(sheets["名册"], name, "联系电话", phone)
        for worker in (kept, taken):
            hq.ask(c.UpdateWorker(worker_id=worker.id, phone="13700000000"))
        assert counts(packs.bring_back(sheets)) == (0, 0, 2, 0, 0)
        found = {one.name: one for one in packs.findings(pack, FindingKind.conflict)}
        assert found["石保留"].given == {"phone": "13800000001"}
        assert found["石保留"].returned == {"phone": "13900000001"}
        assert found["石保留"].current == {"phone": "13700000000"}
        assert hq.ask(c.GetVillagePack(pack_id=pack)).open_conflicts == 2
        for name, take in (("石保留", False), ("石采用", True)):
            hq.ask(c.SettlePackConflict(pack_id=pack, number=found[name].number, take_returned=take))
        assert hq.ask(c.GetWorker(worker_id=kept.id)).phone == "+8613700000000"
        assert hq.ask(c.GetWorker(worker_id=taken.id)).phone == "+8613900000002"
        with refused("pack.conflict_settled"):
            hq.ask(c.SettlePackConflict(pack_id=pack, number=found["石保留"].number, take_returned=True))
        packs.bring_back(sheets)
        assert hq.ask(c.GetVillagePack(pack_id=pack)).open_conflicts == 0, "a decision holds when the file comes again"

    def test_nothing_is_lost_silently(
        self, packs: Packs, hq: Asker, people: RegisterWorkerFactory, village: str, rng: random.Random
    ) -> None:
        for name in ("潘清空", "潘没回", "潘错行", "潘错号"):
            hq.ask(people.build(division=village, name=name))
        pack = packs.issue(village)
        sheets = packs.sheets(pack)
        table = sheets["名册"]
        put(table, "潘清空", "联系电话", "")
        put(table, "潘错号", "联系电话", "12345")
        table[:] = [row for row in table if row[1] != "潘没回"]
        put(table, "潘错行", "姓名", "别的人")
        table.append(["", "潘号错", "522631199001010001", ""] + [""] * 12)
        packs.bring_back(sheets)
        found = {(one.kind, one.field) for one in packs.findings(pack)}
        assert (FindingKind.cleared, "phone") in found
        assert (FindingKind.refused, "phone") in found
        assert (FindingKind.refused, "name") in found
        assert (FindingKind.refused, "id_number") in found
        view = hq.ask(c.GetVillagePack(pack_id=pack))
        assert (view.state, view.missing, view.added) == ("returned", 1, 0)

    def test_a_new_row_about_somebody_known_makes_no_double(
        self, packs: Packs, hq: Asker, people: RegisterWorkerFactory, village: str, rng: random.Random
    ) -> None:
        number = make_id_number(rng)
        pack = packs.issue(village)
        sheets = packs.sheets(pack)
        sheets["名册"].append(["", "罗重登", number, "", "13512345678"] + [""] * 11)
        known = hq.ask(people.build(name="罗重登", id_number=number, phone="13612345678", division=village))
        assert counts(packs.bring_back(sheets)) == (0, 0, 1, 0, 0)
        assert [one.worker_id for one in packs.findings(pack, FindingKind.conflict)] == [known.id]
        assert [row.id for row in hq.ask(c.ListWorkers(q="罗重登")).items] == [known.id]


class TestSignature:
    def test_a_file_of_somebody_elses_making_is_refused(
        self, packs: Packs, people: RegisterWorkerFactory, hq: Asker, village: str
    ) -> None:
        hq.ask(people.build(division=village))
        sheets = packs.sheets(packs.issue(village))
        forged = {**sheets, "签名(勿改)": [["离线包", '{"pack":"x"}'], ["签名", "AAAA"]]}
        assert packs.bring_back(forged).problem["code"] == "pack.not_genuine"  # type: ignore[index]
        bare = {"名册": sheets["名册"]}
        assert packs.bring_back(bare).problem["code"] == "pack.not_genuine"  # type: ignore[index]

    def test_an_area_takes_along_and_brings_back_its_own_alone(
        self,
        platform: TestPlatform,
        area: Callable[[str], Asker],
        hq: Asker,
        people: RegisterWorkerFactory,
        village: str,
    ) -> None:
        hq.ask(people.build(division=village, name="欧网格"))
        own = Packs(platform, area(village))
        pack = own.issue(village)
        sheets = own.sheets(pack)
        put(sheets["名册"], "欧网格", "文化程度", "高中")
        assert counts(own.bring_back(sheets)) == (1, 0, 0, 0, 0)
        stranger = Packs(platform, area("522631203"))
        assert stranger.bring_back(sheets).problem["code"] == "resource.not_found"  # type: ignore[index]
        with refused("resource.not_found"):
            area("522631203").ask(c.IssueVillagePack(division=village))
        with refused("resource.not_found"):
            area("522631203").ask(c.GetVillagePack(pack_id=pack))

    def test_an_old_pack_is_deleted_and_merged_no_more(
        self, platform: TestPlatform, packs: Packs, people: RegisterWorkerFactory, hq: Asker, village: str
    ) -> None:
        hq.ask(people.build(division=village, name="姚过期"))
        pack = packs.issue(village)
        sheets = packs.sheets(pack)
        blob = hq.ask(c.GetVillagePackFile(pack_id=pack)).file
        with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
            row = session.get_one(VillagePack, pack)
            row.issued_at = session.now - village_packs.KEPT - timedelta(days=1)
            session.add(row)
            session.flush()
            village_packs.forget_old_packs(session)
        assert hq.ask(c.GetVillagePack(pack_id=pack)).state == "expired"
        assert packs.bring_back(sheets).problem["code"] == "pack.not_genuine"  # type: ignore[index]
        assert blob.hash not in set(platform.blobs.names())

    def test_whole_identity_numbers_stay_at_home(
        self, packs: Packs, people: RegisterWorkerFactory, hq: Asker, village: str
    ) -> None:
        hq.ask(people.build(division=village))
        table = packs.sheets(packs.issue(village))["名册"]
        assert "********" in table[2][2]
        assert {entry.purpose for entry in hq.ask(c.ListDisclosures(limit=500)).items} >= {"村级离线包"}


def test_hardship_and_leaving_are_asked_for_once(
    platform: TestPlatform, hq: Asker, area: Callable[[str], Asker], people: RegisterWorkerFactory, village: str
) -> None:
    hardship = {"kind": "low_income", "valid_from": "2024-01-01"}
    poor, gone, same = (hq.ask(people.build(division=village, difficulty=hardship)) for _ in range(3))
    packs = Packs(platform, area(village))
    sheets = packs.sheets(packs.issue(village))
    table = sheets["名册"]
    at = {title: place for place, title in enumerate(table[1])}
    rows = {row[at["姓名"]]: row for row in table[2:] if row[at["姓名"]]}
    assert rows[poor.name][at["困难类别(改动须审批)"]] == "低保户"
    rows[poor.name][at["困难类别(改动须审批)"]] = "残疾人员"
    rows[gone.name][at["离开原因(须审批)"]] = "迁出"
    stranger = people.build()
    table.append(
        [
            {"姓名": stranger.name, "身份证号码": stranger.id_number, "困难类别(改动须审批)": "监测户"}.get(title, "")
            for title in table[1]
        ]
    )
    for _ in range(2):
        assert packs.bring_back(sheets).state == "succeeded"
    asked = {
        (request.worker_name, change.label, change.before, change.after)
        for request in hq.ask(c.ListChangeRequests(division=village, state="pending")).items
        for change in request.changes
    }
    today = day_of(utc_now())
    assert asked == {
        (poor.name, "新认定", None, f"残疾人员({today}起)"),
        (poor.name, "退出认定", "低保户(2024-01-01起)", f"{today}止"),
        (gone.name, "在册", "是", "否"),
        (stranger.name, "新认定", None, f"监测户({today}起)"),
    }
    assert hq.ask(c.GetWorker(worker_id=gone.id)).is_active
    assert hq.ask(c.GetWorker(worker_id=same.id)).version == same.version
