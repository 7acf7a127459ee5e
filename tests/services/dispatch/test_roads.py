from __future__ import annotations

from typing import Any

import httpx
import pytest

from services.dispatch.roads import RouterUnusable, kept, recalled, routed_roads, table_roads
from shared.reference import outposts, townships

CODES = [*(place.code for place in townships()), *(str(place.code) for place in outposts())]


def router(answer: dict[str, Any] | None, status: int = 200) -> tuple[httpx.Client, list[httpx.URL]]:
    """A server that speaks OSRM's table protocol."""
    asked: list[httpx.URL] = []

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(status, json=answer) if answer is not None else httpx.Response(status, text="<html>")

    return httpx.Client(transport=httpx.MockTransport(reply)), asked


def table(metres: float | None = 1234.0, seconds: float | None = 61.0) -> dict[str, Any]:
    size = len(CODES)
    return {"code": "Ok", "distances": [[metres] * size] * size, "durations": [[seconds] * size] * size}


def test_the_table_knows_every_way_in_both_directions() -> None:
    roads = table_roads()
    for a in CODES:
        for b in CODES:
            km, minutes = roads.leg(a, b)
            assert (km, minutes) == roads.leg(b, a)
            assert (a == b) <= (km == 0 == minutes)
    assert 9 * 60 < roads.minutes(CODES[0], "guangzhou") < 12 * 60
    with pytest.raises(KeyError):
        roads.leg(CODES[0], "beijing")


def test_a_routing_server_is_asked_once_for_all_pairs() -> None:
    client, asked = router(table())

    roads = routed_roads("http://osrm.example/", client)

    assert len(asked) == 1
    assert asked[0].path.startswith("/table/v1/driving/109.13139,26.23111;")
    assert asked[0].path.count(";") == len(CODES) - 1
    assert asked[0].params["annotations"] == "duration,distance"
    assert roads.leg(CODES[0], "guangzhou") == (1.2, 2)
    assert recalled(kept(roads)) == roads


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (table(), 503),
        (None, 200),
        ({"code": "NoTable"}, 200),
        ({"code": "Ok"}, 200),
        (table(metres=None), 200),
    ],
)
def test_a_server_that_cannot_is_unusable(answer: dict[str, Any] | None, status: int) -> None:
    client, _ = router(answer, status)
    with pytest.raises(RouterUnusable):
        routed_roads("http://osrm.example", client)
