"""上车签到单: who may get on this coach, with what a phone needs to know each seat's code without asking anybody."""

from __future__ import annotations

from sqlmodel import col, select

from services.dispatch import trips
from services.dispatch.boarding import CAN_BOARD, seat_token
from services.dispatch.models import DispatchOrder, SeatHold, Trip
from shared.contracts import dispatch as c
from shared.contracts.errors import NOT_FOUND
from shared.kit.session import Session


def get_boarding_list(session: Session, query: c.GetBoardingList) -> c.BoardingListView:
    """Seats that are held, boarded or missed: who was thought to have missed the coach may yet be ticked."""
    trip = session.get(Trip, query.trip_id)
    if trip is None:
        raise NOT_FOUND(what="trip", id=str(query.trip_id))
    rows = session.exec(
        select(SeatHold, DispatchOrder)
        .join(DispatchOrder, col(DispatchOrder.id) == col(SeatHold.order_id))
        .where(SeatHold.trip_id == trip.id, col(SeatHold.seat_no).is_not(None))
        .where(col(SeatHold.state).in_((*CAN_BOARD, c.SeatState.boarded)))
        .order_by(col(SeatHold.seat_no), col(SeatHold.id))
    ).all()
    return c.BoardingListView(
        trip=trips.view(session, trip),
        made_at=session.now,
        entries=[
            c.BoardingListEntry(
                seat_no=hold.seat_no or 0,
                order_id=order.id,
                order_no=order.order_no,
                worker_id=hold.worker_id,
                outpost=hold.outpost,
                pickup=hold.pickup or order.division[:9],
                state=hold.state,
                boarded_at=hold.boarded_at,
                token_hash=c.token_hash(seat_token(session, trip, order.id)),
            )
            for hold, order in rows
        ],
    )
