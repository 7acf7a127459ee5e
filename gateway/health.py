"""Whether this process lives, and whether it can serve; the second names what it waits for."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from gateway.answers import json_response
from gateway.auth import ANONYMOUS
from gateway.state import Gateway, gateway_of
from shared.contracts.identity import ListOutposts

router = APIRouter(tags=["health"])
_PATIENCE_SECONDS = 3.0


class Alive(BaseModel):
    status: str = Field(examples=["alive"])


class Ready(BaseModel):
    status: str = Field(examples=["ready"], description="ready | waiting")
    waiting_for: dict[str, str] = Field(examples=[{}], description="what is not there yet, and why")


@router.get("/healthz", response_model=Alive)
async def healthz() -> Response:
    """Say that the process lives."""
    return json_response({"status": "alive"})


@router.get("/readyz", response_model=Ready, responses={503: {"model": Ready, "description": "not ready yet"}})
async def readyz(request: Request) -> Response:
    """Say whether requests can be served, and what is waited for."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            gateway = gateway_of(request)
            waiting = await gateway.bus.status() or await _without_county(gateway)
    except TimeoutError:
        waiting = {"bus": "no answer"}
    except Exception as error:  # noqa: BLE001 - readiness is exactly the question whether anything is wrong
        waiting = {"bus": type(error).__name__}
    if waiting:
        return json_response({"status": "waiting", "waiting_for": waiting}, status=503, headers={"retry-after": "2"})
    return json_response({"status": "ready", "waiting_for": {}})


async def _without_county(gateway: Gateway) -> dict[str, str]:
    """On a first start the services answer before there is a county, and an administrator to sign in."""
    if not gateway.has_county:
        outposts = await gateway.bus.ask(ListOutposts(limit=1), ANONYMOUS)
        gateway.has_county = bool(outposts.items)
    return {} if gateway.has_county else {"county": "not created yet"}
