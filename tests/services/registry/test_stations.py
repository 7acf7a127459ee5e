"""Community stations and their 五有: evidence that runs out, and each area's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from shared.contracts import registry as c
from shared.contracts.scopes import Role
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()


def inspect(
    asker: Asker, station_id: UUID, item: c.FiveHave, *, met: bool = True, ago: int = 0, lasts: int = 180
) -> c.StationView:
    on = TODAY - timedelta(days=ago)
    return asker.ask(
        c.InspectStation(
            station_id=station_id,
            item=item,
            is_met=met,
            evidence="照片 3 张" if met else None,
            inspected_on=on,
            expires_on=on + timedelta(days=lasts) if met else None,
        )
    )


def test_five_items_are_met_until_their_evidence_runs_out(hq: Asker) -> None:
    station = hq.ask(c.OpenStation(name="龙形社区就业服务站", division="522631104", staff=["吴站长"]))
    assert (station.met, {item.item for item in station.items}) == (0, set(c.FiveHave))
    for item in c.FiveHave:
        station = inspect(hq, station.id, item)
    assert station.met == 5
    assert inspect(hq, station.id, c.FiveHave.staff, met=False).met == 4
    # An older inspection that is written down late does not outweigh the newer one.
    assert inspect(hq, station.id, c.FiveHave.staff, ago=30).met == 4
    lapsed = hq.ask(c.OpenStation(name="平寨社区就业服务站", division="522631104"))
    assert inspect(hq, lapsed.id, c.FiveHave.premises, ago=200, lasts=180).met == 0
    history = hq.ask(c.ListStationInspections(station_id=station.id)).items
    assert len(history) == 7


def test_what_will_lapse_is_listed_in_time(hq: Asker) -> None:
    station = hq.ask(c.OpenStation(name="城关社区就业服务站", division="522631104"))
    for item in c.FiveHave:
        inspect(hq, station.id, item, lasts=20 if item is c.FiveHave.rules else 300)

    def lapsing(days: int) -> list[c.FiveHave]:
        return [one.item for one in hq.ask(c.ListLapsingItems(days=days)).items if one.station_id == station.id]

    assert (lapsing(19), lapsing(30)) == ([], [c.FiveHave.rules])
    hq.ask(c.ChangeStation(station_id=station.id, is_active=False))
    assert lapsing(366) == []


@pytest.mark.parametrize("missing", ["evidence", "expires_on"])
def test_what_is_met_needs_its_proof(missing: str) -> None:
    given: dict[str, Any] = {"evidence": "照片", "expires_on": TODAY, missing: None}
    with pytest.raises(ValidationError):
        c.InspectionForm(item=c.FiveHave.staff, is_met=True, inspected_on=TODAY, **given)


def test_a_township_keeps_its_own_stations(hq: Asker, platform: TestPlatform, area: Callable[[str], Asker]) -> None:
    township = platform.area("522631104", Role.township_officer)
    own = township.ask(c.OpenStation(name="新村社区就业服务站", division="522631104"))
    with refused("scope.forbidden"):
        township.ask(c.OpenStation(name="别处社区就业服务站", division="522631105"))
    foreign = hq.ask(c.OpenStation(name="邻镇社区就业服务站", division="522631105"))
    with refused("resource.not_found"):
        township.ask(c.GetStation(station_id=foreign.id))
    with refused("scope.forbidden"):
        area("522631104").ask(c.ChangeStation(station_id=own.id, hours="8:30-17:30"))
    with refused("resource.conflict"):
        hq.ask(c.OpenStation(name="新村社区就业服务站", division="522631104"))


def test_an_inspection_is_proved_by_files(http: Any, hq: Asker, area: Callable[[str], Asker]) -> None:
    station = hq.ask(c.OpenStation(name="九潮社区就业服务站", division="522631105"))
    inspect(hq, station.id, c.FiveHave.premises)
    (inspection,) = hq.ask(c.ListStationInspections(station_id=station.id)).items
    at = f"/api/v1/hq/community-stations/{station.id}"
    photo = b"\x89PNG\r\n\x1a\n the door of the station"
    made = http.as_hq().post(
        f"{at}/inspections/{inspection.id}/files", files={"file": ("门牌.png", photo, "image/png")}
    )
    assert made.status_code == 201, made.text
    (file,) = hq.ask(c.ListStationInspections(station_id=station.id)).items[0].files
    assert file.file.filename == "门牌.png"
    sent = http.as_hq().get(made.headers["location"])
    assert (sent.status_code, sent.content) == (200, photo)
    refused_one = http.as_hq().post(
        f"{at}/inspections/{inspection.id}/files", files={"file": ("表.csv", b"a,b", "text/csv")}
    )
    assert refused_one.status_code == 415
    with refused("resource.not_found"):
        hq.ask(c.AttachInspectionFile(station_id=station.id, inspection_id=station.id, file=file.file))
    for _ in range(9):
        hq.ask(c.AttachInspectionFile(station_id=station.id, inspection_id=inspection.id, file=file.file))
    with refused("station.files_full"):
        hq.ask(c.AttachInspectionFile(station_id=station.id, inspection_id=inspection.id, file=file.file))


def test_what_has_run_out_is_overdue(hq: Asker) -> None:
    station = hq.ask(c.OpenStation(name="岩洞社区就业服务站", division="522631106"))
    for item in c.FiveHave:
        inspect(hq, station.id, item, ago=20 if item is c.FiveHave.rules else 0, lasts=15)
    overdue = hq.ask(c.ListLapsingItems(overdue=True, division="522631106")).items
    assert [(one.item, one.days_overdue) for one in overdue] == [(c.FiveHave.rules, 5)]
    assert len(hq.ask(c.ListLapsingItems(days=30, division="522631106")).items) == 5
