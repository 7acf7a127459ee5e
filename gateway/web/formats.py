"""How numbers, money, days and times are written, in both languages. The county lives by one clock: Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from gateway.language import Locale

CHINA = ZoneInfo("Asia/Shanghai")
_DAY = {"zh-CN": "M月d日", "en": "d MMM"}
_DAY_OF_WEEK = {"zh-CN": "M月d日 EEE", "en": "EEE d MMM"}
_YEAR = {"zh-CN": "y年M月d日", "en": "d MMM y"}
_BABEL = {"zh-CN": "zh_CN", "en": "en_GB"}


def today() -> date:
    """The county's day."""
    return datetime.now(CHINA).date()


def number(value: float) -> str:
    return f"{value:,}"


def percent(share: float) -> str:
    return f"{share:.0%}" if share in (0, 1) or 0.005 <= share < 0.995 else f"{share:.1%}"


def money(cents: int) -> str:
    """Yuan; fen are shown only where there are any."""
    yuan, fen = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}¥{yuan:,}.{fen:02d}" if fen else f"{sign}¥{yuan:,}"


def wage(posting: Any) -> str | None:
    """`¥4,500–6,000` of anything with wage_min_cents and wage_max_cents; None where it is to be agreed (面议)."""
    low, high = posting.wage_min_cents, posting.wage_max_cents
    if low is None:
        return None
    if high is None or high == low:
        return money(low)
    return f"{money(low)}–{money(high).removeprefix('¥')}"


def day(value: date | datetime, locale: Locale, *, weekday: bool = False) -> str:
    """`11月25日`, with the year where it is another one."""
    local = value.astimezone(CHINA).date() if isinstance(value, datetime) else value
    if local.year != today().year:
        return format_date(local, _YEAR[locale], locale=_BABEL[locale])
    return format_date(local, (_DAY_OF_WEEK if weekday else _DAY)[locale], locale=_BABEL[locale])


def full_day(value: date, locale: Locale) -> str:
    """`2026年11月25日 星期三`."""
    pattern = {"zh-CN": "y年M月d日 EEEE", "en": "EEEE d MMMM y"}[locale]
    return format_date(value, pattern, locale=_BABEL[locale])


def clock(value: datetime) -> str:
    return f"{value.astimezone(CHINA):%H:%M}"


def moment(value: datetime, locale: Locale) -> str:
    return f"{day(value, locale)} {clock(value)}"


def iso(value: date | datetime) -> str:
    """For the `datetime` attribute."""
    return value.astimezone(CHINA).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()
