"""Entering, for the API and the pages alike: the gateway makes the token, identity hears only its hash."""

from __future__ import annotations

from typing import NamedTuple

from gateway.auth import ANONYMOUS, credential_from, secret_hash
from gateway.caller import Caller
from gateway.principals import Who
from shared.contracts.identity import (
    EndSession,
    RequestPhoneCode,
    SessionOpened,
    SignIn,
    SignInWithLink,
    SignInWithPhoneCode,
)


class Entered(NamedTuple):
    """A session's token, told this once, and what identity said about it."""

    token: str
    opened: SessionOpened


async def sign_in(caller: Caller, username: str, password: str) -> Entered:
    """Raises sign_in.refused and sign_in.too_many_attempts."""
    await _spend(caller)
    token = caller.fresh_secret()
    message = SignIn(
        username=username,
        password=password,
        token_hash=secret_hash(token),
        address=caller.address,
        device=device_of(caller),
    )
    return Entered(token, await caller.ask(message, context=ANONYMOUS))


async def sign_in_with_link(caller: Caller, link_token: str) -> Entered:
    """Raises link.invalid and link.expired."""
    await _spend(caller)
    token = caller.fresh_secret()
    message = SignInWithLink(
        link_token=link_token, token_hash=secret_hash(token), address=caller.address, device=device_of(caller)
    )
    return Entered(token, await caller.ask(message, context=ANONYMOUS))


async def sign_in_with_phone_code(caller: Caller, phone: str, code: str, id_last4: str | None = None) -> Entered:
    """Raises sign_in.phone_code_refused and sign_in.phone_shared."""
    await _spend(caller)
    token = caller.fresh_secret()
    message = SignInWithPhoneCode(
        phone=phone,
        code=code,
        id_last4=id_last4,
        token_hash=secret_hash(token),
        address=caller.address,
        device=device_of(caller),
    )
    return Entered(token, await caller.ask(message, context=ANONYMOUS))


async def request_phone_code(caller: Caller, phone: str) -> None:
    """Raises phone_code.too_soon."""
    await _spend(caller)
    await caller.ask(RequestPhoneCode(phone=phone, address=caller.address), context=ANONYMOUS)


async def sign_out(caller: Caller, who: Who) -> None:
    """End the session that the request itself came with, here at once."""
    caller.gateway.principals.drop(who.credential)
    await caller.ask(EndSession(session_id=who.credential_id))
    caller.gateway.principals.drop(who.credential)


def forget_token(caller: Caller, token: str) -> None:
    """Drop what is remembered of a token, after what it may do has changed."""
    caller.gateway.principals.drop(credential_from(token))


def device_of(caller: Caller) -> str | None:
    agent = caller.request.headers.get("user-agent", "")
    return agent[:200] or None


async def _spend(caller: Caller) -> None:
    limits = caller.gateway.limits
    await limits.spend(limits.sign_in, "sign-in", caller.address)
