"""Honey over HTTP, as the backbone of the API promises it: bought, filled, sent, sold, traced."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.services.honey.conftest import days_ago
from tests.support.asker import Asker
from tests.support.people import RegisterWorkerFactory


def test_from_the_hive_to_the_trace_page(http: Any, hq: Asker) -> None:
    county, staff = http.as_hq(), http.as_outpost("dongguan")
    worker = hq.ask(RegisterWorkerFactory(seed=5).build())
    beekeeper = county.post("/api/v1/hq/honey/beekeepers", json={"worker_id": str(worker.id)})
    assert beekeeper.status_code == 201, beekeeper.text
    assert beekeeper.json()["division"] == worker.division
    again = county.post("/api/v1/hq/honey/beekeepers", json={"worker_id": str(worker.id)})
    assert (again.status_code, again.json()["code"]) == (409, "beekeeper.already_enrolled")
    bought = county.post(
        "/api/v1/hq/honey/purchases",
        json={
            "beekeeper_id": beekeeper.json()["id"],
            "grams": 25_000,
            "grade": "first",
            "price_cents_per_kg": 6_600,
            "harvested_on": days_ago(9).isoformat(),
            "moisture": 18.5,
        },
    )
    assert bought.status_code == 201, bought.text
    assert bought.json()["amount_cents"] == 165_000
    sku = {"sku": "HONEY-500", "name": "黎平土蜂蜜", "net_grams": 500, "price_cents": 6_800}
    assert county.post("/api/v1/hq/honey/skus", json=sku).status_code == 201
    lot = county.post(
        "/api/v1/hq/honey/lots",
        json={
            "purchase_ids": [bought.json()["id"]],
            "best_before": days_ago(-700).isoformat(),
            "test": {
                "report_no": "QDN-9",
                "laboratory": "州检验检测院",
                "tested_on": days_ago(1).isoformat(),
                "has_passed": True,
            },
        },
    ).json()
    filled = county.post(f"/api/v1/hq/honey/lots/{lot['id']}/bottlings", json={"sku": "HONEY-500", "jars": 40})
    assert filled.json()["grams_left"] == 5_000
    line = {"lot_id": lot["id"], "sku": "HONEY-500", "jars": 30}
    sent = county.post("/api/v1/hq/honey/stock-transfers", json={"to_outpost": "dongguan", "lines": [line]}).json()
    receipt = staff.post(f"/api/v1/outposts/dongguan/honey/stock-transfers/{sent['id']}/receipt", json={})
    assert receipt.json()["state"] == "received"
    sale = {"lines": [{"sku": "HONEY-500", "quantity": 2}], "payment": {"method": "wechat"}}
    key = {"Idempotency-Key": str(uuid4())}
    orders = [staff.post("/api/v1/outposts/dongguan/honey/sales-orders", json=sale, headers=key) for _ in range(2)]
    assert [one.status_code for one in orders] == [201, 201]
    assert orders[0].json() == orders[1].json()
    assert staff.get("/api/v1/outposts/dongguan/honey/stock").json()["totals"] == {"HONEY-500": 28}
    too_many = {**sale, "lines": [{"sku": "HONEY-500", "quantity": 29}]}
    refused = staff.post("/api/v1/outposts/dongguan/honey/sales-orders", json=too_many)
    assert (refused.status_code, refused.json()["code"]) == (409, "honey.insufficient_stock")
    trace = http.get(f"/api/v1/public/honey/lots/{lot['code']}").json()
    assert trace["harvest_months"] == [f"{days_ago(9):%Y-%m}"]
    assert worker.name not in str(trace)
    paid = county.post("/api/v1/hq/honey/settlements", json={"beekeeper_id": beekeeper.json()["id"]})
    assert (paid.status_code, paid.json()["amount_cents"]) == (201, 165_000)
    own = http.as_worker(worker.id).get("/api/v1/worker/honey/settlements").json()["items"]
    assert [one["settlement_no"] for one in own] == [paid.json()["settlement_no"]]


def test_a_partner_orders_and_the_outpost_refuses(http: Any) -> None:
    employer = http.as_partner(uuid4())
    http.as_hq().post(
        "/api/v1/hq/honey/skus",
        json={"sku": "GIFT-1000", "name": "礼盒", "net_grams": 1000, "price_cents": 15_000},
    )
    order = employer.post(
        "/api/v1/partner/honey-orders",
        json={"outpost": "dongguan", "lines": [{"sku": "GIFT-1000", "quantity": 3}]},
    )
    assert (order.status_code, order.json()["amount_cents"]) == (201, 45_000)
    answer = http.as_outpost("dongguan").post(
        f"/api/v1/outposts/dongguan/honey/honey-orders/{order.json()['id']}/refusal", json={"reason": "本月无货"}
    )
    assert answer.json()["state"] == "refused"
    assert employer.get(order.headers["location"]).json()["answer_note"] == "本月无货"
