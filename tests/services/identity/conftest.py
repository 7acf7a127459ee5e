"""What identity's tests share: a county that has been started, and people with accounts."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from shared.contracts.identity import BootstrapCounty, BootstrapView, RegisterUser, SessionOpened, SignIn, UserView
from shared.contracts.scopes import Role
from tests.support.asker import Asker

PASSWORD = "gulou-huaqiao-1384"
ADMIN_PASSWORD = "the-admin-of-liping"


def token_hash(token: str | None = None) -> str:
    return hashlib.sha256((token or secrets.token_hex(16)).encode()).hexdigest()


@pytest.fixture
def county(as_service: Callable[[str], Asker]) -> BootstrapView:
    return as_service("identity").ask(BootstrapCounty(admin_password=ADMIN_PASSWORD))


@pytest.fixture
def register(hq: Asker, county: BootstrapView) -> Callable[..., UserView]:
    def make(role: Role = Role.hq_officer, **given: Any) -> UserView:
        username = given.pop("username", f"u{secrets.token_hex(6)}")
        return hq.ask(RegisterUser(username=username, password=PASSWORD, role=role, **given))

    return make


@pytest.fixture
def sign_in(public: Asker) -> Callable[..., SessionOpened]:
    def enter(username: str, password: str = PASSWORD, *, token: str | None = None, address: str = "10.0.0.1"):  # type: ignore[no-untyped-def]
        return public.ask(SignIn(username=username, password=password, token_hash=token_hash(token), address=address))

    return enter
