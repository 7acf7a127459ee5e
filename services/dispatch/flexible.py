"""县内灵活就业安置: who works by the day, from when to when; a month's days are told once, when it is closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.dispatch.models import FlexiblePlacement, KnownWorker, WorkDay
from services.dispatch.refusals import refusing
from services.dispatch.states import today, who
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE
from shared.kit.paging import page
from shared.kit.session import Session

# 结账: until the fifth a village may still hand in and mend the days of the month before.
CLOSES_ON = 5
AT_ONCE = 200


def start_flexible_placement(session: Session, command: c.StartFlexiblePlacement) -> c.FlexiblePlacementView:
    """Raises NOT_FOUND outside the caller's area, ORDER_WORKER_NOT_ACTIVE, FLEXIBLE_WORKER_HAS_ONE."""
    known = session.get(KnownWorker, command.worker_id)
    if known is None:
        raise NOT_FOUND(what="worker", id=str(command.worker_id))
    if not known.is_active or known.merged_into is not None:
        raise c.ORDER_WORKER_NOT_ACTIVE()
    if abs((command.started_on - today(session)).days) > 366:
        raise c.ORDER_DEPARTURE_IMPOSSIBLE()
    with refusing(session, {"flexible_placement_one_current": c.FLEXIBLE_WORKER_HAS_ONE()}):
        placement = FlexiblePlacement(
            **command.model_dump(),
            division=known.division,
            closed_before=command.started_on.replace(day=1),
            recorded_at=session.now,
            recorded_by=who(session),
        )
        session.add(placement)
    session.publish(
        c.FlexiblePlacementStarted(
            placement_id=placement.id,
            worker_id=placement.worker_id,
            division=placement.division,
            employer_id=placement.employer_id,
            started_on=placement.started_on,
            day_pay_cents=placement.day_pay_cents,
        )
    )
    return _view(session, placement)


def end_flexible_placement(session: Session, command: c.EndFlexiblePlacement) -> c.FlexiblePlacementView:
    """Raises STALE, ILLEGAL_TRANSITION the second time, FLEXIBLE_END_IMPOSSIBLE."""
    placement = locked_spell(session, command.placement_id)
    if command.expected_version is not None and command.expected_version != placement.version:
        raise STALE()
    if placement.ended_on is not None:
        raise ILLEGAL_TRANSITION(state="ended", action="end")
    if command.ended_on < placement.started_on or command.ended_on <= _last_day(session, placement):
        raise c.FLEXIBLE_END_IMPOSSIBLE(started_on=placement.started_on.isoformat())
    _end(session, placement, command.ended_on, command.reason)
    return _view(session, placement)


def end_for_going_out(session: Session, event: c.PlacementStarted) -> None:
    """Who starts work outside the county no longer works by the day at home."""
    placement = session.exec(
        select(FlexiblePlacement)
        .where(FlexiblePlacement.worker_id == event.worker_id, col(FlexiblePlacement.ended_on).is_(None))
        .with_for_update()
    ).one_or_none()
    if placement is not None:
        after_work = _last_day(session, placement) + timedelta(days=1)
        ended_on = max(event.started_on, placement.started_on, after_work)
        _end(session, placement, ended_on, c.FlexibleEnd.went_out)


def close_months(session: Session) -> None:
    """Close the months that are over (timer): their days and pay are told and no longer changed."""
    day = today(session)
    upto = _month_of(day if day.day >= CLOSES_ON else _month_of(day) - timedelta(days=1))
    due = session.exec(
        select(FlexiblePlacement)
        .where(col(FlexiblePlacement.ended_on).is_(None), FlexiblePlacement.closed_before < upto)
        .order_by(col(FlexiblePlacement.id))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for placement in due:
        _close(session, placement, upto)


def get_flexible_placement(session: Session, query: c.GetFlexiblePlacement) -> c.FlexiblePlacementView:
    placement = session.get(FlexiblePlacement, query.placement_id)
    if placement is None:
        raise NOT_FOUND(what="flexible_placement", id=str(query.placement_id))
    return _view(session, placement)


def list_flexible_placements(session: Session, query: c.ListFlexiblePlacements) -> Page[c.FlexiblePlacementView]:
    statement = select(FlexiblePlacement)
    if query.worker_id is not None:
        statement = statement.where(FlexiblePlacement.worker_id == query.worker_id)
    if query.division:
        statement = statement.where(col(FlexiblePlacement.division).startswith(query.division, autoescape=True))
    if query.workplace:
        statement = statement.where(col(FlexiblePlacement.workplace).contains(query.workplace, autoescape=True))
    if query.is_current is not None:
        ended = col(FlexiblePlacement.ended_on)
        statement = statement.where(ended.is_(None) if query.is_current else ended.is_not(None))
    found: Page[FlexiblePlacement] = page(
        session,
        statement,
        order=(col(FlexiblePlacement.started_on).desc(), col(FlexiblePlacement.id).desc()),
        request=query,
        view=lambda placement: placement,
    )
    sums = _sums(session, [placement.id for placement in found.items])
    return Page[c.FlexiblePlacementView](
        items=[_shown(placement, sums) for placement in found.items], next_cursor=found.next_cursor
    )


def locked_spell(session: Session, placement_id: UUID) -> FlexiblePlacement:
    placement = session.exec(
        select(FlexiblePlacement)
        .where(FlexiblePlacement.id == placement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if placement is None:
        raise NOT_FOUND(what="flexible_placement", id=str(placement_id))
    return placement


def _end(session: Session, placement: FlexiblePlacement, ended_on: date, reason: c.FlexibleEnd) -> None:
    _close(session, placement, _month_of(ended_on + timedelta(days=31)))
    placement.ended_on = ended_on
    placement.end_reason = reason
    session.flush()
    session.publish(
        c.FlexiblePlacementEnded(
            placement_id=placement.id, worker_id=placement.worker_id, ended_on=ended_on, reason=reason
        )
    )


def _close(session: Session, placement: FlexiblePlacement, upto: date) -> None:
    """Tell each month before `upto` that had work, on its last day, and let nobody change it any more."""
    month = func.date_trunc("month", WorkDay.on_day)
    rows = session.exec(
        select(month, func.sum(WorkDay.half_days), func.sum(WorkDay.pay_cents), func.max(WorkDay.on_day))
        .where(
            WorkDay.placement_id == placement.id,
            WorkDay.on_day >= placement.closed_before,
            WorkDay.on_day < upto,
        )
        .group_by(month)
        .order_by(month)
    ).all()
    for _, half_days, pay_cents, last in rows:
        session.publish(
            c.FlexiblePlacementMonthCompleted(
                placement_id=placement.id,
                worker_id=placement.worker_id,
                completed_on=last,
                half_days=int(half_days),
                pay_cents=int(pay_cents),
            )
        )
    placement.closed_before = max(placement.closed_before, upto)
    placement.version += 1
    session.add(placement)


def _last_day(session: Session, placement: FlexiblePlacement) -> date:
    last: date | None = session.exec(select(func.max(WorkDay.on_day)).where(WorkDay.placement_id == placement.id)).one()
    return placement.started_on - timedelta(days=1) if last is None else last


def _month_of(day: date) -> date:
    return day.replace(day=1)


def _sums(session: Session, placement_ids: list[UUID]) -> dict[UUID, tuple[int, int]]:
    rows: Any = session.exec(
        select(WorkDay.placement_id, func.sum(WorkDay.half_days), func.sum(WorkDay.pay_cents))
        .where(col(WorkDay.placement_id).in_(placement_ids))
        .group_by(col(WorkDay.placement_id))
    )
    return {placement_id: (int(half_days), int(pay_cents)) for placement_id, half_days, pay_cents in rows}


def _view(session: Session, placement: FlexiblePlacement) -> c.FlexiblePlacementView:
    return _shown(placement, _sums(session, [placement.id]))


def _shown(placement: FlexiblePlacement, sums: dict[UUID, tuple[int, int]]) -> c.FlexiblePlacementView:
    half_days, pay_cents = sums.get(placement.id, (0, 0))
    return c.FlexiblePlacementView.model_validate(
        {
            **placement.model_dump(include=set(c.FlexiblePlacementView.model_fields)),
            "half_days": half_days,
            "pay_cents": pay_cents,
        }
    )
