"""The outposts' calls over HTTP: names only for those in care, evidence in and out, foreign codes not found."""

from __future__ import annotations

from typing import Any

from shared.contracts.registry import Person, WorkerView
from tests.services.outposts.conftest import Send, days_ago
from tests.support.asker import Asker
from tests.support.people import RegisterWorkerFactory

PEOPLE = RegisterWorkerFactory(seed=77)
API = "/api/v1/outposts/dongguan"


def dispatched(hq: Asker, send: Send) -> WorkerView:
    worker = hq.ask(PEOPLE.build())
    send("dongguan", worker_id=worker.id)
    return worker


def test_the_caseload_shows_names_without_identity_numbers(http: Any, hq: Asker, send: Send) -> None:
    worker = dispatched(hq, send)
    staff = http.as_outpost("dongguan")
    listed = staff.get(f"{API}/caseload").json()["items"]
    row = next(row for row in listed if row["worker_id"] == str(worker.id))
    person = Person.model_validate(row["person"])
    assert (person.name, person.id_number) == (worker.name, None)
    one = staff.get(f"{API}/caseload/{worker.id}")
    assert one.json()["person"]["name"] == worker.name
    assert one.headers["etag"] == '"1"'
    assert http.as_outpost("wenling").get(f"{API}/caseload").json()["code"] == "tenant.not_found"
    assert http.as_outpost("wenling").get(f"/api/v1/outposts/wenling/caseload/{worker.id}").status_code == 404
    assert http.as_hq().get(f"/api/v1/hq/caseload/{worker.id}").json()["outpost"] == "dongguan"


def test_a_case_from_opening_to_closure(http: Any, hq: Asker, send: Send) -> None:
    worker = dispatched(hq, send)
    staff = http.as_outpost("dongguan")
    opened = staff.post(
        f"{API}/cases",
        json={
            "worker_id": str(worker.id),
            "kind": "injury_claim",
            "facts_on": days_ago(10).isoformat(),
            "summary": "冲床压伤左手",
            "amount_claimed_cents": 4_350_000,
        },
    )
    assert opened.status_code == 201, opened.text
    case = opened.json()
    assert opened.headers["location"] == f"{API}/cases/{case['id']}"
    url = f"{API}/cases/{case['id']}"
    evidence = staff.post(
        f"{url}/evidence",
        files={"file": ("诊断书.jpg", b"\xff\xd8 picture", "image/jpeg")},
        data={"kind": "medical", "description": "诊断书"},
    )
    assert evidence.status_code == 201, evidence.text
    file = staff.get(evidence.headers["location"])
    assert (file.content, file.headers["content-type"]) == (b"\xff\xd8 picture", "image/jpeg")
    filed = {"fact": "injury_filed", "happened_on": days_ago(2).isoformat()}
    assert staff.post(f"{url}/events", json=filed).status_code == 201
    paid = {"amount_cents": 4_100_000, "received_on": days_ago(0).isoformat(), "paid_by": "work_injury_insurance"}
    assert staff.post(f"{url}/recoveries", json=paid).json()["recovered_cents"] == 4_100_000
    assert staff.post(f"{url}/closure", json={"outcome": "settled"}).json()["state"] == "closed"
    again = staff.post(f"{url}/closure", json={"outcome": "settled"})
    assert (again.status_code, again.json()["code"]) == (409, "state.illegal_transition")
    assert staff.post(f"{url}/reopening", json={"reason": "复发"}).json()["state"] == "open"
    for stranger in (http.as_hq(), http.as_outpost("chancheng")):
        assert stranger.get(url).status_code in (403, 404)
    figures = http.as_hq().get("/api/v1/hq/outpost-figures").json()["items"]
    assert sum(row["recovered_cents"] for row in figures) == 4_100_000


def test_wrong_shapes_are_named_by_field(http: Any, hq: Asker, send: Send) -> None:
    staff = http.as_outpost("dongguan")
    answer = staff.post(f"{API}/cases", json={"worker_id": "x", "kind": "divorce", "facts_on": "2026-02-30"})
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] == "request.invalid"
    slot = {"use": "bed", "starts_at": "2031-01-01T20:00:00+08:00", "ends_at": "2031-01-01T09:00:00+08:00"}
    assert staff.post(f"{API}/warm-house/slots", json={**slot, "capacity": 2}).json()["code"] == "request.invalid"
    slot["ends_at"] = "2031-01-02T09:00:00+08:00"
    assert staff.post(f"{API}/warm-house/slots", json={**slot, "capacity": 2}).status_code == 201
