"""A worker's page: any phone, no script, under 14 KB, entered by the link alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from tests.web.conftest import Site, Watched

HTML = {"accept": "text/html"}
PHONE = {**HTML, "accept-encoding": "gzip", "accept-language": "zh-CN"}
MOST_BYTES = 14 * 1024
MOST_STYLE = 3 * 1024


@pytest.fixture
def site(county_of: Callable[..., Site]) -> Site:
    """A county of its own: answers change it."""
    return county_of()


def form_of(page: str, answer: str) -> dict[str, str]:
    """The hidden fields of the first form that gives this answer."""
    forms = re.findall(r'<form method="post" action="[^"]+">(.*?)</form>', page, re.DOTALL)
    chosen = next(form for form in forms if f'name="answer" value="{answer}"' in form)
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', chosen))


@pytest.mark.browser
def test_works_without_javascript_and_is_small(site: Site, watch: Callable[..., Watched]) -> None:
    watched = watch(width=360, script=False)
    page = watched.page
    page.goto(f"{site.url}/w/{site.bus.link()}")
    assert "你好" in page.locator("h1").inner_text()
    assert page.locator("svg.q").count() == 1
    assert sum(watched.transferred) < MOST_BYTES
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="我愿意去").first.click()
    assert page.get_by_text("已收到：你愿意去").is_visible()
    page.get_by_role("button", name="改主意了").click()
    assert page.get_by_text("已撤回").is_visible()
    page.locator("summary").first.click()
    page.get_by_role("button", name="太远").first.click()
    assert page.get_by_text("你已说不去").is_visible()
    assert watched.complaints == []
    assert [offer.answer_reason for offer in site.bus.offers if offer.answer_reason] == ["太远"]


def test_is_one_response_without_script_or_foreign_address(county: Site) -> None:
    answer = httpx.get(f"{county.url}/w/{county.bus.link()}", headers=PHONE)
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert not re.search(r'(?:src|href)="(?!/w/|\?|data:,")', answer.text)
    assert "style=" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "script-src" not in policy
    assert "'unsafe-inline'" not in policy
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style
    assert len(style[1].encode()) <= MOST_STYLE
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


def test_needs_no_cookie(site: Site) -> None:
    """In-app browsers may keep none: the link and the form's own token suffice."""
    page = httpx.get(f"{site.url}/w/{site.bus.link()}", headers=PHONE).text
    action = re.search(r'action="(/w/[^"]+/answers)"', page)
    assert action
    answered = httpx.post(site.url + action[1], data=form_of(page, "accepted"), headers=HTML)
    assert answered.status_code == 303
    assert site.bus.offers[0].state == "accepted"


def test_one_session_lasts_where_cookies_do(site: Site) -> None:
    link = site.bus.link()
    with httpx.Client(headers=PHONE) as phone:
        for _ in range(3):
            assert phone.get(f"{site.url}/w/{link}").status_code == 200
        assert len(site.bus.sessions) == 1


def test_another_workers_session_does_not_open_this_link(site: Site) -> None:
    """A family shares a phone: the cookie of one is not believed for the link of another."""
    from uuid import uuid4

    with httpx.Client(headers=PHONE) as phone:
        phone.get(f"{site.url}/w/{site.bus.link()}")
        phone.get(f"{site.url}/w/{site.bus.link(worker_id=uuid4())}")
    assert len(site.bus.sessions) == 2


@pytest.mark.parametrize(("locale", "sentence"), [("zh-CN", "链接已过期"), ("en", "This link has expired")])
def test_an_expired_link_says_what_to_do(county: Site, locale: str, sentence: str) -> None:
    answer = httpx.get(f"{county.url}/w/{county.bus.link(days=-1)}", headers={**HTML, "accept-language": locale})
    assert answer.status_code == 401
    assert sentence in answer.text
    assert "www-authenticate" not in answer.headers


@pytest.mark.parametrize("link", ["nonsense", "a.b", "x" * 3000])
def test_a_false_link_is_not_found(county: Site, link: str) -> None:
    answer = httpx.get(f"{county.url}/w/{link}", headers=HTML)
    assert answer.status_code == 404
    assert "link.invalid" in answer.text


def test_a_form_from_elsewhere_is_refused(site: Site) -> None:
    """Another link's token, or none, gives no answer."""
    from uuid import uuid4

    page = httpx.get(f"{site.url}/w/{site.bus.link()}", headers=PHONE).text
    fields = form_of(page, "accepted")
    other = httpx.get(f"{site.url}/w/{site.bus.link(worker_id=uuid4())}", headers=PHONE).text
    stolen = {**fields, "csrf_token": form_of(other, "accepted")["csrf_token"]}
    for given in (stolen, {**fields, "csrf_token": ""}, {**fields, "csrf_token": "漢" * 40}):
        answer = httpx.post(f"{site.url}/w/{site.bus.link()}/answers", data=given, headers=HTML)
        assert answer.status_code == 403
    assert all(offer.state == "offered" for offer in site.bus.offers)


def test_nonsense_in_the_form_is_invalid(site: Site) -> None:
    link = site.bus.link()
    fields = form_of(httpx.get(f"{site.url}/w/{link}", headers=PHONE).text, "accepted")
    for wrong in ({"answer": "maybe"}, {"recommendation_id": "7"}):
        answer = httpx.post(f"{site.url}/w/{link}/answers", data={**fields, **wrong}, headers=HTML)
        assert answer.status_code == 422


def test_the_other_language_is_one_tap_away(county: Site) -> None:
    link = county.bus.link()
    with httpx.Client(headers=PHONE, follow_redirects=True) as phone:
        assert "我愿意去" in phone.get(f"{county.url}/w/{link}").text
        assert "Yes, I will go" in phone.get(f"{county.url}/w/{link}?lang=en").text
        assert "Yes, I will go" in phone.get(f"{county.url}/w/{link}").text
