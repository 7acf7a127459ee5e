"""When a coach is where, by the rules for coaches; and how many drivers a journey needs.

日间连续驾驶不超过 4 小时, 夜间不超过 2 小时, 停车休息不少于 20 分钟; 24 小时累计驾驶不超过 8 小时 (每名驾驶员);
凌晨 2 时至 5 时停止运行; 夜间不走三级以下山区公路. The continuous limits are kept for the coach, so also for each
of its drivers; drivers who take turns of eight hours keep theirs wherever the crew as a whole keeps its sum.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from services.dispatch.roads import Roads, table_roads
from shared.contracts.dispatch import TRIP_COACH_RULES, PlannedStop, StopKind
from shared.contracts.scopes import OutpostCode
from shared.reference.tables import text


@dataclass(frozen=True)
class CoachRules:
    """The legal limits and the county's estimates; minutes, and local hours of the day."""

    source: str
    day_minutes: int
    night_minutes: int
    rest_minutes: int
    driver_day_minutes: int
    driver_week_minutes: int
    coach_day_minutes: int
    night_from_hour: int
    night_to_hour: int
    halt_from_hour: int
    halt_to_hour: int
    drivers_at_most: int
    timezone: str
    stop_minutes: int
    departure_hours: tuple[int, ...]
    chains: tuple[tuple[str, ...], ...]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def is_night(self, at: datetime) -> bool:
        return at.hour >= self.night_from_hour or at.hour < self.night_to_hour

    def is_halt(self, at: datetime) -> bool:
        return self.halt_from_hour <= at.hour < self.halt_to_hour


@lru_cache(maxsize=1)
def coach_rules() -> CoachRules:
    given: dict[str, Any] = json.loads(text("coach_rules.json"))
    chains = tuple(tuple(chain) for chain in given["chains"])
    return CoachRules(**{**given, "departure_hours": tuple(given["departure_hours"]), "chains": chains})


@dataclass(frozen=True)
class Place:
    """Where a coach stops to let people on or off: a township's code or an outpost's, and the hours of the day in which
    it may call there. Who comes early waits; who comes late has no lawful journey."""

    kind: StopKind
    code: str
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True)
class Stop:
    """A stop of a timetable."""

    kind: StopKind
    code: str | None
    arrive_at: datetime
    leave_at: datetime
    km_from_start: int


@dataclass(frozen=True)
class Timetable:
    """A journey that keeps the rules."""

    stops: tuple[Stop, ...]
    drivers: int
    distance_km: int
    driving_minutes: int

    @property
    def depart_at(self) -> datetime:
        return self.stops[0].leave_at

    @property
    def arrive_at(self) -> datetime:
        return self.stops[-1].arrive_at

    @property
    def ride_hours(self) -> float:
        return (self.arrive_at - self.stops[0].arrive_at).total_seconds() / 3600

    def shifted(self, by: timedelta) -> Timetable:
        """The same journey on another day."""
        moved = [replace(stop, arrive_at=stop.arrive_at + by, leave_at=stop.leave_at + by) for stop in self.stops]
        return replace(self, stops=tuple(moved))


def timetable(
    places: list[Place], depart_at: datetime, *, drivers: int | None = None, roads: Roads | None = None
) -> Timetable:
    """The earliest timetable through the places in their order, leaving the first at `depart_at`.

    Without `drivers` as many as let the coach go on without a long rest of the crew, at most what a coach can carry.
    Raises TRIP_COACH_RULES where fewer were given than that or none are enough, KeyError for a place that the roads
    do not know.
    """
    rules = coach_rules()
    known = roads or table_roads()
    for crew in range(1, max(rules.drivers_at_most, drivers or 1) + 1):
        if (found := timetable_with(crew, places, depart_at, known)) is not None:
            if drivers is not None and drivers < crew:
                raise TRIP_COACH_RULES(drivers_needed=crew, drivers=drivers)
            if drivers is None or drivers == crew:
                return found
    raise TRIP_COACH_RULES(drivers_needed=rules.drivers_at_most + 1, drivers=drivers or rules.drivers_at_most)


def lawful_timetables(places: list[Place], depart_at: datetime, roads: Roads) -> list[Timetable]:
    """One for each size of crew that can do without a long rest on the way; the largest crew may take one."""
    found = [timetable_with(crew, places, depart_at, roads) for crew in range(1, coach_rules().drivers_at_most + 1)]
    return [journey for journey in found if journey is not None]


def timetable_with(drivers: int, places: list[Place], depart_at: datetime, roads: Roads) -> Timetable | None:
    """The journey with so many drivers; None where they would need a long rest and more could be on board, or where
    even with their rests it is more than their week allows."""
    journey = _Journey(places, depart_at, drivers, roads)
    if journey.gave_up or journey.driven_minutes > drivers * coach_rules().driver_week_minutes:
        return None
    return journey.timetable()


class _Journey:
    """Drives the legs one after another, resting wherever a limit is reached."""

    def __init__(self, places: list[Place], depart_at: datetime, drivers: int, roads: Roads) -> None:
        self._rules = coach_rules()
        self._drivers = drivers
        boarding = timedelta(minutes=self._rules.stop_minutes)
        self._at = depart_at.astimezone(self._rules.zone).replace(second=0, microsecond=0) - boarding
        self._since_rest = 0
        self._driven: list[tuple[datetime, int]] = []
        self._km = 0.0
        self._stops: list[Stop] = []
        self._may_rest = drivers >= self._rules.drivers_at_most
        self.gave_up = False
        for number, place in enumerate(places):
            if self.gave_up:
                return
            if number:
                km, minutes = roads.leg(places[number - 1].code, place.code)
                self._drive(km, minutes, by_day=place.kind is StopKind.pickup)
            self._stop(place, is_last=number == len(places) - 1)

    @property
    def driven_minutes(self) -> int:
        return sum(minutes for _, minutes in self._driven)

    def timetable(self) -> Timetable:
        return Timetable(
            stops=tuple(self._stops),
            drivers=self._drivers,
            distance_km=round(self._km),
            driving_minutes=self.driven_minutes,
        )

    def _stop(self, place: Place, *, is_last: bool) -> None:
        came = self._at
        if place.closes is not None and came.time() > place.closes:
            self.gave_up = True
            return
        if place.opens is not None and came.time() < place.opens:
            self._at = datetime.combine(came.date(), place.opens, tzinfo=self._rules.zone)
            came = self._at if is_last or not self._stops else came
        if not is_last:
            self._at += timedelta(minutes=self._rules.stop_minutes)
        if self._at - came >= timedelta(minutes=self._rules.rest_minutes):
            self._since_rest = 0
        self._stops.append(Stop(place.kind, place.code, came, self._at, round(self._km)))

    def _drive(self, km: float, minutes: int, *, by_day: bool) -> None:
        left = minutes
        start = self._km
        while left > 0 and not self.gave_up:
            if by_day and self._rules.is_night(self._at):
                self._rest(until_hour=self._rules.night_to_hour)
                continue
            able = min(left, self._allowed())
            if able <= 0:
                self._rest()
                continue
            self._driven.append((self._at, able))
            self._at += timedelta(minutes=able)
            self._since_rest += able
            left -= able
            self._km = start + km * (minutes - left) / minutes

    def _allowed(self) -> int:
        """Minutes the coach may go on from here before some limit or some boundary of the day."""
        rules = self._rules
        if rules.is_halt(self._at):
            return 0
        night = rules.is_night(self._at)
        crew = self._drivers * rules.driver_day_minutes - self._driven_last_day()
        to_boundary = min(
            self._minutes_to(hour) for hour in (rules.halt_from_hour, rules.night_from_hour, rules.night_to_hour)
        )
        return min((rules.night_minutes if night else rules.day_minutes) - self._since_rest, crew, to_boundary)

    def _driven_last_day(self) -> int:
        """Minutes driven in the 24 hours up to now, counting a stretch that reaches into them as a whole."""
        since = self._at - timedelta(hours=24)
        return sum(minutes for began, minutes in self._driven if began + timedelta(minutes=minutes) > since)

    def _rest(self, until_hour: int | None = None) -> None:
        rules = self._rules
        came = self._at
        if until_hour is not None:
            self._at += timedelta(minutes=self._minutes_to(until_hour))
        elif rules.is_halt(came):
            self._at += timedelta(minutes=self._minutes_to(rules.halt_to_hour))
        else:
            if self._drivers * rules.driver_day_minutes - self._driven_last_day() <= 0:
                self.gave_up = not self._may_rest
            self._at += timedelta(minutes=rules.rest_minutes)
        if (self._at - came) >= timedelta(minutes=rules.rest_minutes):
            self._since_rest = 0
        last = self._stops[-1]
        if last.kind is StopKind.rest and last.leave_at == came:
            self._stops[-1] = Stop(StopKind.rest, None, last.arrive_at, self._at, last.km_from_start)
            self._since_rest = 0
        else:
            self._stops.append(Stop(StopKind.rest, None, came, self._at, round(self._km)))

    def _minutes_to(self, hour: int) -> int:
        goal = self._at.replace(hour=hour, minute=0)
        if goal <= self._at:
            goal += timedelta(days=1)
        return int((goal - self._at).total_seconds() // 60)


def outpost_place(code: OutpostCode) -> Place:
    return Place(StopKind.dropoff, code.value)


def pickup_place(division: str) -> Place:
    return Place(StopKind.pickup, division[:9])


def planned_stops(journey: Timetable, people: Mapping[str, int] | None = None) -> list[PlannedStop]:
    """The timetable's stops as the contracts show them; `people` get on or off at each place."""
    return [
        PlannedStop(
            position=position,
            kind=stop.kind,
            division=stop.code if stop.kind is StopKind.pickup else None,
            outpost=OutpostCode(stop.code) if stop.kind is StopKind.dropoff and stop.code else None,
            arrive_at=stop.arrive_at,
            leave_at=stop.leave_at,
            km_from_start=stop.km_from_start,
            people=(people or {}).get(stop.code or "", 0),
        )
        for position, stop in enumerate(journey.stops, start=1)
    ]
