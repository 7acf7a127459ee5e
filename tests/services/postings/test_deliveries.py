"""An offer is delivered when a message or a slip with it got out, not when it was made."""

from __future__ import annotations

import pytest

from shared.contracts import notify
from shared.contracts import postings as c
from shared.kit.tables import new_id
from tests.services.postings.county import County
from tests.support.events import announcer
from tests.support.platform import TestPlatform


@pytest.fixture(scope="module")
def county(platform: TestPlatform) -> County:
    found = County(platform, seed=81)
    for title in ("包装工", "普工"):
        found.posting(openings=50, title=title)
    return found


def test_the_first_way_out_counts(county: County, platform: TestPlatform) -> None:
    told, silent = county.worker(), county.worker()
    county.match()
    assert {offer.delivered_at for offer in (*county.live(told), *county.live(silent))} == {None}
    announce = announcer(platform, to="postings")
    for channel, template in (("inbox", "certificate_issued"), ("sms", "recommendation_sms")):
        kind = notify.ChannelKind(channel)
        announce(notify.MessageDelivered(message_id=new_id(), channel=kind, template=template, worker_id=told))
    assert {offer.delivered_by for offer in county.live(told)} == {"sms"}
    county.hq.ask(c.PrintSlips(worker_ids=[told, silent]))
    platform.run_jobs()
    assert {offer.delivered_by for offer in county.live(told)} == {"sms"}
    assert {offer.delivered_by for offer in county.live(silent)} == {"slip"}
    assert all(offer.delivered_at for offer in county.live(silent))
