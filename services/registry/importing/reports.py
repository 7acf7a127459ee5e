"""Spreadsheets for people: the refused rows with their reasons, and an empty roster to fill in."""

from __future__ import annotations

import io
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from services.registry.importing.reading import bad_rows, open_reading, shown
from services.registry.words import EDUCATION_WORDS
from shared.contracts.base import BlobRef
from shared.kit.blobs import Blobs

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REASON, ORIGINAL_ROW = "原因(改正后可再次导入)", "原表行号"
TEMPLATE: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("姓名", 10, ()),
    ("身份证号码", 22, ()),
    ("联系电话", 14, ()),
    ("街道（乡镇）", 16, ()),
    ("社区（村）", 18, ()),
    ("文化程度", 12, tuple(EDUCATION_WORDS.values())),
    ("户类型", 10, ("一般农户", "脱贫户", "监测户")),
    ("就业状态", 12, ("已就业", "暂未就业")),
    ("务工地点", 18, ()),
    ("务工企业名称", 20, ()),
    ("从事工种", 12, ()),
    ("务工月收入", 12, ()),
    ("技能", 14, ()),
    ("是否打算外出就业", 14, ("是", "否")),
    ("意向务工地", 14, ()),
    ("意向工种", 12, ()),
    ("期望月薪", 10, ()),
    ("备注", 16, ()),
)


def problem_file(
    blobs: Blobs, file: BinaryIO, wanted: dict[tuple[str | None, int], list[str]], filename: str | None
) -> BlobRef:
    """The refused rows under their own headers, each with its reasons: corrected, it can be sent in again."""
    import xlsxwriter

    reading = open_reading(file)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problems.xlsx"
        with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
            _write_rows(book, reading, wanted)
        name = f"{Path(filename or '名册').stem}_需改正.xlsx"
        with path.open("rb") as written:
            return blobs.put(iter(lambda: written.read(256 * 1024), b""), media_type=XLSX, filename=name)


def _write_rows(book: Any, reading: Any, wanted: dict[tuple[str | None, int], list[str]]) -> None:
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"bold": True, "num_format": "@", "bg_color": "#E8F3EC"})
    red = book.add_format({"num_format": "@", "font_color": "#B42318"})
    sheets: dict[int, tuple[Any, int]] = {}
    for table, number, values in bad_rows(reading, wanted):
        if id(table) not in sheets:
            sheet = book.add_worksheet((table.sheet.name or "需改正")[:31])
            sheet.set_column(0, 0, 44)
            sheet.write_string(0, 0, REASON, bold)
            sheet.write_string(0, 1, ORIGINAL_ROW, bold)
            for place, column in enumerate(table.header.columns, 2):
                sheet.write_string(0, place, column.header, bold)
                sheet.set_column(place, place, 20 if column.field == "id_number" else 12, text)
            sheet.freeze_panes(1, 2)
            sheets[id(table)] = (sheet, 0)
        sheet, line = sheets[id(table)]
        line += 1
        sheet.write_string(line, 0, "; ".join(wanted[table.sheet.name, number]), red)
        sheet.write_string(line, 1, str(number), text)
        for place, column in enumerate(table.header.columns, 2):
            cell = values[column.index] if column.index < len(values) else ""
            sheet.write_string(line, place, shown(cell, is_id=column.field == "id_number"), text)
        sheets[id(table)] = (sheet, line)


def template_file(blobs: Blobs) -> BlobRef:
    """An empty roster. Every column is text, so that Excel keeps all eighteen digits and leading zeros."""
    import xlsxwriter

    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        # A fixed date makes the file, and so its stored copy, the same every time.
        book.set_properties({"title": "黎平县劳动力名册", "created": datetime(2019, 1, 1)})  # noqa: DTZ001
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "num_format": "@", "bg_color": "#E8F3EC", "border": 1})
        needed = book.add_format({"bold": True, "num_format": "@", "bg_color": "#FDEBD3", "border": 1})
        sheet = book.add_worksheet("劳动力名册")
        for place, (title, width, choices) in enumerate(TEMPLATE):
            sheet.set_column(place, place, width, text)
            sheet.write_string(0, place, title, needed if place in (0, 1, 3) else bold)
            if choices:
                sheet.data_validation(1, place, 5000, place, {"validate": "list", "source": list(choices)})
        id_rule = {"validate": "length", "criteria": "==", "value": 18, "error_message": "身份证号码应为18位"}
        sheet.data_validation(1, 1, 5000, 1, id_rule)
        sheet.freeze_panes(1, 2)
    return blobs.put_bytes(written.getvalue(), media_type=XLSX, filename="劳动力名册模板.xlsx")
