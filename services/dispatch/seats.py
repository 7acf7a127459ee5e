"""座位: a seat has one holder, an order one seat; its holder alone gives it back, and the next in line moves up."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select

from services.dispatch.models import ACTIVE, OPEN_STATES, TAKEN, DispatchOrder, SeatHold, Trip, TripStop
from services.dispatch.refusals import refusing
from services.dispatch.states import who
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.contracts.scopes import OutpostCode
from shared.kit.paging import page
from shared.kit.session import Session

RELEASABLE = (c.SeatState.waiting, c.SeatState.held, c.SeatState.confirmed)


def hold_seat(session: Session, command: c.HoldSeat) -> c.SeatView:
    """Hold the seat asked for, or the lowest free one; on a full trip wait, where the caller can.

    Raises TRIP_SEAT_TAKEN, TRIP_FULL, TRIP_SEAT_UNKNOWN, TRIP_ORDER_HAS_SEAT, TRIP_NOT_GOING_THERE.
    """
    trip = locked_trip(session, command.trip_id)
    if trip.state is not c.TripState.planned:
        raise ILLEGAL_TRANSITION(state=trip.state.value, action="hold_seat")
    order = session.get(DispatchOrder, command.order_id)
    if order is None:
        raise NOT_FOUND(what="dispatch_order", id=str(command.order_id))
    if order.state is not c.OrderState.issued:
        raise ILLEGAL_TRANSITION(state=order.state.value, action="hold_seat")
    if order.outpost.value not in trip.outposts:
        raise c.TRIP_NOT_GOING_THERE(outpost=order.outpost.value)
    if command.seat_no is not None and command.seat_no > trip.seats:
        raise c.TRIP_SEAT_UNKNOWN(seats=trip.seats, seat_no=command.seat_no)
    expire(session, trip)
    seat_no = command.seat_no or _lowest_free(session, trip)
    if seat_no is None and not command.can_wait:
        raise c.TRIP_FULL()
    hold = place(session, trip, order, seat_no)
    if seat_no is None:
        hold.state = c.SeatState.waiting
    elif command.hold_minutes is not None:
        hold.state = c.SeatState.held
        hold.expires_at = session.now + timedelta(minutes=command.hold_minutes)
    session.flush()
    if hold.state is c.SeatState.confirmed:
        confirmed(session, trip, hold)
    return c.SeatView.model_validate(hold)


def place(
    session: Session, trip: Trip, order: DispatchOrder, seat_no: int | None, *, pickup: str | None = None
) -> SeatHold:
    """Seat an order firmly; the two unique indexes decide where two ask at once."""
    refusals = {
        "seat_hold_one_a_seat": c.TRIP_SEAT_TAKEN(seat_no=seat_no),
        "seat_hold_one_an_order": c.TRIP_ORDER_HAS_SEAT(),
    }
    with refusing(session, refusals):
        hold = SeatHold(
            trip_id=trip.id,
            order_id=order.id,
            worker_id=order.worker_id,
            outpost=order.outpost,
            pickup=pickup,
            seat_no=seat_no,
            state=c.SeatState.confirmed if seat_no is not None else c.SeatState.waiting,
            held_at=session.now,
            held_by=who(session),
        )
        session.add(hold)
    return hold


def confirm_seat(session: Session, command: c.ConfirmSeat) -> c.SeatView:
    """Make a held seat firm before it expires; confirming twice is the same confirmation."""
    trip = locked_trip(session, command.trip_id)
    hold = _own_hold(session, command.trip_id, command.hold_id, command.order_id)
    is_live = hold.state is c.SeatState.held and (hold.expires_at is None or hold.expires_at > session.now)
    if not is_live and hold.state is not c.SeatState.confirmed:
        raise ILLEGAL_TRANSITION(state=hold.state.value, action="confirm_seat")
    if is_live:
        hold.state = c.SeatState.confirmed
        hold.expires_at = None
        session.add(hold)
        confirmed(session, trip, hold)
    return c.SeatView.model_validate(hold)


def release_seat(session: Session, command: c.ReleaseSeat) -> c.SeatView:
    """Give a seat back, for the order that holds it alone (TRIP_HOLD_NOT_YOURS); the next in line moves up."""
    trip = locked_trip(session, command.trip_id)
    hold = _own_hold(session, command.trip_id, command.hold_id, command.order_id)
    if hold.state not in RELEASABLE:
        raise ILLEGAL_TRANSITION(state=hold.state.value, action="release_seat")
    hold.state = c.SeatState.released
    session.add(hold)
    lost(session, hold, c.SeatLost.released)
    session.flush()
    move_up(session, trip)
    return c.SeatView.model_validate(hold)


def give_back(session: Session, order_id: UUID) -> None:
    """Free whatever seat or waiting place an order no longer needs. What the caller can't see, the timer frees."""
    hold = session.exec(
        select(SeatHold).where(SeatHold.order_id == order_id, col(SeatHold.state).in_(RELEASABLE)).with_for_update()
    ).one_or_none()
    if hold is not None:
        hold.state = c.SeatState.released
        session.add(hold)


def leave_elsewhere(session: Session, hold: SeatHold) -> None:
    """Somebody who was thought to have missed this coach gives back what was found for them on another."""
    other = session.exec(
        select(SeatHold)
        .where(SeatHold.order_id == hold.order_id, SeatHold.id != hold.id, col(SeatHold.state).in_(ACTIVE))
        .with_for_update()
    ).one_or_none()
    if other is None:
        return
    if other.state not in RELEASABLE:
        raise c.TRIP_ORDER_HAS_SEAT()
    other.state = c.SeatState.released
    session.add(other)
    session.flush()
    lost(session, other, c.SeatLost.boarded_elsewhere)


def list_seats(session: Session, query: c.ListSeats) -> Page[c.SeatView]:
    if session.get(Trip, query.trip_id) is None:
        raise NOT_FOUND(what="trip", id=str(query.trip_id))
    line = func.coalesce(SeatHold.seat_no, 1_000_000)
    return page(
        session,
        select(SeatHold).where(SeatHold.trip_id == query.trip_id, col(SeatHold.state).in_(ACTIVE)),
        order=(line, col(SeatHold.id)),
        request=query,
        view=c.SeatView.model_validate,
    )


def sweep(session: Session) -> None:
    """Free seats whose hold ran out or whose order was cancelled or closed, and move those who wait up."""
    stale = select(DispatchOrder.id).where(col(DispatchOrder.state).not_in(OPEN_STATES))
    session.execute(
        update(SeatHold)
        .where(col(SeatHold.state).in_(RELEASABLE), col(SeatHold.order_id).in_(stale))
        .values(state=c.SeatState.released)
    )
    waiting = select(SeatHold.trip_id).where(col(SeatHold.state).in_((c.SeatState.held, c.SeatState.waiting)))
    trips = session.exec(
        select(Trip)
        .where(col(Trip.state) == c.TripState.planned, col(Trip.id).in_(waiting))
        .order_by(col(Trip.id))
        .with_for_update(skip_locked=True)
    )
    for trip in trips:
        expire(session, trip)


def expire(session: Session, trip: Trip) -> None:
    """End the holds of a locked trip that ran out, and let the next in line have the seats."""
    over = session.exec(
        select(SeatHold)
        .where(
            SeatHold.trip_id == trip.id,
            SeatHold.state == c.SeatState.held,
            col(SeatHold.expires_at) <= func.now(),
        )
        .with_for_update()
    ).all()
    for hold in over:
        hold.state = c.SeatState.expired
        session.add(hold)
        lost(session, hold, c.SeatLost.expired)
    session.flush()
    move_up(session, trip)


def move_up(session: Session, trip: Trip) -> None:
    """候补递补: whoever waits longest gets the lowest free seat of a locked trip."""
    waiting = session.exec(
        select(SeatHold)
        .where(SeatHold.trip_id == trip.id, SeatHold.state == c.SeatState.waiting)
        .order_by(col(SeatHold.held_at), col(SeatHold.id))
    )
    for hold in waiting:
        seat_no = _lowest_free(session, trip)
        if seat_no is None:
            return
        hold.seat_no = seat_no
        hold.state = c.SeatState.confirmed
        session.add(hold)
        session.flush()
        confirmed(session, trip, hold, is_moved_up=True)


def confirmed(session: Session, trip: Trip, hold: SeatHold, *, is_moved_up: bool = False) -> None:
    """Announce a firm seat: where and when its holder gets on."""
    stop = _boarding_stop(session, trip, hold)
    session.publish(
        c.SeatConfirmed(
            worker_id=hold.worker_id,
            order_id=hold.order_id,
            trip_id=trip.id,
            outpost=hold.outpost,
            seat_no=hold.seat_no or 0,
            boards_at=stop.leave_at if stop else trip.depart_at,
            pickup=stop.division if stop else None,
            is_moved_up=is_moved_up,
        )
    )


def lost(session: Session, hold: SeatHold, because: c.SeatLost) -> None:
    session.publish(
        c.SeatReleased(
            worker_id=hold.worker_id,
            order_id=hold.order_id,
            trip_id=hold.trip_id,
            outpost=hold.outpost,
            because=because,
        )
    )


def _boarding_stop(session: Session, trip: Trip, hold: SeatHold) -> TripStop | None:
    """The stop of the holder's township, else the first one."""
    known: dict[UUID, list[TripStop]] = session.info.setdefault("pickup_stops", {})
    if trip.id not in known:
        known[trip.id] = list(
            session.exec(
                select(TripStop)
                .where(TripStop.trip_id == trip.id, TripStop.kind == c.StopKind.pickup)
                .order_by(col(TripStop.position))
            )
        )
    home = hold.pickup
    if home is None:
        order = session.get(DispatchOrder, hold.order_id)
        home = order.division[:9] if order else None
    stops = known[trip.id]
    return next((stop for stop in stops if stop.division == home), stops[0] if stops else None)


def locked_trip(session: Session, trip_id: UUID, *, shared: bool = False) -> Trip:
    """The trip, held against changes of its seats; `shared` holds it only against leaving and arriving."""
    trip = session.exec(
        select(Trip).where(Trip.id == trip_id).with_for_update(read=shared).execution_options(populate_existing=True)
    ).one_or_none()
    if trip is None:
        raise NOT_FOUND(what="trip", id=str(trip_id))
    return trip


def counts(session: Session, trip_ids: list[UUID]) -> dict[UUID, dict[c.SeatState, int]]:
    """How many seats of each trip are in each state."""
    rows = session.exec(
        select(SeatHold.trip_id, SeatHold.state, func.count())
        .where(col(SeatHold.trip_id).in_(trip_ids), col(SeatHold.state).in_(ACTIVE))
        .group_by(col(SeatHold.trip_id), col(SeatHold.state))
    )
    found: dict[UUID, dict[c.SeatState, int]] = {trip_id: {} for trip_id in trip_ids}
    for trip_id, state, count in rows:
        found[trip_id][c.SeatState(state)] = count
    return found


def _own_hold(session: Session, trip_id: UUID, hold_id: UUID, order_id: UUID) -> SeatHold:
    hold = session.exec(
        select(SeatHold).where(SeatHold.id == hold_id, SeatHold.trip_id == trip_id).with_for_update()
    ).one_or_none()
    if hold is None:
        raise NOT_FOUND(what="seat_hold", id=str(hold_id))
    if hold.order_id != order_id:
        raise c.TRIP_HOLD_NOT_YOURS()
    return hold


def _lowest_free(session: Session, trip: Trip) -> int | None:
    taken = set(
        session.exec(select(SeatHold.seat_no).where(SeatHold.trip_id == trip.id, col(SeatHold.state).in_(TAKEN)))
    )
    return next((number for number in range(1, trip.seats + 1) if number not in taken), None)


def outposts_of(trip: Trip) -> list[OutpostCode]:
    return [OutpostCode(code) for code in trip.outposts]
