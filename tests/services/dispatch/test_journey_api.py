"""What phones and offices call on the way: the list for the door, plans taken back, rosters sent in, the inbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from shared.contracts import dispatch as c
from tests.services.dispatch.conftest import HOME, County, today


def test_a_phone_can_check_codes_by_itself(county: County, http: Any) -> None:
    trip, order, foreign = county.trip(), county.issue(), county.issue(outpost="wenling")
    county.seat(trip, order)
    outpost = http.as_outpost("dongguan")
    found = outpost.get(f"/api/v1/outposts/dongguan/trips/{trip.id}/boarding-list").json()
    ticket = county.platform.worker(order.worker_id).ask(c.MyTrip(worker_id=order.worker_id)).items[0]
    (entry,) = found["entries"]
    assert ticket.seat_token is not None
    assert entry["token_hash"] == c.token_hash(ticket.seat_token)
    assert ticket.seat_token not in str(found)
    code = c.seat_code(entry["token_hash"])
    assert code.isdecimal()
    assert len(code) == c.CODE_DIGITS
    elsewhere = http.as_outpost("wenling").get(f"/api/v1/outposts/wenling/trips/{trip.id}/boarding-list")
    assert elsewhere.status_code == 404
    assert foreign.order_no not in str(found)


def test_a_list_made_offline_is_merged_and_what_cannot_be_is_named(county: County, http: Any) -> None:
    trip, order, gone = county.trip(), county.issue(), county.issue()
    county.seat(trip, order)
    at = "2026-03-02T06:31:00+08:00"
    entries = [{"order_id": str(one.id), "boarded_at": at} for one in (order, gone)]
    path = f"/api/v1/outposts/dongguan/trips/{trip.id}/boarding-lists"
    outpost = http.as_outpost("dongguan")
    for repeated in (0, 1):
        merged = outpost.post(path, json={"entries": entries}).json()
        assert (merged["boarded"], merged["repeated"]) == (1 - repeated, repeated)
        assert [(one["row"], one["code"]) for one in merged["refused"]] == [(2, "trip.no_seat")]


def test_a_roster_is_previewed_and_accepted(county: County, http: Any, run_jobs: Callable[[], int]) -> None:
    command = county.people.build(division=HOME)
    county.hq.ask(command)
    county.platform.settle()
    month = (today().replace(day=1) - timedelta(days=1)).replace(day=1)
    text = (
        f"姓名,身份证号码,用工地点,日报酬(元),开始日期,1,2\n{command.name},{command.id_number},茶园,120,{month},1,半\n"
    )
    area = http.as_area(HOME[:9])
    path = "/api/v1/hq/work-months"
    started = area.post(
        f"{path}/{month:%Y-%m}/imports?dry_run=true", files={"file": ("日工.csv", text.encode(), "text/csv")}
    )
    assert started.status_code == 202, started.text
    run_jobs()
    preview = area.get(started.headers["location"]).json()
    assert (preview["state"], preview["result"]["accepted"], preview["result"]["half_days"]) == ("succeeded", 1, 3)
    accepted = area.post(f"{path}/imports/{preview['id']}/acceptance")
    assert accepted.status_code == 202, accepted.text
    run_jobs()
    assert area.get(accepted.headers["location"]).json()["result"]["spells_started"] == 1
    assert http.as_area("522631106").get(accepted.headers["location"]).status_code == 404
    bad_month = area.post(f"{path}/2026-13/imports", files={"file": ("a.csv", b"x", "text/csv")})
    assert bad_month.status_code == 422


def test_headquarters_reads_its_inbox(http: Any, county: County) -> None:
    officer = http.as_principal(county.hq)
    answer = officer.get("/api/v1/hq/inbox?is_unread=true")
    assert answer.status_code == 200, answer.text
    assert answer.json()["items"] == []
    unknown = officer.post(f"/api/v1/hq/inbox/{county.issue().id}/reading")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "resource.not_found")
