"""Entering by phone, through registry (who has the phone) and notify (which sends the code)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, update

from services.identity.models import PhoneCode
from shared.contracts.identity import Authenticate, RequestPhoneCode, SessionOpened, SignInWithPhoneCode
from shared.contracts.registry import EraseWorker, RegisterWorker, WorkerView
from shared.contracts.scopes import WorkerSelf
from tests.services.identity.conftest import token_hash
from tests.support.asker import Asker, refused
from tests.support.people import make_id_number

CODE = "284913"
RNG = random.Random(7)


@pytest.fixture(autouse=True)
def _known_code(monkeypatch: pytest.MonkeyPatch, platform: Any) -> None:
    monkeypatch.setattr(platform.settings, "sms_gateway", "https://sms.invalid/")
    monkeypatch.setattr("services.identity.phone_codes.secrets.randbelow", lambda _: int(CODE))


@pytest.fixture
def phone() -> str:
    return f"139{RNG.randrange(10**8):08d}"


@pytest.fixture
def registered(hq: Asker) -> Callable[..., WorkerView]:
    def register(phone: str, name: str = "吴秀英") -> WorkerView:
        return hq.ask(RegisterWorker(name=name, id_number=make_id_number(RNG), phone=phone, division="522631104"))

    return register


@pytest.fixture
def enter(public: Asker) -> Callable[..., SessionOpened]:
    def sign_in(phone: str, code: str = CODE, id_last4: str | None = None, token: str | None = None) -> SessionOpened:
        return public.ask(SignInWithPhoneCode(phone=phone, code=code, id_last4=id_last4, token_hash=token_hash(token)))

    return sign_in


class TestCode:
    def test_lets_its_worker_in_once(
        self, public: Asker, registered: Callable[..., WorkerView], enter: Callable[..., SessionOpened], phone: str
    ) -> None:
        worker = registered(phone)
        public.ask(RequestPhoneCode(phone=f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}"))
        assert enter(phone).principal.scope == WorkerSelf(worker_id=worker.id)
        with refused("sign_in.phone_code_refused"):
            enter(phone)

    def test_of_a_family_asks_whose_number_it_is(
        self, public: Asker, registered: Callable[..., WorkerView], enter: Callable[..., SessionOpened], phone: str
    ) -> None:
        mother, son = registered(phone), registered(phone, "吴小明")
        public.ask(RequestPhoneCode(phone=phone))
        with refused("sign_in.phone_shared"):
            enter(phone)
        with refused("sign_in.phone_code_refused"):
            enter(phone, id_last4="0000")
        last4 = str(son.id_number_masked)[-4:]
        assert last4 != str(mother.id_number_masked)[-4:]
        assert enter(phone, id_last4=last4).principal.scope == WorkerSelf(worker_id=son.id)

    def test_to_an_unknown_phone_is_answered_alike_and_fits_nothing(
        self, public: Asker, enter: Callable[..., SessionOpened], phone: str
    ) -> None:
        public.ask(RequestPhoneCode(phone=phone))
        with refused("sign_in.phone_code_refused"):
            enter(phone)
        with refused("phone_code.too_soon"):
            public.ask(RequestPhoneCode(phone=phone))

    def test_dies_after_five_wrong_tries(
        self, public: Asker, registered: Callable[..., WorkerView], enter: Callable[..., SessionOpened], phone: str
    ) -> None:
        registered(phone)
        public.ask(RequestPhoneCode(phone=phone))
        for _ in range(5):
            with refused("sign_in.phone_code_refused"):
                enter(phone, code="000000")
        with refused("sign_in.phone_code_refused"):
            enter(phone)

    def test_ends_after_five_minutes(
        self,
        public: Asker,
        registered: Callable[..., WorkerView],
        enter: Callable[..., SessionOpened],
        phone: str,
        platform: Any,
    ) -> None:
        registered(phone)
        public.ask(RequestPhoneCode(phone=phone))
        runtime = platform.hosted["identity"].runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            session.execute(update(PhoneCode).values(expires_at=col(PhoneCode.expires_at) - timedelta(minutes=5)))
        with refused("sign_in.phone_code_refused"):
            enter(phone)

    def test_without_an_sms_gateway_says_so_to_everybody_alike(
        self,
        public: Asker,
        registered: Callable[..., WorkerView],
        phone: str,
        platform: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        registered(phone)
        monkeypatch.setattr(platform.settings, "sms_gateway", None)
        for number in (phone, "13900000000"):
            with refused("channel.not_ready"):
                public.ask(RequestPhoneCode(phone=number))


class TestErasure:
    def test_an_erased_worker_is_out(
        self,
        hq: Asker,
        public: Asker,
        registered: Callable[..., WorkerView],
        enter: Callable[..., SessionOpened],
        phone: str,
        settle: Callable[[], None],
    ) -> None:
        worker = registered(phone)
        public.ask(RequestPhoneCode(phone=phone))
        enter(phone, token="soon-erased")
        hq.ask(EraseWorker(worker_id=worker.id, reason="本人申请删除"))
        settle()
        with refused("session.expired"):
            public.ask(Authenticate(kind="session", credential_hash=token_hash("soon-erased")))
