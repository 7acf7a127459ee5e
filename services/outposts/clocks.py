"""法定时限: which statutory clocks a case has, from the facts known so far. Days, starts and articles are data."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from shared.contracts.outposts import DeadlineState, RightsCaseKind
from shared.reference.tables import text

FACTS_ON = "facts_on"


@dataclass(frozen=True)
class Clock:
    """One rule of the statutes, as `shared/reference/tables/statute_clocks.json` has it."""

    name: str
    name_zh: str
    name_en: str
    law: str
    bound: str
    kinds: frozenset[RightsCaseKind]
    starts_with: str
    years: int
    days: int
    restarted_by: frozenset[str]
    lengthened_by: Mapping[str, int]
    stopped_by: frozenset[str]
    is_suspended_until_start: bool
    earlier_stop_counts: bool
    rolls_to_workday: bool
    near_days: int


@dataclass(frozen=True)
class Deadline:
    """What a clock says today. `near_on` is the day from which the outpost is warned."""

    clock: str
    starts_on: date | None
    due_on: date | None
    near_on: date | None
    state: DeadlineState


@lru_cache(maxsize=1)
def clocks() -> tuple[Clock, ...]:
    return tuple(_clock(given) for given in json.loads(text("statute_clocks.json"))["clocks"])


def clock_named(name: str) -> Clock:
    return next(clock for clock in clocks() if clock.name == name)


def facts_for(kind: RightsCaseKind) -> frozenset[str]:
    """The facts that mean something to a kind's clocks."""
    of_kind = [clock for clock in clocks() if kind in clock.kinds]
    return frozenset().union(
        *({clock.starts_with, *clock.restarted_by, *clock.lengthened_by, *clock.stopped_by} for clock in of_kind)
    ) - {FACTS_ON}


def all_clock_facts() -> frozenset[str]:
    return frozenset().union(*(facts_for(kind) for kind in RightsCaseKind))


def deadlines(kind: RightsCaseKind, facts_on: date, facts: Iterable[tuple[str, date]], today: date) -> list[Deadline]:
    """Every clock of a case that has begun, or that the law suspends until it begins.

    `facts` are (fact, day) pairs in any order. A fact that starts a clock twice counts by its latest day; an
    interruption (中断) lets the whole period run anew; what stops a clock must fall on or after its start.
    """
    known: dict[str, list[date]] = {FACTS_ON: [facts_on]}
    for fact, day in facts:
        known.setdefault(fact, []).append(day)
    found = (_deadline(clock, known, today) for clock in clocks() if kind in clock.kinds)
    return [deadline for deadline in found if deadline is not None]


def next_due(found: Iterable[Deadline]) -> date | None:
    """The soonest end among the running clocks."""
    return min((one.due_on for one in found if one.state is DeadlineState.running and one.due_on), default=None)


def _deadline(clock: Clock, known: Mapping[str, list[date]], today: date) -> Deadline | None:
    starts = known.get(clock.starts_with)
    earlier_stops = [day for fact in clock.stopped_by for day in known.get(fact, ())]
    if not starts:
        if not clock.is_suspended_until_start:
            return None
        state = DeadlineState.met if earlier_stops and clock.earlier_stop_counts else DeadlineState.suspended
        return Deadline(clock.name, None, None, None, state)
    start = max(starts)
    stops = [day for day in earlier_stops if day >= start or clock.earlier_stop_counts]
    stopped_on = min(stops, default=None)
    restarts = [day for fact in clock.restarted_by for day in known.get(fact, ()) if day > start]
    for day in sorted(restarts):
        if day <= _end(clock, start, known) and (stopped_on is None or day < stopped_on):
            start = day
    due_on = _end(clock, start, known)
    if stopped_on is not None:
        state = DeadlineState.met if stopped_on <= due_on else DeadlineState.missed
    else:
        state = DeadlineState.running if today <= due_on else DeadlineState.missed
    return Deadline(clock.name, start, due_on, due_on - timedelta(days=clock.near_days), state)


def _end(clock: Clock, start: date, known: Mapping[str, list[date]]) -> date:
    extra = sum(days for fact, days in clock.lengthened_by.items() if any(day >= start for day in known.get(fact, ())))
    end = _same_day(start, clock.years) + timedelta(days=clock.days + extra)
    while clock.rolls_to_workday and end.weekday() >= 5:
        end += timedelta(days=1)
    return end


def _same_day(start: date, years: int) -> date:
    """The same day of a later year; 29 February becomes the last day of February (民法典第二百零二条)."""
    year = start.year + years
    return start.replace(year=year, day=min(start.day, monthrange(year, start.month)[1]))


def _clock(given: dict[str, Any]) -> Clock:
    return Clock(
        name=given["clock"],
        name_zh=given["name_zh"],
        name_en=given["name_en"],
        law=given["law"],
        bound=given["bound"],
        kinds=frozenset(RightsCaseKind(kind) for kind in given["kinds"]),
        starts_with=given["starts_with"],
        years=given["length"].get("years", 0),
        days=given["length"].get("days", 0),
        restarted_by=frozenset(given.get("restarted_by", ())),
        lengthened_by=given.get("lengthened_by", {}),
        stopped_by=frozenset(given["stopped_by"]),
        is_suspended_until_start=given.get("suspended_until_start", False),
        earlier_stop_counts=given.get("earlier_stop_counts", False),
        rolls_to_workday=given["rolls_to_workday"],
        near_days=given["near_days"],
    )
