"""Headquarters' pages of matching, wordings, slips and village events, on the real platform."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest

from gateway.app import create_app
from shared.contracts import identity
from shared.contracts import postings as c
from tests.services.postings import feed_files as files
from tests.services.postings.county import SEWING, County
from tests.services.postings.feed_source import Source
from tests.support.platform import Databases, TestPlatform, running_platform
from tests.web.accounts import PASSWORD
from tests.web.conftest import Watched, serving, sign_in
from tests.web.test_pages_in_browser import serious

TOWNSHIP, FAR = "522631104", "522631109"
WIDTHS = (1280, 360)


@dataclass
class Site:
    """A county with postings, seekers and wordings to decide, and HQ's browser without scripts."""

    url: str
    platform: TestPlatform
    county: County
    client: httpx.Client

    def send(self, path: str, page: str, **fields: object) -> httpx.Response:
        """Fill in the form on `page` and send it to `path`."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(page).text)
        assert token
        return self.client.post(path, data={"csrf_token": token.group(1), **fields})

    def match(self) -> str:
        """Start a run from the page and carry it out; the page's path."""
        self.platform.settle()
        started = self.send("/hq/matchings", "/hq/matchings", minimum="2", maximum="5", offers_per_opening="3")
        assert "正在匹配" in started.text
        self.platform.run_jobs()
        self.platform.settle()
        return started.url.path


@pytest.fixture(scope="module")
def site(databases: Databases) -> Iterator[Site]:
    with databases.fresh() as url, running_platform(url, threads=True) as platform:
        platform.as_service("identity").ask(identity.BootstrapCounty(admin_password=PASSWORD))
        county = County(platform, seed=61)
        for title in ("包装工", "普工", "装配工"):
            county.posting(openings=4, title=title)
        county.posting(openings=6, title="缝纫工", occupation=SEWING, requirements={"skills": [SEWING]})
        for _ in range(3):
            county.worker(division=TOWNSHIP)
        county.worker(division=FAR, skills=[])
        Source(platform, platform.hq()).push(files.xml([files.job(1, title="乾坤挪移员", city="不知何处")]))
        app = create_app(platform.bus, platform.settings, platform.keys, platform.blobs)
        with serving(app) as address, httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
            found = Site(address, platform, county, client)
            found.send("/login", "/login", username="admin", password=PASSWORD)
            yield found


def test_a_run_is_started_followed_and_explained(site: Site) -> None:
    assert "还没有匹配过" in site.client.get("/hq/matchings").text
    run = site.client.get(site.match())
    assert "公平性与拥挤度" in run.text
    assert "各取前两名" in run.text
    assert "敖市镇" in run.text
    assert "已完成" in site.client.get("/hq/matchings").text


def test_a_wrong_number_and_a_second_run_are_refused_in_words(site: Site) -> None:
    refused = site.send("/hq/matchings", "/hq/matchings", minimum="5", maximum="2", offers_per_opening="3")
    assert (refused.status_code, "每人最少不能多于最多" in refused.text) == (422, True)
    started = site.send("/hq/matchings", "/hq/matchings", minimum="2", maximum="5", offers_per_opening="3")
    again = site.send("/hq/matchings", "/hq/matchings", minimum="2", maximum="5", offers_per_opening="3")
    assert (again.status_code, "上一次匹配还没有结束" in again.text) == (422, True)
    here = started.url.path
    assert "正在取消" in site.send(f"{here}/cancellation", here).text
    site.platform.run_jobs()
    assert "已取消" in site.client.get(here).text


def test_one_click_decides_a_wording_and_it_is_remembered(site: Site) -> None:
    page = "/hq/recognitions?kind=occupation"
    (row,) = site.county.hq.ask(c.ListRecognitions(q="乾坤", kind=c.RecognitionKind.occupation)).items
    assert row.phrase in site.client.get(page).text
    here = f"/hq/recognitions/{row.id}?kind=occupation"
    assert site.send(here, page, version=str(row.version)).status_code == 422
    assert site.send(here, page, version=str(row.version), typed="9-99-99-99").status_code == 422
    done = site.send(here, page, version=str(row.version), code=SEWING)
    assert "已记住" in done.text
    assert done.url.params["kind"] == "occupation"
    assert row.phrase not in site.client.get(page).text
    decided = site.client.get("/hq/recognitions?state=decided").text
    assert SEWING in decided
    back = site.send(f"/hq/recognitions/{row.id}", "/hq/recognitions?state=decided", action="forget")
    assert "重新等待确认" in back.text
    assert site.county.hq.ask(c.ListRecognitions(q="乾坤", kind=c.RecognitionKind.occupation)).items


def test_slips_are_printed_once_a_person_has_looked(site: Site) -> None:
    site.match()
    home = "/hq/recommendation-slips"
    batch = site.send(home, home, division=TOWNSHIP)
    assert "打印前请看一遍" in batch.text
    here = batch.url.path
    workers = re.findall(r'name="without_worker" value="([^"]+)"', batch.text)
    offers = re.findall(r'name="without_offer" value="([^"]+)"', batch.text)
    assert len(workers) == 3
    unexplained = site.send(f"{here}/confirmation", here, without_offer=offers[0])
    assert (unexplained.status_code, "划掉岗位要写明原因" in unexplained.text) == (422, True)
    confirmed = site.send(f"{here}/confirmation", here, without_worker=workers[0], reason="")
    assert "正在生成推荐单" in confirmed.text
    site.platform.run_jobs()
    done = site.client.get(here).text
    (paper,) = re.findall(r'href="(/api/v1/hq/recommendation-slips/[^"]+)"', done)
    assert site.client.get(paper).content.startswith(b"%PDF")
    assert site.county.hq.ask(c.GetSlipBatch(batch_id=UUID(here.rpartition("/")[2]))).slips == 2
    other = site.send(home, home, division=TOWNSHIP)
    assert "不打印了" in site.send(f"{other.url.path}/cancellation", other.url.path).text


def test_a_village_event_from_plan_to_result(site: Site) -> None:
    home = "/hq/outreaches"
    facts = {"division": TOWNSHIP, "venue": "村委会院坝", "plan": "早上八点出发"}
    assert site.send(home, home, **facts, starts_at="2031-12-05T12:00", ends_at="2031-12-05T09:00").status_code == 422
    event = site.send(home, home, **facts, starts_at="2031-12-05T09:00", ends_at="2031-12-05T12:00")
    here = event.url.path
    assert "敖市镇送岗下村 12月5日" in event.text
    assert "09:00" in event.text
    packed = site.send(f"{here}/postings", here, at_most="5")
    assert "资料袋里有" in packed.text
    pack = site.client.get(f"/api/v1{here}/pack.pdf")
    assert pack.status_code in (200, 202)
    (slip, *_) = site.county.hq.ask(c.ListSlips(limit=5)).items
    entered = site.send(f"{here}/presences", here, lines=f"{slip.slip_no} 1\nTJ-2000-999999")
    assert "签到 1 人" in entered.text
    assert "TJ-2000-999999" in entered.text
    assert "没有录入" in entered.text
    closed = site.send(f"{here}/closure", here, walk_ins="12", summary="来了很多人")
    assert "另有 12 人不在名册" in closed.text
    assert "来了很多人" in closed.text
    assert "进行中" in site.send(f"{here}/reopening", here).text


def test_an_event_that_is_called_off_says_why(site: Site) -> None:
    home = "/hq/outreaches"
    times = {"starts_at": "2031-12-06T09:00", "ends_at": "2031-12-06T12:00"}
    here = site.send(home, home, division=FAR, venue="风雨桥", **times).url.path
    assert "暴雨" in site.send(f"{here}/cancellation", here, reason="暴雨").text


@pytest.mark.browser
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_pages_are_accessible_and_quiet(site: Site, watch: Callable[..., Watched], locale: str) -> None:
    """Every page wide and narrow; in English only names and people's own words stay Chinese, and are marked as such."""
    run = site.county.hq.ask(c.ListMatchings(limit=20)).items
    done = next(one for one in run if one.digest)
    event = site.county.hq.ask(c.ListOutreaches()).items[-1]
    waiting = site.send("/hq/recommendation-slips", "/hq/recommendation-slips", division=TOWNSHIP).url.path
    printed = next(one for one in site.county.hq.ask(c.ListSlipBatches()).items if one.papers)
    pages = (
        "/hq/matchings",
        f"/hq/matchings/{done.id}",
        "/hq/recognitions",
        "/hq/recognitions?state=decided",
        "/hq/recommendation-slips",
        waiting,
        f"/hq/recommendation-slips/{printed.id}",
        "/hq/outreaches",
        f"/hq/outreaches/{event.id}",
        "/hq/scoring-weights",
    )
    watched = watch(locale=locale)
    page = watched.page
    sign_in(page, site.url, "admin")
    page.wait_for_url("**/hq")
    for path in pages:
        page.goto(site.url + path)
        page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert serious(page) == [], f"{path} at {width} px in {locale}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways at {width}"
        if locale == "en":
            assert unmarked(page) == [], path
    assert watched.complaints == []


def unmarked(page: object) -> list[str]:
    found: list[str] = page.evaluate(  # type: ignore[attr-defined]
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
    return found


def test_who_lacks_offers_is_named_with_the_reason_and_what_helps(site: Site) -> None:
    for posting in site.county.hq.ask(c.ListPostings(state=c.PostingState.open, limit=50)).items:
        if posting.title != "缝纫工":
            site.county.hq.ask(c.ClosePosting(posting_id=posting.id))
    site.county.posting(openings=6, title="缝纫工", occupation=SEWING, requirements={"skills": [SEWING]})
    path = site.match()
    page = site.client.get(path).text
    lacking = site.county.uncovered(UUID(path.rpartition("/")[2]))
    assert lacking
    for found in lacking.values():
        assert found.explanation in page
        assert found.helps
        for advice in found.helps:
            assert advice.sentence in page
    elsewhere = site.client.get(path, params={"reason": "no_candidate", "division": "522631110"}).text
    assert "没有推荐不足的人" in elsewhere
