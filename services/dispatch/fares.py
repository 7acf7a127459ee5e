"""车费补助政策: dated rules as data, so that a cap or a month is corrected without touching code."""

from __future__ import annotations

import calendar
import json
from datetime import date
from functools import lru_cache

from shared.contracts import dispatch as c
from shared.contracts.scopes import OutpostCode
from shared.reference import HOME_COUNTY, outpost_place
from shared.reference.tables import text


@lru_cache(maxsize=1)
def fare_policies() -> tuple[c.FarePolicy, ...]:
    return tuple(c.FarePolicy.model_validate(given) for given in json.loads(text("fare_policies.json"))["policies"])


def policy_for(outpost: OutpostCode, day: date) -> c.FarePolicy:
    """The policy that held on the day of travel for that destination; raises REIMBURSEMENT_NO_POLICY."""
    crosses = outpost_place(outpost).division[:2] != HOME_COUNTY[:2]
    for policy in fare_policies():
        holds = policy.valid_from <= day and (policy.valid_to is None or day <= policy.valid_to)
        if holds and policy.crosses_province == crosses:
            return policy
    raise c.REIMBURSEMENT_NO_POLICY(outpost=outpost.value, on=day.isoformat())


def policy_called(code: str) -> c.FarePolicy:
    return next(policy for policy in fare_policies() if policy.code == code)


def months_after(day: date, months: int) -> date:
    """The same day some months later, the last of the month where that one is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
