"""An independent reading of the rules for coaches: looks at a finished timetable minute by minute."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from services.dispatch.timetable import Timetable

ZONE = ZoneInfo("Asia/Shanghai")


def broken_rules(journey: Timetable) -> list[str]:
    """What a traffic inspector would write down; empty for a lawful journey.

    日间连续驾驶 ≤ 4 h, 夜间 (22-6 时) ≤ 2 h, 休息 ≥ 20 min, 每名驾驶员 24 h ≤ 8 h, 2-5 时停驶.
    """
    found: list[str] = []
    continuous = night_continuous = standing = 0
    driven = [0]
    start, end = journey.stops[0].arrive_at.astimezone(ZONE), journey.stops[-1].leave_at.astimezone(ZONE)
    standing_spans = [(stop.arrive_at, stop.leave_at) for stop in journey.stops]
    at = start
    while at < end:
        is_driving = not any(came <= at < left for came, left in standing_spans)
        driven.append(driven[-1] + is_driving)
        if is_driving:
            standing = 0
            continuous += 1
            is_night = at.hour >= 22 or at.hour < 6
            night_continuous = night_continuous + 1 if is_night else 0
            if continuous > 240:
                found.append(f"{at}: more than four hours without a rest")
            if night_continuous > 120:
                found.append(f"{at}: more than two hours at night without a rest")
            if 2 <= at.hour < 5:
                found.append(f"{at}: driving between two and five")
            if driven[-1] - driven[max(0, len(driven) - 1441)] > journey.drivers * 480:
                found.append(f"{at}: more than eight hours a driver")
        else:
            standing += 1
            if standing >= 20:
                continuous = night_continuous = 0
        at += timedelta(minutes=1)
    return found
