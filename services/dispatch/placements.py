"""上岗: how long somebody is at work, from the receipt to the day of leaving."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.dispatch.fares import months_after
from services.dispatch.models import Placement
from services.dispatch.states import today
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session

AT_ONCE = 200


def end_placement(session: Session, command: c.EndPlacement) -> c.PlacementView:
    """Record that somebody left work; raises ILLEGAL_TRANSITION the second time."""
    placement = session.exec(
        select(Placement).where(Placement.id == command.placement_id).with_for_update()
    ).one_or_none()
    if placement is None:
        raise NOT_FOUND(what="placement", id=str(command.placement_id))
    if placement.ended_on is not None:
        raise ILLEGAL_TRANSITION(state="ended", action="end")
    if command.ended_on < placement.started_on:
        raise c.PLACEMENT_END_IMPOSSIBLE(started_on=placement.started_on.isoformat())
    end(session, placement, command.ended_on, command.reason)
    return c.PlacementView.model_validate(placement)


def end(session: Session, placement: Placement, ended_on: date, reason: c.EndReason) -> None:
    """The stay is as long as the last day says, whatever was counted while nobody knew it."""
    _tell_months(session, placement, ended_on)
    _withdraw_months(session, placement, ended_on)
    placement.ended_on = ended_on
    placement.end_reason = reason
    placement.version += 1
    session.add(placement)
    session.publish(
        c.PlacementEnded(
            placement_id=placement.id,
            order_id=placement.order_id,
            worker_id=placement.worker_id,
            outpost=placement.outpost,
            ended_on=ended_on,
            reason=reason,
        )
    )


def tell_completed_months(session: Session) -> None:
    """稳岗: each month that somebody has stayed is told once, as the day comes; nothing is told after the end."""
    day = today(session)
    months = (func.extract("year", func.age(day, Placement.started_on)) * 12) + func.extract(
        "month", func.age(day, Placement.started_on)
    )
    current = session.exec(
        select(Placement)
        .where(col(Placement.ended_on).is_(None), months > col(Placement.months_told))
        .order_by(col(Placement.id))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for placement in current:
        _tell_months(session, placement, day)


def _withdraw_months(session: Session, placement: Placement, ended_on: date) -> None:
    """Take the months back that were told and had not passed by the last day, the latest first."""
    while placement.months_told and (told := months_after(placement.started_on, placement.months_told)) > ended_on:
        session.publish(
            c.PlacementMonthWithdrawn(
                placement_id=placement.id,
                order_id=placement.order_id,
                worker_id=placement.worker_id,
                outpost=placement.outpost,
                month=placement.months_told,
                completed_on=told,
                wage_cents=placement.wage_cents,
            )
        )
        placement.months_told -= 1


def _tell_months(session: Session, placement: Placement, until: date) -> None:
    while (completed := months_after(placement.started_on, placement.months_told + 1)) <= until:
        placement.months_told += 1
        session.publish(
            c.PlacementMonthCompleted(
                placement_id=placement.id,
                order_id=placement.order_id,
                worker_id=placement.worker_id,
                outpost=placement.outpost,
                month=placement.months_told,
                completed_on=completed,
                wage_cents=placement.wage_cents,
            )
        )
    session.add(placement)


def end_current(session: Session, worker_id: UUID, ended_on: date, reason: c.EndReason) -> None:
    """End whatever the worker is doing now: 转岗 closes the old placement."""
    current = session.exec(
        select(Placement).where(Placement.worker_id == worker_id, col(Placement.ended_on).is_(None)).with_for_update()
    )
    for placement in current:
        end(session, placement, max(ended_on, placement.started_on), reason)


def list_placements(session: Session, query: c.ListPlacements) -> Page[c.PlacementView]:
    statement = select(Placement)
    for column, value in (
        (Placement.outpost, query.outpost),
        (Placement.employer_id, query.employer_id),
        (Placement.worker_id, query.worker_id),
    ):
        if value is not None:
            statement = statement.where(col(column) == value)
    if query.is_current is not None:
        ended = col(Placement.ended_on)
        statement = statement.where(ended.is_(None) if query.is_current else ended.is_not(None))
    return page(
        session,
        statement,
        order=(col(Placement.started_on).desc(), col(Placement.id).desc()),
        request=query,
        view=c.PlacementView.model_validate,
    )
