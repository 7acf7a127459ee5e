"""Reading a wage as employers write it: `4500-6000元/月`, `18元/时 包吃住`, `5-8K`, `8千-1.5万·13薪`, `面议`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from shared.contracts.postings.requirements import WageUnit, monthly_cents

_NUMBER = r"(\d+(?:\.\d+)?)"
_SCALE = r"(百|千|万|[kKwW](?![a-zA-Z]))?"
_BETWEEN = r"(?:-{1,2}|~|–|—|―|至|到)"
_AMOUNT = re.compile(
    rf"{_NUMBER}{_SCALE}(?:元|块|圆|¥|RMB|CNY)?(?:{_BETWEEN}(?:¥|￥)?{_NUMBER}{_SCALE})?(?:元|块)?"
    r"(?P<bound>及?以上|及?以下|以内|起|\+|左右)?",
    re.IGNORECASE,
)
_SCALES = {"百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000}
_FOREIGN = re.compile(
    r"(€|£|\$|₩|₫|฿|USD|EUR|GBP|HKD|JPY|MOP|TWD|SGD|港币|港元|美元|美金|欧元|英镑|日元|日币|新币|澳门元|葡币)",
    re.IGNORECASE,
)
_CODES = {"€": "EUR", "£": "GBP", "$": "USD", "港币": "HKD", "港元": "HKD", "美元": "USD", "美金": "USD", "欧元": "EUR"}
_AGREED = re.compile(r"(面议|面谈|电议|详谈|待定|negoti|à négocier|a négocier|competitive)", re.IGNORECASE)
_UNITS: tuple[tuple[WageUnit, re.Pattern[str]], ...] = (
    (
        WageUnit.hour,
        re.compile(r"(/|每|一|个|按|元)(小时|时|h\b|hr\b|hour)|时薪|per hour|hourly|小时工", re.IGNORECASE),
    ),
    (WageUnit.day, re.compile(r"(/|每|一|按|元)(天|日|d\b|day)|日薪|天薪|per day|daily|/班|每班", re.IGNORECASE)),
    (WageUnit.week, re.compile(r"(/|每|一)(周|星期|week)|周薪|per week|weekly", re.IGNORECASE)),
    (WageUnit.year, re.compile(r"(/|每|一|元)(年|y\b|year)|年薪|年收入|per year|annu|yearly", re.IGNORECASE)),
    (WageUnit.piece, re.compile(r"(/|每|一|元)(件|个(?!月)|双|套|吨|斤|公斤|平方|平米)|计件单价", re.IGNORECASE)),
    (
        WageUnit.month,
        re.compile(r"(/|每|一|个|元)(月|m\b|mon)|月薪|月工资|月收入|per month|monthly|PM\b", re.IGNORECASE),
    ),
)
_ATTACHED = re.compile(r"[^\s,，;；。、|()（）]{0,8}")
_NOT_WAGE = re.compile(
    r"\d+(?:\.\d+)?(?:薪|个月|险|金|倍|%|岁|人|名|周年|休|号|年以上|小时制|小时/天|h/天|小时工作制)|(?:每月|月)\d+(?:号|日)(?:发|前)|"
    r"(?:每天|每日|日|一天)\d+(?:-\d+)?(?:个)?小时|工作\d+(?:-\d+)?(?:个)?(?:小时|天)"
)
_FULL_BOARD = re.compile(
    r"(包|管|供|免费|提供|含)(?:吃|食|餐|膳)(?:和|与|及|、|包|管|免费)?(?:住|宿)|包食宿|管食宿|食宿全包|吃住全包|免费食宿"
)
_BOARD = re.compile(
    r"包(?:三|两|一|工作|中|晚)?(?:吃|餐|食|伙食)|管(?:吃|饭)|免费(?:工作|午|三)?餐|供餐|提供(?:工作|午)?餐"
)
_LODGING = re.compile(r"包住|管住|包宿|免费(?:住|宿)|提供住宿|提供宿舍|供住")
_NONE = re.compile(r"不(?:包|管|提供|含)(吃住|食宿|住宿|住|吃|餐)|自理食宿|食宿自理|住宿自理")
# Below and above these a month's wage is a slip of the pen (fen).
PLAUSIBLE = (50_000, 20_000_000)


@dataclass(frozen=True)
class Wage:
    """Fen in `unit`. `unit_guessed`: no unit was written, the amount told it. `months`: 13薪."""

    min_cents: int
    max_cents: int
    unit: WageUnit
    unit_guessed: bool = False
    months: int | None = None

    @property
    def is_plausible(self) -> bool:
        month = monthly_cents(self.max_cents, self.unit)
        return month is None or PLAUSIBLE[0] <= month <= PLAUSIBLE[1]


@dataclass(frozen=True)
class WageText:
    """What a wage text says: a wage, an agreed one (面议), one in a foreign currency, or nothing that can be read."""

    wage: Wage | None = None
    is_agreed: bool = False
    currency: str | None = None
    board: bool | None = None
    lodging: bool | None = None


@lru_cache(maxsize=8192)
def read_wage(text: str) -> WageText:
    """Read a wage text. A wage is never made up: what cannot be read has none."""
    plain = _plain(text)
    if "\N{REPLACEMENT CHARACTER}" in plain:
        return WageText()
    board, lodging = read_board(plain)
    foreign = _FOREIGN.search(plain)
    if foreign:
        found = foreign.group(1)
        return WageText(currency=_CODES.get(found, found.upper()), board=board, lodging=lodging)
    months = re.search(r"(\d{2})薪", plain)
    wage = _wage(_NOT_WAGE.sub(" ", plain), int(months.group(1)) if months else None, plain)
    return WageText(wage, wage is None and bool(_AGREED.search(plain)), None, board, lodging)


def read_board(text: str) -> tuple[bool | None, bool | None]:
    """(包吃, 包住), None where the text says nothing."""
    board = lodging = None
    if _FULL_BOARD.search(text):
        board = lodging = True
    if _BOARD.search(text):
        board = True
    if _LODGING.search(text):
        lodging = True
    if denied := _NONE.search(text):
        words = denied.group(0)
        if any(word in words for word in ("吃", "食", "餐")):
            board = False
        if any(word in words for word in ("住", "宿")):
            lodging = False
    return board, lodging


def guess_unit(low: float, high: float) -> WageUnit | None:
    """The unit that an amount in yuan can only have; None between them (900-1000: a day or a month?)."""
    if low < 8:
        return None
    if high <= 80:
        return WageUnit.hour
    if low >= 80 and high <= 800:
        return WageUnit.day
    if low >= 1_000 and high <= 60_000:
        return WageUnit.month
    if low >= 60_000 and high <= 2_000_000:
        return WageUnit.year
    return None


def _plain(text: str) -> str:
    plain = normalize("NFKC", text).strip()
    plain = re.sub(r"(?<=\d)[,，\s](?=\d{3}(?!\d))", "", plain)
    plain = re.sub(r"\s*(-|~|–|—|―|至|到|/)\s*", r"\1", plain)
    plain = re.sub(r"/(月|天|日|时|小时|年)(?=[-~–—―至到]\d)", "", plain)
    return re.sub(r"(?<=\d)\s+(?=[元千万百kKwW])", "", plain)


def _wage(text: str, months: int | None, whole: str) -> Wage | None:
    best: Wage | None = None
    for match in _AMOUNT.finditer(text):
        amounts = _amounts(match)
        if amounts is None:
            continue
        low, high = amounts
        after = _ATTACHED.match(text, match.end())
        before = text[max(0, match.start() - 6) : match.start()]
        unit = _unit(match.group(0) + (after.group(0) if after else "")) or _unit(before) or _unit(whole)
        guessed = unit is None
        if unit is None:
            unit = guess_unit(low or high, high)
        if unit is None or (unit is WageUnit.month and high < 100 and not guessed):
            continue
        wage = Wage(round(low * 100), round(high * 100), unit, guessed, months)
        if best is None or (best.unit_guessed and not guessed):
            best = wage
    return best


def _amounts(match: re.Match[str]) -> tuple[float, float] | None:
    """(low, high) in yuan. A scale on the second number alone holds for both: 1-1.8万."""
    first, first_scale, second, second_scale = match.group(1), match.group(2), match.group(3), match.group(4)
    low = float(first) * _SCALES.get((first_scale or "").lower(), 1)
    bound = match.group("bound") or ""
    if second is None:
        return (0.0, low) if "以下" in bound or "以内" in bound else (low, low)
    high = float(second) * _SCALES.get((second_scale or "").lower(), 1)
    if second_scale and not first_scale and float(first) < 1000:
        low = float(first) * _SCALES[second_scale.lower()]
    elif first_scale and not second_scale and float(second) < 1000:
        high = float(second) * _SCALES[first_scale.lower()]
    return (low, high) if low <= high else None


def _unit(text: str) -> WageUnit | None:
    for unit, pattern in _UNITS:
        if pattern.search(text):
            return unit
    return None
