"""日工花名册 as a spreadsheet says it: the header is found, each line is read, what cannot be understood is named."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from shared.contracts import dispatch as c
from shared.contracts.errors import Problem
from shared.contracts.registry import ID_NUMBER_IS_FLOAT

ROWS_AT_MOST = 20_000
HEADER_WITHIN = 10
NEEDED = ("姓名", "身份证号码", "用工地点", "日报酬")
WORDS = {
    "姓名": ("姓名",),
    "身份证号码": ("身份证号码", "身份证号", "身份证", "公民身份号码"),
    "用工地点": ("用工地点", "用工单位", "工作地点", "务工地点"),
    "工种": ("工种", "岗位"),
    "日报酬": ("日报酬", "日工资", "日薪"),
    "开始日期": ("开始日期", "上工日期", "开工日期"),
    "本月报酬": ("本月报酬", "报酬", "报酬合计", "合计报酬", "工资合计"),
}
MEANING = {word: name for name, words in WORDS.items() for word in words}
WHOLE, HALF, NONE = ("1", "√", "✓", "全", "全天"), ("0.5", "半", "半天"), ("", "0", "×", "x", "X", "-", "/", "休")


@dataclass
class Line:
    """One person's month, or why it cannot be read."""

    row: int
    name: str = ""
    id_number: str = ""
    workplace: str = ""
    occupation: str | None = None
    day_pay_cents: int = 0
    started_on: date | None = None
    pay_cents: int | None = None
    half_days: dict[int, int] = field(default_factory=dict)
    problems: list[tuple[str, Problem]] = field(default_factory=list)


def read_lines(content: bytes) -> list[Line]:
    """Raises FLEXIBLE_SHEET_UNREADABLE, FLEXIBLE_SHEET_COLUMNS and FLEXIBLE_SHEET_TOO_LONG."""
    rows = _rows(content)
    header, columns = _header(rows)
    if missing := [name for name in NEEDED if name not in columns]:
        raise c.FLEXIBLE_SHEET_COLUMNS(columns="、".join(missing))
    lines = [
        _line(at, row, columns)
        for at, row in enumerate(rows[header + 1 :], start=header + 2)
        if _cell(row, columns, "身份证号码") or _cell(row, columns, "姓名") not in ("", "合计")
    ]
    if len(lines) > ROWS_AT_MOST:
        raise c.FLEXIBLE_SHEET_TOO_LONG(rows=ROWS_AT_MOST)
    return lines


def _header(rows: list[list[Any]]) -> tuple[int, dict[str, int]]:
    """Where the headings stand, and which column each of them names."""
    for number in range(min(HEADER_WITHIN, len(rows))):
        columns = {name: at for at, cell in enumerate(rows[number]) if (name := _meaning(cell))}
        if "身份证号码" in columns:
            return number, columns
    raise c.FLEXIBLE_SHEET_COLUMNS(columns="、".join(NEEDED))


def _rows(content: bytes) -> list[list[Any]]:
    import python_calamine as calamine

    if content[:2] == b"PK" or content[:4] == b"\xd0\xcf\x11\xe0":
        try:
            book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
            sheets = (
                book.get_sheet_by_index(number).to_python(skip_empty_area=False)
                for number in range(len(book.sheet_names))
            )
            return next((rows for rows in sheets if rows), [])
        except (calamine.CalamineError, OSError, ValueError) as error:
            raise c.FLEXIBLE_SHEET_UNREADABLE() from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return [list(row) for row in csv.reader(io.StringIO(text))]
    raise c.FLEXIBLE_SHEET_UNREADABLE()


def _meaning(cell: Any) -> str | None:
    """What a heading means: one of the known columns, or the number of a day."""
    text = re.sub(r"[\s(（【].*$", "", _text(cell)).removesuffix("日")
    if text.isdecimal() and 1 <= int(text) <= 31:
        return text
    return MEANING.get(text)


def _line(row_number: int, row: list[Any], columns: dict[str, int]) -> Line:
    line = Line(row_number)
    line.name = _cell(row, columns, "姓名")
    line.workplace = _cell(row, columns, "用工地点")
    line.occupation = _cell(row, columns, "工种") or None
    number = row[columns["身份证号码"]] if columns["身份证号码"] < len(row) else ""
    if isinstance(number, float):
        line.problems.append(("身份证号码", ID_NUMBER_IS_FLOAT()))
    line.id_number = _text(number)
    line.day_pay_cents = _cents(line, "日报酬", _cell(row, columns, "日报酬")) or 0
    line.pay_cents = _cents(line, "本月报酬", _cell(row, columns, "本月报酬"), is_needed=False)
    line.started_on = _day(line, _raw(row, columns, "开始日期"))
    for name in ("姓名", "用工地点"):
        if not _cell(row, columns, name):
            line.problems.append((name, c.FLEXIBLE_VALUE(value="")))
    for name in columns:
        if name.isdecimal() and (half_days := _attendance(line, name, _cell(row, columns, name))):
            line.half_days[int(name)] = half_days
    return line


def _attendance(line: Line, name: str, said: str) -> int:
    if said in WHOLE:
        return 2
    if said in HALF:
        return 1
    if said not in NONE:
        line.problems.append((f"{name}日", c.FLEXIBLE_VALUE(value=said[:20])))
    return 0


def _cents(line: Line, name: str, said: str, *, is_needed: bool = True) -> int | None:
    if not said and not is_needed:
        return None
    try:
        cents = int((Decimal(said.replace(",", "").removesuffix("元")) * 100).to_integral_value())
    except (InvalidOperation, ValueError):
        cents = -1
    if not 0 <= cents <= 100_000_000:
        line.problems.append((name, c.FLEXIBLE_VALUE(value=said[:20])))
        return None
    return cents


def _day(line: Line, said: Any) -> date | None:
    if isinstance(said, datetime):
        return said.date()
    if isinstance(said, date):
        return said
    text = _text(said)
    if not text:
        return None
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    line.problems.append(("开始日期", c.FLEXIBLE_VALUE(value=text[:20])))
    return None


def _raw(row: list[Any], columns: dict[str, int], name: str) -> Any:
    at = columns.get(name)
    return row[at] if at is not None and at < len(row) else ""


def _cell(row: list[Any], columns: dict[str, int], name: str) -> str:
    return _text(_raw(row, columns, name))


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.10g}"
    return "" if cell is None else str(cell).strip()


def spread(total_cents: int, half_days: Iterable[int]) -> list[int]:
    """A month's pay over its days in proportion to the half days, to the cent; what does not divide goes first."""
    parts = list(half_days)
    whole = sum(parts)
    shares = [total_cents * part // whole for part in parts]
    for at in range(total_cents - sum(shares)):
        shares[at % len(shares)] += 1
    return shares
