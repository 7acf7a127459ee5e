"""How far and how long it is by road: the county's table, or a routing server that speaks OSRM's protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

import httpx

from shared.reference import outposts, point_of, road_legs, townships

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Roads:
    """Kilometres and whole minutes at the wheel between any two places; KeyError for a place that is not in it."""

    source: str
    legs: Mapping[tuple[str, str], tuple[float, int]]

    def leg(self, a: str, b: str) -> tuple[float, int]:
        return (0.0, 0) if a == b else self.legs[a, b]

    def km(self, a: str, b: str) -> float:
        return self.leg(a, b)[0]

    def minutes(self, a: str, b: str) -> int:
        return self.leg(a, b)[1]


class RouterUnusable(Exception):
    """The routing server did not answer, or knows no way between two of the places."""


@lru_cache(maxsize=1)
def table_roads() -> Roads:
    """The table in shared/reference."""
    return Roads("table", {(one.a, one.b): (one.km, one.minutes) for one in road_legs()})


def routed_roads(url: str, client: httpx.Client | None = None) -> Roads:
    """All pairs from a server with OSRM's table service; raises RouterUnusable."""
    codes = [*(place.code for place in townships()), *(str(place.code) for place in outposts())]
    where = ";".join(f"{lon:.5f},{lat:.5f}" for lat, lon in map(point_of, codes))
    try:
        with client or httpx.Client(timeout=TIMEOUT_SECONDS) as asking:
            answer = asking.get(
                f"{url.rstrip('/')}/table/v1/driving/{where}", params={"annotations": "duration,distance"}
            )
            answer.raise_for_status()
            given: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise RouterUnusable(type(error).__name__) from error
    return _read(codes, given)


def _read(codes: list[str], given: dict[str, Any]) -> Roads:
    """OSRM answers seconds and metres; null where it knows no way. Places on one point are no way apart."""
    if given.get("code") != "Ok":
        raise RouterUnusable(str(given.get("code")))
    legs: dict[tuple[str, str], tuple[float, int]] = {}
    try:
        for i, a in enumerate(codes):
            for j, b in enumerate(codes):
                metres, seconds = given["distances"][i][j], given["durations"][i][j]
                if i != j and (metres is None or seconds is None):
                    raise RouterUnusable("NoRoute")
                if i != j:
                    legs[a, b] = (round(metres / 1000, 1), ceil(seconds / 60))
    except (KeyError, IndexError, TypeError) as error:
        raise RouterUnusable("unreadable") from error
    return Roads("router", legs)


def kept(roads: Roads) -> dict[str, Any]:
    """The roads as JSON keeps them beside a plan."""
    return {"source": roads.source, "legs": [[a, b, km, minutes] for (a, b), (km, minutes) in roads.legs.items()]}


def recalled(given: dict[str, Any]) -> Roads:
    return Roads(given["source"], {(a, b): (km, minutes) for a, b, km, minutes in given["legs"]})
