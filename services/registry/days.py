"""The county's calendar: a day is a day in Liping, whatever the clock of the machine says."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.kit.session import Session

COUNTY_TIME = ZoneInfo("Asia/Shanghai")
WORKING_AGE = 16


def today(session: Session) -> date:
    return day_of(session.now)


def day_of(moment: datetime) -> date:
    return moment.astimezone(COUNTY_TIME).date()


def end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, COUNTY_TIME)


def age_on(born_on: date, day: date) -> int:
    """周岁: full years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def years_before(day: date, years: int) -> date:
    """The last birth date of somebody who is `years` old on that day; 29 February counts as the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
