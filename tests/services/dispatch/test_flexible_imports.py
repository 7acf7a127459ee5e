"""A village's day-work roster, as spreadsheets have it: previewed, taken in, and its bad rows named."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dispatch.work_sheets import spread
from shared.contracts import dispatch as c
from shared.contracts.errors import Problem
from tests.services.dispatch.conftest import HOME, County, today
from tests.support.asker import refused

MONTH = (today().replace(day=1) - timedelta(days=1)).replace(day=1)
HEADER = (
    "序号",
    "姓名",
    "身份证号码",
    "用工地点",
    "工种",
    "日报酬(元)",
    "开始日期",
    *(f"{day}日" for day in range(1, 29)),
)


@pytest.fixture
def people(county: County) -> list[Any]:
    """Registered people as (registration, id)."""
    commands = county.people.batch(3, division=HOME)
    found = [(command, county.hq.ask(command).id) for command in commands]
    county.platform.settle()
    return found


def row(person: Any, *days: str, **given: str) -> list[str]:
    command, _ = person
    fields = {"name": command.name, "id": command.id_number, "place": "敖市镇茶叶合作社", "pay": "120", **given}
    began = given.get("began", MONTH.isoformat())
    return ["1", fields["name"], fields["id"], fields["place"], "采茶工", fields["pay"], began, *days]


def sheet(*rows: list[str], header: tuple[str, ...] = HEADER) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("日工花名册")
    page.write_string(0, 0, "敖市镇日工花名册")
    for at, line in enumerate([header, *rows], start=1):
        for column, value in enumerate(line):
            page.write_string(at, column, value)
    book.close()
    return out.getvalue()


def sent(county: County, run_jobs: Callable[[], int], content: bytes, **given: Any) -> c.FlexibleImportView:
    ref = county.platform.blobs.put_bytes(content, media_type="application/octet-stream", filename="日工.xlsx")
    command = c.ImportFlexibleMonth(file=ref, month=f"{MONTH:%Y-%m}", **given)
    started = county.hq.ask(command)
    run_jobs()
    county.platform.settle()
    return county.hq.ask(c.GetFlexibleImport(import_id=started.id))


def spells_of(county: County, worker_id: UUID) -> list[c.FlexiblePlacementView]:
    return county.hq.ask(c.ListFlexiblePlacements(worker_id=worker_id)).items


def test_a_preview_counts_and_its_acceptance_takes_in(
    county: County, run_jobs: Callable[[], int], people: list[Any]
) -> None:
    content = sheet(row(people[0], "1", "0.5", "√"), row(people[1], "", "半"), row(people[2]))
    preview = sent(county, run_jobs, content, dry_run=True)
    assert preview.result is not None
    assert (preview.result.accepted, preview.result.days, preview.result.half_days) == (3, 4, 6)
    assert preview.result.pay_cents == 6 * 6_000
    assert spells_of(county, people[0][1]) == []

    accepted = county.hq.ask(c.AcceptFlexibleImport(import_id=preview.id))
    run_jobs()
    county.platform.settle()
    taken = county.hq.ask(c.GetFlexibleImport(import_id=accepted.id)).result
    assert taken is not None
    assert (taken.dry_run, taken.spells_started, taken.problems) == (False, 3, [])
    (spell,) = spells_of(county, people[0][1])
    assert (spell.half_days, spell.pay_cents, spell.occupation) == (5, 30_000, "采茶工")
    with refused("flexible.not_a_preview"):
        county.hq.ask(c.AcceptFlexibleImport(import_id=accepted.id))


def test_the_same_file_again_changes_nothing_and_a_better_one_replaces_the_month(
    county: County, run_jobs: Callable[[], int], people: list[Any]
) -> None:
    first = sheet(row(people[0], "1", "1"))
    for _ in range(2):
        sent(county, run_jobs, first)
    (spell,) = spells_of(county, people[0][1])
    assert spell.half_days == 4
    again = sent(county, run_jobs, sheet(row(people[0], "", "1", "0.5")))
    assert again.result is not None
    assert again.result.spells_started == 0
    (spell,) = spells_of(county, people[0][1])
    assert (spell.half_days, spell.pay_cents) == (3, 18_000)


def test_each_bad_row_is_named_and_holds_no_other_back(
    county: County, run_jobs: Callable[[], int], people: list[Any]
) -> None:
    late = (MONTH + timedelta(days=3)).isoformat()
    stranger = county.people.build()
    content = sheet(
        row(people[0], "1"),
        row((stranger, None), "1"),
        row(people[1], "1", name="别人"),
        row(people[2], "全天", "两天", pay="很多"),
        row(people[0], "1"),
        row(people[1], "1", began=late),
    )
    found = sent(county, run_jobs, content)
    assert found.result is not None
    named = {(one.row, one.field, one.code) for one in found.result.problems}
    assert named == {
        (4, "身份证号码", "flexible.nobody_known"),
        (5, "姓名", "flexible.name_other"),
        (6, "日报酬", "flexible.value"),
        (6, "2日", "flexible.value"),
        (7, "身份证号码", "flexible.listed_twice"),
        (8, "开始日期", "flexible.day_outside"),
    }
    assert found.result.accepted == 1
    assert [len(spells_of(county, person)) for _, person in people] == [1, 0, 0]


def test_who_works_elsewhere_is_not_moved_by_a_list(
    county: County, run_jobs: Callable[[], int], people: list[Any]
) -> None:
    sent(county, run_jobs, sheet(row(people[0], "1")))
    found = sent(county, run_jobs, sheet(row(people[0], "1", place="德凤街道工地")))
    assert found.result is not None
    assert [one.code for one in found.result.problems] == ["flexible.works_elsewhere"]
    assert "敖市镇茶叶合作社" in found.result.problems[0].message


def test_the_month_is_paid_as_the_list_says(county: County, run_jobs: Callable[[], int], people: list[Any]) -> None:
    header = (*HEADER[:7], "1", "2", "3", "本月报酬(元)")
    found = sent(county, run_jobs, sheet([*row(people[0]), "1", "1", "半", "350.01"], header=header))
    assert found.result is not None
    assert found.result.pay_cents == 35_001
    (spell,) = spells_of(county, people[0][1])
    assert (spell.pay_cents, spell.half_days) == (35_001, 5)


def test_a_csv_of_an_old_office_and_a_file_that_is_none(
    county: County, run_jobs: Callable[[], int], people: list[Any]
) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, row(people[0], "1")])
    found = sent(county, run_jobs, out.getvalue().encode("gb18030"))
    assert found.result is not None
    assert found.result.accepted == 1
    for content, code in (
        (b"PK\x03\x04nothing", "flexible.sheet_unreadable"),
        (b"a,b\n1,2\n", "flexible.sheet_columns"),
    ):
        broken = sent(county, run_jobs, content)
        assert broken.state == "failed"
        assert broken.problem is not None
        assert broken.problem["code"] == code


def test_a_township_takes_in_its_own_people_only(
    county: County, run_jobs: Callable[[], int], people: list[Any]
) -> None:
    other = county.people.build(division="522631106200")
    county.hq.ask(other)
    county.platform.settle()
    content = sheet(row(people[0], "1"), row((other, None), "1"))
    ref = county.platform.blobs.put_bytes(content, media_type="application/octet-stream", filename="日工.xlsx")
    village = county.platform.area(HOME[:9])
    started = village.ask(c.ImportFlexibleMonth(file=ref, month=f"{MONTH:%Y-%m}"))
    run_jobs()
    result = village.ask(c.GetFlexibleImport(import_id=started.id)).result
    assert result is not None
    assert [(one.row, one.code) for one in result.problems] == [(4, "flexible.nobody_known")]
    with refused("job.not_found"):
        county.platform.area("522631106").ask(c.GetFlexibleImport(import_id=started.id))


@given(total=st.integers(0, 10**7), half_days=st.lists(st.integers(1, 2), min_size=1, max_size=31))
def test_no_cent_is_lost_when_a_month_is_spread(total: int, half_days: list[int]) -> None:
    shares = spread(total, half_days)
    assert sum(shares) == total
    assert all(share >= 0 for share in shares)
    assert max(shares) - min(shares) <= total // sum(half_days) + 2


def test_the_day_of_a_shorter_month_is_refused() -> None:
    from services.dispatch.flexible_imports import _Intake

    ref = {"hash": "0" * 64, "size": 1, "media_type": "text/csv"}
    intake = _Intake(c.ImportFlexibleMonth.model_validate({"file": ref, "month": "2026-02"}))
    assert intake._day(28) == date(2026, 2, 28)
    with pytest.raises(Problem):
        intake._day(29)
