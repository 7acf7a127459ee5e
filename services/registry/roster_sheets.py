"""How township offices lay a roster out: title, who reports for which day, the columns of each list, signatures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.registry.days import day_of
from services.registry.words import ROSTER_WORDS, SEX_WORDS, SOURCE_WORDS
from shared.contracts import registry as c
from shared.contracts.registry import RosterKind
from shared.reference import division_name

SIGNATURES = "填报人：                    审核人：                    单位(盖章)：                    填报日期："


@dataclass(frozen=True)
class OfficeRow:
    """One person with what the columns need beside the roster's own row."""

    row: c.RosterRow
    id_number: str
    phone: str
    education: str
    hardship: str
    skills: str
    work: str
    wishes: str
    verified_by: str


Column = tuple[str, int, Callable[[OfficeRow], str]]
WHO: tuple[Column, ...] = (
    ("姓名", 10, lambda one: one.row.name),
    ("性别", 6, lambda one: SEX_WORDS[one.row.sex]),
    ("年龄", 6, lambda one: str(one.row.age)),
    ("身份证号码", 22, lambda one: one.id_number),
    ("联系电话", 14, lambda one: one.phone),
    ("街道(乡镇)", 14, lambda one: division_name(one.row.division[:9])),
    ("社区(村)", 18, lambda one: division_name(one.row.division) if len(one.row.division) == 12 else ""),
)
EDUCATION: Column = ("文化程度", 10, lambda one: one.education)
HARDSHIP: Column = ("困难类别", 16, lambda one: one.hardship)
SKILLS: Column = ("技能", 16, lambda one: one.skills)
WORK: Column = ("就业形式及单位(地点)", 26, lambda one: one.work)
WISHES: Column = ("就业意向", 22, lambda one: one.wishes)
# What an office asks about each list; the rest of the record is not needed for it (个人信息保护法 §6).
OF_KIND: dict[RosterKind, tuple[Column, ...]] = {
    RosterKind.labour_force: (EDUCATION, SKILLS, WORK),
    RosterKind.hardship: (HARDSHIP, EDUCATION, SKILLS, WORK),
    RosterKind.hardship_employed: (HARDSHIP, WORK),
    RosterKind.unemployed: (EDUCATION, SKILLS, WISHES),
    RosterKind.seeking_out_work: (EDUCATION, SKILLS, WISHES),
    RosterKind.returned: (SKILLS, WISHES),
}
WHY: tuple[Column, ...] = (
    ("列入原因", 40, lambda one: one.row.reason),
    ("列入时间", 12, lambda one: one.row.since.isoformat()),
    ("信息来源", 10, lambda one: SOURCE_WORDS[one.row.source]),
    ("核实人", 10, lambda one: one.verified_by),
    ("核实时间", 12, lambda one: day_of(one.row.verified_at).isoformat()),
    ("备注", 12, lambda one: ""),
)


class OfficeSheet:
    """A roster being written, row by row."""

    def __init__(self, path: Path, kind: RosterKind, *, place: str, day: str) -> None:
        import xlsxwriter

        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self._columns: tuple[Column, ...] = (*WHO, *OF_KIND[kind], *WHY)
        sheet = self._book.add_worksheet(ROSTER_WORDS[kind][:31])
        head = self._book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        bold = self._book.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
        self._text = self._book.add_format({"num_format": "@", "border": 1})
        last = len(self._columns)
        sheet.set_column(0, 0, 6)
        for number, (_, width, _) in enumerate(self._columns, 1):
            sheet.set_column(number, number, width)
        sheet.merge_range(0, 0, 0, last, f"{place}{ROSTER_WORDS[kind]}", head)
        sheet.set_row(0, 28)
        sheet.write_string(1, 0, f"填报单位：{place}")
        sheet.write_string(1, last - 3, f"截至日期：{day}")
        sheet.write_row(2, 0, ["序号", *(title for title, _, _ in self._columns)], bold)
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(0, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第 &P 页 共 &N 页")
        self._sheet: Any = sheet
        self.count = 0

    def add(self, one: OfficeRow) -> None:
        self.count += 1
        line = self.count + 2
        self._sheet.write_number(line, 0, self.count, self._text)
        for number, (_, _, value) in enumerate(self._columns, 1):
            self._sheet.write_string(line, number, value(one), self._text)

    def close(self) -> None:
        self._sheet.write_string(self.count + 4, 0, f"合计：{self.count}人")
        self._sheet.write_string(self.count + 5, 0, SIGNATURES)
        self._book.close()
