"""dispatch's part of the fake bus: orders, trips, seats."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from shared.contracts import dispatch
from shared.contracts.base import Message, Page
from shared.contracts.scopes import Context, OutpostCode
from shared.kit.keys import Keys
from shared.kit.links import make_link_token
from tests.web import rows


class Journeys:
    """`is_fresh` is a county that has sent nobody yet."""

    keys: Keys
    is_fresh: bool

    def _list_dispatch_orders(
        self, message: dispatch.ListDispatchOrders, _: Context
    ) -> Page[dispatch.DispatchOrderRow]:
        if self.is_fresh:
            return Page(items=[])
        many = 46 if message.outpost is None else 11
        if message.is_receipt_overdue or message.is_without_seat:
            many = 12 if message.is_receipt_overdue else 9
        return Page(items=[rows.order(at, message) for at in range(many)])

    def _list_reimbursements(self, _: Message[Any], __: Context) -> Page[Any]:
        return Page(items=[] if self.is_fresh else [rows.claim() for _ in range(23)])

    def _list_trips(self, message: dispatch.ListTrips, _: Context) -> Page[dispatch.TripRow]:
        trips = [] if self.is_fresh else [rows.trip(at) for at in range(3)]
        return Page(items=[dispatch.TripRow.model_validate(trip) for trip in trips])

    def _get_trip(self, message: dispatch.GetTrip, _: Context) -> dispatch.TripView:
        return rows.trip(message.trip_id.int)

    def _list_seats(self, message: dispatch.ListSeats, _: Context) -> Page[dispatch.SeatView]:
        seats = [
            dispatch.SeatView(
                id=uuid4(),
                trip_id=message.trip_id,
                order_id=uuid4(),
                worker_id=uuid4(),
                outpost=OutpostCode.dongguan,
                seat_no=at + 1,
                state=dispatch.SeatState.confirmed,
            )
            for at in range(18 + message.trip_id.int * 5)
        ]
        return Page(items=seats)

    def _my_trip(self, message: dispatch.MyTrip, _: Context) -> dispatch.SeatTickets:
        if self.is_fresh:
            return dispatch.SeatTickets(items=[])
        trip = rows.trip(1)
        ticket = dispatch.SeatTicket(
            trip=trip,
            order_id=uuid4(),
            order_no="PQ-2026-00012",
            seat_no=12,
            state=dispatch.SeatState.confirmed,
            pickup=trip.stops[0],
            dropoff=trip.stops[-1],
            seat_token=make_link_token(
                self.keys, purpose="seat", subject=str(uuid4()), expires_at=trip.depart_at, trip=str(uuid4())
            ),
        )
        return dispatch.SeatTickets(items=[ticket])
