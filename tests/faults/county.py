"""A small county to storm: people to dispatch, a posting with many openings, a trip with many seats, jars to sell."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from tests.behaviour.journey import make_uscc
from tests.support.people import RegisterWorkerFactory
from tests.support.running import RunningSonggang
from tests.support.waiting import wait_for


@dataclass
class County:
    """What the storm needs to know. `jars` is the stock at Dongguan before the first sale."""

    hq_token: str
    outpost_token: str
    waiting_workers: list[str]
    posting_id: str
    trip_id: str
    depart_on: str
    sku: str
    jars: int


def prepare_county(platform: RunningSonggang, *, workers: int, jars: int) -> County:
    """Fill a fresh platform through its API."""
    with platform.sign_in() as hq:
        api = _Api(hq)
        depart = datetime.now(UTC) + timedelta(days=5)
        people = [
            api.post("/hq/workers", person.model_dump(mode="json"))["id"]
            for person in RegisterWorkerFactory(7).batch(workers)
        ]
        posting = _posting(api, openings=workers)
        trip = api.post(
            "/hq/trips",
            {
                "coach_kind": "storm",
                "seats": min(workers, 60),
                "plate": "贵H00001",
                "depart_at": depart.isoformat(),
                "pickups": [{"division": "522631001"}],
                "outposts": ["dongguan"],
            },
        )
        api.post(
            "/hq/outposts/dongguan/users",
            {"username": "storm.dongguan", "password": "Storm-dongguan-2019", "role": "liaison_officer"},
        )
        outpost_token = platform.token("storm.dongguan", "Storm-dongguan-2019")
        sku = _stock(api, outpost_token, people[0], jars)
        random.Random(7).shuffle(people)
        return County(
            hq_token=hq.headers["Authorization"][7:],
            outpost_token=outpost_token,
            waiting_workers=people,
            posting_id=posting,
            trip_id=trip["id"],
            depart_on=depart.date().isoformat(),
            sku=sku,
            jars=jars,
        )


class _Api:
    """The API as a person at HQ calls it; anything but success is an error here."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def post(self, path: str, body: dict[str, Any], token: str | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self.client.post(f"/api/v1{path}", json=body, headers=headers)
        if answer.status_code >= 300:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:500]}")
        found: dict[str, Any] = answer.json()
        return found


def _posting(api: _Api, *, openings: int) -> str:
    today = date.today()
    employer = api.post("/hq/employers", {"name": "东莞风暴电子有限公司", "uscc": make_uscc(777)})
    agreement = api.post(
        f"/hq/employers/{employer['id']}/agreements",
        {"valid_from": today.isoformat(), "valid_to": (today + timedelta(days=365)).isoformat()},
    )
    made = api.post(
        "/hq/postings",
        {
            "employer_id": employer["id"],
            "agreement_id": agreement["id"],
            "title": "包装工",
            "occupation": "6-31-05-00",
            "openings": openings,
            "wage_min_cents": 450000,
            "wage_max_cents": 600000,
            "wage_unit": "month",
            "division": "441900",
            "valid_through": (today + timedelta(days=90)).isoformat(),
        },
    )
    return str(made["id"])


def _stock(api: _Api, outpost_token: str, worker_id: str, jars: int) -> str:
    """Honey bought, tested, bottled, sent to Dongguan and received there."""
    today = date.today().isoformat()
    beekeeper = wait_for(lambda: _try(api, "/hq/honey/beekeepers", {"worker_id": worker_id}), seconds=60, every=0.3)
    purchase = api.post(
        "/hq/honey/purchases",
        {
            "beekeeper_id": beekeeper["id"],
            "grams": jars * 500,
            "grade": "first",
            "price_cents_per_kg": 6000,
            "harvested_on": today,
            "moisture": "18.5",
        },
    )
    test = {"report_no": "HT-1", "laboratory": "县检验检测中心", "tested_on": today, "has_passed": True}
    lot = api.post(
        "/hq/honey/lots",
        {
            "purchase_ids": [purchase["id"]],
            "best_before": (date.today() + timedelta(days=540)).isoformat(),
            "test": test,
        },
    )
    sku = api.post("/hq/honey/skus", {"sku": "STORM-500", "name": "百花蜜 500g", "net_grams": 500, "price_cents": 6800})
    api.post(f"/hq/honey/lots/{lot['id']}/bottlings", {"sku": sku["sku"], "jars": jars})
    lines = [{"lot_id": lot["id"], "sku": sku["sku"], "jars": jars}]
    sent = api.post("/hq/honey/stock-transfers", {"to_outpost": "dongguan", "lines": lines})
    api.post(f"/outposts/dongguan/honey/stock-transfers/{sent['id']}/receipt", {}, outpost_token)
    return str(sku["sku"])


def _try(api: _Api, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
    try:
        return api.post(path, body)
    except RuntimeError:
        return None
