"""Sign-in, sessions, forms: what a browser holds, and what somebody else's page cannot do with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Page

from tests.web.accounts import PASSWORD
from tests.web.conftest import Site, Watched

HTML = {"accept": "text/html", "accept-language": "zh-CN"}


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


Visitor = Callable[..., httpx.Client]


@pytest.fixture
def visitor(county: Site) -> Iterator[Visitor]:
    """A browser's cookie jar: `visitor()` is a stranger, `visitor("admin")` has signed in."""
    opened: list[httpx.Client] = []

    def open_one(username: str | None = None, *, follow: bool = False) -> httpx.Client:
        client = httpx.Client(base_url=county.url, headers=HTML, follow_redirects=follow)
        opened.append(client)
        if username:
            assert client.post("/login", data=login_fields(client, username=username)).status_code == 303
        return client

    yield open_one
    for client in opened:
        client.close()


def login_fields(client: httpx.Client, **given: str) -> dict[str, str]:
    token = token_in(client.get("/login").text)
    return {"csrf_token": token, "username": "admin", "password": PASSWORD, **given}


@pytest.mark.browser
def test_sign_in_by_keyboard_alone(county: Site, watch: Callable[..., Watched]) -> None:
    watched = watch()
    page: Page = watched.page
    page.goto(f"{county.url}/login")
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hq")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert watched.complaints == []


def test_cookies_are_for_the_server_alone(visitor: Visitor) -> None:
    client = visitor()
    fields = login_fields(client)
    cookie = next(
        found for found in client.post("/login", data=fields).headers.get_list("set-cookie") if "session" in found
    )
    assert "httponly" in cookie.lower()
    assert "samesite=lax" in cookie.lower()
    assert "secure" not in cookie.lower()
    assert client.get("/hq").status_code == 200


def test_wrong_password_says_so_and_keeps_the_name(visitor: Visitor) -> None:
    client = visitor()
    fields = login_fields(client, password="x")
    answer = client.post("/login", data=fields)
    assert answer.status_code == 401
    assert "用户名或密码不正确" in answer.text
    assert 'value="admin"' in answer.text
    assert "songgang_session" not in client.cookies


def test_login_form_from_elsewhere_is_refused(county: Site) -> None:
    """Without the cookie that the form was made for there is no signing in (nor signing a victim in)."""
    token = token_in(httpx.get(f"{county.url}/login", headers=HTML).text)
    fields = {"csrf_token": token, "username": "admin", "password": PASSWORD}
    answer = httpx.post(f"{county.url}/login", data=fields, headers=HTML)
    assert answer.status_code == 403
    assert "form.not_from_here" in answer.text


def test_a_token_of_one_session_is_none_of_another(visitor: Visitor) -> None:
    ours, theirs = visitor("admin"), visitor("dongguan.lead")
    stolen = token_in(theirs.get("/outposts/dongguan").text)
    assert ours.post("/logout", data={"csrf_token": stolen}).status_code == 403
    assert ours.get("/hq").status_code == 200


def test_sign_out_ends_the_session_here_and_there(county: Site, visitor: Visitor) -> None:
    client = visitor("admin")
    kept = dict(client.cookies)
    open_before = len(county.bus.sessions)
    assert client.post("/logout", data={"csrf_token": token_in(client.get("/hq").text)}).status_code == 303
    assert len(county.bus.sessions) == open_before - 1
    assert httpx.get(f"{county.url}/hq", cookies=kept, headers=HTML).status_code == 303


def test_who_is_not_signed_in_is_sent_to_do_so_and_comes_back(county: Site, visitor: Visitor) -> None:
    answer = httpx.get(f"{county.url}/outposts/dongguan?a=1", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/outposts/dongguan%3Fa%3D1"
    client = visitor()
    page = client.get(answer.headers["location"]).text
    fields = {
        "csrf_token": token_in(page),
        "username": "dongguan.lead",
        "password": PASSWORD,
        "next": "/outposts/dongguan?a=1",
    }
    assert client.post("/login", data=fields).headers["location"] == "/outposts/dongguan?a=1"


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "/\t/e"])
def test_nobody_is_sent_elsewhere_after_signing_in(visitor: Visitor, evil: str) -> None:
    client = visitor()
    fields = login_fields(client)
    assert client.post("/login", data={**fields, "next": evil}).headers["location"] == "/hq"


def test_a_fragment_without_session_sends_the_whole_page_to_sign_in(county: Site) -> None:
    answer = httpx.get(f"{county.url}/hq/live", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/login"


def test_everyone_has_a_home(visitor: Visitor) -> None:
    homes = {"admin": "/hq", "dongguan.lead": "/outposts/dongguan", "yandong": "/account", "newcomer": "/hq"}
    for username, home in homes.items():
        assert visitor(username).get("/").headers["location"] == home


def test_a_first_password_is_changed_before_anything_else(visitor: Visitor) -> None:
    client = visitor("newcomer")
    assert client.get("/hq").headers["location"] == "/password"
    page = client.get("/password")
    fields = {"csrf_token": token_in(page.text), "current_password": PASSWORD, "new_password": "short"}
    refused = client.post("/password", data={**fields, "new_again": "short"})
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    new = {"new_password": "a-much-longer-one", "new_again": "a-much-longer-one"}
    changed = client.post("/password", data={**fields, **new})
    assert changed.headers["location"] == "/hq"
    shown = client.get("/hq")
    assert "密码已修改" in shown.text
    assert "密码已修改" not in client.get("/hq").text


def test_another_outposts_day_is_not_found(visitor: Visitor) -> None:
    client = visitor("dongguan.lead")
    for path in ("/outposts/wenling", "/outposts/nowhere"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "tenant.not_found" in answer.text
    assert client.get("/hq").status_code == 403


def test_hq_sees_an_outposts_numbers_but_not_its_people(county: Site, visitor: Visitor) -> None:
    before = len(county.bus.asked)
    page = visitor("admin").get("/outposts/dongguan").text
    asked = {message.method for message in county.bus.asked[before:]}
    assert not asked & {"list_rights_cases", "list_follow_ups", "get_people"}
    assert "案件内容只有本站可见" in page


def test_a_foreign_flash_cookie_says_nothing(county: Site) -> None:
    answer = httpx.get(f"{county.url}/login", headers=HTML, cookies={"songgang_flash": "eyJ0ZXh0IjoiaGkifQ==.00"})
    assert answer.status_code == 200
    assert 'role="status"' not in answer.text


def test_pages_set_a_strict_policy(county: Site) -> None:
    policy = httpx.get(f"{county.url}/login", headers=HTML).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_language_is_remembered(visitor: Visitor) -> None:
    client = visitor(follow=True)
    assert "Sign in" in client.get("/login?next=/hq&lang=en").text
    assert "Sign in" in client.get("/login").text
    assert client.get("/nothing").headers["content-language"] == "en"
    assert "登录" in client.get("/login?lang=zh-CN").text


def test_the_api_still_answers_problems_as_json(county: Site) -> None:
    answer = httpx.get(f"{county.url}/api/v1/hq/outposts", headers={"accept": "text/html"})
    assert answer.headers["content-type"] == "application/problem+json"
