"""The step of getting on: seat, order and custody record change in one statement, which is also the lock.

A coach's fifty people board at once. None of them locks the trip: whatever ends a seat (departure, cancellation, a hold
that runs out) locks that seat's row first, so the row alone decides who was earlier.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from services.dispatch.models import CustodyRecord, DispatchOrder, SeatHold, Trip
from services.dispatch.states import ORDER_STEPS, after, who
from shared.contracts import dispatch as c
from shared.contracts.scopes import OutpostCode
from shared.kit.session import Session
from shared.kit.tables import new_id


class Boarded(NamedTuple):
    """Who sits where now. `is_on_the_way` is false where the order could not follow; then nothing may be kept."""

    order_id: UUID
    worker_id: UUID
    trip_id: UUID
    outpost: OutpostCode
    seat_no: int
    boarded_at: datetime
    is_on_the_way: bool


def board(
    session: Session,
    trip_id: UUID,
    order_id: UUID,
    at: datetime,
    *,
    seat_states: Sequence[c.SeatState] = (c.SeatState.held, c.SeatState.confirmed),
    trip_states: Sequence[c.TripState] = (c.TripState.planned, c.TripState.departed),
) -> Boarded | None:
    """Let the holder of a seat get on; None where the order has no seat in these states on a trip in these."""
    # Parameters called like a column would be set in it.
    given = {
        "given_trip_id": trip_id,
        "given_order_id": order_id,
        "given_boarded_at": at,
        "given_now": session.now,
        "given_seat_states": list(seat_states),
        "given_trip_states": list(trip_states),
        "given_custody_id": new_id(),
        "given_recorded_by": who(session),
    }
    found = session.connection().execute(_STEP, given).one_or_none()
    return Boarded._make(found) if found else None


def _step() -> sa.Select[tuple[UUID, UUID, UUID, OutpostCode, int, datetime, bool]]:
    trip, seat, order, custody = (_table(model) for model in (Trip, SeatHold, DispatchOrder, CustodyRecord))
    open_trip = sa.select(trip.c.id).where(
        trip.c.id == bindparam("given_trip_id"), trip.c.state.in_(bindparam("given_trip_states", expanding=True))
    )
    taken = (
        sa.update(seat)
        .where(
            seat.c.trip_id.in_(open_trip),
            seat.c.order_id == bindparam("given_order_id"),
            seat.c.seat_no.is_not(None),
            seat.c.state.in_(bindparam("given_seat_states", expanding=True)),
            (seat.c.state != c.SeatState.held)
            | seat.c.expires_at.is_(None)
            | (seat.c.expires_at > bindparam("given_now")),
        )
        .values(state=c.SeatState.boarded, boarded_at=bindparam("given_boarded_at"), expires_at=None)
        .returning(seat.c.order_id, seat.c.worker_id, seat.c.trip_id, seat.c.outpost, seat.c.seat_no, seat.c.boarded_at)
        .cte("taken")
    )
    following = (
        sa.update(order)
        .where(order.c.id == taken.c.order_id, order.c.state == c.OrderState.issued)
        .values(state=after(ORDER_STEPS, c.OrderState.issued, "board"), version=order.c.version + 1)
        .returning(order.c.id)
        .cte("following")
    )
    recorded = (
        sa.insert(custody)
        .from_select(
            ["id", "order_id", "worker_id", "trip_id", "kind", "outpost", "at", "recorded_at", "recorded_by"],
            sa.select(
                bindparam("given_custody_id", type_=custody.c.id.type),
                taken.c.order_id,
                taken.c.worker_id,
                taken.c.trip_id,
                sa.literal(c.CustodyKind.boarded, custody.c.kind.type),
                taken.c.outpost,
                taken.c.boarded_at,
                bindparam("given_now", type_=custody.c.recorded_at.type),
                bindparam("given_recorded_by", type_=custody.c.recorded_by.type),
            ),
        )
        .cte("recorded")
    )
    return sa.select(*taken.c, sa.exists().select_from(following)).select_from(taken).add_cte(recorded)


def _table(model: type) -> sa.Table:
    return model.__table__  # type: ignore[attr-defined,no-any-return]


_STEP = _step()
