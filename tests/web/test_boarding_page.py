"""The escort's page: people are checked in with and without a connection, and what was kept is merged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from shared.contracts import dispatch as c
from tests.services.dispatch.conftest import County
from tests.support.platform import Databases
from tests.web.conftest import Watched
from tests.web.journey_site import JourneySite, journey_site
from tests.web.test_pages_in_browser import serious

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(databases: Databases) -> Iterator[JourneySite]:
    with journey_site(databases) as found:
        yield found


@dataclass
class Coach:
    trip: c.TripView
    orders: list[c.DispatchOrderView]
    county: County

    def boarded(self) -> int:
        return self.county.hq.ask(c.GetTrip(trip_id=self.trip.id)).boarded

    def token(self, number: int) -> str:
        (ticket,) = self.county.platform.worker(self.orders[number].worker_id).ask(self.asked(number)).items
        assert ticket.seat_token is not None
        return ticket.seat_token

    def asked(self, number: int) -> c.MyTrip:
        return c.MyTrip(worker_id=self.orders[number].worker_id)


@pytest.fixture
def coach(site: JourneySite) -> Coach:
    trip, orders = site.county.trip(), site.county.issue_many(5)
    for order in orders[:4]:
        site.county.seat(trip, order)
    return Coach(trip, orders, site.county)


def entered(site: JourneySite, watched: Watched, coach: Coach) -> Page:
    return site.entered(watched, f"/boarding/{coach.trip.id}")


def type_code(page: Page, code: str) -> None:
    page.fill("#code", code)
    page.get_by_role("button", name="核对").click()


def test_a_list_kept_on_the_phone_is_ticked_offline_and_merged(
    site: JourneySite, coach: Coach, watch: Callable[..., Watched], screenshots: Any
) -> None:
    watched = watch(width=390)
    page = entered(site, watched, coach)
    page.get_by_text("名单已存入本机").wait_for()
    assert serious(page) == []
    late = coach.orders[4]
    site.county.seat(coach.trip, late)

    page.context.set_offline(True)
    page.reload()
    page.locator("li[data-order] button:visible").first.click()
    page.get_by_text("没有网络, 记录保存").wait_for()
    second = c.seat_code(c.token_hash(coach.token(1)))
    type_code(page, second)
    type_code(page, second)
    assert page.get_by_text("已经上过车").is_visible()
    type_code(page, coach.token(2))
    type_code(page, coach.token(4))
    page.get_by_text("已记下乘车码").wait_for()
    type_code(page, "000000" if second != "000000" else "000001")
    page.get_by_text("名单里没有这个验票码").wait_for()
    assert page.get_by_text("本机有 4 条记录还没有上传").is_visible()
    assert page.locator("[data-count]").inner_text() == "3"
    page.screenshot(path=screenshots / "boarding-offline.png", full_page=True)
    assert coach.boarded() == 0

    # Closed and opened again without a connection: nothing is lost.
    page.reload()
    assert page.locator("[data-count]").inner_text() == "3"
    page.locator("li.is-aboard button[data-untick]").first.click()
    assert page.locator("[data-count]").inner_text() == "2"

    page.context.set_offline(False)
    page.get_by_text("已全部上传").wait_for()
    assert coach.boarded() == 3
    page.reload()
    assert page.locator("[data-count]").inner_text() == "3"
    page.get_by_role("button", name="清除本机名单和记录").click()
    assert page.evaluate("localStorage.length") == 0
    assert serious(page) == []


def test_what_cannot_be_merged_is_shown_until_somebody_looked(
    site: JourneySite, coach: Coach, watch: Callable[..., Watched]
) -> None:
    page = entered(site, watch(width=390), coach)
    page.get_by_text("名单已存入本机").wait_for()
    page.context.set_offline(True)
    page.locator("li[data-order] button:visible").first.click()
    page.get_by_text("没有网络, 记录保存").wait_for()
    site.county.hq.ask(c.CancelDispatchOrder(order_id=coach.orders[0].id, reason="改期"))
    page.context.set_offline(False)
    page.get_by_text("没有合并的记录").wait_for()
    assert page.locator("[data-conflicts] li").count() == 1
    page.reload()
    assert page.locator("[data-conflicts] li").count() == 1
    page.get_by_role("button", name="已核对").click()
    page.reload()
    assert not page.get_by_text("没有合并的记录").is_visible()
    assert coach.boarded() == 0


def test_another_coach_and_other_codes(site: JourneySite, coach: Coach, watch: Callable[..., Watched]) -> None:
    other = site.county.trip()
    order = site.county.issue()
    site.county.seat(other, order)
    foreign = Coach(other, [order], site.county).token(0)
    page = entered(site, watch(width=390), coach)
    type_code(page, foreign)
    page.get_by_text("另一辆车").wait_for()
    type_code(page, "https://example.org/" + "x" * 60)
    page.get_by_text("这不是乘车码").wait_for()
    assert coach.boarded() == 0


def test_without_a_script(site: JourneySite, coach: Coach, watch: Callable[..., Watched], screenshots: Any) -> None:
    page = entered(site, watch(width=360, script=False), coach)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.screenshot(path=screenshots / "boarding-phone.png", full_page=True)
    page.get_by_role("button", name=re.compile("^上车")).first.click()
    assert page.get_by_text("已记上车").is_visible()
    type_code(page, c.seat_code(c.token_hash(coach.token(1))))
    assert coach.boarded() == 2
    page.locator("summary", has_text="发车").click()
    page.get_by_role("button", name="确定发车").click()
    assert page.get_by_text("未上车").count() == 2
    page.get_by_role("button", name="到站").click()
    page.get_by_role("button", name="交接给东莞").click()
    assert page.get_by_text("已交接").is_visible()
    page.goto(f"{site.url}/boarding/{coach.trip.id}?lang=en")
    assert not re.search(r">[^<]*[\u4e00-\u9fff]{4,}[^<]*</(h1|h2|legend|label|button)>", page.content())
