"""An independent reading of the rules for coaches: looks at a finished journey minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


class AnyStop(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def arrive_at(self) -> datetime: ...
    @property
    def leave_at(self) -> datetime: ...


def broken_rules(stops: Sequence[AnyStop], drivers: int, *, ways: int = 1) -> list[str]:
    """What a traffic inspector would write down; empty for a lawful journey.

    日间连续驾驶 ≤ 4 h, 夜间 (22-6 时) ≤ 2 h, 休息 ≥ 20 min, 每名驾驶员 24 h ≤ 8 h, 7 天 ≤ 44 h, 2-5 时停驶,
    乡镇之间夜间不行车. The drivers take turns of eight hours; with two ways their week holds the way back too.
    """
    found: list[str] = []
    continuous = night_continuous = standing = 0
    at_the_wheel: list[int | None] = []
    driven = 0
    at, end = stops[0].arrive_at.astimezone(ZONE), stops[-1].leave_at.astimezone(ZONE)
    while at < end:
        if any(stop.arrive_at <= at < stop.leave_at for stop in stops):
            at_the_wheel.append(None)
            standing += 1
            if standing >= 20:
                continuous = night_continuous = 0
        else:
            standing = 0
            continuous += 1
            is_night = at.hour >= 22 or at.hour < 6
            night_continuous = night_continuous + 1 if is_night else 0
            at_the_wheel.append(driven // 480 % drivers)
            driven += 1
            if continuous > 240:
                found.append(f"{at}: more than four hours without a rest")
            if night_continuous > 120:
                found.append(f"{at}: more than two hours at night without a rest")
            if 2 <= at.hour < 5:
                found.append(f"{at}: driving between two and five")
            if is_night and _bound_for(stops, at) == "pickup":
                found.append(f"{at}: on a mountain road at night")
        at += timedelta(minutes=1)
    for driver in range(drivers):
        found += _too_long(driver, at_the_wheel, ways)
    return found


def _bound_for(stops: Sequence[AnyStop], at: datetime) -> str:
    return next(str(stop.kind) for stop in stops if stop.arrive_at > at and stop.kind != "rest")


def _too_long(driver: int, at_the_wheel: list[int | None], ways: int) -> list[str]:
    """A driver's eight hours in any 24, and forty-four in the week."""
    sums = [0]
    for who in at_the_wheel:
        sums.append(sums[-1] + (who == driver))
    worst = max(sums[n] - sums[max(0, n - 1440)] for n in range(len(sums)))
    found = [f"driver {driver}: {worst} minutes in a day"] if worst > 480 else []
    week = ways * sums[-1]
    return [*found, f"driver {driver}: {week} minutes in a week"] if week > 2640 else found
