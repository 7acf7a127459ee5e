"""Accounts: who may open them, what a role takes, and that rights end at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from services.identity.accounts import county_today
from shared.contracts.identity import (
    Authenticate,
    ChangeUser,
    DeactivateUser,
    GetUser,
    ListUsers,
    ReactivateUser,
    RegisterUser,
    SessionOpened,
    UserView,
)
from shared.contracts.scopes import Area, Hq, Outpost, OutpostCode, Role
from shared.kit.tables import utc_now
from tests.services.identity.conftest import PASSWORD, token_hash
from tests.support.asker import Asker, refused

Register = Callable[..., UserView]
SignsIn = Callable[..., SessionOpened]


class TestRegister:
    def test_the_role_decides_the_scope(self, register: Register) -> None:
        assert register(Role.hq_auditor).scope == Hq()
        assert register(Role.grid_leader, division="522631104201").scope == Area(division="522631104201")
        assert register(Role.outpost_lead, outpost="dongguan").scope == Outpost(code=OutpostCode.dongguan)

    @pytest.mark.parametrize(
        ("role", "given"),
        [
            (Role.outpost_lead, {}),
            (Role.outpost_lead, {"outpost": "dongguan", "division": "522631"}),
            (Role.grid_leader, {"outpost": "dongguan"}),
            (Role.hq_officer, {"division": "522631104"}),
            (Role.partner_employer, {}),
        ],
    )
    def test_a_role_with_another_scope_is_refused(self, register: Register, role: Role, given: dict[str, str]) -> None:
        with refused("user.role_scope_mismatch"):
            register(role, **given)

    def test_usernames_that_read_alike_are_one(self, register: Register) -> None:
        register(username="Dongguan.Lead", role=Role.outpost_lead, outpost="dongguan")
        with refused("user.username_taken"):
            register(username="ｄongguan.lead", role=Role.hq_officer)

    @pytest.mark.parametrize("password", ["short", "12345678", "aaaabbbb", "password123", "87654321", "xx-clerk-li-xx"])
    def test_a_password_that_anybody_guesses_is_refused(self, hq: Asker, county: object, password: str) -> None:
        with refused("user.password_weak"):
            hq.ask(RegisterUser(username="clerk-li", password=password, role=Role.hq_officer))

    def test_only_an_admin_opens_accounts(self, platform, county: object, outpost: Callable[[str], Asker]) -> None:  # type: ignore[no-untyped-def]
        for asker in (platform.hq(Role.hq_officer), platform.hq(Role.hq_auditor), outpost("dongguan")):
            with refused("scope.forbidden"):
                asker.ask(RegisterUser(username="intruder", password=PASSWORD, role=Role.hq_admin))

    def test_nobody_is_registered_as_a_worker(self) -> None:
        with pytest.raises(ValueError, match="no account can have this role"):
            RegisterUser(username="wu.xiuying", password=PASSWORD, role=Role.worker)


class TestReading:
    def test_an_outpost_sees_its_own_staff_only(self, register: Register, outpost: Callable[[str], Asker]) -> None:
        own = register(Role.liaison_officer, outpost="hangzhou")
        other = register(Role.liaison_officer, outpost="shenzhen")
        seen = {user.id for user in outpost("hangzhou").ask(ListUsers(limit=500)).items}
        assert own.id in seen
        assert other.id not in seen
        with refused("resource.not_found"):
            outpost("hangzhou").ask(GetUser(user_id=other.id))

    def test_a_list_is_paged_and_filtered(self, register: Register, hq: Asker) -> None:
        made = {register(Role.hq_auditor, username=f"pager-{n}", display_name=f"审计{n}").id for n in range(5)}
        first = hq.ask(ListUsers(q="PAGER-", limit=3))
        rest = hq.ask(ListUsers(q="PAGER-", limit=3, cursor=first.next_cursor))
        assert {user.id for user in (*first.items, *rest.items)} == made
        assert rest.next_cursor is None
        assert [user.display_name for user in hq.ask(ListUsers(q="审计3")).items] == ["审计3"]


class TestRightsEnd:
    def test_a_closed_account_is_out_at_once_and_back_after_reopening(
        self, register: Register, sign_in: SignsIn, hq: Asker, public: Asker
    ) -> None:
        user = register(Role.outpost_lead, outpost="wenling")
        sign_in(user.username, token="leaving")
        asked = Authenticate(kind="session", credential_hash=token_hash("leaving"))
        assert public.ask(asked).principal.actor.id == str(user.id)
        assert not hq.ask(DeactivateUser(user_id=user.id, reason="离职")).is_active
        with refused("session.expired"):
            public.ask(asked)
        with refused("sign_in.refused"):
            sign_in(user.username)
        hq.ask(ReactivateUser(user_id=user.id))
        assert sign_in(user.username).principal.role is Role.outpost_lead
        with refused("session.expired"):
            public.ask(asked)

    def test_a_new_role_ends_the_sessions_of_the_old_one(
        self, register: Register, sign_in: SignsIn, hq: Asker, public: Asker
    ) -> None:
        user = register(Role.hq_officer)
        sign_in(user.username, token="officer")
        changed = hq.ask(ChangeUser(user_id=user.id, role=Role.liaison_officer, outpost=OutpostCode.guangzhou))
        assert changed.scope == Outpost(code=OutpostCode.guangzhou)
        with refused("session.expired"):
            public.ask(Authenticate(kind="session", credential_hash=token_hash("officer")))

    def test_an_account_ends_after_its_last_day(self, register: Register, sign_in: SignsIn) -> None:
        today = county_today(utc_now())
        sign_in(register(valid_until=today).username)
        with refused("sign_in.refused"):
            sign_in(register(valid_until=today - timedelta(days=1)).username)

    def test_the_last_admin_cannot_go(self, county: object, hq: Asker) -> None:
        admins = hq.ask(ListUsers(role=Role.hq_admin, is_active=True, limit=500)).items
        for admin in admins[1:]:
            hq.ask(DeactivateUser(user_id=admin.id))
        with refused("user.last_admin"):
            hq.ask(DeactivateUser(user_id=admins[0].id))
        with refused("user.last_admin"):
            hq.ask(ChangeUser(user_id=admins[0].id, role=Role.hq_officer))

    def test_a_change_over_another_one_is_refused(self, register: Register, hq: Asker) -> None:
        user = register()
        hq.ask(ChangeUser(user_id=user.id, display_name="新名字", expected_version=user.version))
        with refused("resource.changed_meanwhile"):
            hq.ask(ChangeUser(user_id=user.id, display_name="旧名字", expected_version=user.version))

    def test_an_unknown_account_is_not_found(self, county: object, hq: Asker) -> None:
        for message in (DeactivateUser(user_id=uuid4()), GetUser(user_id=uuid4()), ChangeUser(user_id=uuid4())):
            with refused("resource.not_found"):
                hq.ask(message)
