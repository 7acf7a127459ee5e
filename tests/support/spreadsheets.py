"""Rosters as offices make them, written for a test."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from typing import Any

from tests.support.people import TRADES, make_id_number, make_name, make_phone

Cells = Sequence[Any]
HEADER = (
    "序号", "姓名", "身份证号码", "联系电话", "街道（乡镇）", "社区（村）", "文化程度", "户类型",
    "就业状态", "从事工种", "是否打算外出就业", "意向务工地",
)  # fmt: skip


def xlsx(*sheets: Sequence[Cells], merged: Sequence[tuple[int, int, int, int, Any]] = ()) -> bytes:
    """A workbook; `merged` cells belong to its first sheet."""
    import xlsxwriter

    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "nan_inf_to_errors": True}) as book:
        dates = book.add_format({"num_format": "yyyy/m/d"})
        for number, rows in enumerate(sheets):
            sheet = book.add_worksheet()
            for place in merged if number == 0 else ():
                sheet.merge_range(*place)
            for line, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if hasattr(cell, "isoformat"):
                        sheet.write_datetime(line, column, cell, dates)
                    elif isinstance(cell, str):
                        sheet.write_string(line, column, cell) if cell else None
                    elif cell is not None:
                        sheet.write(line, column, cell)
    return written.getvalue()


def csv_of(rows: Sequence[Cells], encoding: str = "utf-8") -> bytes:
    import csv

    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode(encoding)


def roster_row(rng: random.Random, number: int, **given: Any) -> list[Any]:
    """One person under HEADER; columns by name are replaced."""
    away = rng.random() < 0.4
    row = {
        "序号": number,
        "姓名": make_name(rng),
        "身份证号码": make_id_number(rng),
        "联系电话": make_phone(rng),
        "街道（乡镇）": "德凤街道",
        "社区（村）": rng.choice(["双凤社区", "开泰社区", "汪家庄村"]),
        "文化程度": rng.choice(["小学", "初中", "高中", "大专"]),
        "户类型": rng.choice(["脱贫户", "一般农户", "监测户"]),
        "就业状态": "已就业" if away else "暂未就业",
        "从事工种": rng.choice(TRADES),
        "是否打算外出就业": "否" if away else "是",
        "意向务工地": "" if away else rng.choice(["东莞", "浙江", "佛山、广州"]),
    }
    return list({**row, **given}.values())
