"""名册导入 by commands: what is accepted, what is named as wrong, and that nothing happens twice."""

from __future__ import annotations

import random
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from shared.contracts import registry as c
from tests.support.asker import Asker
from tests.support.imports import Importer, errors, figures
from tests.support.people import make_id_number
from tests.support.spreadsheets import HEADER, csv_of, roster_row, xlsx


class TestAccepts:
    def test_a_village_roster(self, take: Importer, hq: Asker, rng: random.Random) -> None:
        number = make_id_number(rng, born=date(1988, 5, 1), sex="female")
        row = roster_row(
            rng, 1, 姓名="潘 秀兰", 身份证号码=number, 联系电话=13800138000, 户类型="监测户", 就业状态="暂未就业",
            从事工种="缝纫工、叉车", 是否打算外出就业="是", 意向务工地="东莞、温岭",
        )  # fmt: skip
        found = take(xlsx([HEADER, row]), consents=["registration"])
        assert (found.state, figures(found)) == ("succeeded", (1, 1, 0, 0, 0))
        (listed,) = hq.ask(c.ListWorkers(q=number)).items
        worker = hq.ask(c.GetWorker(worker_id=listed.id))
        assert (worker.name, worker.phone) == ("潘秀兰", "+8613800138000")
        assert worker.division_name.startswith("德凤街道")
        assert {skill.name for skill in worker.skills} == {"缝纫工", "起重装卸机械操作工"}
        assert worker.intention.destinations == ["dongguan", "wenling"]
        assert [status.kind for status in worker.difficulty] == [c.DifficultyKind.monitored]
        assert worker.difficulty[0].evidence == "名册《德凤街道名册》 第2行"
        assert [consent.purpose for consent in worker.consents] == [c.ConsentPurpose.registration]
        assert c.RosterKind.unemployed in worker.rosters

    def test_two_header_rows_with_merged_cells_under_a_title(
        self, take: Importer, hq: Asker, rng: random.Random
    ) -> None:
        number = make_id_number(rng)
        rows: list[list[Any]] = [
            ["黎平县德凤街道农村劳动力信息台账"],
            ["序号", "基本信息", "", "", "户主", "", "就业意向", ""],
            ["", "姓名", "公民身份号码", "乡（镇）", "姓名", "证件号码", "工种", "地区"],
            [1, "石桂花", number, "德凤街道", "石老大", "522631196001010011", "保洁", "杭州"],
            ["合计", "1人", "", "", "", "", "", ""],
            ["填报人：杨某", "", "", "", "", "", "", ""],
        ]
        merged = [(0, 0, 0, 7, rows[0][0]), (1, 0, 2, 0, "序号"), (1, 1, 1, 3, "基本信息"), (1, 4, 1, 5, "户主"),
                  (1, 6, 1, 7, "就业意向")]  # fmt: skip
        found = take(xlsx(rows, merged=merged))
        assert figures(found) == (1, 1, 0, 0, 0)
        (worker,) = hq.ask(c.ListWorkers(q=number)).items
        assert worker.name == "石桂花"

    def test_a_familys_merged_village_stands_for_each_of_its_rows(
        self, take: Importer, hq: Asker, rng: random.Random
    ) -> None:
        numbers = [make_id_number(rng) for _ in range(2)]
        rows = [["姓名", "身份证号", "村"], ["吴大", numbers[0], "双凤社区"], ["吴小", numbers[1], ""]]
        found = take(xlsx(rows, merged=[(1, 2, 2, 2, "双凤社区")]))
        assert figures(found) == (2, 2, 0, 0, 0)
        assert {hq.ask(c.ListWorkers(q=n)).items[0].division for n in numbers} == {"522631001001"}

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
    def test_csv_in_the_encodings_of_excel_and_wps(self, take: Importer, rng: random.Random, encoding: str) -> None:
        rows = [HEADER, *(roster_row(rng, n) for n in range(1, 6))]
        assert figures(take(csv_of(rows, encoding))) == (5, 5, 0, 0, 0)

    def test_several_sheets_and_skips_the_ones_without_people(self, take: Importer, rng: random.Random) -> None:
        notes = [["说明"], ["请如实填写"]]
        others = [["姓名", "身份证号", "村"], ["罗英", make_id_number(rng), "开泰社区"]]
        found = take(xlsx([HEADER, roster_row(rng, 1)], notes, others))
        assert figures(found) == (2, 2, 0, 0, 0)
        assert [(sheet.sheet, sheet.code) for sheet in found.skipped_sheets] == [("Sheet2", "import.header_not_found")]

    def test_a_default_place_for_rows_without_one(self, take: Importer, rng: random.Random) -> None:
        rows = [["姓名", "身份证号"], ["罗英", make_id_number(rng)]]
        assert errors(take(xlsx(rows))) == [(2, "division", "import.division_missing")]
        assert figures(take(xlsx(rows), default_division="敖市镇")) == (1, 1, 0, 0, 0)


class TestNamesWhatIsWrong:
    @pytest.mark.parametrize(
        ("cells", "field", "code"),
        [
            ({"身份证号码": 522631199001010019}, "id_number", "import.id_number_is_float"),
            ({"身份证号码": "5.22631E+17"}, "id_number", "import.id_number_is_float"),
            ({"身份证号码": ""}, "id_number", "import.id_number_missing"),
            ({"身份证号码": "522631199001010018"}, "id_number", "worker.id_number_invalid"),
            ({"身份证号码": "522631199013010018"}, "id_number", "worker.id_number_invalid"),
            ({"姓名": ""}, "name", "import.name_missing"),
            ({"姓名": "13800138000"}, "name", "import.name_missing"),
            ({"联系电话": 1380013800}, "phone", "import.phone_is_float"),
            ({"联系电话": "1380013800"}, "phone", "worker.phone_invalid"),
            ({"街道（乡镇）": "得凤镇"}, "village", "worker.division_unknown"),
            ({"社区（村）": "没有这个村"}, "village", "worker.division_unknown"),
        ],
    )
    def test_by_row_and_field(
        self, take: Importer, rng: random.Random, cells: dict[str, Any], field: str, code: str
    ) -> None:
        rows = [HEADER, roster_row(rng, 1), roster_row(rng, 2, **cells), roster_row(rng, 3)]
        found = take(xlsx(rows), dry_run=True)
        assert errors(found) == [(3, field, code)]
        assert figures(found) == (3, 2, 0, 0, 1)

    def test_a_day_that_does_not_exist(self, take: Importer, rng: random.Random) -> None:
        rows = [
            [*HEADER, "外出务工时间"],
            [*roster_row(rng, 1, 就业状态="已就业"), "2026/2/30"],
            [*roster_row(rng, 2, 就业状态="已就业"), "2025.3.1"],
            [*roster_row(rng, 3, 就业状态="已就业"), date(2025, 2, 28)],
        ]
        assert errors(take(xlsx(rows))) == [(2, "start_work", "import.date_invalid")]

    def test_a_suggestion_for_an_unknown_village(self, take: Importer, rng: random.Random) -> None:
        found = take(xlsx([HEADER, roster_row(rng, 1, **{"社区（村）": "双丰社区"})]), dry_run=True)
        assert "双凤社区" in found.problems[0].message_zh
        assert found.problems[0].message == found.problems[0].message_zh

    def test_the_same_person_twice_in_a_file(self, take: Importer, rng: random.Random) -> None:
        row = roster_row(rng, 1)
        found = take(xlsx([HEADER, row, roster_row(rng, 2), row]))
        assert errors(found) == [(4, "id_number", "import.duplicate_in_file")]
        assert figures(found) == (3, 2, 0, 0, 1)

    @pytest.mark.parametrize("dry_run", [True, False])
    def test_who_is_likely_the_same_person_with_another_number(
        self, take: Importer, rng: random.Random, dry_run: bool
    ) -> None:
        """The same name, day of birth and township: a warning in the preview and in the report, and taken in."""
        born = date(1988, 5, 1)
        known, twice, first = ({"姓名": name, "身份证号码": make_id_number(rng, born=born)}
                               for name in (f"石晓{'甲乙'[dry_run]}", "龙再来", "龙再来"))  # fmt: skip
        take(xlsx([HEADER, roster_row(rng, 1, **known)]))
        again = known | {"身份证号码": make_id_number(rng, born=born)}
        elsewhere = again | {"身份证号码": make_id_number(rng, born=born), "街道（乡镇）": "敖市镇", "社区（村）": ""}
        rows = [HEADER, roster_row(rng, 1, **first), roster_row(rng, 2, **again), roster_row(rng, 3, **twice)]
        found = take(xlsx([*rows, roster_row(rng, 4, **elsewhere), roster_row(rng, 5, **known)]), dry_run=dry_run)
        warned = [(problem.row, problem.code) for problem in found.problems]
        assert warned == [
            (3, "import.likely_registered"),
            (4, "import.likely_twice_in_file"),
            (6, "import.likely_twice_in_file"),
        ]
        assert found.rejected == 0
        assert found.accepted == 4

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "import.empty"),
            (b"PK\x03\x04 not a workbook", "import.file_broken"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 locked", "import.file_broken"),
            (b"\x00\x01\x02\x03" * 50, "import.format_unknown"),
            ("只有一行字".encode(), "import.header_not_found"),
            ("姓名,村\n吴英,双凤社区\n".encode(), "import.column_missing"),
        ],
    )
    def test_a_file_that_is_no_roster(self, take: Importer, content: bytes, code: str) -> None:
        found = take(content)
        assert found.state == "failed"
        assert found.problem is not None
        assert found.problem["code"] == code

    def test_an_empty_workbook(self, take: Importer) -> None:
        found = take(xlsx([], []))
        assert found.problem is not None
        assert found.problem["code"] == "import.empty"

    def test_an_archive_that_unpacks_to_too_much(self, take: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
        from services.registry.importing import sheets

        monkeypatch.setattr(sheets, "MAX_UNPACKED", 20 * 1024 * 1024)
        bomb = BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (40 * 1024 * 1024))
        lying = bomb.getvalue().replace((40 * 1024 * 1024).to_bytes(4, "little"), (10).to_bytes(4, "little"))
        for content in (bomb.getvalue(), lying):
            found = take(content)
            assert found.problem is not None
            assert found.problem["code"] == "import.archive_suspicious"
