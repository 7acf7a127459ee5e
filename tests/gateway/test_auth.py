"""Who is let in, by which credential, and how long that is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gateway.auth import SESSION_COOKIE
from gateway.principals import Credential, PrincipalCache
from shared.contracts.errors import UNAVAILABLE, Problem
from shared.contracts.identity import (
    AuthenticatedView,
    ChangePassword,
    DeactivateUser,
    EndSession,
    GetUser,
    ListUsers,
    SignIn,
    TouchCredential,
)
from shared.contracts.scopes import Actor, Hq, Principal, Role
from tests.gateway.conftest import PaperBus

Headers = Callable[[str], dict[str, str]]
USER = "/api/v1/hq/users/0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1b01"


class TestCredentials:
    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "token-hq_admin", "Bearer " + "x" * 600])
    def test_that_are_none_answer_401(self, client: TestClient, header: str) -> None:
        answer = client.get(USER, headers={"Authorization": header} if header else {})
        assert answer.status_code == 401
        assert answer.json()["code"] == "session.required"
        assert answer.headers["www-authenticate"].startswith("Bearer")

    def test_of_a_stranger_answer_401(self, client: TestClient) -> None:
        assert (
            client.get(USER, headers={"Authorization": "Bearer token-of-nobody"}).json()["code"] == "session.required"
        )

    def test_are_asked_for_once_and_then_remembered(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        for _ in range(5):
            assert client.get(USER, headers=as_("hq_officer")).status_code == 200
        assert bus.authenticated == 1
        assert {type(sent.message) for sent in bus.sent} == {GetUser}
        assert bus.sent[0].context.role is Role.hq_officer

    def test_are_refused_before_the_body_is_read(self, client: TestClient) -> None:
        answer = client.post("/api/v1/hq/users", content=b"{not json", headers={"Content-Type": "application/json"})
        assert answer.status_code == 401

    def test_use_is_noted_beside_the_request(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        bus.is_touch_due = True
        client.get(USER, headers=as_("hq_officer"))
        assert [type(sent.message) for sent in bus.sent] in ([GetUser, TouchCredential], [TouchCredential, GetUser])

    def test_in_a_cookie_read_but_do_not_write_for_another_site(self, client: TestClient, bus: PaperBus) -> None:
        client.cookies.set(SESSION_COOKIE, "token-hq_admin")
        assert client.get(USER).status_code == 200
        path = f"{USER}/deactivation"
        assert client.post(path).status_code == 403
        assert client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert client.post(path, headers={"Origin": "https://evil.example"}).status_code == 403
        assert client.post(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
        assert client.post(path, headers={"Origin": "http://testserver"}).status_code == 200

    def test_identity_that_cannot_answer_is_503_and_not_401(
        self, client: TestClient, bus: PaperBus, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unavailable(_: object) -> object:
            raise UNAVAILABLE(part="identity")

        monkeypatch.setattr(bus, "_principal", unavailable)
        answer = client.get(USER, headers={"Authorization": "Bearer token-hq_admin"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert "part" not in answer.json()


class TestAliases:
    @pytest.mark.parametrize(
        ("who", "status"),
        [("hq_admin", 200), ("hq_officer", 200), ("hq_auditor", 200), ("area", 403), ("outpost", 403), ("worker", 403)],
    )
    def test_hq_reads(self, client: TestClient, as_: Headers, who: str, status: int) -> None:
        assert client.get("/api/v1/hq/users", headers=as_(who)).status_code == status

    @pytest.mark.parametrize(("who", "status"), [("hq_admin", 200), ("hq_officer", 403), ("hq_auditor", 403)])
    def test_hq_admins_administer(self, client: TestClient, as_: Headers, who: str, status: int) -> None:
        assert client.post(f"{USER}/deactivation", headers=as_(who)).status_code == status

    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            ("/api/v1/outposts/dongguan/users", 200, None),
            ("/api/v1/outposts/shenzhen/users", 404, "tenant.not_found"),
            ("/api/v1/outposts/atlantis/users", 404, "tenant.not_found"),
        ],
    )
    def test_an_outpost_has_its_own_path_alone(
        self, client: TestClient, as_: Headers, path: str, status: int, code: str | None
    ) -> None:
        answer = client.get(path, headers=as_("outpost"))
        assert answer.status_code == status
        assert answer.json().get("code") == code

    def test_the_outpost_of_the_path_narrows_the_message(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        client.get("/api/v1/outposts/dongguan/users", headers=as_("outpost"))
        message = bus.sent[0].message
        assert isinstance(message, ListUsers)
        assert message.outpost == "dongguan"

    def test_what_is_public_is_read_as_the_public_reads_it(
        self, client: TestClient, bus: PaperBus, as_: Headers
    ) -> None:
        bus.replies[SignIn] = UNAVAILABLE()
        client.post("/api/v1/sessions", json={"username": "a", "password": "b"}, headers=as_("hq_admin"))
        assert bus.sent[0].context.scope.kind == "public"
        assert bus.authenticated == 0


class TestForgetting:
    def test_signing_out_ends_it_here_at_once(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        client.get("/api/v1/sessions/current", headers=as_("worker"))
        assert client.delete("/api/v1/sessions/current", headers=as_("worker")).status_code == 204
        assert [type(sent.message) for sent in bus.sent] == [EndSession]
        client.get("/api/v1/sessions/current", headers=as_("worker"))
        assert bus.authenticated == 2

    def test_changed_rights_are_asked_for_again(
        self, client: TestClient, app: FastAPI, bus: PaperBus, as_: Headers
    ) -> None:
        client.get("/api/v1/hq/users", headers=as_("hq_officer"))
        principals = app.state.gateway.principals
        principals.drop_actor("hq_officer")
        client.get("/api/v1/hq/users", headers=as_("hq_officer"))
        assert bus.authenticated == 2

    def test_deactivation_here_drops_the_account(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        client.post(f"{USER}/deactivation", json={"reason": "离职"}, headers=as_("hq_admin"))
        message = bus.sent[0].message
        assert isinstance(message, DeactivateUser)
        assert message.reason == "离职"

    def test_a_password_change_keeps_the_asking_session(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        body = {"current_password": "old-one-123", "new_password": "new-one-456"}
        assert client.put("/api/v1/sessions/current/password", json=body, headers=as_("outpost")).status_code == 204
        message = bus.sent[0].message
        assert isinstance(message, ChangePassword)
        assert message.keep_session is not None


def seen(actor: str) -> AuthenticatedView:
    principal = Principal(actor=Actor(kind="user", id=actor), role=Role.hq_officer, scope=Hq())
    return AuthenticatedView(principal=principal, credential_id=uuid4())


class TestCache:
    def test_fifty_at_once_ask_once(self) -> None:
        cache, asked = PrincipalCache(seconds=15, size=10), []

        async def ask(credential: Credential) -> AuthenticatedView:
            asked.append(credential)
            await asyncio.sleep(0)
            return seen("u1")

        async def main() -> None:
            await asyncio.gather(*(cache.find(Credential("session", "h"), ask) for _ in range(50)))

        asyncio.run(main())
        assert len(asked) == 1

    def test_ends_with_time_and_is_bounded(self) -> None:
        now = [0.0]
        cache = PrincipalCache(seconds=15, size=3, clock=lambda: now[0])

        async def ask(credential: Credential) -> AuthenticatedView:
            return seen(credential.hash)

        async def main() -> None:
            for n in range(5):
                await cache.find(Credential("session", str(n)), ask)
            assert cache.get(Credential("session", "0")) is None
            assert cache.get(Credential("session", "4")) is not None
            now[0] = 15.0
            assert cache.get(Credential("session", "4")) is None

        asyncio.run(main())

    def test_a_refusal_is_not_remembered(self) -> None:
        cache = PrincipalCache(seconds=15, size=3)
        answers: list[AuthenticatedView | Problem] = [UNAVAILABLE(), seen("u1")]

        async def ask(_: Credential) -> AuthenticatedView:
            answer = answers.pop(0)
            if isinstance(answer, Problem):
                raise answer
            return answer

        async def main() -> None:
            with pytest.raises(Problem):
                await cache.find(Credential("session", "h"), ask)
            assert (await cache.find(Credential("session", "h"), ask)).principal.actor.id == "u1"

        asyncio.run(main())
