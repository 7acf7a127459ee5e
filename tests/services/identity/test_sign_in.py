"""Entering by password: what is told, what is not, and what happens after wrong guesses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from services.identity import passwords, projections
from services.identity.models import PasswordCredential, SessionToken, SignInAttempt
from services.identity.sessions import is_live
from shared.contracts.errors import Problem
from shared.contracts.identity import (
    Authenticate,
    ChangePassword,
    EndOtherSessions,
    EndSession,
    ListSessions,
    ResetPassword,
    SessionOpened,
    SignIn,
    SignInWithLink,
    TouchCredential,
    UserView,
)
from shared.contracts.registry import WorkerErased, WorkerMerged
from shared.contracts.scopes import Actor, Context, Role, WorkerSelf
from shared.kit.links import make_link_token
from shared.kit.tables import new_id
from tests.services.identity.conftest import PASSWORD, token_hash
from tests.support.asker import Asker, refused

Register = Callable[..., UserView]
SignsIn = Callable[..., SessionOpened]


def asker_of(platform: Any, user: UserView) -> Asker:
    return platform.asker(  # type: ignore[no-any-return]
        Context(actor=Actor(kind="user", id=str(user.id)), role=user.role, scope=user.scope)
    )


class TestPassword:
    def test_opens_a_session_that_stands_for_the_account(
        self, register: Register, sign_in: SignsIn, public: Asker
    ) -> None:
        user = register(Role.liaison_officer, outpost="dongguan")
        opened = sign_in(user.username.upper(), token="fresh")
        assert opened.principal.scope == user.scope
        assert opened.must_change_password
        seen = public.ask(Authenticate(kind="session", credential_hash=token_hash("fresh")))
        assert seen.principal == opened.principal
        assert seen.credential_id == opened.session_id

    def test_a_repeated_command_opens_one_session(self, register: Register, public: Asker, platform: Any) -> None:
        user = register()
        command = SignIn(username=user.username, password=PASSWORD, token_hash=token_hash("again"))
        command_id = new_id()
        first = public.ask(command, command_id=command_id)
        assert public.ask(command, command_id=command_id) == first
        assert len(asker_of(platform, user).ask(ListSessions()).items) == 1

    def test_wrong_password_and_unknown_account_read_the_same(self, register: Register, sign_in: SignsIn) -> None:
        said = []
        for username in (register().username, "nobody-at-all"):
            with refused("sign_in.refused") as caught:
                sign_in(username, "wrong-guess-1")
            said.append(caught[0].body)
        assert said[0] == said[1]

    def test_nothing_that_could_be_replayed_is_stored(
        self, register: Register, sign_in: SignsIn, platform: Any
    ) -> None:
        user = register()
        token = "a-token-nobody-may-find"
        sign_in(user.username, token=token)
        runtime = platform.hosted["identity"].runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            for table in ("session_token", "command", "outbox", "audit_entry", "password_credential", "user_account"):
                statement = f"SELECT t::text FROM identity.{table} AS t"
                found = session.connection().exec_driver_sql(statement).scalars()
                assert not any(secret in row for row in found for secret in (token, PASSWORD)), table
            stored = session.get_one(PasswordCredential, user.id).password_hash
        assert stored.startswith("$argon2id$")


class TestGuessing:
    def test_five_failures_block_for_a_growing_time(self, register: Register, sign_in: SignsIn) -> None:
        user = register()
        for _ in range(5):
            with refused("sign_in.refused"):
                sign_in(user.username, "wrong-guess-1")
        with refused("sign_in.too_many_attempts") as caught:
            sign_in(user.username)
        assert 1 <= caught[0].facts["retry_after"] <= 31

    def test_an_unknown_username_is_blocked_like_a_known_one(self, county: object, sign_in: SignsIn) -> None:
        for _ in range(5):
            with refused("sign_in.refused"):
                sign_in("no-such-person")
        with refused("sign_in.too_many_attempts"):
            sign_in("no-such-person")

    def test_a_stranger_cannot_lock_the_owner_out(self, register: Register, sign_in: SignsIn) -> None:
        user = register()
        for _ in range(5):
            with refused("sign_in.refused"):
                sign_in(user.username, "wrong-guess-1", address="203.0.113.9")
        assert sign_in(user.username, address="10.0.0.1").principal.actor.id == str(user.id)

    def test_success_forgets_the_failures(self, register: Register, sign_in: SignsIn) -> None:
        user = register()
        for _ in range(2):
            for _ in range(4):
                with refused("sign_in.refused"):
                    sign_in(user.username, "wrong-guess-1")
            sign_in(user.username)

    def test_an_admin_lifts_a_block_with_a_new_password(
        self, register: Register, sign_in: SignsIn, hq: Asker, platform: Any
    ) -> None:
        user = register()
        for _ in range(5):
            with refused("sign_in.refused"):
                sign_in(user.username, "wrong-guess-1", address="")
        hq.ask(ResetPassword(user_id=user.id, password="another-good-one-7"))
        assert sign_in(user.username, "another-good-one-7", address="").must_change_password
        runtime = platform.hosted["identity"].runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            keys = session.exec(select(col(SignInAttempt.key))).all()
        assert not any(user.username in key for key in keys)


class TestOwnSessions:
    def test_are_listed_and_ended_one_by_one_or_all_others(
        self, register: Register, sign_in: SignsIn, platform: Any, public: Asker
    ) -> None:
        user = register()
        sessions = [sign_in(user.username, token=f"{user.id}-{n}") for n in range(3)]
        me = asker_of(platform, user)
        assert [found.id for found in me.ask(ListSessions()).items] == [s.session_id for s in reversed(sessions)]
        me.ask(EndSession(session_id=sessions[0].session_id))
        me.ask(EndSession(session_id=sessions[0].session_id))
        me.ask(EndOtherSessions(keep_session=sessions[1].session_id))
        assert [found.id for found in me.ask(ListSessions()).items] == [sessions[1].session_id]
        with refused("session.expired"):
            public.ask(Authenticate(kind="session", credential_hash=token_hash(f"{user.id}-2")))

    def test_of_somebody_else_are_not_found(self, register: Register, sign_in: SignsIn, platform: Any) -> None:
        victim, other = register(), register()
        opened = sign_in(victim.username)
        with refused("resource.not_found"):
            asker_of(platform, other).ask(EndSession(session_id=opened.session_id))
        assert asker_of(platform, other).ask(ListSessions()).items == []

    def test_changing_the_password_ends_the_others(self, register: Register, sign_in: SignsIn, platform: Any) -> None:
        user = register()
        kept, _ = sign_in(user.username), sign_in(user.username)
        me = asker_of(platform, user)
        with refused("user.password_wrong"):
            me.ask(ChangePassword(current_password="not-this-one", new_password="a-better-one-42"))
        with refused("user.password_weak"):
            me.ask(ChangePassword(current_password=PASSWORD, new_password="11111111"))
        me.ask(ChangePassword(current_password=PASSWORD, new_password="a-better-one-42", keep_session=kept.session_id))
        assert [found.id for found in me.ask(ListSessions()).items] == [kept.session_id]
        assert not sign_in(user.username, "a-better-one-42").must_change_password

    @given(idle=st.integers(0, 10_000), age=st.integers(0, 100_000), ended=st.booleans())
    def test_a_session_lives_only_unended_in_time_and_in_use(self, idle: int, age: int, ended: bool) -> None:
        now = datetime(2026, 3, 1, tzinfo=UTC)
        token = SessionToken(
            token_hash="x",
            way="password",
            idle_seconds=7200,
            created_at=now - timedelta(seconds=age),
            last_seen_at=now - timedelta(seconds=idle),
            expires_at=now - timedelta(seconds=age) + timedelta(hours=12),
            ended_at=now if ended else None,
        )
        assert is_live(token, now) is (not ended and idle < 7200 and age < 12 * 3600)

    def test_using_a_session_is_noted_at_most_once_a_minute(
        self, register: Register, sign_in: SignsIn, public: Asker, platform: Any
    ) -> None:
        user = register()
        sign_in(user.username, token="seen")
        asked = Authenticate(kind="session", credential_hash=token_hash("seen"))
        assert not public.ask(asked).is_touch_due
        runtime = platform.hosted["identity"].runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            token = session.exec(select(SessionToken).where(col(SessionToken.token_hash) == token_hash("seen"))).one()
            token.last_seen_at -= timedelta(minutes=5)
        assert public.ask(asked).is_touch_due
        public.ask(TouchCredential(kind="session", credential_hash=token_hash("seen")))
        assert not public.ask(asked).is_touch_due


class TestLink:
    def test_lets_the_worker_of_a_slip_in(self, public: Asker, platform: Any) -> None:
        worker_id = uuid4()
        link = make_link_token(
            platform.keys,
            purpose="recommendations",
            subject=str(worker_id),
            expires_at=datetime.now(UTC) + timedelta(days=7),
        )
        opened = public.ask(SignInWithLink(link_token=link, token_hash=token_hash("by-link")))
        assert opened.principal.scope == WorkerSelf(worker_id=worker_id)
        assert opened.principal.role is Role.worker

    def test_of_an_erased_worker_leads_nowhere_and_of_a_merged_one_to_the_other(
        self, platform: Any, public: Asker
    ) -> None:
        erased, merged, kept = uuid4(), uuid4(), uuid4()
        runtime = platform.hosted["identity"].runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            projections.worker_erased(session, WorkerErased(worker_id=erased))
            projections.worker_merged(session, WorkerMerged(worker_id=merged, into_worker_id=kept))

        def link(worker_id: UUID) -> str:
            later = datetime.now(UTC) + timedelta(days=7)
            return make_link_token(platform.keys, purpose="recommendations", subject=str(worker_id), expires_at=later)

        with refused("link.invalid"):
            public.ask(SignInWithLink(link_token=link(erased), token_hash=token_hash()))
        opened = public.ask(SignInWithLink(link_token=link(merged), token_hash=token_hash()))
        assert opened.principal.scope == WorkerSelf(worker_id=kept)

    @pytest.mark.parametrize(
        ("purpose", "days", "code"),
        [("seat", 1, "link.invalid"), ("worker_session", -1, "link.expired"), ("recommendations", -1, "link.expired")],
    )
    def test_of_another_purpose_or_time_does_not(
        self, public: Asker, platform: Any, purpose: str, days: int, code: str
    ) -> None:
        link = make_link_token(
            platform.keys, purpose=purpose, subject=str(uuid4()), expires_at=datetime.now(UTC) + timedelta(days=days)
        )
        with refused(code):
            public.ask(SignInWithLink(link_token=link, token_hash=token_hash()))

    @settings(deadline=None)
    @given(cut=st.integers(0, 60), put=st.characters(codec="ascii", categories=["L", "N"]))
    def test_that_was_changed_does_not(self, platform: Any, cut: int, put: str) -> None:
        public = platform.public()
        link = make_link_token(
            platform.keys,
            purpose="worker_session",
            subject="01976c3e-0000-7000-8000-000000000001",
            expires_at=datetime.now(UTC) + timedelta(days=1),
        )
        changed = link[:cut] + put + link[cut + 1 :]
        assume(changed != link)
        with pytest.raises(Problem):
            public.ask(SignInWithLink(link_token=changed, token_hash=token_hash()))


class TestHashing:
    def test_full_width_and_composed_forms_are_one_password(self) -> None:
        stored = passwords.hash_password("Ｇulou-１３８４")
        assert passwords.verify_password("Gulou-1384", stored) == (True, None)
        assert passwords.verify_password("gulou-1384", stored)[0] is False

    def test_without_a_stored_hash_nothing_fits(self) -> None:
        assert passwords.verify_password("nobody has this password", None) == (False, None)

    @given(st.text(max_size=200))
    def test_the_policy_never_fails_and_always_has_both_languages(self, password: str) -> None:
        problem = passwords.weakness(password, "dongguan.lead")
        assert problem is None or (problem.body.zh and problem.body.en)
