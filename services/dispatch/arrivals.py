"""An employer's view of the coaches: those with its own people on them, and of the people its own alone.

Answered as the service, since seats and trips are not an employer's rows; the narrowing is here, by the employer whom
each order names. Orders that were cancelled or came to nothing are nobody's arrival.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import col, select

from services.dispatch.models import (
    OPEN_STATES,
    TAKEN,
    CustodyRecord,
    DispatchOrder,
    EmploymentReceipt,
    SeatHold,
    Trip,
    TripStop,
)
from services.dispatch.states import moment
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import FORBIDDEN, NOT_FOUND
from shared.contracts.scopes import Partner
from shared.kit.paging import page
from shared.kit.session import Session


def list_employer_trips(session: Session, query: c.ListEmployerTrips) -> Page[c.EmployerTrip]:
    """A coach is shown while at least one of the employer's people has a seat on it."""
    boarded = func.count().filter(col(SeatHold.state) == c.SeatState.boarded)
    own = (
        sa.select(col(SeatHold.trip_id).label("trip_id"), func.count().label("people"), boarded.label("boarded"))
        .join(DispatchOrder, col(DispatchOrder.id) == col(SeatHold.order_id))
        .where(_comes_to(session))
        .group_by(col(SeatHold.trip_id))
        .subquery()
    )
    statement: Any = select(Trip, own.c.people, own.c.boarded).join(own, own.c.trip_id == col(Trip.id))
    if query.state is not None:
        statement = statement.where(Trip.state == query.state)
    if query.depart_from is not None:
        statement = statement.where(Trip.depart_at >= moment(query.depart_from, session))
    if query.depart_to is not None:
        statement = statement.where(Trip.depart_at <= moment(query.depart_to, session))
    return page(
        session,
        statement,
        order=(col(Trip.depart_at).desc(), col(Trip.id).desc()),
        request=query,
        view=lambda row: c.EmployerTrip.model_validate(
            {**row[0].model_dump(), "own_people": row[1], "own_boarded": row[2]}
        ),
    )


def list_arrivals(session: Session, query: c.ListArrivals) -> Page[c.Arrival]:
    """Raises NOT_FOUND for a coach without own people on it."""
    people = (
        select(SeatHold, DispatchOrder, Trip)
        .join(DispatchOrder, col(DispatchOrder.id) == col(SeatHold.order_id))
        .join(Trip, col(Trip.id) == col(SeatHold.trip_id))
        .where(SeatHold.trip_id == query.trip_id, _comes_to(session))
    )
    if session.exec(people.limit(1)).first() is None:
        raise NOT_FOUND(what="trip", id=str(query.trip_id))
    expected = {
        stop.outpost: stop.arrive_at
        for stop in session.exec(
            select(TripStop).where(TripStop.trip_id == query.trip_id, TripStop.kind == c.StopKind.dropoff)
        )
    }
    steps: dict[tuple[UUID, c.CustodyKind], Any] = {
        (step.order_id, step.kind): step.at
        for step in session.exec(select(CustodyRecord).where(CustodyRecord.trip_id == query.trip_id))
    }
    return page(
        session,
        people,
        order=(func.coalesce(SeatHold.seat_no, 0), col(SeatHold.id)),
        request=query,
        view=lambda row: _arrival(row[0], row[1], row[2], expected, steps),
    )


def _arrival(hold: SeatHold, order: DispatchOrder, trip: Trip, expected: Any, steps: Any) -> c.Arrival:
    return c.Arrival(
        order_id=order.id,
        order_no=order.order_no,
        worker_id=hold.worker_id,
        posting_title=order.posting_title,
        outpost=hold.outpost,
        trip_id=trip.id,
        trip_no=trip.trip_no,
        seat_no=hold.seat_no,
        seat_state=hold.state,
        expected_at=expected.get(hold.outpost),
        boarded_at=hold.boarded_at,
        arrived_at=steps.get((order.id, c.CustodyKind.arrived)),
        handed_over_at=steps.get((order.id, c.CustodyKind.handed_over)),
    )


def _comes_to(session: Session) -> ColumnElement[bool]:
    scope = session.caller.scope
    if not isinstance(scope, Partner):
        raise FORBIDDEN()
    started = (
        sa.select(col(EmploymentReceipt.order_id))
        .where(
            col(EmploymentReceipt.order_id) == col(DispatchOrder.id),
            col(EmploymentReceipt.outcome) == c.ReceiptOutcome.started,
        )
        .exists()
    )
    return and_(
        col(DispatchOrder.employer_id) == scope.employer_id,
        col(SeatHold.state).in_(TAKEN),
        or_(col(DispatchOrder.state).in_(OPEN_STATES), started),
    )
