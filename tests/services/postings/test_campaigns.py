"""线上宣传: which postings, on which channel, on which days, and how many it reached."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shared.contracts import postings as c
from tests.services.postings.county import County
from tests.support.asker import refused
from tests.support.platform import TestPlatform

API = "/api/v1"
HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def county(platform: TestPlatform) -> County:
    return County(platform)


def today() -> date:
    return datetime.now(c.COUNTY_ZONE).date()


def planned(county: County, **given: Any) -> c.CampaignView:
    facts = {
        "title": "春节返岗专场直播",
        "channel": "video_live",
        "starts_on": today(),
        "ends_on": today() + timedelta(days=3),
        "url": "https://live.example.cn/1",
    }
    return county.hq.ask(c.PlanCampaign.model_validate({**facts, **given}))


def tick(county: County) -> None:
    county.platform.hosted["postings"].clockwork.run_now("follow_campaign_dates")


def test_a_campaign_shows_open_postings_only(county: County) -> None:
    employer = county.employer()
    first, second = county.posting(employer, title="包装工"), county.posting(employer, title="普工")
    made = planned(county, posting_ids=[second, first, second])
    assert made.posting_ids == [second, first]
    county.hq.ask(c.StartCampaign(campaign_id=made.id))
    county.hq.ask(c.ClosePosting(posting_id=first))
    shown = county.platform.public().ask(c.GetPublicCampaign(code=made.code))
    assert [one.id for one in shown.postings] == [second]
    with refused("event.posting_not_open"):
        planned(county, posting_ids=[first])
    third = county.posting(employer, title="缝纫工")
    kept = county.hq.ask(c.UpdateCampaign(campaign_id=made.id, posting_ids=[first, third], expected_version=2))
    assert kept.posting_ids == [first, third]
    with refused("resource.changed_meanwhile"):
        county.hq.ask(c.UpdateCampaign(campaign_id=made.id, title="x", expected_version=2))


def test_it_begins_and_ends_by_its_days(county: County) -> None:
    now, later = planned(county), planned(county, starts_on=today() + timedelta(days=2))
    tick(county)
    state = {one.id: one.state for one in county.hq.ask(c.ListCampaigns(limit=500)).items}
    assert (state[now.id], state[later.id]) == (c.CampaignState.running, c.CampaignState.planned)
    yesterday = today() - timedelta(days=1)
    county.hq.ask(c.UpdateCampaign(campaign_id=now.id, starts_on=yesterday, ends_on=yesterday))
    tick(county)
    assert county.hq.ask(c.GetCampaign(campaign_id=now.id)).state is c.CampaignState.ended
    with refused("resource.not_found"):
        county.platform.public().ask(c.GetPublicCampaign(code=now.code))
    with refused("state.illegal_transition"):
        county.hq.ask(c.UpdateCampaign(campaign_id=now.id, title="x"))
    with refused("event.times_invalid"):
        county.hq.ask(c.UpdateCampaign(campaign_id=later.id, ends_on=today()))
    assert county.hq.ask(c.CancelCampaign(campaign_id=later.id)).state is c.CampaignState.cancelled


def test_reach_is_reported_by_day_and_corrected(county: County) -> None:
    made = planned(county)
    with refused("state.illegal_transition"):
        county.hq.ask(c.ReportCampaignReach(campaign_id=made.id, on_day=today(), views=1))
    county.hq.ask(c.StartCampaign(campaign_id=made.id))
    for views in (800, 1200):
        county.hq.ask(c.ReportCampaignReach(campaign_id=made.id, on_day=today(), views=views, enquiries=7))
    for _ in range(3):
        county.platform.public().ask(c.CountCampaignVisit(code=made.code))
    county.hq.ask(c.EndCampaign(campaign_id=made.id))
    reach = county.hq.ask(
        c.ReportCampaignReach(campaign_id=made.id, on_day=today() - timedelta(days=1), views=100, likes=5)
    )
    assert (reach.views, reach.likes, reach.enquiries) == (1303, 5, 7)
    assert [(one.is_counted, one.views) for one in reach.days] == [(False, 100), (False, 1200), (True, 3)]
    assert county.hq.ask(c.GetCampaign(campaign_id=made.id)).views == 1303


def test_only_headquarters_keeps_campaigns(county: County, platform: TestPlatform) -> None:
    made = planned(county)
    assert platform.area("522631104").ask(c.GetCampaign(campaign_id=made.id)).title == made.title
    for stranger in (platform.area("522631104"), platform.public(), platform.partner(made.id)):
        with refused("scope.forbidden"):
            stranger.ask(c.StartCampaign(campaign_id=made.id))
    with pytest.raises(ValueError, match="ends_on"):
        c.CampaignForm(title="x", channel=c.CampaignChannel.poster, starts_on=today(), ends_on=date(2020, 1, 1))


def test_over_http_and_on_its_own_page(county: County, http: Any) -> None:
    hq = http.as_hq()
    posting = county.posting(title="电子装配工")
    made = hq.post(
        f"{API}/hq/campaigns",
        json={
            "title": "小程序专题",
            "channel": "mini_program",
            "starts_on": today().isoformat(),
            "ends_on": today().isoformat(),
            "posting_ids": [str(posting)],
            "text": "送岗到村",
        },
    )
    assert made.status_code == 201
    place, code = made.headers["location"], made.json()["code"]
    assert http.get(f"/c/{code}", headers=HTML).status_code == 404
    assert hq.post(f"{place}/start").json()["state"] == "running"
    page = http.get(f"/c/{code}", headers=HTML)
    assert page.status_code == 200
    assert "电子装配工" in page.text
    assert "送岗到村" in page.text
    assert "<script" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    shown = http.get(f"{API}/public/campaigns/{code}").json()
    assert [one["id"] for one in shown["postings"]] == [str(posting)]
    assert code in {one["code"] for one in http.get(f"{API}/public/campaigns").json()["items"]}
    assert hq.get(f"{place}/reach").json()["views"] == 1
    reach = hq.post(f"{place}/reach", json={"on_day": today().isoformat(), "views": 50}).json()
    assert reach["views"] == 51
