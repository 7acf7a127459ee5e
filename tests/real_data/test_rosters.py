"""The column layouts and header spellings of real office tables are recognised, and so are their vocabularies."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from services.registry.importing import people
from services.registry.importing.headers import find_header, meaning_of
from services.registry.importing.reading import open_reading
from services.registry.importing.sheets import open_sheets
from shared.contracts.errors import Problem

pytestmark = pytest.mark.real_data
# Our word where the sample's differs.
FIELDS = {"gender": "sex"}


@pytest.fixture
def rosters(shared_data: Path) -> Path:
    return shared_data / "rosters"


def test_every_header_spelling_means_what_it_says(rosters: Path) -> None:
    with (rosters / "header_variants.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    wrong = []
    for row in rows:
        found = meaning_of(row["variant"])
        wanted = FIELDS.get(row["field"], row["field"])
        # 返乡时间 is taken for the day work ended, which is what it says of somebody who is back.
        if found is None or found.field not in (wanted, "end_work" if wanted == "return_plan" else wanted):
            wrong.append((row["variant"], wanted, found))
    assert len(rows) == 233
    assert wrong == []


def test_every_column_of_the_five_layouts_is_known(rosters: Path) -> None:
    layouts = json.loads((rosters / "layouts.json").read_text(encoding="utf-8"))
    for name, headers in layouts.items():
        header = find_header([(1, [name]), (2, list(headers))], [])
        assert header is not None
        assert header.last_row == 2
        assert [column.header for column in header.columns if column.field is None] == [], name


@pytest.mark.parametrize(
    ("name", "header_row", "columns"),
    [("blank_A", 1, 50), ("blank_B", 1, 32), ("blank_B2", 1, 28), ("blank_C", 3, 7), ("blank_D", 3, 25)],
)
def test_the_header_of_a_blank_workbook_is_found(rosters: Path, name: str, header_row: int, columns: int) -> None:
    with (rosters / f"{name}.xlsx").open("rb") as file:
        (sheet,) = open_sheets(file)
        header = find_header(list(sheet.rows), sheet.merged)
    assert header is not None
    assert (header.last_row, len(header.columns)) == (header_row, columns)


def test_a_table_without_names_says_which_column_is_missing(rosters: Path) -> None:
    with (rosters / "blank_C.xlsx").open("rb") as file, pytest.raises(Problem) as refused:
        open_reading(file)
    assert refused.value.code == "import.column_missing"


def test_the_vocabularies_are_understood(rosters: Path) -> None:
    words = json.loads((rosters / "vocabularies.json").read_text(encoding="utf-8"))
    for name in ("学历(A)", "文化程度(from memory, 国扶)"):
        assert [word for word in words[name] if people.education(word) is None] == []
    assert [w for w in words["技术等级(A)"] if w != "无" and people.level(w) is None] == []
    assert [w for w in words["困难群体(A)"] if not people.hardships(w)] == []
    assert [w for w in words["监测对象类别(from memory)"] if not people.hardships(w)] == []
    assert [w for w in words["培训项目(A)"] if people.trades(w)[1]] == []
    away = {word: people.is_away(word) for word in words["就业地点(A)"]}
    assert away == {"县内": False, "县外市内": True, "市外省内": True, "省外": True, "境外": True}
    assert [people.labour_ability(word)[0] for word in words["劳动技能(from memory, 国扶)"]] == [
        True,
        True,
        True,
        False,
        False,
    ]
