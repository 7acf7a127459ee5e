"""The invented county's accounts: who may sign in, and their sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from shared.contracts import identity
from shared.contracts.base import Nothing
from shared.contracts.errors import UNAUTHENTICATED
from shared.contracts.scopes import Actor, Area, Context, Hq, Outpost, OutpostCode, Principal, Role, Scope, WorkerSelf
from tests.web.rows import WORKER

PASSWORD = "gulou-huaqiao-1384"


class Accounts:
    """identity's part of the fake bus."""

    def __init__(self) -> None:
        self.sessions: dict[str, identity.AuthenticatedView] = {}

    def _sign_in(self, message: identity.SignIn, _: Context) -> identity.SessionOpened:
        people: dict[str, tuple[Scope, Role, str]] = {
            "admin": (Hq(), Role.hq_admin, "杨主任"),
            "dongguan.lead": (Outpost(code=OutpostCode.dongguan), Role.outpost_lead, "东莞站站长"),
            "newcomer": (Hq(), Role.hq_officer, "新同事"),
            "yandong": (Area(division="522631106"), Role.township_officer, "岩洞镇"),
        }
        if message.username not in people or message.password != PASSWORD:
            raise identity.SIGN_IN_REFUSED()
        scope, role, name = people[message.username]
        return self._open(message.token_hash, scope, role, name, must_change=message.username == "newcomer")

    def _sign_in_with_link(self, message: identity.SignInWithLink, _: Context) -> identity.SessionOpened:
        return self._open(message.token_hash, WorkerSelf(worker_id=WORKER), Role.worker, None)

    def _open(
        self, token_hash: str, scope: Scope, role: Role, name: str | None, *, must_change: bool = False
    ) -> identity.SessionOpened:
        principal = Principal(actor=Actor(kind="user", id=role.value), role=role, scope=scope)
        opened = identity.SessionOpened(
            session_id=uuid4(),
            expires_at=datetime.now(UTC) + timedelta(hours=8),
            principal=principal,
            display_name=name,
            must_change_password=must_change,
        )
        self.sessions[token_hash] = identity.AuthenticatedView(
            principal=principal, credential_id=opened.session_id, display_name=name, must_change_password=must_change
        )
        return opened

    def _authenticate(self, message: identity.Authenticate, _: Context) -> identity.AuthenticatedView:
        if message.credential_hash not in self.sessions:
            raise UNAUTHENTICATED()
        return self.sessions[message.credential_hash]

    def _end_session(self, message: identity.EndSession, _: Context) -> Nothing:
        self.sessions = {key: seen for key, seen in self.sessions.items() if seen.credential_id != message.session_id}
        return Nothing()

    def _change_password(self, message: identity.ChangePassword, context: Context) -> Nothing:
        if message.current_password != PASSWORD:
            raise identity.PASSWORD_WRONG()
        if len(message.new_password) < 8:
            raise identity.PASSWORD_WEAK(why_zh="至少 8 个字符", why_en="it must have at least 8 characters")
        for seen in self.sessions.values():
            if seen.principal.actor == context.actor:
                seen.must_change_password = False
        return Nothing()
