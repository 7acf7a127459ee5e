"""乘车名单: who sits where, with real names for HQ and the outpost concerned, identity digits masked."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.dispatch import trips
from services.dispatch.boarding import seat_token
from services.dispatch.models import ACTIVE, DispatchOrder, SeatHold, Trip
from services.dispatch.people import people
from services.dispatch.states import ZONE
from shared.contracts import dispatch as c
from shared.contracts.base import JobState
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import PeoplePurpose, Person
from shared.kit.calls import Ask, Call
from shared.kit.jobs import JobRun, job, submit
from shared.kit.session import Session
from shared.reference import division_name, outpost_place

PAPER = Path(__file__).parent / "papers" / "manifest.typ"
SHOWN = (*ACTIVE, c.SeatState.missed)
STATES = {
    c.SeatState.waiting: "候补",
    c.SeatState.held: "预留",
    c.SeatState.confirmed: "",
    c.SeatState.boarded: "已上车",
    c.SeatState.missed: "未乘车",
}


def names_for(ask: Ask, query: c.GetManifest, call: Call) -> dict[UUID, Person]:
    """Ask registry for the names of a trip's people, as the caller, before the manifest is read."""
    worker_ids: list[UUID] = []
    cursor = None
    while True:
        seats = ask(c.ListSeats(trip_id=query.trip_id, limit=500, cursor=cursor))
        worker_ids += [seat.worker_id for seat in seats.items]
        cursor = seats.next_cursor
        if cursor is None:
            break
    return people(ask, worker_ids, PeoplePurpose.manifest)


def get_manifest(session: Session, query: c.GetManifest, names: dict[UUID, Person]) -> c.ManifestView:
    """The people of a trip by seat, the waiting list after them. An outpost sees its own people."""
    trip = session.get(Trip, query.trip_id)
    if trip is None:
        raise NOT_FOUND(what="trip", id=str(query.trip_id))
    return manifest(session, trip, names)


def manifest(session: Session, trip: Trip, names: dict[UUID, Person]) -> c.ManifestView:
    rows = session.exec(
        select(SeatHold, DispatchOrder)
        .join(DispatchOrder, col(DispatchOrder.id) == col(SeatHold.order_id))
        .where(SeatHold.trip_id == trip.id, col(SeatHold.state).in_(SHOWN))
        .order_by(col(SeatHold.seat_no).asc().nulls_last(), col(SeatHold.held_at), col(SeatHold.id))
    ).all()
    return c.ManifestView(
        trip=trips.view(session, trip),
        entries=[_entry(hold, order, names.get(hold.worker_id)) for hold, order in rows],
    )


def _entry(hold: SeatHold, order: DispatchOrder, person: Person | None) -> c.ManifestEntry:
    return c.ManifestEntry(
        seat_no=hold.seat_no,
        order_id=order.id,
        order_no=order.order_no,
        worker_id=hold.worker_id,
        outpost=hold.outpost,
        division=hold.pickup or order.division,
        state=hold.state,
        boarded_at=hold.boarded_at,
        name=person.name if person else None,
        id_number_masked=person.id_number_masked if person else None,
        phone=person.phone if person else None,
    )


def print_manifest(session: Session, command: c.PrintManifest) -> JobState:
    if session.get(Trip, command.trip_id) is None:
        raise NOT_FOUND(what="trip", id=str(command.trip_id))
    return submit(session, make_manifest, {"trip_id": str(command.trip_id)})


@job("manifest_paper")
def make_manifest(run: JobRun) -> dict[str, Any]:
    """The manifest as a PDF for the driver."""
    from shared.kit.papers import render

    query = c.GetManifest(trip_id=UUID(run.params["trip_id"]))
    names = names_for(run.ask, query, Call(run.context))
    with run.transaction() as session:
        view = get_manifest(session, query, names)
    run.save(step="render", done=0, total=1)
    pdf = render(PAPER, paper_facts(view))
    with run.transaction() as session:
        ref = session.blobs.put_bytes(pdf, media_type="application/pdf", filename=f"{view.trip.trip_no}.pdf")
        run.save(done=1, session=session)
    return {"people": len(view.entries), "file": ref.model_dump(mode="json")}


def paper_facts(view: c.ManifestView) -> dict[str, Any]:
    """What the template prints, every date and place in words."""
    trip = view.trip
    return {
        "trip_no": trip.trip_no,
        "coach": " ".join(part for part in (trip.coach_kind, trip.plate) if part),
        "drivers": trip.drivers,
        "depart_at": f"{trip.depart_at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        "destinations": "、".join(outpost_place(code).name for code in trip.outposts),
        "stops": [
            {
                "place": _place(stop),
                "arrive": f"{stop.arrive_at.astimezone(ZONE):%m-%d %H:%M}",
                "leave": f"{stop.leave_at.astimezone(ZONE):%m-%d %H:%M}",
                "km": stop.km_from_start,
            }
            for stop in trip.stops
        ],
        "people": [
            {
                "seat": str(entry.seat_no) if entry.seat_no is not None else "候补",
                "name": entry.name or "(已注销)",
                "id_number": entry.id_number_masked or "",
                "phone": entry.phone or "",
                "from": division_name(entry.division),
                "to": outpost_place(entry.outpost).name,
                "order_no": entry.order_no,
                "state": STATES.get(entry.state, ""),
            }
            for entry in view.entries
        ],
    }


def _place(stop: c.StopView) -> str:
    if stop.outpost is not None:
        return outpost_place(stop.outpost).name
    return division_name(stop.division) if stop.division else "停车休息"


def my_trip(session: Session, query: c.MyTrip) -> c.SeatTickets:
    """A worker's own journeys, the next one first, each with the token for its QR code."""
    rows = session.exec(
        select(SeatHold, DispatchOrder, Trip)
        .join(DispatchOrder, col(DispatchOrder.id) == col(SeatHold.order_id))
        .join(Trip, col(Trip.id) == col(SeatHold.trip_id))
        .where(SeatHold.worker_id == query.worker_id, col(SeatHold.state).in_(ACTIVE))
        .order_by(col(Trip.depart_at).desc())
        .limit(5)
    ).all()
    return c.SeatTickets(items=[_ticket(session, hold, order, trip) for hold, order, trip in rows])


def _ticket(session: Session, hold: SeatHold, order: DispatchOrder, trip: Trip) -> c.SeatTicket:
    view = trips.view(session, trip)
    wanted = (hold.pickup or order.division)[:9]
    pickups = [stop for stop in view.stops if stop.kind is c.StopKind.pickup]
    return c.SeatTicket(
        trip=view,
        order_id=order.id,
        order_no=order.order_no,
        seat_no=hold.seat_no,
        state=hold.state,
        pickup=next((stop for stop in pickups if stop.division == wanted), pickups[0] if pickups else None),
        dropoff=next((stop for stop in view.stops if stop.outpost is hold.outpost), None),
        seat_token=seat_token(session, trip, order.id) if hold.seat_no is not None else None,
    )
