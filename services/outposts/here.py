"""Who acts where and on which day: the caller's outpost, the county's calendar day, the version that was read."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from shared.contracts.errors import STALE, TENANT_NOT_FOUND
from shared.contracts.scopes import Outpost, OutpostCode
from shared.kit.session import Session

CHINA = ZoneInfo("Asia/Shanghai")


def today(session: Session) -> date:
    return session.now.astimezone(CHINA).date()


def own_outpost(session: Session) -> OutpostCode:
    """The outpost that the caller belongs to; raises TENANT_NOT_FOUND for anybody else."""
    scope = session.caller.scope
    if not isinstance(scope, Outpost):
        raise TENANT_NOT_FOUND()
    return scope.code


def actor(session: Session) -> str:
    return f"{session.caller.actor.kind}:{session.caller.actor.id}"


def require_version(found: int, expected: int | None) -> None:
    if expected is not None and found != expected:
        raise STALE(version=found)
