"""The page of the weights: tried on a finished run, compared, adopted as a version."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from gateway.app import create_app
from shared.contracts import identity
from shared.contracts import postings as c
from tests.services.postings.county import County
from tests.support.platform import Databases, TestPlatform, running_platform
from tests.web.accounts import PASSWORD
from tests.web.conftest import serving

PAGE = "/hq/scoring-weights"
SHIPPED = {"wage": "0.35", "place": "0.25", "trade": "0.15", "living": "0.15", "security": "0.1"}
SHIPPED |= {"skill": "0.6", "education": "0.25", "readiness": "0.15", "unknown_wage": "0.4", "least_score": "0.1"}


@pytest.fixture(scope="module")
def platform(databases: Databases) -> Iterator[TestPlatform]:
    with databases.fresh() as url, running_platform(url) as found:
        found.as_service("identity").ask(identity.BootstrapCounty(admin_password=PASSWORD))
        yield found


@pytest.fixture(scope="module")
def hq(platform: TestPlatform) -> Iterator[httpx.Client]:
    """A browser in which the administrator has signed in."""
    app = create_app(platform.bus, platform.settings, platform.keys, platform.blobs)
    with serving(app) as address, httpx.Client(base_url=address, follow_redirects=True, timeout=30) as client:
        fields = {"csrf_token": token_in(client.get("/login").text), "username": "admin", "password": PASSWORD}
        client.post("/login", data=fields)
        yield client


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found.group(1)


def sent(client: httpx.Client, **given: str) -> httpx.Response:
    return client.post(PAGE, data={"csrf_token": token_in(client.get(PAGE).text), **SHIPPED, **given})


def test_before_any_version_the_shipped_weights_are_shown(hq: httpx.Client) -> None:
    page = hq.get(PAGE)
    assert page.status_code == 200
    assert "现用出厂版" in page.text
    assert 'value="0.35"' in page.text
    assert "还没有完成过匹配" in page.text


def test_words_for_numbers_and_a_missing_reason_are_refused(hq: httpx.Client) -> None:
    assert sent(hq, action="adopt", wage="很多", note="试试").status_code == 422
    assert sent(hq, action="adopt", note="").status_code == 422
    zeros = dict.fromkeys(("wage", "place", "trade", "living", "security"), "0")
    assert sent(hq, action="adopt", note="试试", **zeros).status_code == 422


def test_weights_are_tried_on_the_last_run_beside_its_own(platform: TestPlatform, hq: httpx.Client) -> None:
    county = County(platform, seed=31)
    county.posting(openings=20)
    county.posting(openings=20, division="331081001")
    county.worker()
    county.match()
    started = sent(hq, action="compare", wage="0", place="1")
    assert "job=postings." in str(started.url)
    assert "正在试算" in started.text
    platform.run_jobs()
    done = hq.get(str(started.url)).text
    assert "试算结果" in done
    assert "拥挤度" in done
    assert platform.hq().ask(c.ListScoringWeights()).items == []


def test_adopted_weights_are_a_version_that_the_next_run_uses(platform: TestPlatform, hq: httpx.Client) -> None:
    page = sent(hq, action="adopt", living="0.3", note="今年多数人问包吃住")
    assert page.status_code == 200
    assert "第 1 版" in page.text
    assert "今年多数人问包吃住" in page.text
    assert platform.hq().ask(c.ListScoringWeights()).items[0].weights.usefulness.living == 0.3
    assert County(platform, seed=32).match().weights_version == 1


def test_the_page_speaks_english(hq: httpx.Client) -> None:
    page = hq.get(PAGE, params={"lang": "en"}).text
    assert "Scoring weights" in page
    assert not re.search(r">[^<]*[\u4e00-\u9fff]{4,}[^<]*</(h1|h2|legend|label|button)>", page)
    hq.get(PAGE, params={"lang": "zh-CN"})
