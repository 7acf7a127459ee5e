"""Invented employers with sound credit codes, and postings to go with them."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.postings.uscc import ALPHABET, check_character
from shared.contracts import postings as c
from tests.support.asker import Asker

_numbers = itertools.count(1)


def today() -> date:
    return datetime.now(UTC).astimezone(c.COUNTY_ZONE).date()


def make_uscc(rng: random.Random | None = None) -> str:
    """A GB 32100 code of Dongguan with a right check character, never the same twice in a run."""
    rng = rng or random.Random(next(_numbers))
    first17 = "91441900" + "".join(rng.choice(ALPHABET) for _ in range(9))
    return first17 + check_character(first17)


def register(hq: Asker, **given: Any) -> c.EmployerView:
    number = next(_numbers)
    fields: dict[str, Any] = {"name": f"东莞市长安第{number}电子有限公司", "uscc": make_uscc(), "division": "441900119"}
    return hq.ask(c.RegisterEmployer(**{**fields, **given}))


def posting_for(employer_id: Any, **given: Any) -> c.OpenPosting:
    fields: dict[str, Any] = {
        "employer_id": employer_id,
        "title": "包装工",
        "openings": 5,
        "wage_min_cents": 450_000,
        "wage_max_cents": 600_000,
        "wage_unit": "month",
        "division": "441900119",
        "valid_through": today() + timedelta(days=60),
    }
    return c.OpenPosting(**{**fields, **given})
