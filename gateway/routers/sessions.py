"""Entering and leaving, for everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from gateway import signing_in
from gateway.answers import json_response, problems
from gateway.auth import Anyone, SignedIn
from gateway.caller import Caller
from shared.contracts import identity as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import UNAUTHENTICATED
from shared.contracts.identity.sessions import Mobile
from shared.contracts.identity.users import Password
from shared.contracts.notify import PHONE_CODE_TOO_SOON
from shared.contracts.scopes import Principal
from shared.kit.links import LINK_EXPIRED, LINK_INVALID

router = APIRouter(prefix="/sessions", tags=["sessions"])


class SessionRequest(BaseModel):
    """One of three ways: username and password; the token of a signed link; phone and code."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"username": "admin", "password": "gulou-huaqiao-1384"},
                {"link": "eyJjIjp7fSwiZSI6MTc4MDAwMDAwMCwiayI6ImsxIn0.c2lnbmF0dXJl"},
                {"phone": "13800138000", "code": "284913"},
            ]
        },
    )

    username: str | None = Field(default=None, min_length=1, max_length=128)
    password: Password | None = Field(default=None, repr=False)
    link: str | None = Field(
        default=None, min_length=10, max_length=2000, repr=False, description="what the slip's QR carries"
    )
    phone: Mobile | None = Field(default=None, repr=False)
    code: str | None = Field(default=None, pattern=r"^\d{6}$", repr=False)
    id_last4: str | None = Field(default=None, pattern=r"^\d{3}[\dXx]$", description="where a family shares the phone")

    @model_validator(mode="after")
    def _is_one_way(self) -> SessionRequest:
        ways = (
            self.username is not None and self.password is not None,
            self.link is not None,
            self.phone is not None and self.code is not None,
        )
        if sum(ways) != 1:
            raise ValueError(
                "请提供用户名和密码, 或链接, 或手机号和验证码, 三者之一。"
                " | Give username and password, or link, or phone and code."
            )
        return self


class OpenSession(BaseModel):
    """The token is told this once; send it as `Authorization: Bearer …`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "token": "T3Bhd5pQF0r0yVb0Tj2mZb5g5zj7pKq0Q3e0lX1mY2E",
                    "expires_at": "2026-07-01T20:00:00+08:00",
                    "session_id": "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1c01",
                    "principal": {
                        "actor": {"kind": "user", "id": "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1b01"},
                        "role": "hq_admin",
                        "scope": {"kind": "hq"},
                    },
                    "display_name": "县总部管理员",
                    "must_change_password": False,
                }
            ]
        }
    )

    token: str
    expires_at: datetime
    session_id: UUID
    principal: Principal
    display_name: str | None
    must_change_password: bool = Field(description="the password was given by somebody else; advise to change it")


class CurrentSession(BaseModel):
    principal: Principal
    session_id: UUID = Field(description="the session, or the API key")
    display_name: str | None
    must_change_password: bool


class PhoneCodeRequest(BaseModel, extra="forbid"):
    phone: Mobile = Field(repr=False)


class PasswordChange(BaseModel, extra="forbid"):
    current_password: Password = Field(repr=False)
    new_password: Password = Field(repr=False)


class Accepted(BaseModel):
    status: str = Field(examples=["accepted"])


@router.post(
    "",
    status_code=201,
    response_model=OpenSession,
    responses=problems(
        c.SIGN_IN_REFUSED, c.SIGN_IN_BLOCKED, LINK_INVALID, LINK_EXPIRED, c.PHONE_CODE_REFUSED, c.PHONE_SHARED
    ),
)
async def open_session(caller: Anyone, body: SessionRequest) -> Response:
    """Sign in by password, by a signed link, or by a code sent to the phone."""
    entered = await _enter(caller, body)
    opened = entered.opened.model_dump(mode="json")
    return json_response(
        {"token": entered.token, **opened}, status=201, headers={"location": "/api/v1/sessions/current"}
    )


async def _enter(caller: Caller, body: SessionRequest) -> signing_in.Entered:
    if body.link is not None:
        return await signing_in.sign_in_with_link(caller, body.link)
    if body.phone is not None and body.code is not None:
        return await signing_in.sign_in_with_phone_code(caller, body.phone, body.code, body.id_last4)
    return await signing_in.sign_in(caller, body.username or "", body.password or "")


@router.post("/phone-codes", status_code=202, response_model=Accepted, responses=problems(PHONE_CODE_TOO_SOON))
async def request_phone_code(caller: Anyone, body: PhoneCodeRequest) -> Response:
    """Have a six-digit code sent to a phone; the answer does not say whether anybody is registered with it."""
    await signing_in.request_phone_code(caller, body.phone)
    return json_response({"status": "accepted"}, status=202)


@router.get("", response_model=Page[c.SessionView])
async def list_sessions(caller: SignedIn, page: Annotated[PageRequest, Query()]) -> Response:
    """List the own open sessions, the newest first."""
    return await caller.answer(c.ListSessions(cursor=page.cursor, limit=page.limit))


@router.get("/current", response_model=CurrentSession)
async def read_current_session(caller: SignedIn) -> Response:
    """Say who is signed in, in which role, over which rows."""
    who = caller.who
    if who is None:
        raise UNAUTHENTICATED()
    return json_response(
        {
            "principal": who.principal.model_dump(mode="json"),
            "session_id": str(who.credential_id),
            "display_name": who.display_name,
            "must_change_password": who.must_change_password,
        }
    )


@router.delete("/current", status_code=204)
async def end_current_session(caller: SignedIn) -> Response:
    """Sign out."""
    if caller.who is not None:
        await signing_in.sign_out(caller, caller.who)
    return Response(status_code=204)


@router.put(
    "/current/password",
    status_code=204,
    responses=problems(c.PASSWORD_WRONG, c.PASSWORD_WEAK, c.SIGN_IN_BLOCKED),
)
async def change_password(caller: SignedIn, body: PasswordChange) -> Response:
    """Change the own password; all other sessions of the account end."""
    keep = caller.who.credential_id if caller.who else None
    await caller.ask(
        c.ChangePassword(current_password=body.current_password, new_password=body.new_password, keep_session=keep)
    )
    caller.gateway.principals.drop_actor(caller.context.actor.id)
    return Response(status_code=204)


@router.delete("/{session_id}", status_code=204)
async def end_session(caller: SignedIn, session_id: UUID) -> Response:
    """End another of the own sessions."""
    await caller.ask(c.EndSession(session_id=session_id))
    caller.gateway.principals.drop_credential_id(session_id)
    return Response(status_code=204)


@router.delete("", status_code=204)
async def end_other_sessions(caller: SignedIn) -> Response:
    """End every own session but the one that asks."""
    await caller.ask(c.EndOtherSessions(keep_session=caller.who.credential_id if caller.who else None))
    caller.gateway.principals.drop_actor(caller.context.actor.id)
    return Response(status_code=204)
