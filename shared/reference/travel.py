"""How far it is between the county's townships and the outposts: an estimate until somebody surveys the roads."""

import json
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from shared.reference.places import outposts, townships
from shared.reference.tables import rows, text

EARTH_RADIUS_KM = 6371.0


@lru_cache(maxsize=1)
def _estimates() -> dict[str, float]:
    estimates: dict[str, float] = json.loads(text("travel.json"))
    return estimates


@lru_cache(maxsize=1)
def _points() -> dict[str, tuple[float, float]]:
    points = {place.code: (place.lat, place.lon) for place in townships()}
    points.update({str(outpost.code): (outpost.lat, outpost.lon) for outpost in outposts()})
    return points


def point_of(place: str) -> tuple[float, float]:
    """Latitude and longitude of a Liping township (a village stands where its township does) or an outpost code.

    Raises KeyError for any other place.
    """
    points = _points()
    return points[place if place in points else place[:9]]


def great_circle_km(a: str, b: str) -> float:
    (lat_a, lon_a), (lat_b, lon_b) = point_of(a), point_of(b)
    across = sin(radians(lat_b - lat_a) / 2) ** 2
    along = sin(radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(across + cos(radians(lat_a)) * cos(radians(lat_b)) * along))


def road_km(a: str, b: str) -> float:
    return great_circle_km(a, b) * _estimates()["road_per_great_circle"]


def drive_hours(a: str, b: str) -> float:
    """Hours at the wheel, without rests."""
    return road_km(a, b) / _estimates()["km_per_hour"]


class RoadLeg(NamedTuple):
    """The way from one township or outpost to another, as the table road_legs.csv has it."""

    a: str
    b: str
    km: float
    minutes: int


@lru_cache(maxsize=1)
def road_legs() -> tuple[RoadLeg, ...]:
    """Every way between two of the county's townships and the outposts, each in both directions."""
    legs = [RoadLeg(row["from"], row["to"], float(row["km"]), int(row["minutes"])) for row in rows("road_legs.csv")]
    return (*legs, *(RoadLeg(leg.b, leg.a, leg.km, leg.minutes) for leg in legs))
