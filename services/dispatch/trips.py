"""包车班次: chartering a coach, its timetable by the rules, and how trips are shown."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from services.dispatch import seats
from services.dispatch.coach_loads import charter_cents
from services.dispatch.models import ACTIVE, SeatHold, Trip, TripStop
from services.dispatch.numbers import TRIPS, next_number
from services.dispatch.states import TRIP_STEPS, after, moment
from services.dispatch.timetable import outpost_place, pickup_place, planned_stops, timetable
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.scopes import OutpostCode
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import point_of, townships


def create_trip(session: Session, command: c.CreateTrip) -> c.TripView:
    """Charter one coach; raises TRIP_PLACE_UNKNOWN and TRIP_COACH_RULES (too few drivers for the way)."""
    divisions = [pickup.division for pickup in command.pickups] or [townships()[0].code]
    for division in divisions:
        try:
            point_of(division)
        except KeyError:
            raise c.TRIP_PLACE_UNKNOWN(division=division) from None
    places = [*(pickup_place(code) for code in divisions), *(outpost_place(code) for code in command.outposts)]
    journey = timetable(places, moment(command.depart_at, session), drivers=command.drivers)
    trip = add_trip(
        session,
        planned_stops(journey),
        drivers=journey.drivers,
        distance_km=journey.distance_km,
        driving_minutes=journey.driving_minutes,
        outposts=command.outposts,
        coach_kind=command.coach_kind,
        seat_count=command.seats,
        plate=command.plate,
        cost_cents=charter_cents(
            journey, day_cost_cents=command.day_cost_cents, km_cost_cents=command.km_cost_cents, pays_return=True
        ),
    )
    return view(session, trip)


def add_trip(
    session: Session,
    stops: Sequence[c.PlannedStop],
    *,
    drivers: int,
    distance_km: int,
    driving_minutes: int,
    outposts: list[OutpostCode],
    coach_kind: str,
    seat_count: int,
    cost_cents: int,
    plate: str | None = None,
    plan_id: str | None = None,
) -> Trip:
    trip = Trip(
        trip_no=next_number(session, TRIPS),
        plan_id=plan_id,
        state=c.TripState.planned,
        coach_kind=coach_kind,
        plate=plate,
        seats=seat_count,
        drivers=drivers,
        outposts=[code.value for code in outposts],
        depart_at=stops[0].leave_at,
        arrive_at=stops[-1].arrive_at,
        distance_km=distance_km,
        driving_minutes=driving_minutes,
        cost_cents=cost_cents,
    )
    session.add(trip)
    session.flush()
    session.add_all(
        TripStop(
            trip_id=trip.id,
            position=stop.position,
            kind=stop.kind,
            division=stop.division,
            outpost=stop.outpost,
            arrive_at=stop.arrive_at,
            leave_at=stop.leave_at,
            km_from_start=stop.km_from_start,
        )
        for stop in stops
    )
    session.flush()
    session.publish(c.TripPlanned(trip_id=trip.id, outposts=outposts, depart_at=trip.depart_at, seats=trip.seats))
    return trip


def cancel_trip(session: Session, command: c.CancelTrip) -> c.TripView:
    """Call a trip off; its seats are free, and the orders can be seated elsewhere."""
    trip = seats.locked_trip(session, command.trip_id)
    trip.state = after(TRIP_STEPS, trip.state, "cancel")
    trip.cancel_reason = command.reason
    trip.version += 1
    session.add(trip)
    holds = session.exec(
        select(SeatHold).where(SeatHold.trip_id == trip.id, col(SeatHold.state).in_(ACTIVE)).with_for_update()
    ).all()
    for hold in holds:
        hold.state = c.SeatState.released
        session.add(hold)
        seats.lost(session, hold, c.SeatLost.trip_cancelled)
    session.publish(c.TripCancelled(trip_id=trip.id, outposts=seats.outposts_of(trip)))
    return view(session, trip)


def get_trip(session: Session, query: c.GetTrip) -> c.TripView:
    trip = session.get(Trip, query.trip_id)
    if trip is None:
        raise NOT_FOUND(what="trip", id=str(query.trip_id))
    return view(session, trip)


def view(session: Session, trip: Trip) -> c.TripView:
    session.flush()
    stops = session.exec(select(TripStop).where(TripStop.trip_id == trip.id).order_by(col(TripStop.position)))
    return c.TripView.model_validate(
        {
            **trip.model_dump(),
            **_taken(trip, seats.counts(session, [trip.id])[trip.id]),
            "stops": [c.StopView.model_validate(stop) for stop in stops],
        }
    )


def list_trips(session: Session, query: c.ListTrips) -> Page[c.TripRow]:
    """The latest departure first. An outpost counts its own people on a trip, HQ all."""
    statement = select(Trip)
    if query.state is not None:
        statement = statement.where(Trip.state == query.state)
    if query.outpost is not None:
        statement = statement.where(col(Trip.outposts).any(query.outpost.value))  # type: ignore[arg-type]
    if query.plan_id is not None:
        statement = statement.where(Trip.plan_id == query.plan_id.rpartition(".")[2])
    if query.depart_from is not None:
        statement = statement.where(Trip.depart_at >= moment(query.depart_from, session))
    if query.depart_to is not None:
        statement = statement.where(Trip.depart_at <= moment(query.depart_to, session))
    found: Page[Trip] = page(
        session,
        statement,
        order=(col(Trip.depart_at).desc(), col(Trip.id).desc()),
        request=query,
        view=lambda trip: trip,
    )
    taken = seats.counts(session, [trip.id for trip in found.items])
    return Page[c.TripRow](
        items=[c.TripRow.model_validate({**trip.model_dump(), **_taken(trip, taken[trip.id])}) for trip in found.items],
        next_cursor=found.next_cursor,
    )


def _taken(trip: Trip, by_state: dict[c.SeatState, int]) -> dict[str, int]:
    waiting = by_state.get(c.SeatState.waiting, 0)
    return {
        "seats_taken": sum(by_state.values()) - waiting,
        "waiting": waiting,
        "boarded": by_state.get(c.SeatState.boarded, 0),
    }
