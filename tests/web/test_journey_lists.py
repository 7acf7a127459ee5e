"""The lists of the journey: coaches with their way to the boarding page, figures down to their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared.contracts import dispatch as c
from tests.services.dispatch.conftest import today
from tests.support.platform import Databases
from tests.web.conftest import Watched
from tests.web.journey_site import JourneySite, journey_site
from tests.web.test_pages_in_browser import serious

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(databases: Databases) -> Iterator[JourneySite]:
    with journey_site(databases) as found:
        county = found.county
        trip, orders = county.trip(), county.issue_many(3)
        for order in orders:
            county.seat(trip, order)
        county.board(trip, orders[0])
        county.started(orders[0], wage_cents=480_000)
        county.hq.ask(c.CancelTrip(trip_id=county.trip().id, reason="改期"))
        found.platform.settle()
        yield found


def test_coaches_are_listed_and_filtered(site: JourneySite, watch: Callable[..., Watched], screenshots: Any) -> None:
    watched = watch(width=390)
    page = site.entered(watched, "/hq/trips")
    page.screenshot(path=screenshots / "trips-phone.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("tbody tr").count() == 2
    assert serious(page) == []
    page.select_option("[name=state]", "cancelled")
    page.get_by_role("button", name="筛选").click()
    assert page.locator("tbody tr").count() == 1
    page.goto(f"{site.url}/outposts/dongguan/trips?state=planned")
    page.locator("tbody a").click()
    page.wait_for_url("**/boarding/*")
    assert page.get_by_text("1 / 3").first.is_visible()
    page.goto(f"{site.url}/outposts/wenling/trips?state=nonsense")
    assert page.get_by_text("没有班次").is_visible()
    assert watched.complaints == []


def test_each_figure_opens_its_rows(site: JourneySite, watch: Callable[..., Watched], screenshots: Any) -> None:
    page = site.entered(watch(), "/hq/figures")
    page.screenshot(path=screenshots / "figures.png", full_page=True)
    assert serious(page) == []
    row = page.locator("tr", has_text="开派遣单")
    assert row.locator("td").last.inner_text() == "3"
    row.locator("a").first.click()
    page.wait_for_url("**/hq/figures/orders_issued?**")
    assert page.locator("tbody tr").count() == 3
    assert "姓名未取到" not in page.content()
    assert serious(page) == []
    page.get_by_text("回到月度数字").click()
    page.select_option("[name=outpost]", "wenling")
    page.get_by_role("button", name="查看").click()
    assert page.get_by_text("这段时间没有记录").is_visible()
    answer = page.goto(f"{site.url}/hq/figures?from={today()}&to=2000-01-01")
    assert answer is not None
    assert answer.status == 422
    missing = page.goto(f"{site.url}/hq/figures/nonsense")
    assert missing is not None
    assert missing.status == 404
