"""What stands in a cell: text, a date, an amount, a yes or a no, as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from unicodedata import normalize

from services.registry.importing.sheets import Cell

NOTHING = frozenset(
    {"", "-", "--", "—", "/", "\\", "无", "暂无", "没有", "未知", "不详", "空", "NULL", "NONE", "N/A", "#N/A", "NA"}
)
YES = frozenset({"是", "有", "Y", "YES", "TRUE", "1", "√", "✓", "V", "对", "已", "愿意", "要", "是的", "想", "参加"})
NO = frozenset(
    {"否", "不", "无", "没有", "N", "NO", "FALSE", "0", "×", "X", "未", "不愿意", "不是", "不想", "没", "非"}
)
FLOAT_TEXT = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+|\d+\.\d+")
SEPARATORS = re.compile(r"[、,，;；/|\s]+|和|及")
# Excel counts days from 1899-12-30; outside these numbers a number in a date column is not a date of our time.
EXCEL_DAYS = range(10_000, 80_000)
EXCEL_EPOCH = date(1899, 12, 30)
FULL_DATE = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})(?:\D.*)?")
MONTH = re.compile(r"(\d{4})\D{1,2}(\d{1,2})月?")
AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(万|千|[kKwW])?")


class NotADate(ValueError):
    """It looks like a date and is none: 2026/2/30."""


def words(cell: Cell) -> str:
    """The text of a cell; numbers without the .0 that spreadsheets add, and nothing for what stands for nothing."""
    if isinstance(cell, str) and len(cell) < 9:
        return _short_words(cell)
    found = raw(cell)
    return "" if found.upper() in NOTHING else found


@lru_cache(maxsize=8192)
def _short_words(cell: str) -> str:
    """Most cells of a roster repeat: 是, 初中, 脱贫户."""
    found = raw(cell)
    return "" if found.upper() in NOTHING else found


def raw(cell: Cell) -> str:
    if isinstance(cell, str):
        found = (cell if cell.isascii() else normalize("NFKC", cell)).strip()
        return found[2:-1] if found.startswith('="') and found.endswith('"') else found.removeprefix("'")
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float | int):
        return str(int(cell)) if float(cell).is_integer() else str(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def is_float(cell: Cell) -> bool:
    """A number where digits belong: its last ones may be lost."""
    if isinstance(cell, str):
        return FLOAT_TEXT.fullmatch(cell.strip()) is not None
    return isinstance(cell, float | int) and not isinstance(cell, bool)


def pieces(text: str) -> list[str]:
    return [piece for piece in SEPARATORS.split(text) if piece and piece.upper() not in NOTHING]


def yes_or_no(cell: Cell) -> bool | None:
    """None for an empty cell and for anything else than a yes or a no."""
    return _yes_or_no(raw(cell)) if cell != "" else None


@lru_cache(maxsize=4096)
def _yes_or_no(text: str) -> bool | None:
    found = text.upper()
    if found in YES or found.startswith(("是", "有", "愿意", "已")):
        return True
    if found in NO or found.startswith(("否", "不", "无", "没", "未")):
        return False
    return None


def day(cell: Cell) -> date | None:
    """A date in the ways people write it; the first of the month where no day is given.

    None for an empty cell or other words. Raises NotADate for a day that does not exist.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float | int) and not isinstance(cell, bool) and int(cell) in EXCEL_DAYS:
        return EXCEL_EPOCH + timedelta(days=int(cell))
    text = words(cell)
    return _day(text) if text else None


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    parts: tuple[str, ...]
    if text.isdigit() and len(text) in (6, 8):
        parts = (text[:4], text[4:6], text[6:] or "1")
    elif found := FULL_DATE.fullmatch(text):
        parts = found.groups()
    elif found := MONTH.fullmatch(text):
        parts = (*found.groups(), "1")
    elif len(text) == 5 and text.isdigit() and int(text) in EXCEL_DAYS:
        return EXCEL_EPOCH + timedelta(days=int(text))
    else:
        return None
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        raise NotADate(text) from None


@lru_cache(maxsize=1024)
def yuan(text: str) -> float | None:
    """The lower end of an amount in yuan: 4000-5000, 5千, 0.5万, 6000元/月. None where there is no number."""
    found = AMOUNT.search(normalize("NFKC", text).replace(",", ""))
    if not found:
        return None
    unit = found[2] or ""
    if not unit and (later := re.search(r"\d\s*[-~到至]\s*\d+(?:\.\d+)?\s*(万|千|[kKwW])", text)):
        unit = later[1]
    return float(found[1]) * {"万": 10_000, "w": 10_000, "千": 1000, "k": 1000}.get(unit.lower(), 1)


def cents(cell: Cell) -> int | None:
    """A monthly amount in fen; None for nothing and for what cannot be a month's pay."""
    amount = yuan(raw(cell)) if not isinstance(cell, float | int) else float(cell)
    if amount is None or not 0 < amount < 1_000_000:
        return None
    return round(amount * 100)
