"""Each roster's size by day, and who entered and left: counted once a day, told to the others."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from services.registry.days import today
from services.registry.models import RosterDay, Worker
from services.registry.roster_months import count_month
from services.registry.rosters import Moment, members
from shared.contracts import registry as c
from shared.kit.session import Session


def count_rosters_of_day(session: Session) -> None:
    """Once a day: the rosters' sizes, and the running month's by township."""
    day = today(session)
    if not session.exec(select(RosterDay).where(col(RosterDay.on) == day).limit(1)).first():
        count_month(session, day.replace(day=1))
    for kind in c.RosterKind:
        last = session.exec(
            select(RosterDay).where(col(RosterDay.kind) == kind).order_by(col(RosterDay.on).desc()).limit(1)
        ).first()
        if last and last.on >= day:
            continue
        now = _ids(kind, Moment(day, session.now))
        entered, left = now, None
        if last:
            before = _ids(kind, Moment(last.on, session.now))
            entered, left = now.except_(before), before.except_(now)
        row = RosterDay(
            kind=kind,
            on=day,
            members=_count(session, now),
            entered=_count(session, entered),
            left=_count(session, left) if left is not None else 0,
        )
        session.add(row)
        if row.entered or row.left:
            session.publish(c.RosterChanged(kind=kind, on=day, members=row.members, entered=row.entered, left=row.left))


def _ids(kind: c.RosterKind, moment: Moment) -> Any:
    return members(kind, moment).with_only_columns(col(Worker.id))


def _count(session: Session, ids: Any) -> int:
    return int(session.execute(select(func.count()).select_from(ids.subquery())).scalar_one())
