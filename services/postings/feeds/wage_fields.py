"""The wage of a feed job, from a text, from two numbers with a unit, or from both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from services.postings.recognition.wages import Wage, WageText, guess_unit, read_wage
from shared.contracts import postings as c

if TYPE_CHECKING:
    from services.postings.feeds.normalising import Note

_UNITS = {
    "hour": c.WageUnit.hour, "hourly": c.WageUnit.hour, "小时": c.WageUnit.hour, "时": c.WageUnit.hour,
    "时薪": c.WageUnit.hour, "元/时": c.WageUnit.hour, "元/小时": c.WageUnit.hour,
    "day": c.WageUnit.day, "daily": c.WageUnit.day, "天": c.WageUnit.day, "日": c.WageUnit.day, "日薪": c.WageUnit.day,
    "日结": c.WageUnit.day, "元/天": c.WageUnit.day,
    "week": c.WageUnit.week, "weekly": c.WageUnit.week, "周": c.WageUnit.week, "周薪": c.WageUnit.week,
    "month": c.WageUnit.month, "monthly": c.WageUnit.month, "月": c.WageUnit.month, "月薪": c.WageUnit.month,
    "月结": c.WageUnit.month, "元/月": c.WageUnit.month,
    "year": c.WageUnit.year, "yearly": c.WageUnit.year, "annum": c.WageUnit.year, "annual": c.WageUnit.year,
    "年": c.WageUnit.year, "年薪": c.WageUnit.year, "元/年": c.WageUnit.year,
    "piece": c.WageUnit.piece, "件": c.WageUnit.piece, "计件": c.WageUnit.piece, "元/件": c.WageUnit.piece,
}  # fmt: skip
_SAID = {"wage_per_month": c.WageUnit.month, "wage_per_day": c.WageUnit.day, "wage_per_hour": c.WageUnit.hour}
_CNY = frozenset({"", "CNY", "RMB", "人民币", "元", "¥", "￥", "YUAN", "CN¥"})
_AMOUNT = re.compile(r"\d+(?:\.\d+)?")
_LARGEST = 10**10
NOT_NAMED = "未注明 (not named)"


def read_wage_fields(given: dict[str, str], domestic: bool, requirements: dict[str, Any], note: Note) -> dict[str, Any]:
    """The wage columns. A wage in a foreign currency, or abroad without one, is left out."""
    said = next((name for name in _SAID if given.get(name)), None)
    text = given.get("wage") or (given[said] if said else "")
    currency = given.get("wage_currency", "").strip().upper()
    read = read_wage(text) if text else WageText()
    given_there = {"board": read.board, "lodging": read.lodging}
    requirements |= {name: value for name, value in given_there.items() if value is not None}
    unit = _UNITS.get(given.get("wage_unit", "").strip().lower()) or (_SAID[said] if said else None)
    if unit is not None:
        read = WageText(_amounts_in(text, unit) or read.wage, read.is_agreed, read.currency)
    numbers = _from_numbers(given, unit)
    wage = numbers or read.wage
    columns: dict[str, Any] = {
        "wage_min_cents": None,
        "wage_max_cents": None,
        "wage_unit": None,
        "wage_month_cents": None,
        "wage_text": (text or _range_text(given))[:200] or None,
    }
    foreign = read.currency or (currency if currency not in _CNY else "") or ("" if domestic else NOT_NAMED)
    if foreign:
        if wage is not None or text:
            note(c.FEED_WAGE_FOREIGN_CURRENCY, "baseSalary", currency=foreign)
        return columns
    if wage is None:
        _note_absence(text or _range_text(given), read, note)
        return columns
    if wage.max_cents > _LARGEST or not wage.is_plausible:
        note(c.FEED_WAGE_IMPLAUSIBLE, "baseSalary", value=columns["wage_text"] or "")
        if wage.max_cents > _LARGEST:
            return columns
    if wage.unit_guessed:
        note(c.FEED_WAGE_UNIT_GUESSED, "baseSalary", value=columns["wage_text"] or "", unit=wage.unit.value)
    return {
        **columns,
        "wage_min_cents": wage.min_cents,
        "wage_max_cents": wage.max_cents,
        "wage_unit": wage.unit,
        "wage_month_cents": c.monthly_cents(wage.max_cents, wage.unit),
    }


def _note_absence(text: str, read: WageText, note: Note) -> None:
    if not text or read.is_agreed:
        note(c.FEED_WAGE_MISSING, "baseSalary")
    else:
        note(c.FEED_WAGE_UNREADABLE, "baseSalary", value=text)


def _from_numbers(given: dict[str, str], unit: c.WageUnit | None) -> Wage | None:
    low, high = _amount(given.get("wage_min", "")), _amount(given.get("wage_max", ""))
    if not low and not high:
        return None
    low, high = low or high or 0.0, high or low or 0.0
    if low > high:
        return None
    guessed = unit is None
    unit = unit or guess_unit(low, high)
    return Wage(round(low * 100), round(high * 100), unit, guessed) if unit else None


def _amounts_in(text: str, unit: c.WageUnit) -> Wage | None:
    """A text whose unit stands elsewhere: in its column's name, in unitText."""
    read = read_wage(text).wage
    if read is not None and not read.unit_guessed:
        return read
    if read is not None:
        return Wage(read.min_cents, read.max_cents, unit)
    numbers = [float(found) for found in _AMOUNT.findall(text)]
    plain = re.fullmatch(r"[\d.\s\-~–至元]+", text.strip())
    if plain and 1 <= len(numbers) <= 2 and numbers[0] <= numbers[-1]:
        return Wage(round(numbers[0] * 100), round(numbers[-1] * 100), unit)
    return None


def _amount(text: str) -> float | None:
    read = re.fullmatch(r"\D{0,4}(\d+(?:\.\d+)?)\s*([kK千万wW])?\s*\D{0,6}", text.replace(",", "").replace(" ", ""))
    if read is None:
        return None
    return float(read.group(1)) * {"k": 1000, "千": 1000, "万": 10_000, "w": 10_000}.get(
        (read.group(2) or "").lower(), 1
    )


def _range_text(given: dict[str, str]) -> str:
    parts = [given[name] for name in ("wage_min", "wage_max") if given.get(name)]
    return "-".join(dict.fromkeys(parts)) + (f"/{given['wage_unit']}" if parts and given.get("wage_unit") else "")
