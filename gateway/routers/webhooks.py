"""Webhooks after Standard Webhooks 1.0.0: the same endpoints for HQ, outposts and partners, each with its own."""

import base64
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from gateway.answers import headers_for, json_response, located, problems
from gateway.caller import Caller
from shared.contracts import notify as c
from shared.contracts.base import Command, Message, Page
from shared.contracts.errors import NOT_FOUND, STALE


class WebhookWithSecret(c.WebhookView):
    """The secret is in this answer and nowhere else."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwZ0x1kq3m8hA="])


def fresh_webhook_secret(caller: Caller) -> str:
    """`whsec_` and 32 bytes in base64, as the standard wants; the same again for a repeated request."""
    raw = base64.urlsafe_b64decode(caller.fresh_secret() + "=")
    return "whsec_" + base64.b64encode(raw).decode()


async def _answer(caller: Caller, message: Message[Any], *, status: int = 200) -> Response:
    return await caller.answer(message, status=status)


async def _with_secret(caller: Caller, message: Command[Any], secret: str, *, status: int) -> Response:
    view = await caller.ask_raw(message)
    headers = headers_for(view, caller.request)
    if status == 201:
        headers["location"] = located(f"{caller.request.url.path}/{{id}}", view)
    return json_response({**view, "secret": secret}, status=status, headers=headers)


def webhook_router(prefix: str, tag: str, audience: Any) -> APIRouter:
    """The endpoints for one audience, whose alias is `audience`."""
    router = APIRouter(prefix=f"{prefix}/webhooks", tags=[tag])

    @router.post(
        "",
        status_code=201,
        response_model=WebhookWithSecret,
        responses=problems(c.WEBHOOK_TOPIC_UNKNOWN, c.ADDRESS_REFUSED),
    )
    async def create_webhook(caller: audience, body: c.WebhookForm) -> Response:
        """Subscribe to topics; the signing secret is shown this once."""
        secret = fresh_webhook_secret(caller)
        message = c.CreateWebhook(**body.model_dump(), secret=secret)
        return await _with_secret(caller, message, secret, status=201)

    @router.get("", response_model=Page[c.WebhookView])
    async def list_webhooks(caller: audience, query: Annotated[c.ListWebhooks, Query()]) -> Response:
        """List the own subscriptions, the newest first."""
        return await _answer(caller, query)

    @router.get("/topics", response_model=c.WebhookTopics)
    async def list_topics(caller: audience) -> Response:
        """List the topics that may be subscribed to."""
        return await _answer(caller, c.ListWebhookTopics())

    @router.get("/{webhook_id}", response_model=c.WebhookView, responses=problems(NOT_FOUND))
    async def get_webhook(caller: audience, webhook_id: UUID) -> Response:
        """Read one subscription."""
        return await _answer(caller, c.GetWebhook(webhook_id=webhook_id))

    @router.patch(
        "/{webhook_id}",
        response_model=c.WebhookView,
        responses=problems(NOT_FOUND, STALE, c.WEBHOOK_TOPIC_UNKNOWN, c.ADDRESS_REFUSED),
    )
    async def change_webhook(caller: audience, webhook_id: UUID, body: c.WebhookChange) -> Response:
        """Change a subscription, pause it, or bring a disabled one back with `is_paused: false`."""
        changed = body.model_dump(exclude_unset=True)
        message = c.ChangeWebhook(webhook_id=webhook_id, expected_version=caller.if_match(), **changed)
        return await _answer(caller, message)

    @router.delete("/{webhook_id}", status_code=204, responses=problems(NOT_FOUND))
    async def delete_webhook(caller: audience, webhook_id: UUID) -> Response:
        """Delete a subscription with its delivery log."""
        return await _answer(caller, c.DeleteWebhook(webhook_id=webhook_id), status=204)

    @router.post("/{webhook_id}/secret-rotation", response_model=WebhookWithSecret, responses=problems(NOT_FOUND))
    async def rotate_secret(caller: audience, webhook_id: UUID) -> Response:
        """Make a new secret, shown this once; for 24 hours both sign."""
        secret = fresh_webhook_secret(caller)
        message = c.RotateWebhookSecret(webhook_id=webhook_id, secret=secret)
        return await _with_secret(caller, message, secret, status=200)

    @router.post(
        "/{webhook_id}/test", status_code=202, response_model=c.WebhookDeliveryView, responses=problems(NOT_FOUND)
    )
    async def send_test(caller: audience, webhook_id: UUID) -> Response:
        """Queue a `webhook.test` message."""
        return await _answer(caller, c.SendTestWebhook(webhook_id=webhook_id), status=202)

    @router.get("/{webhook_id}/deliveries", response_model=Page[c.WebhookDeliveryView], responses=problems(NOT_FOUND))
    async def list_deliveries(
        caller: audience,
        webhook_id: UUID,
        state: c.WebhookDeliveryState | None = None,
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> Response:
        """Read the delivery log of a subscription, the newest first."""
        query = c.ListWebhookDeliveries(webhook_id=webhook_id, state=state, cursor=cursor, limit=limit)
        return await _answer(caller, query)

    @router.post(
        "/{webhook_id}/deliveries/{delivery_id}/replay",
        status_code=202,
        response_model=c.WebhookDeliveryView,
        responses=problems(NOT_FOUND),
    )
    async def replay_delivery(caller: audience, webhook_id: UUID, delivery_id: UUID) -> Response:
        """Send a message again now, under the same `webhook-id`."""
        message = c.ReplayWebhookDelivery(webhook_id=webhook_id, delivery_id=delivery_id)
        return await _answer(caller, message, status=202)

    return router
