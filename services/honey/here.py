"""Who acts where and on which day: the caller's place, the county's calendar day, the next number of a paper."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.honey.models import NumberSeries
from shared.contracts.errors import STALE, TENANT_NOT_FOUND
from shared.contracts.honey import COUNTY
from shared.contracts.scopes import Hq, Outpost, OutpostCode
from shared.kit.session import Session

CHINA = ZoneInfo("Asia/Shanghai")

SHORT = {
    OutpostCode.chancheng: "CC",
    OutpostCode.dongguan: "DG",
    OutpostCode.shenzhen: "SZ",
    OutpostCode.guangzhou: "GZ",
    OutpostCode.hangzhou: "HZ",
    OutpostCode.wenling: "WL",
    OutpostCode.guiyang: "GY",
}


def today(session: Session) -> date:
    return session.now.astimezone(CHINA).date()


def own_outpost(session: Session) -> OutpostCode:
    scope = session.caller.scope
    if not isinstance(scope, Outpost):
        raise TENANT_NOT_FOUND()
    return scope.code


def own_place(session: Session) -> str:
    """Where the caller's shelf stands: its outpost, or the county's warehouse for HQ."""
    return COUNTY if isinstance(session.caller.scope, Hq) else own_outpost(session).value


def actor(session: Session) -> str:
    return f"{session.caller.actor.kind}:{session.caller.actor.id}"


def require_version(found: int, expected: int | None) -> None:
    if expected is not None and found != expected:
        raise STALE(version=found)


def next_number(session: Session, series: str, *, digits: int) -> str:
    """`FM-2026` -> `FM-2026-00031`: without gaps, since the counter rolls back with its transaction."""
    given = insert(NumberSeries).values(series=series, last=1)
    counted = given.on_conflict_do_update(index_elements=["series"], set_={"last": NumberSeries.last + 1}).returning(
        col(NumberSeries.last)
    )
    return f"{series}-{session.execute(counted).scalar_one():0{digits}d}"
