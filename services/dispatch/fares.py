"""车费补助政策: dated versions as data. Those that ship come first, the county's own are added after them."""

from __future__ import annotations

import calendar
import json
from datetime import date
from functools import lru_cache

from sqlmodel import col, select

from services.dispatch.models import FarePolicyVersion
from services.dispatch.states import who
from shared.contracts import dispatch as c
from shared.contracts.scopes import OutpostCode
from shared.kit.session import Session
from shared.reference import HOME_COUNTY, outpost_place
from shared.reference.tables import text


@lru_cache(maxsize=1)
def shipped_policies() -> tuple[c.FarePolicy, ...]:
    return tuple(c.FarePolicy.model_validate(given) for given in json.loads(text("fare_policies.json"))["policies"])


def fare_policies(session: Session) -> list[c.FarePolicy]:
    added = session.exec(
        select(FarePolicyVersion).order_by(col(FarePolicyVersion.code), col(FarePolicyVersion.version))
    )
    return [*shipped_policies(), *(c.FarePolicy.model_validate(one.rule) for one in added)]


def list_fare_policies(session: Session, query: c.ListFarePolicies) -> c.FarePolicies:
    return c.FarePolicies(items=fare_policies(session))


def add_fare_policy(session: Session, command: c.AddFarePolicy) -> c.FarePolicy:
    """The next version of that policy; raises FARE_POLICY_UNCHANGED where it says what the latest one says."""
    form = c.FarePolicyForm.model_validate(command.model_dump())
    known = [policy for policy in fare_policies(session) if policy.code == form.code]
    latest = max(known, key=lambda policy: policy.version, default=None)
    if latest is not None and latest.model_dump(exclude={"version"}) == form.model_dump():
        raise c.FARE_POLICY_UNCHANGED()
    policy = c.FarePolicy(**form.model_dump(), version=latest.version + 1 if latest else 1)
    session.add(
        FarePolicyVersion(
            code=policy.code,
            version=policy.version,
            rule=policy.model_dump(mode="json"),
            added_at=session.now,
            added_by=who(session),
        )
    )
    return policy


def policy_for(session: Session, outpost: OutpostCode, day: date) -> c.FarePolicy:
    """The latest version that held on the day of travel for that destination; raises REIMBURSEMENT_NO_POLICY.

    A version that begins later leaves the days before it to its predecessor.
    """
    crosses = outpost_place(outpost).division[:2] != HOME_COUNTY[:2]
    begun: dict[str, c.FarePolicy] = {}
    for policy in sorted(fare_policies(session), key=lambda policy: policy.version):
        if policy.valid_from <= day:
            begun[policy.code] = policy
    for policy in begun.values():
        if policy.crosses_province == crosses and (policy.valid_to is None or day <= policy.valid_to):
            return policy
    raise c.REIMBURSEMENT_NO_POLICY(outpost=outpost.value, on=day.isoformat())


def policy_called(session: Session, code: str, version: int) -> c.FarePolicy:
    return next(policy for policy in fare_policies(session) if policy.code == code and policy.version == version)


def months_after(day: date, months: int) -> date:
    """The same day some months later, the last of the month where that one is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
