"""What an account is: how its name is compared, which scope its role takes, whether it is open today."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from services.identity.models import UserAccount
from shared.contracts.identity import ROLE_NEEDS
from shared.contracts.scopes import Area, Hq, Outpost, OutpostCode, Partner, Role, Scope

BEIJING = ZoneInfo("Asia/Shanghai")

# 五方角色: which scope a role has, and the field that names it.
_TAKES: dict[Role, str | None] = {
    Role.hq_admin: None,
    Role.hq_officer: None,
    Role.hq_auditor: None,
    Role.township_officer: "division",
    Role.grid_leader: "division",
    Role.outpost_lead: "outpost",
    Role.liaison_officer: "outpost",
    Role.partner_employer: "employer_id",
}


def fold(username: str) -> str:
    """The form in which usernames are compared: `Ａdmin ` and `admin` are one."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def scope_of(
    role: Role, *, outpost: OutpostCode | None = None, division: str | None = None, employer_id: UUID | None = None
) -> Scope:
    """The scope a role takes; raises user.role_scope_mismatch where what it needs is missing, or more is given."""
    given = {"outpost": outpost, "division": division, "employer_id": employer_id}
    needs = _TAKES[role]
    if {name for name, value in given.items() if value is not None} != ({needs} if needs else set()):
        raise ROLE_NEEDS(role=role.value, needs=needs or "-")
    if outpost is not None:
        return Outpost(code=outpost)
    if division is not None:
        return Area(division=division)
    if employer_id is not None:
        return Partner(employer_id=employer_id)
    return Hq()


def is_usable(account: UserAccount, now: datetime) -> bool:
    """Whether the account is open today, by the county's clock."""
    return account.is_active and (account.valid_until is None or account.valid_until >= county_today(now))


def county_today(now: datetime) -> date:
    return now.astimezone(BEIJING).date()
