"""Entering over HTTP, through the real platform: tokens, keys, links, sign-out, and what an admin can do about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.identity import BootstrapCounty
from shared.contracts.scopes import Role
from shared.kit.links import make_link_token
from tests.support.asker import Asker

ADMIN = {"username": "admin", "password": "the-admin-of-liping"}
SESSIONS = "/api/v1/sessions"


@pytest.fixture(autouse=True)
def county(as_service: Callable[[str], Asker]) -> None:
    as_service("identity").ask(BootstrapCounty(admin_password=ADMIN["password"]))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def admin(http: Any) -> dict[str, str]:
    return bearer(http.post(SESSIONS, json=ADMIN).json()["token"])


class TestPassword:
    def test_the_first_admin_signs_in_and_out(self, http: Any) -> None:
        answer = http.post(SESSIONS, json=ADMIN)
        assert answer.status_code == 201
        opened = answer.json()
        assert opened["principal"]["role"] == "hq_admin"
        assert opened["principal"]["scope"] == {"kind": "hq"}
        assert datetime.fromisoformat(opened["expires_at"]) > datetime.now(UTC) + timedelta(hours=11)
        me = http.get(answer.headers["location"], headers=bearer(opened["token"])).json()
        assert me["session_id"] == opened["session_id"]
        assert http.delete(f"{SESSIONS}/current", headers=bearer(opened["token"])).status_code == 204
        assert http.get(f"{SESSIONS}/current", headers=bearer(opened["token"])).json()["code"] == "session.expired"

    def test_a_wrong_one_is_told_nothing(self, http: Any) -> None:
        said = [http.post(SESSIONS, json={"username": name, "password": "no"}).json() for name in ("admin", "nobody")]
        assert [answer["code"] for answer in said] == ["sign_in.refused", "sign_in.refused"]
        assert said[0]["detail"] == said[1]["detail"]

    def test_guessing_is_blocked_with_the_time_to_wait(self, http: Any) -> None:
        for _ in range(5):
            http.post(SESSIONS, json={"username": "guessed", "password": "no"})
        answer = http.post(SESSIONS, json={"username": "guessed", "password": "no"})
        assert (answer.status_code, answer.json()["code"]) == (429, "sign_in.too_many_attempts")
        assert 1 <= int(answer.headers["retry-after"]) <= 31

    def test_a_repeated_request_with_its_key_opens_one_session(self, http: Any) -> None:
        headers = {"Idempotency-Key": "sign-in-once"}
        first, again = (http.post(SESSIONS, json=ADMIN, headers=headers).json() for _ in range(2))
        assert first == again
        other = http.post(SESSIONS, json={**ADMIN, "password": "x"}, headers=headers)
        assert (other.status_code, other.json()["code"]) == (422, "command.key_reused")


class TestAccounts:
    def test_an_outposts_lead_enters_the_own_outpost_only(self, http: Any, admin: dict[str, str]) -> None:
        body = {"username": "dongguan.lead", "password": "gulou-huaqiao-1384", "role": "outpost_lead"}
        made = http.post("/api/v1/hq/outposts/dongguan/users", json=body, headers=admin)
        assert made.status_code == 201
        assert made.headers["etag"] == '"1"'
        lead = bearer(http.post(SESSIONS, json={k: body[k] for k in ("username", "password")}).json()["token"])
        assert http.get("/api/v1/outposts/dongguan", headers=lead).json()["name"].startswith("东莞")
        assert http.get("/api/v1/outposts/shenzhen", headers=lead).json()["code"] == "tenant.not_found"
        assert http.get("/api/v1/hq/users", headers=lead).json()["code"] == "scope.forbidden"
        assert [
            user["username"] for user in http.get("/api/v1/outposts/dongguan/users", headers=lead).json()["items"]
        ] == ["dongguan.lead"]
        closed = http.post(f"{made.headers['location']}/deactivation", json={"reason": "离职"}, headers=admin)
        assert closed.json()["is_active"] is False
        assert http.get("/api/v1/outposts/dongguan", headers=lead).status_code == 401

    def test_a_patch_against_an_old_version_is_412(self, http: Any, admin: dict[str, str]) -> None:
        body = {"username": "patched", "password": "gulou-huaqiao-1384", "role": "hq_officer"}
        path = http.post("/api/v1/hq/users", json=body, headers=admin).headers["location"]
        first = http.patch(path, json={"display_name": "甲"}, headers={**admin, "If-Match": '"1"'})
        assert (first.status_code, first.headers["etag"]) == (200, '"2"')
        second = http.patch(path, json={"display_name": "乙"}, headers={**admin, "If-Match": '"1"'})
        assert (second.status_code, second.json()["code"]) == (412, "resource.changed_meanwhile")

    def test_the_same_username_twice_is_409_and_the_same_request_twice_is_not(
        self, http: Any, admin: dict[str, str]
    ) -> None:
        body = {"username": "twice", "password": "gulou-huaqiao-1384", "role": "hq_officer"}
        keyed = {**admin, "Idempotency-Key": "register-twice"}
        first, again = (http.post("/api/v1/hq/users", json=body, headers=keyed) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        assert http.post("/api/v1/hq/users", json=body, headers=admin).json()["code"] == "user.username_taken"

    def test_a_reset_password_ends_the_sessions(self, http: Any, admin: dict[str, str]) -> None:
        body = {"username": "forgetful", "password": "gulou-huaqiao-1384", "role": "hq_officer"}
        made = http.post("/api/v1/hq/users", json=body, headers=admin)
        old = bearer(http.post(SESSIONS, json={k: body[k] for k in ("username", "password")}).json()["token"])
        given = http.post(f"{made.headers['location']}/password-reset", headers=admin).json()["password"]
        assert http.get("/api/v1/hq/outposts", headers=old).status_code == 401
        entered = http.post(SESSIONS, json={"username": "forgetful", "password": given}).json()
        assert entered["must_change_password"]
        change = {"current_password": given, "new_password": "my-own-choice-9"}
        assert (
            http.put(f"{SESSIONS}/current/password", json=change, headers=bearer(entered["token"])).status_code == 204
        )
        assert http.get("/api/v1/hq/outposts", headers=bearer(entered["token"])).status_code == 200


class TestKeys:
    def test_an_outposts_key_works_until_it_is_revoked(self, http: Any, admin: dict[str, str]) -> None:
        issued = http.post("/api/v1/hq/outposts/wenling/api-keys", json={"label": "排班"}, headers=admin).json()
        assert issued["key"].startswith("sk_")
        assert "key" not in http.get("/api/v1/hq/outposts/wenling/api-keys", headers=admin).json()["items"][0]
        key = bearer(issued["key"])
        assert http.get("/api/v1/outposts/wenling", headers=key).status_code == 200
        assert http.get("/api/v1/outposts/guiyang", headers=key).status_code == 404
        http.post(f"/api/v1/hq/api-keys/{issued['key_id']}/revocation", headers=admin)
        assert http.get("/api/v1/outposts/wenling", headers=key).status_code == 401


class TestLinks:
    def test_a_slips_link_opens_the_workers_own_session(self, http: Any, platform: Any) -> None:
        worker_id = str(uuid4())
        link = make_link_token(
            platform.keys,
            purpose="recommendations",
            subject=worker_id,
            expires_at=datetime.now(UTC) + timedelta(days=3),
        )
        opened = http.post(SESSIONS, json={"link": link}).json()
        assert opened["principal"]["scope"] == {"kind": "worker", "worker_id": worker_id}
        assert http.get("/api/v1/hq/outposts", headers=bearer(opened["token"])).status_code == 403
        assert http.post(SESSIONS, json={"link": link[:-8] + "AAAAAAAA"}).json()["code"] == "link.invalid"


class TestTrail:
    def test_admin_acts_are_read_back(self, http: Any, admin: dict[str, str]) -> None:
        made = http.post(
            "/api/v1/hq/users",
            json={"username": "audited", "password": "gulou-huaqiao-1384", "role": "hq_auditor"},
            headers=admin,
        ).json()
        trail = http.get(f"/api/v1/hq/audit?subject_id={made['id']}", headers=admin).json()["items"]
        assert [entry["action"] for entry in trail] == ["user.registered"]
        officer = http.as_hq(Role.hq_officer)
        assert officer.get("/api/v1/hq/audit").status_code == 403

    def test_operations_answer_for_the_service(self, http: Any) -> None:
        found = http.as_hq(Role.hq_auditor).get("/api/v1/hq/operations").json()
        assert {"service": "identity", "state": "up"}.items() <= next(
            service.items() for service in found["services"] if service["service"] == "identity"
        )
