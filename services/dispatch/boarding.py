"""“点对点”输出: who got on, when the coach left and arrived, and into whose hands each person was given."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from services.dispatch import seats, trips
from services.dispatch.boarded import Boarded, board
from services.dispatch.models import CustodyRecord, SeatHold, Trip, TripStop
from services.dispatch.orders import locked
from services.dispatch.seats import locked_trip, outposts_of
from services.dispatch.states import TRIP_STEPS, after, moment, who
from shared.contracts import dispatch as c
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, Problem
from shared.contracts.scopes import Outpost, OutpostCode
from shared.kit.links import LINK_INVALID, make_link_token, read_link_token
from shared.kit.session import Session

SEAT_PURPOSE = "seat"
CAN_BOARD = (c.SeatState.held, c.SeatState.confirmed, c.SeatState.missed)


def seat_token(session: Session, trip: Trip, order_id: UUID) -> str:
    """What the worker's QR code carries: it opens one seat of one trip, until two days after the departure."""
    return make_link_token(
        session.keys,
        purpose=SEAT_PURPOSE,
        subject=str(order_id),
        expires_at=trip.depart_at + timedelta(days=2),
        trip=str(trip.id),
    )


def board_worker(session: Session, command: c.BoardWorker) -> c.BoardingView:
    """上车签到. Boarding twice is the same boarding, by list or by QR code, at once or merged later.

    Somebody marked as missed who did board (an offline list says so) is boarded. Raises TRIP_NO_SEAT, LINK_INVALID,
    ILLEGAL_TRANSITION for a cancelled order or a trip that is over.
    """
    return _board(session, command.trip_id, command.order_id, command.seat_token, command.boarded_at)


def merge_boardings(session: Session, command: c.MergeBoardings) -> c.MergedBoardings:
    """离线签到: take over what was noted without a connection, line by line; what can't be is named, nobody is lost.

    It may come after the arrival: who boarded then also arrived. Whoever had been given a seat elsewhere meanwhile
    gives it back.
    """
    trip = locked_trip(session, command.trip_id)
    merged = c.MergedBoardings(trip_id=trip.id, boarded=0, repeated=0, refused=[])
    for row, entry in enumerate(command.entries, start=1):
        try:
            with session.begin_nested():
                at = moment(entry.boarded_at, session)
                found = _board(session, trip.id, entry.order_id, entry.seat_token, at, is_late=True)
                session.flush()
        except Problem as problem:
            merged.refused.append(c.RefusedBoarding(row=row, order_id=entry.order_id, code=problem.code))
        else:
            merged.repeated += found.is_repeated
            merged.boarded += not found.is_repeated
    return merged


def _board(
    session: Session,
    trip_id: UUID,
    given_order_id: UUID | None,
    seat_token: str | None,
    boarded_at: datetime | None,
    *,
    is_late: bool = False,
) -> c.BoardingView:
    order_id = given_order_id or _order_of(session, trip_id, seat_token or "")
    at = moment(boarded_at, session)
    on_board = board(session, trip_id, order_id, at)
    if on_board is None:
        trip, hold = _found_otherwise(session, trip_id, order_id, is_late=is_late)
        if hold.state is c.SeatState.boarded:
            return _boarding(hold)
        if hold.state is c.SeatState.missed:
            seats.leave_elsewhere(session, hold)
        on_board = board(session, trip_id, order_id, at, seat_states=CAN_BOARD, trip_states=(trip.state,))
        session.expire(hold)
    if on_board is None or not on_board.is_on_the_way:
        raise ILLEGAL_TRANSITION(state=locked(session, order_id).state.value, action="board")
    session.publish(
        c.WorkerBoarded(
            worker_id=on_board.worker_id,
            order_id=order_id,
            trip_id=trip_id,
            outpost=on_board.outpost,
            boarded_at=at,
        )
    )
    if is_late:
        _record_known_arrival(session, on_board)
    return c.BoardingView.model_validate(on_board._asdict() | {"is_repeated": False})


def _found_otherwise(session: Session, trip_id: UUID, order_id: UUID, *, is_late: bool) -> tuple[Trip, SeatHold]:
    """The seat of somebody who is on board already or was thought to have missed the coach; raises what stands against
    any other. The trip is held against leaving and arriving, so that nobody gets on between the two unrecorded."""
    trip = locked_trip(session, trip_id, shared=True)
    hold = session.exec(
        select(SeatHold)
        .where(SeatHold.trip_id == trip.id, SeatHold.order_id == order_id, col(SeatHold.seat_no).is_not(None))
        .where(col(SeatHold.state).in_((*CAN_BOARD, c.SeatState.boarded)))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if hold is None or (hold.state is c.SeatState.held and hold.expires_at and hold.expires_at <= session.now):
        raise c.TRIP_NO_SEAT()
    is_over = trip.state not in (c.TripState.planned, c.TripState.departed)
    if hold.state is not c.SeatState.boarded and is_over and not (is_late and trip.state is c.TripState.arrived):
        raise ILLEGAL_TRANSITION(state=trip.state.value, action="board")
    return trip, hold


def _record_known_arrival(session: Session, seat: Boarded) -> None:
    """The coach has been there already: who was on it has arrived too."""
    stop = next((stop for stop in _dropoffs(session, seat.trip_id) if stop.outpost is seat.outpost), None)
    if stop is not None and stop.arrived_at is not None:
        _arrive(session, seat, stop.arrived_at)


def depart_trip(session: Session, command: c.DepartTrip) -> c.TripView:
    """The coach leaves; who holds a seat and has not boarded has missed it, and the order stays open for another."""
    trip = locked_trip(session, command.trip_id)
    _depart(session, trip, moment(command.departed_at, session))
    return trips.view(session, trip)


def _depart(session: Session, trip: Trip, departed_at: datetime) -> None:
    trip.state = after(TRIP_STEPS, trip.state, "depart")
    trip.departed_at = departed_at
    trip.version += 1
    session.add(trip)
    boarded = 0
    missed: list[UUID] = []
    for hold in _holds(session, trip):
        if hold.state is c.SeatState.boarded:
            boarded += 1
        elif hold.state is c.SeatState.waiting:
            hold.state = c.SeatState.released
            session.add(hold)
            seats.lost(session, hold, c.SeatLost.trip_left)
        else:
            hold.state = c.SeatState.missed
            session.add(hold)
            _record(session, hold, c.CustodyKind.missed, departed_at)
            missed.append(hold.worker_id)
            session.publish(
                c.WorkerMissed(
                    worker_id=hold.worker_id,
                    order_id=hold.order_id,
                    trip_id=trip.id,
                    outpost=hold.outpost,
                    missed_at=departed_at,
                )
            )
    session.publish(
        c.TripDeparted(
            trip_id=trip.id,
            outposts=outposts_of(trip),
            departed_at=departed_at,
            boarded=boarded,
            missed_worker_ids=missed,
        )
    )


def record_arrival(session: Session, command: c.RecordArrival) -> c.TripView:
    """The coach reached an outpost (the next one on its way where none is named); the last one ends the trip.

    A trip whose departure nobody recorded departed with its first arrival, and then the missed of all outposts are
    marked; so this runs as the service, and the narrowing is here: an outpost records its own arrival on a trip that
    comes to it, any other trip is NOT_FOUND. Recording an arrival twice is the same arrival.
    """
    wanted = command.outpost
    trip = locked_trip(session, command.trip_id)
    scope = session.caller.scope
    if isinstance(scope, Outpost):
        if scope.code.value not in trip.outposts or wanted not in (None, scope.code):
            raise NOT_FOUND(what="trip", id=str(command.trip_id))
        wanted = scope.code
    if trip.state is c.TripState.cancelled:
        raise ILLEGAL_TRANSITION(state=trip.state.value, action="arrive")
    stops = _dropoffs(session, trip.id)
    stop = _stop_for(stops, wanted)
    if stop.arrived_at is not None:
        return trips.view(session, trip)
    arrived_at = moment(command.arrived_at, session)
    if trip.state is c.TripState.planned:
        _depart(session, trip, min(trip.depart_at, arrived_at))
    stop.arrived_at = arrived_at
    session.add(stop)
    outpost = stop.outpost or OutpostCode(trip.outposts[-1])
    for hold in _holds(session, trip, outpost):
        if hold.state is c.SeatState.boarded:
            _arrive(session, hold, arrived_at)
    if all(other.arrived_at is not None for other in stops):
        trip.state = after(TRIP_STEPS, trip.state, "end")
    trip.version += 1
    session.add(trip)
    session.publish(c.TripArrived(trip_id=trip.id, outpost=outpost, arrived_at=arrived_at))
    return trips.view(session, trip)


def hand_over_workers(session: Session, command: c.HandOverWorkers) -> c.HandOverView:
    """交接: the people of one outpost are in its (or their employer's) hands; a second hand-over adds nobody twice."""
    trip = locked_trip(session, command.trip_id, shared=True)
    stop = _stop_for(_dropoffs(session, trip.id), command.outpost)
    if stop.arrived_at is None:
        raise ILLEGAL_TRANSITION(state=trip.state.value, action="hand_over")
    handed_over_at = moment(command.handed_over_at, session)
    done = set(
        session.exec(
            select(CustodyRecord.order_id).where(
                CustodyRecord.trip_id == trip.id, CustodyRecord.kind == c.CustodyKind.handed_over
            )
        )
    )
    given: list[UUID] = []
    for hold in _holds(session, trip, command.outpost):
        if hold.state is not c.SeatState.boarded or hold.order_id in done:
            continue
        if command.order_ids is not None and hold.order_id not in command.order_ids:
            continue
        _record(session, hold, c.CustodyKind.handed_over, handed_over_at)
        given.append(hold.order_id)
        session.publish(
            c.WorkerHandedOver(
                worker_id=hold.worker_id,
                order_id=hold.order_id,
                trip_id=trip.id,
                outpost=hold.outpost,
                handed_over_at=handed_over_at,
            )
        )
    return c.HandOverView(trip_id=trip.id, outpost=command.outpost, order_ids=given, handed_over_at=handed_over_at)


def _order_of(session: Session, trip_id: UUID, token: str) -> UUID:
    claims = read_link_token(session.keys, token, purpose=SEAT_PURPOSE, now=session.now)
    if claims.claims.get("trip") != str(trip_id):
        raise LINK_INVALID()
    return UUID(claims.subject)


def _holds(session: Session, trip: Trip, outpost: OutpostCode | None = None) -> list[SeatHold]:
    wanted = (*CAN_BOARD[:2], c.SeatState.boarded, c.SeatState.waiting)
    statement = select(SeatHold).where(SeatHold.trip_id == trip.id, col(SeatHold.state).in_(wanted))
    if outpost is not None:
        statement = statement.where(SeatHold.outpost == outpost)
    return list(session.exec(statement.order_by(col(SeatHold.seat_no)).with_for_update()))


def _dropoffs(session: Session, trip_id: UUID) -> list[TripStop]:
    return list(
        session.exec(
            select(TripStop)
            .where(TripStop.trip_id == trip_id, TripStop.kind == c.StopKind.dropoff)
            .order_by(col(TripStop.position))
        )
    )


def _stop_for(stops: list[TripStop], outpost: OutpostCode | None) -> TripStop:
    for stop in stops:
        if stop.outpost == outpost or (outpost is None and stop.arrived_at is None):
            return stop
    if outpost is None and stops:
        return stops[-1]
    raise c.TRIP_NOT_GOING_THERE(outpost=outpost.value if outpost else "-")


def _arrive(session: Session, seat: SeatHold | Boarded, at: datetime) -> None:
    _record(session, seat, c.CustodyKind.arrived, at)
    session.publish(
        c.WorkerArrived(
            worker_id=seat.worker_id,
            order_id=seat.order_id,
            trip_id=seat.trip_id,
            outpost=seat.outpost,
            arrived_at=at,
        )
    )


def _record(session: Session, seat: SeatHold | Boarded, kind: c.CustodyKind, at: datetime) -> None:
    session.add(
        CustodyRecord(
            order_id=seat.order_id,
            worker_id=seat.worker_id,
            trip_id=seat.trip_id,
            kind=kind,
            outpost=seat.outpost,
            at=at,
            recorded_at=session.now,
            recorded_by=who(session),
        )
    )


def _boarding(hold: SeatHold) -> c.BoardingView:
    return c.BoardingView(
        order_id=hold.order_id,
        worker_id=hold.worker_id,
        trip_id=hold.trip_id,
        outpost=hold.outpost,
        seat_no=hold.seat_no or 0,
        boarded_at=hold.boarded_at or hold.held_at,
        is_repeated=True,
    )
