"""Training over HTTP: a session's roster, attendance, certificates, and the public check of one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.services.training.school import TODAY, School
from tests.support.asker import Asker
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform
from tests.support.running_jobs import job_runner


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
    outcomes = county.get("/api/v1/hq/training-outcomes", params={"by": "course"}).json()
    assert [(row["key"], row["certified"]) for row in outcomes["items"]] == [("sewing", 1)]
    own = http.as_worker(worker.id).get("/api/v1/worker/certificates").json()["items"]
    assert [one["certificate_no"] for one in own] == [number]
    assert http.as_outpost("dongguan").get("/api/v1/hq/courses").status_code == 403


BROWSER = {"Accept": "text/html,application/xhtml+xml"}


def test_a_scanned_certificate_opens_a_page(http: Any, hq: Asker) -> None:
    """It says genuine, revoked or unknown, in the reader's language, runs nothing and names nobody."""
    school = School(hq)
    certificate = school.graduate(school.session(), TODAY, name="龙胜花")
    address = f"/api/v1/public/certificates/{certificate.certificate_no}"
    page = http.get(address, headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "证书真实有效" in page.text
    assert "养蜂" in page.text
    assert "龙胜花" not in page.text
    assert str(certificate.worker_id) not in page.text
    assert "<script" not in page.text
    assert "'none'" in page.headers["content-security-policy"]
    assert page.headers["vary"] == "Accept"
    assert http.get(address).json()["is_genuine"] is True
    english = http.get(address, headers={**BROWSER, "Accept-Language": "en"})
    assert 'lang="en"' in english.text
    assert "genuine and valid" in english.text
    revoked = http.as_hq().post(f"/api/v1/hq/certificates/{certificate.id}/revocation", json={"reason": "登记有误"})
    assert revoked.status_code == 200, revoked.text
    assert "不再有效" in http.get(address, headers=BROWSER).text
    unknown = http.get("/api/v1/public/certificates/<b>LPJY", headers=BROWSER)
    assert (unknown.status_code, "<b>" in unknown.text) == (404, False)


def test_papers_codes_and_the_learners_own_phone(http: Any, hq: Asker, platform: TestPlatform) -> None:
    school = School(hq)
    planned = school.session()
    learner = school.enrol(planned).worker_id
    county, url = http.as_hq(), f"/api/v1/hq/training-sessions/{planned.id}"
    code = county.get(f"{url}/attendance-code", params={"minutes": 15}).json()
    scanned = http.as_worker(learner).post("/api/v1/worker/attendance", json={"code": code["code"]})
    assert (scanned.status_code, scanned.json()["source"]) == (200, "code")
    (row,) = county.get(f"{url}/attendance").json()["items"]
    assert (row["is_present"], row["on"]) == (True, TODAY.isoformat())
    commission = school.commission()
    with job_runner(platform):
        sheet = county.get(f"{url}/sign-in-sheet.pdf")
        paper = county.get(f"/api/v1/hq/training-commissions/{commission.id}/paper.pdf")
    for printed in (sheet, paper):
        assert (printed.status_code, printed.headers["content-type"]) == (200, "application/pdf"), printed.text
        assert printed.content.startswith(b"%PDF-")
    own = http.as_worker(learner)
    later = school.session(starts_on=TODAY + timedelta(days=1), ends_on=TODAY + timedelta(days=2))
    mine = own.post("/api/v1/worker/enrolments", json={"session_id": str(later.id)})
    assert (mine.status_code, mine.json()["worker_id"]) == (201, str(learner))
    given_back = own.post(f"/api/v1/worker/enrolments/{mine.json()['id']}/cancellation")
    assert given_back.json()["state"] == "cancelled"
    assert county.get("/api/v1/hq/course-suggestions").json()["matching_id"] is None
