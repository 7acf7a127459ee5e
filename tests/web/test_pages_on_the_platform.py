"""The pages on the real embedded platform: what people did is what the pages say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page

from gateway.app import create_app
from shared.contracts import postings, registry
from shared.kit.links import make_link_token
from tests.support.platform import Databases, TestPlatform, running_platform
from tests.web.conftest import Watched, serving, sign_in
from tests.web.real_county import JARS, RealCounty, fill
from tests.web.test_pages_in_browser import serious

pytestmark = pytest.mark.browser
NEW_PASSWORD = "qiaotou-liushu-2207"


@dataclass
class RealSite:
    url: str
    platform: TestPlatform
    county: RealCounty

    def link(self, worker_id: UUID) -> str:
        """What a slip's QR code leads to."""
        token = make_link_token(
            self.platform.keys,
            purpose="recommendations",
            subject=str(worker_id),
            expires_at=datetime.now(UTC) + timedelta(days=2),
        )
        return f"{self.url}/w/{token}"


@pytest.fixture(scope="module")
def site(databases: Databases) -> Iterator[RealSite]:
    with databases.fresh() as url, running_platform(url, threads=True) as platform:
        county = fill(platform)
        app = create_app(platform.bus, platform.settings, platform.keys, platform.blobs)
        with serving(app) as address:
            yield RealSite(address, platform, county)


def number(page: Page, label: str) -> str:
    return page.locator(".number-strip li", has_text=label).locator("strong").inner_text()


def test_the_overview_says_what_happened(site: RealSite, watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = watched.page
    sign_in(page, site.url, "admin")
    page.wait_for_url("**/hq")
    assert [number(page, label) for label in ("在册劳动力", "今年派遣", "途中未回执", "今年上岗")] == [
        "4",
        "2",
        "0",
        "1",
    ]
    assert number(page, "已获两条以上推荐") != "0"
    dongguan = page.locator("section", has_text="七个服务站").last.locator("tbody tr", has_text="东莞")
    cells = dongguan.locator("td").all_inner_texts()
    assert [cells[0], cells[1], cells[2], cells[4], cells[6]] == ["2", "1", "2", "1", str(JARS)]
    assert page.locator("#flow-table tfoot td").last.inner_text() == "2"
    assert serious(page) == []
    assert watched.complaints == []


def test_a_new_lead_changes_the_password_and_sees_the_day(site: RealSite, watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = watched.page
    sign_in(page, site.url, "dongguan.lead")
    page.wait_for_url("**/password")
    page.fill("[name=current_password]", "gulou-huaqiao-1384")
    page.fill("[name=new_password]", NEW_PASSWORD)
    page.fill("[name=new_again]", NEW_PASSWORD)
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/outposts/dongguan")
    assert number(page, "服务对象") == "2"
    assert number(page, "在办维权案件") == "1"
    assert number(page, "蜂蜜可售") == str(JARS)
    case = page.locator("tr", has_text=site.county.case_no)
    assert "劳资纠纷" in case.inner_text()
    assert "还剩" in case.inner_text()
    assert "姓名未取到" not in page.content()
    assert page.locator("tr", has_text=site.county.trip_no).is_visible()
    assert serious(page) == []
    assert watched.complaints == []
    for path in ("/outposts/wenling", "/hq"):
        answer = page.goto(site.url + path)
        assert answer is not None
        assert answer.status in (403, 404)


def test_a_traveller_sees_seat_and_code(site: RealSite, watch: Callable[..., Watched]) -> None:
    page = watch(width=360, script=False).page
    page.goto(site.link(site.county.travelling))
    assert page.locator("svg.q").count() == 1
    assert page.get_by_text("已开派遣单，请按时出发").is_visible()


def test_a_seeker_accepts_and_changes_their_mind(site: RealSite, watch: Callable[..., Watched]) -> None:
    """The answer that the page takes is the one that the county has."""
    watched = watch(width=360, script=False)
    page = watched.page
    page.goto(site.link(site.county.choosing))
    assert page.get_by_role("button", name="我愿意去").count() >= 2
    page.get_by_role("button", name="我愿意去").first.click()
    assert page.get_by_text("已收到：你愿意去").is_visible()
    assert states_of(site)[0] == "accepted"
    page.get_by_role("button", name="改主意了").click()
    assert "accepted" not in states_of(site)
    page.locator("summary").first.click()
    page.get_by_role("button", name="工资低").first.click()
    assert "declined" in states_of(site)
    assert sum(watched.transferred[-1:]) < 14 * 1024
    assert watched.complaints == []


def states_of(site: RealSite) -> list[str]:
    found = site.platform.hq().ask(postings.ListRecommendations(worker_id=site.county.choosing, limit=50))
    return sorted(offer.state.value for offer in found.items)


def test_who_is_to_be_sent_agrees_and_may_withdraw(site: RealSite, watch: Callable[..., Watched]) -> None:
    """Asked once a job is accepted; the registry has what the page took."""
    page = watch(width=360, script=False).page
    page.goto(site.link(site.county.choosing))
    page.get_by_role("button", name="我愿意去").first.click()
    page.get_by_role("button", name="撤回同意").click()
    assert page.get_by_text("已撤回同意").is_visible()
    page.get_by_role("button", name="我同意派遣").click()
    assert page.get_by_text("你已同意派遣外出务工").is_visible()
    worker = site.platform.hq().ask(registry.GetWorker(worker_id=site.county.choosing))
    (consent,) = (one for one in worker.consents if one.purpose is registry.ConsentPurpose.dispatch)
    assert consent.withdrawn_on is None
