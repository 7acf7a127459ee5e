"""API keys: HQ issues them to employers and outposts; each is shown once."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from gateway.answers import json_response, problems
from gateway.auth import API_KEY_PREFIX, HqAdmin, HqReader, secret_hash
from gateway.caller import Caller
from shared.contracts import identity as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.scopes import OutpostCode

router = APIRouter(prefix="/hq", tags=["hq"])


class IssuedApiKey(c.ApiKeyView):
    """The key itself is in this answer and nowhere else."""

    key: str = Field(examples=["sk_T3Bhd5pQF0r0yVb0Tj2mZb5g5zj7pKq0Q3e0lX1mY2E"])


@router.post(
    "/employers/{employer_id}/api-keys",
    status_code=201,
    response_model=IssuedApiKey,
    responses=problems(c.EMPLOYER_BLOCKED),
)
async def issue_employer_key(caller: HqAdmin, employer_id: UUID, body: c.ApiKeyForm) -> Response:
    """Issue a key to an employer's software; it is shown this once."""
    return await _issue(caller, body, employer_id=employer_id)


@router.post("/outposts/{code}/api-keys", status_code=201, response_model=IssuedApiKey)
async def issue_outpost_key(caller: HqAdmin, code: OutpostCode, body: c.ApiKeyForm) -> Response:
    """Issue a key to an outpost's software; it is shown this once."""
    return await _issue(caller, body, outpost=code)


async def _issue(
    caller: Caller, body: c.ApiKeyForm, *, employer_id: UUID | None = None, outpost: OutpostCode | None = None
) -> Response:
    key = API_KEY_PREFIX + caller.fresh_secret()
    view = await caller.ask_raw(
        c.IssueApiKey(
            label=body.label,
            expires_on=body.expires_on,
            employer_id=employer_id,
            outpost=outpost,
            key_hash=secret_hash(key),
            prefix=key[: len(API_KEY_PREFIX) + 4],
        )
    )
    headers = {"location": f"/api/v1/hq/api-keys?{'outpost' if outpost else 'employer_id'}={outpost or employer_id}"}
    return json_response({**view, "key": key}, status=201, headers=headers)


@router.get("/api-keys", response_model=Page[c.ApiKeyView])
async def list_api_keys(caller: HqReader, query: Annotated[c.ListApiKeys, Query()]) -> Response:
    """List keys, the newest first; never their secrets."""
    return await caller.answer(query)


@router.get("/employers/{employer_id}/api-keys", response_model=Page[c.ApiKeyView])
async def list_employer_keys(caller: HqReader, employer_id: UUID, page: Annotated[PageRequest, Query()]) -> Response:
    """List the keys of one employer."""
    return await caller.answer(c.ListApiKeys(employer_id=employer_id, cursor=page.cursor, limit=page.limit))


@router.get("/outposts/{code}/api-keys", response_model=Page[c.ApiKeyView])
async def list_outpost_keys(caller: HqReader, code: OutpostCode, page: Annotated[PageRequest, Query()]) -> Response:
    """List the keys of one outpost."""
    return await caller.answer(c.ListApiKeys(outpost=code, cursor=page.cursor, limit=page.limit))


@router.post("/api-keys/{key_id}/revocation", response_model=c.ApiKeyView)
async def revoke_api_key(caller: HqAdmin, key_id: UUID) -> Response:
    """Revoke a key for good."""
    answer = await caller.answer(c.RevokeApiKey(key_id=key_id))
    caller.gateway.principals.drop_credential_id(key_id)
    return answer
