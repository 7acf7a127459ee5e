"""An outpost's day: who arrives, which cases have a clock running, whom to ask after, what is on the honey shelf.

HQ sees the same page without the people: an outpost's cases and follow-ups are its own, HQ is given their numbers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.web.asking import MOST, Answer, Count, attempt, count, together
from gateway.web.formats import CHINA, today
from shared.contracts import dispatch, honey, outposts, registry
from shared.contracts.base import Page
from shared.contracts.scopes import OutpostCode

Ask = Callable[..., Awaitable[Any]]

SHOWN = 8
TRIPS = 6
ON_THE_ROAD = timedelta(days=2)
AHEAD = timedelta(days=7)
COMING = (dispatch.SeatState.held, dispatch.SeatState.confirmed, dispatch.SeatState.boarded)


@dataclass(frozen=True)
class Arrival:
    """One coach and its people for this outpost."""

    trip: dispatch.TripView
    due_at: datetime
    arrived_at: datetime | None
    people: Count


@dataclass(frozen=True)
class ClockedCase:
    """A case and how long its next statutory clock still runs."""

    case: outposts.RightsCaseRow
    days_left: int | None

    @property
    def tone(self) -> str:
        if self.days_left is None:
            return "plain"
        return "bad" if self.days_left < 3 else "soon" if self.days_left <= 14 else "good"


@dataclass(frozen=True)
class Shelf:
    """One size of jar: what may be sold today, what is on the way."""

    sku: str
    name: str
    jars: int
    on_the_way: int
    price_cents: int | None
    best_before: date | None


@dataclass
class OutpostDay:
    """Everything the page shows. `cases` and `follow_ups` are None where they are not the reader's to see."""

    at: datetime
    care: Answer[outposts.OutpostFigures]
    arrivals: Answer[list[Arrival]]
    awaited: Answer[Page[dispatch.DispatchOrderRow]]
    shelves: Answer[list[Shelf]]
    cases: Answer[list[ClockedCase]] | None = None
    follow_ups: Answer[list[outposts.FollowUpView]] | None = None
    people: dict[UUID, str] = field(default_factory=dict)

    @property
    def arriving_today(self) -> int | None:
        if self.arrivals.value is None:
            return None
        day = self.at.date()
        return sum(
            found.people.number
            for found in self.arrivals.value
            if (found.arrived_at or found.due_at).astimezone(CHINA).date() == day
        )

    @property
    def due_today(self) -> int | None:
        """Follow-ups whose day has come."""
        if self.follow_ups is None:
            return self.care.value.overdue_follow_ups if self.care.value else None
        found = self.follow_ups.value
        return None if found is None else sum(one.due_on <= self.at.date() for one in found)


async def outpost_day(ask: Ask, code: OutpostCode, *, is_own: bool) -> OutpostDay:
    """Ask every service at once; names are asked for last, for the people who are really shown."""
    asked: dict[str, Awaitable[Any]] = {
        "care": _care(ask, code),
        "arrivals": _arrivals(ask, code),
        "awaited": ask(dispatch.ListDispatchOrders(outpost=code, state=dispatch.OrderState.on_the_way, limit=MOST)),
        "shelves": _shelves(ask, code, is_own=is_own),
    }
    if is_own:
        asked |= {"cases": _cases(ask), "follow_ups": _follow_ups(ask)}
    answers = await together(**asked)
    found = OutpostDay(
        at=datetime.now(CHINA),
        care=answers["care"],
        arrivals=answers["arrivals"],
        awaited=answers["awaited"],
        shelves=answers["shelves"],
        cases=answers.get("cases"),
        follow_ups=answers.get("follow_ups"),
    )
    found.people = await _names(ask, found)
    return found


async def _care(ask: Ask, code: OutpostCode) -> outposts.OutpostFigures:
    figures: outposts.FiguresOfOutposts = await ask(outposts.GetOutpostFigures())
    return next(line for line in figures.items if line.outpost == code)


async def _arrivals(ask: Ask, code: OutpostCode) -> list[Arrival]:
    """Coaches on the road, of the next days, and those that came today; the next one first, what has come last."""
    now = datetime.now(CHINA)
    trips: Page[dispatch.TripRow] = await ask(
        dispatch.ListTrips(outpost=code, depart_from=now - ON_THE_ROAD, depart_to=now + AHEAD, limit=50)
    )
    wanted = [trip for trip in trips.items if trip.state is not dispatch.TripState.cancelled]
    found = await asyncio.gather(*(_arrival(ask, code, trip.id) for trip in wanted[-TRIPS * 2 :]))
    day = now.date()
    open_ones = [
        one for one in found if one and (one.arrived_at is None or one.arrived_at.astimezone(CHINA).date() == day)
    ]
    return sorted(open_ones, key=lambda one: (one.arrived_at is not None, one.due_at))[:TRIPS]


async def _arrival(ask: Ask, code: OutpostCode, trip_id: UUID) -> Arrival | None:
    trip, seats = await asyncio.gather(
        ask(dispatch.GetTrip(trip_id=trip_id)), ask(dispatch.ListSeats(trip_id=trip_id, limit=200))
    )
    stop = next((stop for stop in trip.stops if stop.outpost == code), None)
    if stop is None:
        return None
    own = [seat for seat in seats.items if seat.outpost == code and seat.state in COMING]
    return Arrival(trip, stop.arrive_at, stop.arrived_at, Count(len(own)))


async def _cases(ask: Ask) -> list[ClockedCase]:
    """Open cases, the nearest deadline first; those without a clock last."""
    found: Page[outposts.RightsCaseRow] = await ask(outposts.ListRightsCases(is_open=True, limit=MOST))
    day = today()
    clocked = [
        ClockedCase(case, (case.next_deadline_on - day).days if case.next_deadline_on else None) for case in found.items
    ]
    return sorted(clocked, key=lambda one: (one.days_left is None, one.days_left or 0, one.case.case_no))


async def _follow_ups(ask: Ask) -> list[outposts.FollowUpView]:
    """Those due and those of the coming week, the longest overdue first."""
    due, planned = await asyncio.gather(
        ask(outposts.ListFollowUps(state=outposts.FollowUpState.due, limit=MOST)),
        ask(outposts.ListFollowUps(state=outposts.FollowUpState.planned, due_until=today() + AHEAD, limit=MOST)),
    )
    return sorted([*due.items, *planned.items], key=lambda one: (one.due_on, one.id))


async def _shelves(ask: Ask, code: OutpostCode, *, is_own: bool) -> list[Shelf]:
    stock, sizes = await asyncio.gather(
        ask(honey.GetStock(place=None if is_own else code.value)), attempt(ask(honey.ListSkus(limit=100)))
    )
    names = {size.sku: size.name for size in sizes.value.items} if sizes.value else {}
    rows: dict[str, list[honey.StockRow]] = {}
    for row in stock.items:
        if row.jars:
            rows.setdefault(row.sku, []).append(row)
    return [
        Shelf(
            sku=sku,
            name=names.get(sku, sku),
            jars=stock.totals.get(sku, 0),
            on_the_way=stock.on_the_way.get(sku, 0),
            price_cents=next((row.price_cents for row in rows.get(sku, ())), None),
            best_before=min((row.best_before for row in rows.get(sku, ())), default=None),
        )
        for sku in sorted({*stock.totals, *stock.on_the_way, *rows})
    ]


async def _names(ask: Ask, found: OutpostDay) -> dict[UUID, str]:
    """Real names of the people whose cases and follow-ups are on the page; registry records that they were shown."""
    cases = found.cases.value or [] if found.cases else []
    follow_ups = found.follow_ups.value or [] if found.follow_ups else []
    wanted = _distinct([one.case.worker_id for one in cases[:SHOWN]] + [one.worker_id for one in follow_ups[:SHOWN]])
    if not wanted:
        return {}
    answer: Answer[registry.People] = await attempt(
        ask(registry.GetPeople(worker_ids=wanted, purpose=registry.PeoplePurpose.caseload))
    )
    return {person.worker_id: person.name for person in answer.value.people} if answer.value else {}


def _distinct(ids: Sequence[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))


def how_many(found: Answer[Page[Any]]) -> Count | None:
    return count(found.value) if found.value is not None else None
