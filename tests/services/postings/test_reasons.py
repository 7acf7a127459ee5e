"""What a recommendation says of a posting's place: as the people who go there say it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from services.postings.reasons import place_name


@pytest.mark.parametrize(
    ("division", "outpost", "wanted"),
    [
        ("331081", "wenling", "台州温岭"),
        ("440604", "chancheng", "佛山禅城"),
        ("441900", "dongguan", "东莞"),
    ],
)
def test_a_place_is_named_by_its_city_and_what_people_call_it(division: str, outpost: str, wanted: str) -> None:
    assert place_name(SimpleNamespace(division=division, outpost=outpost)) == wanted
