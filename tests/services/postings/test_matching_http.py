"""Matching, recommendations and slips by the calls that clients make."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.services.postings.county import County
from tests.support.platform import TestPlatform

API = "/api/v1"


@pytest.fixture(scope="module")
def county(platform: TestPlatform) -> County:
    found = County(platform)
    employer = found.employer()
    for title in ("包装工", "普工", "装配工"):
        found.posting(employer, title=title)
    return found


def test_from_a_run_to_a_slip(county: County, http: Any) -> None:
    hq = http.as_hq()
    worker = county.worker(name="石学梅")
    county.platform.settle()
    started = hq.post(f"{API}/hq/matchings", json={"minimum": 2, "maximum": 5, "offers_per_opening": 3})
    assert started.status_code == 202
    assert hq.post(f"{API}/hq/matchings", json={}).json()["code"] == "matching.in_progress"
    county.platform.run_jobs()
    run = hq.get(started.headers["location"]).json()
    assert (run["state"], run["seekers"], run["covered"], run["uncovered"]) == ("succeeded", 1, 1, 0)
    assert run["optimality_gap"] == 0
    assert set(run["seconds"]) == {"load", "score", "solve", "store"}
    assert hq.get(f"{API}/hq/matchings/{run['job_id']}").json() == run
    assert hq.get(f"{API}/hq/matchings/{run['id']}/uncovered").json() == {"items": [], "next_cursor": None}

    own = http.as_worker(worker)
    offers = own.get(f"{API}/worker/recommendations").json()["items"]
    assert len(offers) == 3
    assert {"id", "posting_id", "score", "parts", "reason", "posting"} <= set(offers[0])
    assert "会包装工" in offers[0]["reason"]
    answered = own.post(f"{API}/worker/recommendations/{offers[0]['id']}/answer", json={"answer": "accepted"})
    assert (answered.status_code, answered.json()["state"]) == (200, "accepted")
    refusal = hq.post(
        f"{API}/hq/workers/{worker}/recommendations/{offers[0]['id']}/answer",
        json={"answer": "declined", "reason": "太远"},
    )
    assert (refusal.status_code, refusal.json()["code"]) == (409, "recommendation.already_answered")
    undone = own.delete(f"{API}/worker/recommendations/{offers[0]['id']}/answer")
    assert undone.json()["state"] == "offered"

    printing = hq.post(f"{API}/hq/recommendation-slips", json={"worker_ids": [str(worker)]})
    assert printing.status_code == 202
    county.platform.run_jobs()
    batch = hq.get(printing.headers["location"]).json()
    assert (batch["state"], batch["slips"]) == ("succeeded", 1)
    paper = hq.get(f"{API}/hq/recommendation-slips/{batch['id']}/paper.pdf")
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    assert paper.content.startswith(b"%PDF")
    assert hq.get(f"{API}/hq/recommendation-slips/slips").json()["items"][0]["slip_no"].endswith("-000001")


def test_foreign_and_unknown_ids_are_not_found(county: County, http: Any) -> None:
    hq, stranger = http.as_hq(), http.as_worker(uuid4())
    offer = hq.get(f"{API}/hq/recommendations").json()["items"][0]
    for answer in (
        stranger.get(f"{API}/worker/recommendations/{offer['id']}"),
        stranger.post(f"{API}/worker/recommendations/{offer['id']}/answer", json={"answer": "accepted"}),
        stranger.delete(f"{API}/worker/recommendations/{offer['id']}/answer"),
        hq.post(f"{API}/hq/workers/{uuid4()}/recommendations/{offer['id']}/answer", json={"answer": "accepted"}),
        hq.get(f"{API}/hq/matchings/{uuid4()}"),
        hq.get(f"{API}/hq/matchings/not-an-id"),
        hq.get(f"{API}/hq/recommendation-slips/{uuid4()}/paper.pdf"),
    ):
        assert answer.status_code == 404, answer.request.url


def test_bodies_of_the_wrong_shape_are_refused(http: Any) -> None:
    hq = http.as_hq()
    for path, body in (
        ("matchings", {"minimum": 4, "maximum": 2}),
        ("matchings", {"division": "贵州"}),
        ("recommendation-slips", {}),
        ("scoring-weights", {"note": "x", "weights": {"usefulness": {"wage": -1}}}),
    ):
        answer = hq.post(f"{API}/hq/{path}", json=body)
        assert answer.status_code == 422, (path, answer.text)
