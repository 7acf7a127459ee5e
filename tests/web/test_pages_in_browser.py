"""Each page, in both languages, wide and narrow: axe finds nothing serious, the browser complains of nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.web.conftest import Site, Watched, sign_in

pytestmark = pytest.mark.browser
LOCALES = ("zh-CN", "en")
WIDTHS = (1280, 360)
# Who looks (None: nobody signed in), and where. `{link}` is a worker's signed link.
PAGES = {
    "login": (None, "/login"),
    "hq": ("admin", "/hq"),
    "outpost": ("dongguan.lead", "/outposts/dongguan"),
    "outpost seen by hq": ("admin", "/outposts/wenling"),
    "worker": (None, "/w/{link}"),
    "bad link": (None, "/w/nonsense"),
    "not found": (None, "/nothing/here"),
    "forbidden": ("dongguan.lead", "/hq"),
    "other tenant": ("dongguan.lead", "/outposts/wenling"),
    "password": ("admin", "/password"),
    "account": ("yandong", "/account"),
}


def serious(page: Page) -> list[str]:
    """axe's serious and critical findings, with what they are about."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def look(watched: Watched, site: Site, name: str) -> Page:
    who, path = PAGES[name]
    page = watched.page
    if who:
        sign_in(page, site.url, who)
    page.goto(site.url + path.format(link=site.bus.link()))
    page.wait_for_load_state("networkidle")
    return page


def said_by(watched: Watched, name: str) -> list[str]:
    """The browser's complaints, but for the status of a page that is meant to be refused."""
    refused = name in ("bad link", "not found", "forbidden", "other tenant")
    return [said for said in watched.complaints if not (refused and "Failed to load resource" in said)]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_quiet(county: Site, watch: Callable[..., Watched], name: str, locale: str) -> None:
    watched = watch(locale=locale)
    page = look(watched, county, name)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert serious(page) == [], f"{name} at {width} px in {locale}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    assert page.locator("html").get_attribute("lang") == locale
    assert said_by(watched, name) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", ["hq", "outpost", "worker"])
@pytest.mark.parametrize("which", ["fresh_county", "ailing_county"])
def test_page_of_a_fresh_or_ailing_county(
    request: pytest.FixtureRequest, watch: Callable[..., Watched], which: str, name: str, locale: str
) -> None:
    """Nothing there yet, or nothing to be had: the page says so, and never a made-up zero."""
    watched = watch(locale=locale)
    page = look(watched, request.getfixturevalue(which), name)
    assert serious(page) == []
    assert watched.complaints == []
    if name != "worker":
        assert page.locator(".nothing").count() > 0


def test_a_number_that_cannot_be_had_is_no_zero(ailing_county: Site, watch: Callable[..., Watched]) -> None:
    page = look(watch(), ailing_county, "hq")
    dispatched = page.locator(".number-strip li", has_text="今年派遣").locator("strong")
    assert "0" not in dispatched.inner_text()
    assert "暂时取不到" in dispatched.text_content()  # type: ignore[operator]


@pytest.mark.parametrize("locale", LOCALES)
def test_no_chinese_sentence_is_left_in_english(county: Site, watch: Callable[..., Watched], locale: str) -> None:
    """In English only names stay Chinese, and each is marked as such."""
    if locale == "zh-CN":
        return
    for name in ("login", "hq", "outpost", "worker"):
        page = look(watch(locale=locale), county, name)
        unmarked: list[Any] = page.evaluate(
            """() => {
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              const found = [];
              for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                if (/[\\u4e00-\\u9fff]/.test(node.data) && !node.parentElement.closest("[lang=zh-CN]")) {
                  found.push(node.data.trim());
                }
              }
              return found;
            }"""
        )
        assert unmarked == [], name


def test_the_chart_says_what_the_table_says(county: Site, watch: Callable[..., Watched]) -> None:
    """One canvas, beside a table with every number in it; hovering a row changes the drawing."""
    watched = watch()
    page = look(watched, county, "hq")
    chart = page.locator("#flow-chart canvas").first
    chart.wait_for()
    before = chart.screenshot()
    page.locator("#flow-table tbody tr").first.hover()
    page.wait_for_function("before => true", arg=None)
    assert page.locator("#flow-table tbody td[data-people]").count() == 7 * page.locator("#flow-table tbody tr").count()
    assert page.locator("#flow-chart").get_attribute("role") == "img"
    page.wait_for_timeout(300)
    assert chart.screenshot() != before


def test_live_numbers_refresh_and_keep_the_chart(county: Site, watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = look(watched, county, "hq")
    page.locator("#flow-chart canvas").first.wait_for()
    page.evaluate("document.querySelector('#flow-chart canvas').dataset.mark = 'mine'")
    with page.expect_response("**/hq/live") as answered:
        page.evaluate("document.querySelector('#live').dispatchEvent(new Event('awake'))")
    assert answered.value.status == 200
    page.wait_for_load_state("networkidle")
    assert page.locator("#flow-chart canvas").first.get_attribute("data-mark") == "mine"
    assert watched.complaints == []


def test_a_failed_refresh_keeps_the_numbers_and_says_so(
    county_of: Callable[..., Site], watch: Callable[..., Watched]
) -> None:
    site = county_of()
    watched = watch()
    page = look(watched, site, "hq")
    before = page.locator(".number-strip strong").first.inner_text()
    page.route("**/hq/live", lambda route: route.fulfill(status=503, body="busy", content_type="text/html"))
    page.evaluate("document.querySelector('#live').dispatchEvent(new Event('awake'))")
    page.locator("[data-stale] .is-stale").wait_for(state="visible")
    assert page.locator(".number-strip strong").first.inner_text() == before
