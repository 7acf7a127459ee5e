"""What surrounds a message: idempotency keys, versions, uploads, sizes, rates, headers, routing."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Annotated
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, FastAPI, UploadFile
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

from gateway.answers import json_response, problems
from gateway.auth import HqWriter, PartnerApi
from gateway.language import locale_from
from gateway.openapi import audience_of, routes_of
from gateway.options import GatewayOptions
from gateway.routing import RouteTree, add_router
from shared.contracts.errors import NOT_FOUND
from shared.contracts.identity import (
    ChangeUser,
    GetUser,
    IssueApiKey,
    RegisterUser,
    ResetPassword,
    SignIn,
)
from tests.gateway.conftest import PaperBus

Headers = Callable[[str], dict[str, str]]
USERS = "/api/v1/hq/users"
ID = "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1b01"
FORM = {"username": "clerk.li", "password": "gulou-huaqiao-1384", "role": "hq_officer"}
OPENED = {
    "session_id": ID,
    "expires_at": "2026-07-01T20:00:00+08:00",
    "principal": {"actor": {"kind": "user", "id": "u"}, "role": "hq_admin", "scope": {"kind": "hq"}},
}


class TestIdempotency:
    def send(self, client: TestClient, bus: PaperBus, who: dict[str, str], key: str | None, path: str = USERS) -> UUID:
        bus.replies[RegisterUser] = {"id": ID, "version": 1}
        headers = {**who, "Idempotency-Key": key} if key else who
        assert client.post(path, json=FORM, headers=headers).status_code == 201
        found = bus.sent[-1].command_id
        assert found is not None
        return found

    def test_the_same_key_is_the_same_command(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        first = self.send(client, bus, as_("hq_admin"), "k-1")
        assert self.send(client, bus, as_("hq_admin"), "k-1") == first
        assert first.version == 5

    def test_another_key_or_path_is_another_command(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        paths = [USERS, USERS, "/api/v1/hq/outposts/dongguan/users"]
        ids = [self.send(client, bus, as_("hq_admin"), key, path) for key, path in zip("abb", paths, strict=True)]
        assert len(set(ids)) == 3

    def test_without_a_key_every_request_is_its_own(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        ids = {self.send(client, bus, as_("hq_admin"), None) for _ in range(3)}
        assert len(ids) == 3
        assert {found.version for found in ids} == {7}

    @pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
    def test_a_key_that_is_none_is_refused(self, client: TestClient, bus: PaperBus, as_: Headers, key: str) -> None:
        answer = client.post(USERS, json=FORM, headers={**as_("hq_admin"), "Idempotency-Key": key})
        assert (answer.status_code, answer.json()["code"]) == (400, "request.idempotency_key_invalid")
        assert bus.sent == []

    def test_a_repeated_sign_in_reads_the_same_token(self, client: TestClient, bus: PaperBus) -> None:
        bus.replies[SignIn] = OPENED
        body = {"username": "admin", "password": "x"}
        first, again = (
            client.post("/api/v1/sessions", json=body, headers={"Idempotency-Key": "once"}).json() for _ in range(2)
        )
        other = client.post("/api/v1/sessions", json=body).json()
        assert first == again
        assert other["token"] != first["token"]
        assert all(len(found["token"]) == 43 for found in (first, other))

    def test_secrets_travel_as_hashes_only(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        bus.replies[IssueApiKey] = {"key_id": ID}
        answer = client.post("/api/v1/hq/outposts/dongguan/api-keys", json={"label": "ERP"}, headers=as_("hq_admin"))
        assert answer.status_code == 201
        key = answer.json()["key"]
        assert key.startswith("sk_")
        assert len(key) >= 43
        assert key not in bus.sent[0].message.model_dump_json()

    def test_a_password_made_here_is_told_once(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        made = client.post(f"{USERS}/{ID}/password-reset", headers=as_("hq_admin")).json()["password"]
        sent = bus.sent[0].message
        assert isinstance(sent, ResetPassword)
        assert made == sent.password
        given = client.post(f"{USERS}/{ID}/password-reset", json={"password": "mine-own-7"}, headers=as_("hq_admin"))
        assert given.json()["password"] is None


class TestVersions:
    def test_what_has_a_version_has_an_etag(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        bus.replies[GetUser] = {"id": ID, "version": 7}
        assert client.get(f"{USERS}/{ID}", headers=as_("hq_admin")).headers["etag"] == '"7"'

    @pytest.mark.parametrize(("given", "expected"), [('"7"', 7), ('W/"7"', 7), ("7", 7), ("*", None), (None, None)])
    def test_if_match_is_the_expected_version(
        self, client: TestClient, bus: PaperBus, as_: Headers, given: str | None, expected: int | None
    ) -> None:
        headers = {**as_("hq_admin"), **({"If-Match": given} if given else {})}
        client.patch(f"{USERS}/{ID}", json={"display_name": "新名字"}, headers=headers)
        sent = bus.sent[0].message
        assert isinstance(sent, ChangeUser)
        assert sent.expected_version == expected

    def test_if_match_that_is_no_etag_is_refused(self, client: TestClient, as_: Headers) -> None:
        answer = client.patch(f"{USERS}/{ID}", json={}, headers={**as_("hq_admin"), "If-Match": '"abc"'})
        assert (answer.status_code, answer.json()["code"]) == (400, "request.if_match_invalid")

    def test_a_creation_names_its_location(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        bus.replies[RegisterUser] = {"id": ID, "version": 1}
        answer = client.post(USERS, json=FORM, headers=as_("hq_admin"))
        assert (answer.headers["location"], answer.headers["etag"]) == (f"{USERS}/{ID}", '"1"')


@pytest.fixture
def uploading(app: FastAPI) -> Iterator[TestClient]:
    """The application with two endpoints that store what they are sent."""
    router = APIRouter()

    @router.post("/hq/rosters-for-test", responses=problems(NOT_FOUND))
    async def upload(caller: HqWriter, file: UploadFile) -> Response:
        """Store a file."""
        return json_response((await caller.store_upload(file, max_mb=1)).model_dump())

    @router.put("/partner/feeds/{source}/for-test")
    async def feed(caller: PartnerApi, source: str) -> Response:
        """Store a body."""
        return json_response((await caller.store_body(accept=("application/xml",), max_mb=2)).model_dump())

    before = list(app.router.routes)
    add_router(app, router, "/api/v1")
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
    app.router.routes[:] = before


class TestUploads:
    def test_a_file_is_stored_by_its_content(self, uploading: TestClient, app: FastAPI, as_: Headers) -> None:
        files = {"file": ("花名册.xlsx", io.BytesIO(b"roster"), "application/vnd.ms-excel")}
        found = uploading.post("/api/v1/hq/rosters-for-test", files=files, headers=as_("hq_admin")).json()
        assert (found["size"], found["filename"]) == (6, "花名册.xlsx")
        assert app.state.gateway.blobs.read(found["hash"]) == b"roster"

    def test_a_file_over_the_endpoints_limit_is_refused(self, uploading: TestClient, as_: Headers) -> None:
        files = {"file": ("big.csv", io.BytesIO(b"x" * (1024**2 + 1)), "text/csv")}
        answer = uploading.post("/api/v1/hq/rosters-for-test", files=files, headers=as_("hq_admin"))
        assert (answer.status_code, answer.json()["code"], answer.json()["limit_mb"]) == (413, "request.too_large", 1)

    def test_an_announced_200_mb_is_refused_unread(self, client: TestClient, as_: Headers) -> None:
        headers = {**as_("hq_admin"), "Content-Length": str(200 * 1024**2), "Content-Type": "multipart/form-data"}
        answer = client.post(USERS, content=b"", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")

    def test_json_over_its_limit_is_refused_while_read(self, make_app: Callable[..., FastAPI], as_: Headers) -> None:
        with TestClient(make_app(GatewayOptions(max_json_mb=1)), raise_server_exceptions=False) as client:
            chunks = (b'{"username": "' + b"x" * 65536 for _ in range(20))
            headers = {**as_("hq_admin"), "Content-Type": "application/json"}
            answer = client.post(USERS, content=chunks, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")

    def test_a_feed_streams_in_and_is_of_a_kind_we_read(
        self, uploading: TestClient, app: FastAPI, as_: Headers
    ) -> None:
        path = "/api/v1/partner/feeds/erp/for-test"
        headers = {**as_("partner"), "Content-Type": "application/xml; charset=utf-8"}
        found = uploading.put(path, content=(b"<job/>" * 1000 for _ in range(50)), headers=headers).json()
        assert (found["size"], found["media_type"]) == (300_000, "application/xml")
        assert app.state.gateway.blobs.read(found["hash"])[:6] == b"<job/>"
        answer = uploading.put(path, content=b"a,b", headers={**as_("partner"), "Content-Type": "text/csv"})
        assert (answer.status_code, answer.json()["code"]) == (415, "request.unsupported_media")
        answer = uploading.put(path, content=(b"x" * 2**20 for _ in range(3)), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")


class TestRates:
    def test_are_told_and_end_in_429(self, make_app: Callable[..., FastAPI], bus: PaperBus, as_: Headers) -> None:
        with TestClient(make_app(GatewayOptions(rate_principal="3/minute"))) as client:
            left = []
            for _ in range(3):
                answer = client.get(f"{USERS}/{ID}", headers=as_("hq_admin"))
                left.append(answer.headers["ratelimit-remaining"])
            refused = client.get(f"{USERS}/{ID}", headers=as_("hq_admin"))
            other = client.get(f"{USERS}/{ID}", headers=as_("hq_officer"))
        assert left == ["2", "1", "0"]
        assert (refused.status_code, refused.json()["code"]) == (429, "request.rate_limited")
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert other.status_code == 200

    def test_bound_sign_ins_by_address(self, make_app: Callable[..., FastAPI], bus: PaperBus) -> None:
        bus.replies[SignIn] = OPENED
        with TestClient(make_app(GatewayOptions(rate_sign_in="2/minute"))) as client:
            body = {"username": "admin", "password": "x"}
            statuses = [client.post("/api/v1/sessions", json=body).status_code for _ in range(3)]
        assert statuses == [201, 201, 429]

    def test_bound_guessed_tokens_by_address(self, make_app: Callable[..., FastAPI], bus: PaperBus) -> None:
        with TestClient(make_app(GatewayOptions(rate_anonymous="2/minute"))) as client:
            guesses = [client.get(f"{USERS}/{ID}", headers={"Authorization": f"Bearer {n}"}) for n in range(3)]
        assert [answer.status_code for answer in guesses] == [401, 401, 429]


class TestHeaders:
    def test_every_answer_is_guarded(self, client: TestClient) -> None:
        for path in ("/healthz", "/api/v1/hq/users", "/nowhere", "/docs", "/openapi.json"):
            headers = client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["content-security-policy"].startswith("default-src 'none'")
            assert "strict-transport-security" not in headers

    def test_https_is_pinned_where_there_is_https(self, make_app: Callable[..., FastAPI]) -> None:
        with TestClient(make_app(public_url="https://songgang.example")) as client:
            assert "max-age" in client.get("/healthz").headers["strict-transport-security"]

    def test_a_foreign_traceparent_is_replaced(self, client: TestClient) -> None:
        for parent in ("00-" + "0" * 32 + "-00f067aa0ba902b7-01", "not-a-trace", "00-short-x-01"):
            trace = client.get("/healthz", headers={"traceparent": parent}).headers["traceresponse"].split("-")[1]
            assert trace not in parent
            assert len(trace) == 32

    @given(st.text(max_size=60))
    def test_any_accept_language_is_read(self, text: str) -> None:
        assert locale_from(text) in ("zh-CN", "en")

    @pytest.mark.parametrize(
        ("header", "locale"),
        [
            (None, "zh-CN"),
            ("*", "zh-CN"),
            ("en", "en"),
            ("en-US,zh-CN;q=0.9", "en"),
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
            ("en;q=0.3, zh;q=0.4", "zh-CN"),
            ("fr, en;q=0.1", "en"),
            ("en;q=0", "zh-CN"),
        ],
    )
    def test_the_preferred_language_is_taken(self, header: str | None, locale: str) -> None:
        assert locale_from(header) == locale


class TestRouting:
    def test_every_endpoint_names_its_audience(self, app: FastAPI) -> None:
        open_to_all = {"/healthz", "/readyz"}
        nameless = {route.path for route in routes_of(app) if audience_of(route) is None} - open_to_all
        assert not {path for path in nameless if path.startswith("/api/")}

    def test_a_literal_wins_over_a_parameter(self) -> None:
        app, router = FastAPI(), APIRouter()

        @router.get("/things/{thing}")
        async def one(thing: Annotated[str, "any"]) -> str:
            return "one"

        @router.get("/things/summary")
        async def summary() -> str:
            return "summary"

        add_router(app, router)
        tree = RouteTree(list(routes_of(app)))
        for path, expected in (("/things/summary", summary), (f"/things/{uuid4()}", one)):
            _, child = tree.matches({"type": "http", "method": "GET", "path": path, "root_path": ""})
            assert child["endpoint"] is expected
