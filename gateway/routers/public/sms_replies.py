"""Where the SMS gateway hands in what people answer. It signs in with the token of the platform's settings."""

from __future__ import annotations

import hmac

from fastapi import APIRouter
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Anyone
from gateway.caller import Caller
from shared.contracts import notify as c
from shared.contracts.errors import UNAUTHENTICATED

router = APIRouter(prefix="/public/sms-replies", tags=["public"])


@router.post("", response_model=c.SmsReplyTaken, responses=problems(UNAUTHENTICATED, c.CHANNEL_NOT_READY))
async def receive_sms(caller: Anyone, body: c.ReceiveSms) -> Response:
    """Hand in a text message that a worker sent; the same `reply_id` again changes nothing."""
    _require_sms_gateway(caller)
    return await caller.answer(body)


def _require_sms_gateway(caller: Caller) -> None:
    """Raises CHANNEL_NOT_READY where no token is set, UNAUTHENTICATED for another one."""
    wanted = caller.gateway.settings.sms_inbound_token
    if wanted is None or not wanted.get_secret_value():
        raise c.CHANNEL_NOT_READY(channel="sms")
    scheme, _, given = caller.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(
        given.strip().encode(), wanted.get_secret_value().encode()
    ):
        raise UNAUTHENTICATED()
