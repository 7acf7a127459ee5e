"""The pages of a plan: asked for, changed by hand and by dragging, taken back, adopted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from shared.contracts import dispatch as c
from shared.contracts.scopes import OutpostCode
from tests.services.dispatch.conftest import today
from tests.support.platform import Databases
from tests.web.conftest import Watched, sign_in
from tests.web.journey_site import JourneySite, journey_site
from tests.web.test_pages_in_browser import serious

pytestmark = pytest.mark.browser
DAY = today() + timedelta(days=20)


@pytest.fixture(scope="module")
def site(databases: Databases) -> Iterator[JourneySite]:
    with journey_site(databases) as found:
        found.county.issue_many(5, outpost=OutpostCode.dongguan, depart_on=DAY)
        found.county.issue_many(4, outpost=OutpostCode.shenzhen, depart_on=DAY)
        yield found


@pytest.fixture
def page(site: JourneySite, watch: Callable[..., Watched]) -> Page:
    watched = watch()
    sign_in(watched.page, site.url, "admin")
    watched.page.wait_for_url("**/hq")
    return watched.page


def planned(site: JourneySite, page: Page) -> c.TripPlanView:
    """A plan asked for on the page, with small coaches so that there are two of them."""
    page.goto(f"{site.url}/hq/trip-plans")
    page.fill("[name=depart_from]", DAY.isoformat())
    page.fill("[name=depart_to]", DAY.isoformat())
    page.fill("[name=seconds]", "2")
    page.fill("[name=kind_0]", "5座商务车")
    page.fill("[name=seats_0]", "5")
    page.fill("[name=day_0]", "100")
    page.fill("[name=km_0]", "0.6")
    page.fill("[name=kind_1]", "")
    page.fill("[name=fare_dongguan]", "600")
    page.fill("[name=fare_shenzhen]", "600.50")
    page.get_by_role("button", name="开始排车").click()
    page.wait_for_url("**/hq/trip-plans/dispatch.*")
    assert page.get_by_text("正在排车").first.is_visible()
    site.platform.run_jobs()
    page.reload()
    return plan_on(site, page)


def plan_on(site: JourneySite, page: Page) -> c.TripPlanView:
    plan_id = page.url.partition("/hq/trip-plans/")[2].partition("?")[0].partition("#")[0]
    return site.county.hq.ask(c.GetTripPlan(plan_id=plan_id))


def by_size(plan: c.TripPlanView) -> list[c.PlannedTrip]:
    return sorted(plan.trips, key=lambda trip: -len(trip.passengers))


def test_people_are_moved_and_the_plan_is_adopted(site: JourneySite, page: Page, screenshots: Any) -> None:
    plan = planned(site, page)
    assert plan.asked is not None
    assert plan.asked.fare_cents[OutpostCode.shenzhen] == 60_050
    full, other = by_size(plan)
    assert (len(full.passengers), len(other.passengers)) == (5, 4)

    # By hand: a person of the full coach goes to the other one.
    page.goto(f"{page.url.partition('?')[0]}?open={full.number}&open={other.number}")
    assert "姓名未取到" not in page.content()
    assert serious(page) == []
    page.screenshot(path=screenshots / "trip-plan.png", full_page=True)
    coach = page.locator(f"#coach-{full.number}")
    coach.locator("input[name=order]").first.check()
    page.select_option("#to", str(other.number))
    page.get_by_role("button", name="移动").click()
    page.get_by_text("已调整").wait_for()
    assert [len(one.passengers) for one in by_size(plan_on(site, page))] == [5, 4]
    assert plan_on(site, page).trips != plan.trips

    # By dragging, on a screen that shows it all: the rules are asked again, and a full coach takes nobody.
    page.set_viewport_size({"width": 1280, "height": 1800})
    now = by_size(plan_on(site, page))
    page.locator(f"#coach-{now[1].number} [data-person]").first.drag_to(page.locator(f"#coach-{now[0].number} h2"))
    page.get_by_text("坐不下 6 人").wait_for()
    page.locator(f"#coach-{now[1].number} [data-person]").first.drag_to(page.locator("#coach-fare h2"))
    page.get_by_text("已调整").wait_for()
    assert len(plan_on(site, page).by_fare) == 1

    page.get_by_role("button", name="撤销上一步").click()
    page.get_by_text("已调整").wait_for()
    assert plan_on(site, page).by_fare == []
    page.get_by_text("全部复原").click()
    page.get_by_role("button", name="确定复原").click()
    page.get_by_text("没有人工调整").wait_for()
    assert plan_on(site, page).trips == plan.trips

    page.locator("summary", has_text="采用方案").click()
    page.get_by_role("button", name="确定采用").click()
    page.get_by_text("已生成 2 个班次, 定座 9 人").wait_for()
    assert page.locator("a", has_text="BC-").count() == 2
    assert serious(page) == []


def test_without_a_script_and_on_a_phone(site: JourneySite, watch: Callable[..., Watched], screenshots: Any) -> None:
    site.county.issue_many(6, outpost=OutpostCode.dongguan, depart_on=DAY)
    page = watch(width=360, script=False).page
    sign_in(page, site.url, "admin")
    plan = planned(site, page)
    trip = by_size(plan)[0]
    page.screenshot(path=screenshots / "trip-plan-phone.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    box = page.locator("input[name=order]").first
    box.check()
    page.select_option("#to", "fare")
    page.get_by_role("button", name="移动").click()
    assert len(plan_on(site, page).by_fare) == len(plan.by_fare) + 1
    page.goto(f"{page.url.partition('?')[0]}?open={trip.number}")
    field = page.locator(f"[name=depart_at_{trip.number}]")
    field.fill(field.input_value().replace("T06", "T07"))
    page.get_by_role("button", name="改发车时间").click()
    changed = plan_on(site, page)
    assert len(changed.changes) == 2


def test_the_list_and_its_form(site: JourneySite, page: Page, screenshots: Any) -> None:
    page.goto(f"{site.url}/hq/trip-plans")
    page.screenshot(path=screenshots / "trip-plans.png", full_page=True)
    assert serious(page) == []
    page.fill("[name=day_0]", "很多")
    page.get_by_role("button", name="开始排车").click()
    assert page.get_by_role("alert").get_by_text("请检查").is_visible()
    assert page.locator("[name=day_0]").input_value() == "很多"
    page.goto(f"{site.url}/hq/trip-plans?lang=en")
    assert not re.search(r">[^<]*[\u4e00-\u9fff]{4,}[^<]*</(h1|h2|legend|label|button)>", page.content())
    assert serious(page) == []


def test_a_plan_under_way_is_stopped(site: JourneySite, page: Page) -> None:
    page.goto(f"{site.url}/hq/trip-plans")
    page.fill("[name=kind_1]", "")
    page.get_by_role("button", name="开始排车").click()
    page.wait_for_url("**/hq/trip-plans/dispatch.*")
    page.get_by_role("button", name="停止排车").click()
    page.get_by_text("排车已停止").wait_for()
    assert plan_on(site, page).state == "cancelled"
