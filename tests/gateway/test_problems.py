"""RFC 9457: every refusal has a code, a sentence in the reader's language, the trace, and leaks nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gateway.validation import pointer
from shared.contracts.errors import (
    COMMAND_IN_PROGRESS,
    COMMAND_KEY_REUSED,
    FORBIDDEN,
    INTERNAL,
    STALE,
    UNAVAILABLE,
    FieldProblem,
    ProblemCode,
)
from shared.contracts.identity import SIGN_IN_BLOCKED, USERNAME_TAKEN, GetUser, ListUsers, RegisterUser
from tests.gateway.conftest import PaperBus

Headers = Callable[[str], dict[str, str]]
USERS = "/api/v1/hq/users"
USER = f"{USERS}/0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1b01"
FORM = {"username": "clerk.li", "password": "gulou-huaqiao-1384", "role": "hq_officer"}


def errors_of(answer: Any) -> dict[str, str]:
    return {found["field"]: found["code"] for found in answer.json()["errors"]}


class TestProblem:
    def test_is_problem_json_in_chinese_with_the_trace(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        bus.replies[RegisterUser] = USERNAME_TAKEN(username="clerk.li")
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        answer = client.post(
            USERS, json=FORM, headers={**as_("hq_admin"), "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
        )
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == "zh-CN"
        assert answer.json() == {
            "type": "/api/v1/problems/user.username_taken",
            "title": "与当前状态冲突",
            "status": 409,
            "detail": "用户名“clerk.li”已被使用, 请换一个。",
            "code": "user.username_taken",
            "instance": USERS,
            "trace_id": trace,
            "username": "clerk.li",
        }
        assert bus.sent[0].traceparent is not None
        assert trace in bus.sent[0].traceparent

    def test_is_english_where_english_is_preferred(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        bus.replies[RegisterUser] = USERNAME_TAKEN(username="clerk.li")
        answer = client.post(
            USERS, json=FORM, headers={**as_("hq_admin"), "Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"}
        )
        assert answer.json()["detail"] == "The username 'clerk.li' is taken; choose another."
        assert bus.sent[0].context.locale == "en"

    @pytest.mark.parametrize(
        ("problem", "status", "header"),
        [
            (FORBIDDEN(), 403, None),
            (STALE(version=4), 412, None),
            (COMMAND_KEY_REUSED(), 422, None),
            (COMMAND_IN_PROGRESS(), 409, None),
            (UNAVAILABLE(part="registry"), 503, "2"),
            (SIGN_IN_BLOCKED(retry_after=30), 429, "30"),
        ],
    )
    def test_kinds_become_statuses(
        self, client: TestClient, bus: PaperBus, as_: Headers, problem: Any, status: int, header: str | None
    ) -> None:
        bus.replies[GetUser] = problem
        answer = client.get(USER, headers=as_("hq_admin"))
        assert (answer.status_code, answer.headers.get("retry-after")) == (status, header)

    def test_names_fields_and_rows_in_both_languages(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        wrong = FieldProblem(
            field="出生日期", row=17, code="import.date", message_zh="没有这一天", message_en="No such day"
        )
        bus.replies[GetUser] = FORBIDDEN().with_fields([wrong])
        assert client.get(USER, headers=as_("hq_admin")).json()["errors"] == [
            {
                "field": "出生日期",
                "code": "import.date",
                "message": "没有这一天",
                "message_zh": "没有这一天",
                "message_en": "No such day",
                "row": 17,
            }
        ]

    def test_type_leads_to_its_explanation(self, client: TestClient) -> None:
        found = client.get("/api/v1/problems/user.username_taken").json()
        assert (found["status"], found["code"]) == (409, "user.username_taken")
        assert len(client.get("/api/v1/problems").json()["items"]) == len(ProblemCode.declared)
        assert client.get("/api/v1/problems/no.such").status_code == 404


class TestBugs:
    def test_an_unexpected_error_is_500_without_its_text(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        bus.replies[GetUser] = RuntimeError("password=hunter2 at /srv/secret")
        answer = client.get(USER, headers=as_("hq_admin"))
        assert answer.status_code == 500
        assert answer.json()["code"] == "service.internal"
        assert "hunter2" not in answer.text
        assert answer.json()["trace_id"] in answer.headers["traceresponse"]
        assert answer.headers["x-content-type-options"] == "nosniff"

    def test_a_failed_service_does_not_tell_where(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        bus.replies[GetUser] = INTERNAL(where="registry.get_worker", error="KeyError")
        answer = client.get(USER, headers=as_("hq_admin"))
        assert answer.status_code == 500
        assert "registry" not in answer.text
        assert "KeyError" not in answer.text

    def test_a_reply_out_of_contract_is_our_fault(self, client: TestClient, bus: PaperBus) -> None:
        answer = client.post("/api/v1/sessions", json={"username": "a", "password": "b"})
        assert answer.status_code == 500


class TestBadInput:
    def test_each_wrong_field_is_named_by_pointer(self, client: TestClient, as_: Headers, bus: PaperBus) -> None:
        body = {"username": "x", "password": "", "role": "king", "valid_until": "2026/2/30", "colour": "red"}
        answer = client.post(USERS, json=body, headers=as_("hq_admin"))
        assert answer.status_code == 422
        assert answer.json()["code"] == "request.invalid"
        assert errors_of(answer) == {
            "/username": "field.string_too_short",
            "/password": "field.string_too_short",
            "/role": "field.enum",
            "/valid_until": "field.date_from_datetime_parsing",
            "/colour": "field.extra_forbidden",
        }
        for found in answer.json()["errors"]:
            assert found["message_zh"] != found["message_en"]
            assert "{" not in found["message"]
        assert bus.sent == []

    def test_what_was_sent_is_not_repeated(self, client: TestClient, as_: Headers) -> None:
        body = {**FORM, "password": "secret-" + "x" * 300}
        answer = client.post(USERS, json=body, headers=as_("hq_admin"))
        assert answer.status_code == 422
        assert "secret-" not in answer.text

    @pytest.mark.parametrize("content", [b"{", b"{'a':1}", b"\xff\xfe", b'{"a":}', b"nul"])
    def test_what_is_not_json_is_malformed(self, client: TestClient, as_: Headers, content: bytes) -> None:
        answer = client.post(USERS, content=content, headers={**as_("hq_admin"), "Content-Type": "application/json"})
        assert answer.status_code == 400
        assert answer.json()["code"] in ("request.malformed", "request.unreadable")

    @pytest.mark.parametrize("content", [b"[]", b'"text"', b"17", b"null", b"[" * 2000 + b"]" * 2000])
    def test_json_of_another_shape_is_refused(self, client: TestClient, as_: Headers, content: bytes) -> None:
        answer = client.post(USERS, content=content, headers={**as_("hq_admin"), "Content-Type": "application/json"})
        assert answer.status_code in (400, 422)

    def test_a_form_where_json_is_wanted_is_refused(self, client: TestClient, as_: Headers) -> None:
        assert client.post(USERS, data=FORM, headers=as_("hq_admin")).status_code == 422

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("limit=0", "?limit"),
            ("limit=501", "?limit"),
            ("limit=many", "?limit"),
            ("rolle=hq_admin", "?rolle"),
            ("is_active=perhaps", "?is_active"),
        ],
    )
    def test_query_parameters_are_named(self, client: TestClient, as_: Headers, query: str, field: str) -> None:
        answer = client.get(f"{USERS}?{query}", headers=as_("hq_admin"))
        assert answer.status_code == 422
        assert list(errors_of(answer)) == [field]

    def test_a_wrong_id_in_the_path_is_named(self, client: TestClient, as_: Headers) -> None:
        answer = client.get(f"{USERS}/17", headers=as_("hq_admin"))
        assert errors_of(answer) == {"{user_id}": "field.uuid_parsing"}

    def test_a_validators_sentence_speaks_both_languages(self, client: TestClient) -> None:
        found = client.post("/api/v1/sessions", json={"username": "admin"}).json()["errors"][0]
        assert found["message_zh"].startswith("请提供用户名和密码")
        assert found["message_en"].startswith("Give username and password")

    def test_unknown_paths_and_methods_are_problems(self, client: TestClient, as_: Headers) -> None:
        assert client.get("/api/v1/nothing/here").json()["code"] == "resource.not_found"
        answer = client.delete(USERS, headers=as_("hq_admin"))
        assert (answer.status_code, answer.json()["code"]) == (405, "request.method_not_allowed")
        assert "GET" in answer.headers["allow"]

    def test_pointers_escape(self) -> None:
        assert pointer(("body", "a/b", 0, "c~d")) == "/a~1b/0/c~0d"
        assert pointer(("header", "if-match")) == "If-Match:"
        assert pointer(()) == ""


class TestPaging:
    def test_links_keep_the_filters(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        bus.replies[ListUsers] = {"items": [], "next_cursor": "WyJhIl0"}
        answer = client.get(f"{USERS}?role=hq_admin&limit=2&cursor=old", headers=as_("hq_admin"))
        assert answer.headers["link"] == (
            f'<{USERS}?role=hq_admin&limit=2>; rel="first", <{USERS}?role=hq_admin&limit=2&cursor=WyJhIl0>; rel="next"'
        )
        bus.replies[ListUsers] = {"items": [], "next_cursor": None}
        assert client.get(USERS, headers=as_("hq_admin")).headers["link"] == f'<{USERS}>; rel="first"'
