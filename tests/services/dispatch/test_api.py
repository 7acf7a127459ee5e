"""A journey by HTTP, as an officer, an outpost, an employer and a worker would make it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.services.dispatch.conftest import HOME, County, today
from tests.support.running_jobs import job_runner

Http = Any


@pytest.fixture
def officer(http: Http) -> Http:
    return http.as_hq()


def issued(officer: Http, county: County, **given: Any) -> dict[str, Any]:
    body = {
        "worker_id": str(county.worker()),
        "posting_id": str(county.openings.posting()),
        "outpost": "dongguan",
        "depart_on": str(today() + timedelta(days=2)),
        "reason": "本人到站要求前往",
        **given,
    }
    answer = officer.post("/api/v1/hq/dispatch-orders", json=body)
    assert answer.status_code == 201, answer.text
    county.platform.settle()
    order: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/v1/hq/dispatch-orders/{order['id']}"
    assert answer.headers["etag"] == '"1"'
    return order


def test_from_the_order_to_the_receipt(officer: Http, http: Http, county: County) -> None:
    order = issued(officer, county)
    outpost = http.as_outpost("dongguan")
    trip = officer.post(
        "/api/v1/hq/trips",
        json={
            "coach_kind": "49座大巴",
            "seats": 49,
            "depart_at": f"{today() + timedelta(days=2)}T06:30:00+08:00",
            "pickups": [{"division": HOME[:9]}],
            "outposts": ["dongguan"],
        },
    )
    assert trip.status_code == 201, trip.text
    path = f"trips/{trip.json()['id']}"
    seat = officer.post(f"/api/v1/hq/{path}/seats", json={"order_id": order["id"]})
    assert (seat.status_code, seat.json()["seat_no"]) == (201, 1)
    ticket = http.as_worker(order["worker_id"]).get("/api/v1/worker/trip").json()["items"][0]

    first = outpost.post(f"/api/v1/outposts/dongguan/{path}/boardings", json={"seat_token": ticket["seat_token"]})
    again = officer.post(f"/api/v1/hq/{path}/boardings", json={"order_id": order["id"]})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == {**first.json(), "is_repeated": True}
    on_the_way = officer.get(f"/api/v1/hq/dispatch-orders/{order['id']}").json()
    assert on_the_way["state"] == "on_the_way"

    manifest = outpost.get(f"/api/v1/outposts/dongguan/{path}/manifest").json()
    assert manifest["entries"][0]["name"]
    assert "********" in manifest["entries"][0]["id_number_masked"]
    assert outpost.post(f"/api/v1/outposts/dongguan/{path}/arrival").json()["state"] == "arrived"
    given = outpost.post(f"/api/v1/outposts/dongguan/{path}/handovers")
    assert given.json()["order_ids"] == [order["id"]]

    receipt = {"order_id": order["id"], "outcome": "started", "started_on": str(today()), "wage_cents": 480_000}
    closed = outpost.post("/api/v1/outposts/dongguan/receipts", json=receipt)
    assert closed.status_code == 201, closed.text
    second = http.as_partner(order["employer_id"]).post("/api/v1/partner/receipts", json=receipt)
    assert (second.status_code, second.json()["code"]) == (409, "order.receipt_exists")
    county.platform.settle()

    timeline = officer.get(f"/api/v1/hq/workers/{order['worker_id']}/ledger").json()["items"]
    topics = [entry["topic"] for entry in timeline]
    for topic in ("dispatch_order.issued", "worker.boarded", "worker.handed_over", "placement.started"):
        assert topic in topics
    essentials = officer.get(f"/api/v1/hq/workers/{order['worker_id']}/essentials").json()
    assert {"agreement", "training_commission", "labor_contract", "worker_group"} == set(essentials["missing"])
    period = f"from={today() - timedelta(days=1)}&to={today()}"
    figures = officer.get(f"/api/v1/hq/figures?{period}").json()
    assert figures["totals"]["receipts_started"] >= 1
    rows = officer.get(f"/api/v1/hq/figures/receipts_started/rows?{period}").json()["items"]
    assert order["worker_id"] in {row["worker_id"] for row in rows}


def test_papers_come_as_pdf(officer: Http, http: Http, county: County) -> None:
    order = issued(officer, county)
    with job_runner(county.platform):
        mine = officer.get(f"/api/v1/hq/dispatch-orders/{order['id']}/paper.pdf")
        theirs = http.as_outpost("dongguan").get(f"/api/v1/outposts/dongguan/dispatch-orders/{order['id']}/paper.pdf")
    for answer in (mine, theirs):
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
    foreign = http.as_outpost("wenling").get(f"/api/v1/outposts/wenling/dispatch-orders/{order['id']}/paper.pdf")
    assert foreign.status_code == 404


def test_a_plan_is_computed_changed_and_adopted(officer: Http, http: Http, county: County) -> None:
    day = today() + timedelta(days=50)
    county.issue_many(30, depart_on=day)
    body = {
        "depart_from": str(day),
        "depart_to": str(day),
        "coaches": [{"kind": "49座大巴", "seats": 49, "day_cost_cents": 150_000, "km_cost_cents": 450}],
        "fare_cents": {"dongguan": 60_000},
    }
    started = officer.post("/api/v1/hq/trip-plans", json=body)
    assert started.status_code == 202, started.text
    county.platform.run_jobs()

    plan = officer.get(started.headers["location"])
    leaving = plan.json()["trips"][0]["passengers"][0]["order_id"]
    change = {"moves": [{"order_ids": [leaving]}]}
    path = started.headers["location"]
    changed = officer.post(f"{path}/changes", json=change, headers={"If-Match": plan.headers["etag"]})
    stale = officer.post(f"{path}/changes", json=change, headers={"If-Match": plan.headers["etag"]})
    listed = officer.get("/api/v1/hq/trip-plans?limit=1").json()["items"][0]
    adopted = officer.post(f"{path}/adoption", headers={"If-Match": changed.headers["etag"]})

    assert plan.json()["state"] == "succeeded"
    assert plan.json()["trips"][0]["load"] == pytest.approx(30 / 49, abs=0.01)
    assert plan.json()["trips"][0]["cost_cents"] <= plan.json()["trips"][0]["fare_cents"]
    assert (changed.status_code, stale.status_code) == (200, 412)
    assert [one["why"] for one in changed.json()["by_fare"]] == ["chosen_by_a_person"]
    assert (listed["id"], listed["people"], listed["coaches"]) == (plan.json()["id"], 30, 1)
    assert adopted.status_code == 201
    assert adopted.json()["seats"] == 29
    trip = f"trips/{adopted.json()['trip_ids'][0]}"
    second = plan.json()["trips"][0]["passengers"][1]["order_id"]
    kept = {"entries": [{"order_id": second, "boarded_at": f"{today()}T06:10:00+08:00"}]}
    merged = officer.post(f"/api/v1/hq/{trip}/boarding-lists", json=kept)
    assert (merged.status_code, merged.json()["boarded"], merged.json()["refused"]) == (200, 1, [])
    foreign = http.as_outpost("wenling").post(f"/api/v1/outposts/wenling/{trip}/boarding-lists", json=kept)
    assert foreign.status_code == 404


def test_a_fare_is_claimed_approved_and_paid(officer: Http, http: Http, county: County) -> None:
    long_ago = today() - timedelta(days=120)
    order = issued(officer, county, transport="own_fare", depart_on=str(long_ago))
    receipt = {"order_id": order["id"], "outcome": "started", "started_on": str(long_ago)}
    assert http.as_outpost("dongguan").post("/api/v1/outposts/dongguan/receipts", json=receipt).status_code == 201
    leg = {
        "mode": "train",
        "from": "从江",
        "to": "东莞南",
        "on": str(long_ago),
        "amount_cents": 21_350,
        "ticket_no": "E1-9",
    }
    worker = http.as_worker(order["worker_id"])

    claim = worker.post("/api/v1/worker/reimbursements", json={"order_id": order["id"], "legs": [leg]})
    again = worker.post("/api/v1/worker/reimbursements", json={"order_id": order["id"], "legs": [leg]})
    approval = officer.post("/api/v1/hq/reimbursements/approvals", json={"reimbursement_ids": [claim.json()["id"]]})
    payout = officer.post("/api/v1/hq/reimbursements/payouts", json={"format": "xlsx"})
    county.platform.run_jobs()

    assert claim.status_code == 201, claim.text
    assert claim.json()["legs"][0]["from"] == "从江"
    assert again.status_code == 409
    assert approval.json()["amount_cents"] == 21_350
    assert officer.get(payout.headers["location"]).json()["claims"] == 1
    file = officer.get(f"{payout.headers['location']}/file")
    assert file.status_code == 200
    assert file.content.startswith(b"PK")
    assert "xlsx" in file.headers["content-disposition"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"outpost": "atlantis"}, 422, "request.invalid"),
        ({"worker_id": "nobody"}, 422, "request.invalid"),
        ({"worker_id": "0198c1d2-1111-7a5b-8c6d-7e8f90a1b2c3"}, 404, "resource.not_found"),
        ({"reason": None}, 409, "order.needs_accepted_recommendation"),
        ({"depart_on": "2026-02-30"}, 422, "request.invalid"),
        ({"colour": "red"}, 422, "request.invalid"),
    ],
)
def test_bad_input(officer: Http, county: County, body: dict[str, Any], status: int, code: str) -> None:
    good = {
        "worker_id": str(county.worker()),
        "posting_id": str(county.openings.posting()),
        "outpost": "dongguan",
        "depart_on": str(today()),
        "reason": "本人到站要求前往",
    }
    answer = officer.post("/api/v1/hq/dispatch-orders", json={**good, **body})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
