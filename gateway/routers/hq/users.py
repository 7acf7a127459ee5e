"""Accounts: HQ administrators open, change and close them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from gateway.answers import json_response, problems
from gateway.auth import HqAdmin, HqReader
from shared.contracts import identity as c
from shared.contracts.base import Page
from shared.contracts.identity.users import Password

router = APIRouter(prefix="/hq/users", tags=["hq"])


class Deactivation(BaseModel, extra="forbid"):
    reason: str | None = Field(default=None, max_length=200, examples=["离职"])


class PasswordReset(BaseModel, extra="forbid"):
    password: Password | None = Field(default=None, repr=False, description="left out, one is made and told this once")


class PasswordGiven(BaseModel):
    user: c.UserView
    password: str | None = Field(description="the new password, where it was made here", examples=["x3Vd-9kQm-Tz7a"])


@router.post(
    "", status_code=201, response_model=c.UserView, responses=problems(c.USERNAME_TAKEN, c.ROLE_NEEDS, c.PASSWORD_WEAK)
)
async def register_user(caller: HqAdmin, body: c.RegisterUser) -> Response:
    """Open an account for a person; the role decides whether an outpost, a division or an employer goes with it."""
    return await caller.create(body, location="/api/v1/hq/users/{id}")


@router.get("", response_model=Page[c.UserView])
async def list_users(caller: HqReader, query: Annotated[c.ListUsers, Query()]) -> Response:
    """List accounts by username."""
    return await caller.answer(query)


@router.get("/{user_id}", response_model=c.UserView)
async def get_user(caller: HqReader, user_id: UUID) -> Response:
    """Read one account."""
    return await caller.answer(c.GetUser(user_id=user_id))


@router.patch(
    "/{user_id}",
    response_model=c.UserView,
    responses=problems(c.ROLE_NEEDS, c.LAST_ADMIN, c.OWN_ACCOUNT),
)
async def change_user(caller: HqAdmin, user_id: UUID, body: c.UserChanges) -> Response:
    """Change an account's name, role, scope or last day."""
    message = c.ChangeUser(user_id=user_id, expected_version=caller.if_match(), **body.model_dump())
    answer = await caller.answer(message)
    caller.gateway.principals.drop_actor(str(user_id))
    return answer


@router.post("/{user_id}/deactivation", response_model=c.UserView, responses=problems(c.LAST_ADMIN, c.OWN_ACCOUNT))
async def deactivate_user(caller: HqAdmin, user_id: UUID, body: Deactivation | None = None) -> Response:
    """Close an account: its sessions end and it cannot sign in."""
    answer = await caller.answer(c.DeactivateUser(user_id=user_id, reason=body.reason if body else None))
    caller.gateway.principals.drop_actor(str(user_id))
    return answer


@router.post("/{user_id}/reactivation", response_model=c.UserView)
async def reactivate_user(caller: HqAdmin, user_id: UUID) -> Response:
    """Open a closed account again."""
    return await caller.answer(c.ReactivateUser(user_id=user_id))


@router.post("/{user_id}/password-reset", response_model=PasswordGiven, responses=problems(c.PASSWORD_WEAK))
async def reset_password(caller: HqAdmin, user_id: UUID, body: PasswordReset | None = None) -> Response:
    """Give an account a new password; its sessions end and a block after failed attempts is lifted."""
    given = body.password if body else None
    made = None if given else caller.fresh_secret()[:16]
    user = await caller.ask_raw(c.ResetPassword(user_id=user_id, password=given or made or ""))
    caller.gateway.principals.drop_actor(str(user_id))
    return json_response({"user": user, "password": made})
