"""Who acts and on which day, and the next number of a paper."""

from __future__ import annotations

from datetime import date
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.training.models import NumberSeries
from shared.contracts.errors import NOT_FOUND, STALE
from shared.contracts.scopes import Area, WorkerSelf
from shared.kit.session import Session

CHINA = ZoneInfo("Asia/Shanghai")


class Reachable(Protocol):
    """A row about a person."""

    worker_id: UUID
    division: str


def today(session: Session) -> date:
    return session.now.astimezone(CHINA).date()


def actor(session: Session) -> str:
    return f"{session.caller.actor.kind}:{session.caller.actor.id}"


def require_reach(session: Session, row: Reachable) -> None:
    """The caller's own reach, asked where a command runs as the machinery. Raises NOT_FOUND, as a foreign id does."""
    scope = session.caller.scope
    if isinstance(scope, WorkerSelf) and row.worker_id != scope.worker_id:
        raise NOT_FOUND()
    if isinstance(scope, Area) and not row.division.startswith(scope.division):
        raise NOT_FOUND()


def require_version(found: int, expected: int | None) -> None:
    if expected is not None and found != expected:
        raise STALE(version=found)


def next_numbers(session: Session, series: str, count: int) -> range:
    """The next `count` numbers of a series, without gaps."""
    given = insert(NumberSeries).values(series=series, last=count)
    counted = given.on_conflict_do_update(
        index_elements=["series"], set_={"last": NumberSeries.last + count}
    ).returning(col(NumberSeries.last))
    last: int = session.execute(counted).scalar_one()
    return range(last - count + 1, last + 1)
