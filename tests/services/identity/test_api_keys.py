"""API keys: issued to one owner, shown nowhere again, refused once revoked, over or blocked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.identity.accounts import county_today
from shared.contracts.errors import Problem, ProblemKind
from shared.contracts.identity import Authenticate, IssueApiKey, ListApiKeys, RevokeApiKey, TouchCredential
from shared.contracts.postings import BlockEmployer, RegisterEmployer, UnblockEmployer
from shared.contracts.scopes import Outpost, OutpostCode, Partner, Role
from shared.kit.tables import utc_now
from tests.services.identity.conftest import token_hash
from tests.support.asker import Asker, refused

pytestmark = pytest.mark.usefixtures("county")


def issue(hq: Asker, secret: str, **given: Any) -> UUID:
    return hq.ask(IssueApiKey(label="排班系统", key_hash=token_hash(secret), prefix="sk_abcd", **given)).key_id


class TestOutpostKey:
    def test_stands_for_its_outpost(self, hq: Asker, public: Asker) -> None:
        issue(hq, "k1", outpost=OutpostCode.shenzhen)
        seen = public.ask(Authenticate(kind="api_key", credential_hash=token_hash("k1")))
        assert seen.principal.scope == Outpost(code=OutpostCode.shenzhen)
        assert seen.principal.role is Role.liaison_officer
        assert seen.principal.actor.kind == "api_key"

    def test_is_not_a_session(self, hq: Asker, public: Asker) -> None:
        issue(hq, "k2", outpost=OutpostCode.shenzhen)
        with refused("session.required"):
            public.ask(Authenticate(kind="session", credential_hash=token_hash("k2")))

    def test_revoked_is_refused_and_stays_so(self, hq: Asker, public: Asker) -> None:
        key_id = issue(hq, "k3", outpost=OutpostCode.wenling)
        first = hq.ask(RevokeApiKey(key_id=key_id)).revoked_at
        assert hq.ask(RevokeApiKey(key_id=key_id)).revoked_at == first
        with refused("session.expired"):
            public.ask(Authenticate(kind="api_key", credential_hash=token_hash("k3")))

    def test_ends_after_its_last_day(self, hq: Asker, public: Asker) -> None:
        today = county_today(utc_now())
        issue(hq, "k4", outpost=OutpostCode.guiyang, expires_on=today - timedelta(days=1))
        issue(hq, "k5", outpost=OutpostCode.guiyang, expires_on=today)
        with refused("session.expired"):
            public.ask(Authenticate(kind="api_key", credential_hash=token_hash("k4")))
        public.ask(Authenticate(kind="api_key", credential_hash=token_hash("k5")))

    def test_use_is_noted(self, hq: Asker, public: Asker) -> None:
        key_id = issue(hq, "k6", outpost=OutpostCode.chancheng)
        assert public.ask(Authenticate(kind="api_key", credential_hash=token_hash("k6"))).is_touch_due
        public.ask(TouchCredential(kind="api_key", credential_hash=token_hash("k6")))
        listed = {key.key_id: key for key in hq.ask(ListApiKeys(outpost=OutpostCode.chancheng)).items}
        assert listed[key_id].last_used_at is not None

    def test_is_seen_by_its_outpost_and_no_other(self, hq: Asker, outpost: Callable[[str], Asker]) -> None:
        key_id = issue(hq, "k7", outpost=OutpostCode.hangzhou)
        assert key_id in {key.key_id for key in outpost("hangzhou").ask(ListApiKeys()).items}
        assert outpost("dongguan").ask(ListApiKeys(outpost=OutpostCode.hangzhou)).items == []

    def test_only_an_admin_issues_and_only_to_one_owner(self, hq: Asker, platform: Any) -> None:
        with refused("scope.forbidden"):
            issue(platform.hq(Role.hq_officer), "k8", outpost=OutpostCode.hangzhou)
        with refused("api_key.one_owner"):
            issue(hq, "k9")


class TestEmployerKey:
    def test_lives_with_the_employers_standing(
        self, hq: Asker, public: Asker, settle: Callable[[], None], partner: Callable[[UUID], Asker]
    ) -> None:
        employer = hq.ask(RegisterEmployer(name="东莞市长安鑫源电子有限公司", uscc="91110000600037341L"))
        key_id = issue(hq, "e1", employer_id=employer.id)
        asked = Authenticate(kind="api_key", credential_hash=token_hash("e1"))
        seen = public.ask(asked).principal
        assert (seen.scope, seen.role) == (Partner(employer_id=employer.id), Role.partner_employer)
        assert [key.key_id for key in partner(employer.id).ask(ListApiKeys()).items] == [key_id]
        assert partner(uuid4()).ask(ListApiKeys()).items == []

        hq.ask(BlockEmployer(employer_id=employer.id, reason="拖欠工资, 劳动监察已立案"))
        settle()
        with refused("session.expired"):
            public.ask(asked)
        with refused("api_key.employer_blocked"):
            issue(hq, "e2", employer_id=employer.id)

        hq.ask(UnblockEmployer(employer_id=employer.id, reason="工资已全部补发"))
        settle()
        assert public.ask(asked).credential_id == key_id

    def test_of_an_unknown_employer_is_not_issued(self, hq: Asker) -> None:
        with pytest.raises(Problem) as caught:
            issue(hq, "e3", employer_id=uuid4())
        assert caught.value.kind is ProblemKind.not_found
