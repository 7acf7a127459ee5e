"""Pages behind the QR codes of events, on the whole platform: the door of a fair, an offer, a group to join."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.postings.fair_models import JobFair
from services.postings.fair_visits import door_code
from services.postings.slip_papers import LINK_PURPOSE
from shared.contracts import notify
from shared.contracts import postings as c
from shared.kit.context import service_context
from shared.kit.links import make_link_token
from tests.services.postings.county import County
from tests.support.platform import TestPlatform

HTML = {"accept": "text/html", "accept-language": "zh-CN"}


@pytest.fixture(scope="module")
def county(platform: TestPlatform) -> County:
    return County(platform)


@pytest.fixture(scope="module")
def fair(county: County) -> c.JobFairView:
    now = datetime.now(UTC)
    return county.hq.ask(
        c.PlanJobFair(
            title="春风行动招聘会",
            division="522631001",
            venue="翘街广场",
            starts_at=now - timedelta(hours=1),
            ends_at=now + timedelta(hours=3),
        )
    )


def person(county: County, **given: Any) -> UUID:
    found = county.worker(**given)
    county.platform.settle()
    return found


def own_link(platform: TestPlatform, worker: UUID) -> str:
    until = datetime.now(UTC) + timedelta(days=1)
    return make_link_token(platform.keys, purpose=LINK_PURPOSE, subject=str(worker), expires_at=until)


def door(platform: TestPlatform, fair_id: UUID) -> str:
    with platform.hosted["postings"].runtime.database.transaction(service_context("postings")) as session:
        return f"/w/check-in/{door_code(session, session.get_one(JobFair, fair_id))}"


def fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to an address."""
    forms = re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL)
    chosen = next(form for target, form in forms if target.endswith(action))
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', chosen))


def test_own_code_first_then_the_door(county: County, fair: c.JobFairView, http: Any) -> None:
    at_the_door = door(county.platform, fair.id)
    stranger = http.get(at_the_door, headers=HTML)
    assert stranger.status_code == 200
    assert "先打开你自己的页面" in stranger.text
    assert "<form" not in stranger.text
    assert http.post(at_the_door, headers=HTML, follow_redirects=False).status_code == 303
    me = person(county)
    assert http.get(f"/w/{own_link(county.platform, me)}", headers=HTML).status_code == 200
    page = http.get(at_the_door, headers=HTML)
    assert "春风行动招聘会" in page.text
    assert "<script" not in page.text
    forged = http.post(at_the_door, data={"csrf_token": "x"}, headers=HTML)
    assert forged.status_code == 403
    given = fields(page.text, at_the_door.rpartition("/")[2])
    done = http.post(at_the_door, data=given, headers=HTML)
    assert "签到成功" in done.text
    assert "你已签到" in done.text
    assert "<form" not in done.text
    came = county.hq.ask(c.ListFairAttendance(fair_id=fair.id)).items
    assert [(one.worker_id, one.came_by) for one in came] == [(me, c.EntryWay.qr)]
    assert http.get("/w/check-in/nonsense", headers=HTML).status_code == 404
    assert "Check in at the fair" in http.get(f"{at_the_door}?lang=en", headers=HTML).text


def test_an_offer_from_the_fair_is_answered_on_the_own_page(county: County, fair: c.JobFairView, http: Any) -> None:
    employer = county.employer()
    posting = county.posting(employer, title="缝纫组长")
    stand = county.hq.ask(c.PlaceBooth(fair_id=fair.id, employer_id=employer, posting_ids=[posting]))
    me = person(county)
    asked = c.BookInterview(fair_id=fair.id, booth_id=stand.id, posting_id=posting, worker_id=me)
    interview = county.hq.ask(asked)
    county.hq.ask(
        c.RecordInterviewResult(
            interview_id=interview.id, outcome=c.InterviewOutcome.offered, wage_cents=650_000, start_on=date(2027, 3, 1)
        )
    )
    link = f"/w/{own_link(county.platform, me)}"
    page = http.get(link, headers=HTML).text
    assert "招聘会录用" in page
    assert "¥6,500" in page
    wrong = http.post(f"{link}/interviews", data={**fields(page, "/interviews"), "answer": "maybe"}, headers=HTML)
    assert wrong.status_code == 422
    done = http.post(f"{link}/interviews", data={**fields(page, "/interviews"), "answer": "accepted"}, headers=HTML)
    assert "已收到：你愿意去" in done.text
    assert "招聘会录用" not in done.text
    assert [offer.state for offer in county.live(me)] == [c.RecommendationState.accepted]


def test_joining_a_group_is_the_workers_own_consent(county: County, http: Any) -> None:
    group = county.hq.ask(notify.RegisterWorkerGroup(name="水口镇就业群", division="522631107"))
    me = person(county, division="522631107")
    link = f"/w/{own_link(county.platform, me)}"
    page = http.get(link, headers=HTML).text
    assert "水口镇就业群" in page
    done = http.post(f"{link}/groups", data={**fields(page, "/groups"), "answer": "join"}, headers=HTML)
    assert "退出这个群" in done.text
    (member,) = county.hq.ask(notify.ListGroupMembers(group_id=group.id)).items
    assert (member.worker_id, member.consent_way) == (me, notify.ConsentWay.own)
    left = http.post(f"{link}/groups", data={**fields(done.text, "/groups"), "answer": "leave"}, headers=HTML)
    assert "我同意入群" in left.text
    assert county.hq.ask(notify.ListGroupMembers(group_id=group.id)).items == []
