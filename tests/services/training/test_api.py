"""Training over HTTP: a session's roster, attendance, certificates, and the public check of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.asker import Asker
from tests.support.people import RegisterWorkerFactory


def test_from_a_course_to_a_checked_certificate(http: Any, hq: Asker) -> None:
    county = http.as_hq()
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    course = {"code": "sewing", "name": "缝纫", "hours": 8, "days": 1, "occupation": "6-05-01-01"}
    created = county.post("/api/v1/hq/courses", json=course)
    assert created.status_code == 201, created.text
    changed = county.patch("/api/v1/hq/courses/sewing", json={"hours": 9}, headers={"If-Match": '"1"'})
    assert (changed.json()["hours"], changed.headers["etag"]) == (9, '"2"')
    stale = county.patch("/api/v1/hq/courses/sewing", json={"hours": 7}, headers={"If-Match": '"1"'})
    assert stale.json()["code"] == "resource.changed_meanwhile"
    commission = county.post(
        "/api/v1/hq/training-commissions",
        json={
            "course": "sewing",
            "provider": "县职校",
            "seats": 20,
            "budget_cents": 100_000,
            "starts_on": today,
            "ends_on": today,
        },
    ).json()
    session = county.post(
        "/api/v1/hq/training-sessions",
        json={
            "commission_id": commission["id"],
            "place": "县职校",
            "starts_on": today,
            "ends_on": today,
            "capacity": 20,
        },
    ).json()
    url = f"/api/v1/hq/training-sessions/{session['id']}"
    worker = hq.ask(RegisterWorkerFactory(seed=6).build())
    enrolled = county.post(f"{url}/enrolments", json={"worker_id": str(worker.id)})
    assert (enrolled.status_code, enrolled.json()["state"]) == (201, "confirmed")
    present = county.post(f"{url}/attendance", json={"on": today, "present": [str(worker.id)]})
    assert present.json()["present"] == 1
    issued = county.post(f"{url}/certificates", json={})
    assert issued.status_code == 201, issued.text
    number = issued.json()["items"][0]["certificate_no"]
    assert http.get(f"/api/v1/public/certificates/{number}").json()["course_name"] == "缝纫"
    assert http.get("/api/v1/public/certificates/LPJY-0000").json()["code"] == "certificate.not_found"
    own = http.as_worker(worker.id).get("/api/v1/worker/certificates").json()["items"]
    assert [one["certificate_no"] for one in own] == [number]
    assert http.as_outpost("dongguan").get("/api/v1/hq/courses").status_code == 403
