"""The county's outreach in figures: what was called off does not count, what lies outside the days does not either."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.contracts import postings as c
from tests.services.postings.county import County
from tests.support.asker import refused
from tests.support.platform import TestPlatform

PLACE = "522631104"


@pytest.fixture(scope="module")
def county(platform: TestPlatform) -> County:
    return County(platform)


def test_figures_count_what_was_held_in_the_period(county: County, platform: TestPlatform, http: Any) -> None:
    hq = county.hq
    now = datetime.now(c.COUNTY_ZONE)
    today = now.date()
    posting = county.posting(openings=5)
    worker = county.worker()
    platform.settle()
    times = {"starts_at": now, "ends_at": now + timedelta(hours=2)}
    held = hq.ask(c.PlanOutreach(division=PLACE, venue="鼓楼", **times))
    off = hq.ask(c.PlanOutreach(division=PLACE, venue="学校", **times))
    later = {"starts_at": now + timedelta(days=40), "ends_at": now + timedelta(days=41)}
    hq.ask(c.StartOutreach(outreach_id=hq.ask(c.PlanOutreach(division=PLACE, venue="远", **later)).id))
    hq.ask(c.CancelOutreach(outreach_id=off.id, reason="下雨"))
    wish = {"outreach_id": held.id, "wishes": [{"worker_id": worker, "posting_id": posting}]}
    hq.ask(c.RecordOutreachWishes.model_validate(wish))
    hq.ask(c.CloseOutreach(outreach_id=held.id, walk_ins=12))
    fair = hq.ask(c.PlanJobFair(title="招聘会", division=PLACE, venue="广场", **times))
    hq.ask(c.CheckInAtFair(fair_id=fair.id, people=[c.Presented(worker_id=worker)]))
    campaign = hq.ask(
        c.PlanCampaign(title="直播", channel=c.CampaignChannel.video_live, starts_on=today, ends_on=today)
    )
    hq.ask(c.StartCampaign(campaign_id=campaign.id))
    hq.ask(c.ReportCampaignReach(campaign_id=campaign.id, on_day=today, views=900, enquiries=4))
    figures = hq.ask(c.GetOutreachFigures(from_date=today, to_date=today))
    counted = {name: value for name, value in figures.model_dump().items() if isinstance(value, int) and value}
    assert counted == {
        "outreaches": 1,
        "outreach_attended": 1,
        "outreach_walk_ins": 12,
        "wishes": 1,
        "wishes_accepted": 1,
        "fairs": 1,
        "fair_attended": 1,
        "campaigns": 1,
        "campaign_views": 900,
        "campaign_enquiries": 4,
    }
    path = f"/api/v1/hq/outreaches/figures?from_date={today}&to_date={today}"
    assert http.as_hq().get(path).json()["outreaches"] == 1
    with refused("scope.forbidden"):
        platform.area(PLACE).ask(c.GetOutreachFigures(from_date=today, to_date=today))
    with pytest.raises(ValueError, match="to_date"):
        c.GetOutreachFigures(from_date=today, to_date=today - timedelta(days=1))
