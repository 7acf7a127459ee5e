from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.dispatch.roads import table_roads
from services.dispatch.timetable import outpost_place, pickup_place, timetable
from shared.contracts.dispatch import StopKind
from shared.contracts.scopes import OutpostCode
from shared.reference import townships
from tests.services.dispatch.coach_checker import ZONE, broken_rules
from tests.support.asker import refused

TOWNSHIPS = [place.code for place in townships()]


@settings(max_examples=60, deadline=None)
@given(
    pickups=st.lists(st.sampled_from(TOWNSHIPS), min_size=1, max_size=5, unique=True),
    outposts=st.lists(st.sampled_from(list(OutpostCode)), min_size=1, max_size=2, unique=True),
    start=st.integers(min_value=0, max_value=24 * 60 - 1),
    drivers=st.sampled_from([None, 3]),
)
def test_every_timetable_keeps_the_rules(
    pickups: list[str], outposts: list[OutpostCode], start: int, drivers: int | None
) -> None:
    depart_at = datetime(2026, 3, 2, tzinfo=ZONE) + timedelta(minutes=start)
    places = [*map(pickup_place, pickups), *map(outpost_place, outposts)]

    journey = timetable(places, depart_at, drivers=drivers)

    assert broken_rules(journey.stops, journey.drivers) == []
    assert [stop.code for stop in journey.stops if stop.kind is not StopKind.rest] == [place.code for place in places]
    moments = [moment for stop in journey.stops for moment in (stop.arrive_at, stop.leave_at)]
    assert moments == sorted(moments)
    assert journey.driving_minutes == sum(table_roads().minutes(a.code, b.code) for a, b in pairwise(places))


def test_the_pearl_river_needs_two_drivers_and_arrives_the_same_day() -> None:
    depart_at = datetime(2026, 3, 2, 6, tzinfo=ZONE)

    journey = timetable([pickup_place(TOWNSHIPS[0]), outpost_place(OutpostCode.guangzhou)], depart_at)

    assert journey.drivers == 2
    assert journey.depart_at == depart_at
    assert journey.arrive_at.date() == depart_at.date()


def test_one_driver_is_not_enough_for_wenling() -> None:
    places = [pickup_place(TOWNSHIPS[0]), outpost_place(OutpostCode.wenling)]

    with refused("trip.coach_rules") as problems:
        timetable(places, datetime(2026, 3, 2, 6, tzinfo=ZONE), drivers=1)

    assert problems[0].facts["drivers_needed"] == 3


def test_nobody_drives_between_two_and_five() -> None:
    places = [pickup_place(TOWNSHIPS[0]), outpost_place(OutpostCode.hangzhou)]

    journey = timetable(places, datetime(2026, 3, 2, 20, tzinfo=ZONE))

    halts = [stop for stop in journey.stops if stop.kind is StopKind.rest and stop.leave_at.hour == 5]
    assert halts
    assert halts[0].arrive_at.hour < 3


def test_nobody_drives_from_township_to_township_at_night() -> None:
    far = max(TOWNSHIPS, key=lambda code: table_roads().km(TOWNSHIPS[0], code))
    places = [pickup_place(TOWNSHIPS[0]), pickup_place(far), outpost_place(OutpostCode.guiyang)]

    journey = timetable(places, datetime(2026, 3, 2, 21, 30, tzinfo=ZONE))

    overnight = journey.stops[1]
    assert (overnight.kind, overnight.arrive_at.hour, overnight.leave_at.hour) == (StopKind.rest, 22, 6)


def test_an_unknown_place_has_no_timetable() -> None:
    with pytest.raises(KeyError):
        timetable([pickup_place("110101001"), outpost_place(OutpostCode.guiyang)], datetime.now(ZONE))
