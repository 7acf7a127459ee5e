"""Reading the dates that feeds carry; a day that does not exist is an error, never moved to one that does."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from shared.contracts.postings.requirements import COUNTY_ZONE

_YEAR_FIRST = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_DAY_FIRST = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_EPOCH = re.compile(r"^\d{10}(\d{3})?$")


@lru_cache(maxsize=4096)
def read_date(text: str) -> date | None:
    """The county's day of a date or moment; None when it cannot be read or does not exist.

    ISO 8601, RFC 822, 2026/2/3, 2026年2月3日, 20260203, 03/02/2026 (day first) and Unix time are read.
    """
    plain = text.strip()
    try:
        return _moment(plain) or _day(plain)
    except (ValueError, OverflowError):
        return None


def _moment(plain: str) -> date | None:
    if _EPOCH.match(plain):
        return (
            datetime.fromtimestamp(int(plain) / (1000 if len(plain) == 13 else 1), UTC).astimezone(COUNTY_ZONE).date()
        )
    if re.match(r"^\d{4}-\d{2}-\d{2}[T ]\d", plain):
        found = datetime.fromisoformat(re.sub(r"\s*(UTC|GMT)$", "+00:00", plain))
    elif re.match(r"^[A-Za-z]{3},|^\d{1,2} [A-Za-z]{3} \d{4}", plain):
        found = parsedate_to_datetime(plain)
    else:
        return None
    return found.astimezone(COUNTY_ZONE).date() if found.tzinfo else found.date()


def _day(plain: str) -> date | None:
    if match := _YEAR_FIRST.match(plain) or _COMPACT.match(plain):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_FIRST.match(plain):
        return date(int(match[3]), int(match[2]), int(match[1]))
    return None
