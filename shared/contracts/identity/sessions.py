"""Sessions: how a person enters, and what a bearer token stands for.

A token is 256 random bits that the gateway makes and hands to the client; identity only ever hears its SHA-256, so
that neither its tables, nor the stored replies of commands, nor a message on the broker hold one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from shared.contracts.base import Command, Nothing, Page, PageRequest, Query, View
from shared.contracts.identity.users import Password
from shared.contracts.scopes import Principal

CredentialHash = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(description="SHA-256 of the token, hex")
]
Mobile = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^(\+?86)?[\s-]?1[3-9]\d([\s-]?\d{4}){2}$"),
    Field(description="mainland mobile number", examples=["13800138000"]),
]
# `recommendations` is what a slip or a message carries; `worker_session` is a link made only for entering.
ENTRY_PURPOSES = ("worker_session", "recommendations")


class SessionView(View):
    """An open or ended session, as its owner sees it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1c01",
                    "way": "password",
                    "device": "Firefox 140, Windows",
                    "address": "10.0.0.8",
                    "created_at": "2026-07-01T08:00:00+08:00",
                    "last_seen_at": "2026-07-01T09:12:00+08:00",
                    "expires_at": "2026-07-01T20:00:00+08:00",
                }
            ]
        }
    )

    id: UUID
    way: Literal["password", "link", "phone_code"]
    device: str | None
    address: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


class SessionOpened(View):
    """The session that a sign-in opened."""

    session_id: UUID
    expires_at: datetime
    principal: Principal
    display_name: str | None = None
    must_change_password: bool = False


class SignIn(Command[SessionOpened]):
    """Enter by username and password. Five failures in a row block for a growing time."""

    username: str = Field(min_length=1, max_length=128)
    password: Password = Field(repr=False)
    token_hash: CredentialHash
    address: str | None = Field(default=None, max_length=64)
    device: str | None = Field(default=None, max_length=200)


class SignInWithLink(Command[SessionOpened]):
    """Enter as the worker whom a signed, expiring link names (slip, message or QR)."""

    link_token: str = Field(min_length=10, max_length=2000, repr=False)
    token_hash: CredentialHash
    address: str | None = Field(default=None, max_length=64)
    device: str | None = Field(default=None, max_length=200)


class SignInWithPhoneCode(Command[SessionOpened]):
    """Enter as the worker registered with a phone, by the code sent to it.

    One phone may serve a family; then the last four characters of the identity number choose the person.
    """

    phone: Mobile = Field(repr=False)
    code: str = Field(pattern=r"^\d{6}$", repr=False)
    id_last4: Annotated[str, StringConstraints(pattern=r"^\d{3}[\dXx]$")] | None = None
    token_hash: CredentialHash
    address: str | None = Field(default=None, max_length=64)
    device: str | None = Field(default=None, max_length=200)


class RequestPhoneCode(Command[Nothing]):
    """Send a six-digit code to a phone. The answer is the same whether or not anyone is registered with it."""

    phone: Mobile = Field(repr=False)
    address: str | None = Field(default=None, max_length=64)


class PhoneCodeStanding(View):
    """Whether another code may be sent to a phone now."""

    wait_seconds: int = 0


class GetPhoneCodeStanding(Query[PhoneCodeStanding]):
    """Answered to identity itself, before a code is sent."""

    phone: Mobile = Field(repr=False)


class PhoneCodeTried(View):
    """The code that fitted, if it did."""

    code_id: UUID | None = None


class TryPhoneCode(Command[PhoneCodeTried]):
    """Answered to identity itself: compare a code and count a wrong one, in a transaction of its own."""

    phone: Mobile = Field(repr=False)
    code: str = Field(pattern=r"^\d{6}$", repr=False)


class AuthenticatedView(View):
    """Whom a token or an API key stands for, now."""

    principal: Principal
    credential_id: UUID
    expires_at: datetime | None = None
    is_touch_due: bool = Field(default=False, description="the last-seen time is old enough to be written again")
    display_name: str | None = None
    must_change_password: bool = False


class Authenticate(Query[AuthenticatedView]):
    """Who is behind a credential. Raises session.required or session.expired."""

    kind: Literal["session", "api_key"]
    credential_hash: CredentialHash


class TouchCredential(Command[Nothing]):
    """Note that a session or key was used; asked at most once a minute for each."""

    kind: Literal["session", "api_key"]
    credential_hash: CredentialHash


class ListSessions(PageRequest, Query[Page[SessionView]]):
    """The caller's own open sessions, the newest first."""


class EndSession(Command[Nothing]):
    """End one of the caller's own sessions."""

    session_id: UUID


class EndOtherSessions(Command[Nothing]):
    """End every session of the caller but the one named."""

    keep_session: UUID | None = None
