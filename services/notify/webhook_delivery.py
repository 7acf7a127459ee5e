"""From an event to a signed POST at each subscriber: queued with the event, sent outside any transaction."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import col, select

from services.notify import outside, signing
from services.notify.models import Webhook, WebhookDelivery
from services.notify.webhooks import HQ_EVENTS, OUTPOST_EVENTS, PARTNER_EVENTS, require_own, secrets_of
from shared.contracts import notify as c
from shared.contracts.base import Event, Page
from shared.contracts.errors import NOT_FOUND, Problem
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.ticking import Ticker

BATCH = 16
BUDGET_SECONDS = 10.0
CLAIM = timedelta(minutes=2)
TEST_TOPIC = "webhook.test"


@dataclass(frozen=True)
class Outgoing:
    """A claimed delivery, signed for this attempt."""

    id: UUID
    url: str
    body: bytes
    headers: dict[str, str]
    allow_private: bool


def fan_out(session: Session, event: Event) -> None:
    """Queue an event for every active subscription that it concerns."""
    body = event.model_dump(mode="json")
    for webhook in _subscriptions(session).get(event.topic, ()):
        if concerns(webhook, event):
            _queue(session, webhook, event.topic, body, session.now)


def concerns(webhook: Webhook, event: Event) -> bool:
    """HQ hears of everything, an outpost of what names it, a partner of what names it."""
    if webhook.owner_kind == "hq":
        return type(event) in HQ_EVENTS
    if webhook.owner_kind == "outpost":
        return type(event) in OUTPOST_EVENTS and getattr(event, "outpost", None) == webhook.owner_key
    return type(event) in PARTNER_EVENTS and str(getattr(event, "employer_id", "")) == webhook.owner_key


def send_test(session: Session, command: c.SendTestWebhook) -> c.WebhookDeliveryView:
    webhook = require_own(session, command.webhook_id)
    return view(_queue(session, webhook, TEST_TOPIC, {"webhook_id": str(webhook.id)}, session.now))


def replay(session: Session, command: c.ReplayWebhookDelivery) -> c.WebhookDeliveryView:
    """The same message again, now, under the same webhook-id; the receiver knows it by that."""
    webhook = require_own(session, command.webhook_id)
    delivery = session.exec(
        select(WebhookDelivery)
        .where(WebhookDelivery.id == command.delivery_id, WebhookDelivery.webhook_id == webhook.id)
        .with_for_update()
    ).one_or_none()
    if delivery is None:
        raise NOT_FOUND(delivery_id=str(command.delivery_id))
    delivery.state, delivery.attempts = c.WebhookDeliveryState.queued, 0
    delivery.next_attempt_at, delivery.delivered_at = session.now, None
    session.add(delivery)
    session.flush()
    return view(delivery)


def list_deliveries(session: Session, query: c.ListWebhookDeliveries) -> Page[c.WebhookDeliveryView]:
    webhook = require_own(session, query.webhook_id)
    statement = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id)
    if query.state:
        statement = statement.where(WebhookDelivery.state == query.state)
    return page(
        session,
        statement,
        order=(col(WebhookDelivery.created_at).desc(), col(WebhookDelivery.id).desc()),
        request=query,
        view=view,
    )


def deliver(ticker: Ticker) -> int:
    """Send what is due, a batch side by side, for at most ten seconds; how many attempts were made."""
    made = 0
    until = time.monotonic() + BUDGET_SECONDS
    while time.monotonic() < until:
        with ticker.transaction() as session:
            batch = claim(session)
        if not batch:
            break
        with ThreadPoolExecutor(len(batch)) as pool:
            answers = list(pool.map(attempt, batch))
        with ticker.transaction() as session:
            for outgoing, answer in zip(batch, answers, strict=True):
                record(session, outgoing.id, answer)
        made += len(batch)
    return made


def claim(session: Session) -> list[Outgoing]:
    """Due deliveries of active subscriptions, put off by a claim's length and signed with the time of this attempt."""
    rows = session.exec(
        select(WebhookDelivery, Webhook)
        .join(Webhook, col(Webhook.id) == WebhookDelivery.webhook_id)
        .where(
            WebhookDelivery.state == c.WebhookDeliveryState.queued,
            col(WebhookDelivery.next_attempt_at) <= session.now,
            Webhook.state == c.WebhookState.active,
        )
        .order_by(col(WebhookDelivery.next_attempt_at))
        .limit(BATCH)
        .with_for_update(of=WebhookDelivery, skip_locked=True)
    ).all()
    claimed = []
    for delivery, webhook in rows:
        delivery.attempts += 1
        delivery.next_attempt_at = session.now + CLAIM
        session.add(delivery)
        body = orjson.dumps(delivery.payload, option=orjson.OPT_SORT_KEYS)
        headers = signing.headers_for(secrets_of(session, webhook), str(delivery.id), session.now, body)
        claimed.append(Outgoing(delivery.id, webhook.url, body, headers, session.settings.allow_private_feeds))
    return claimed


def attempt(outgoing: Outgoing) -> outside.Answer:
    try:
        address = outside.public_address(outgoing.url, allow_private=outgoing.allow_private)
    except Problem as problem:
        return outside.Answer(0, error=problem.code)
    return outside.post(outgoing.url, outgoing.body, outgoing.headers, address=address)


def record(session: Session, delivery_id: UUID, answer: outside.Answer) -> None:
    """2xx: delivered. 410 Gone: the subscription is disabled. Anything else, redirects too: by the schedule again."""
    delivery = session.exec(
        select(WebhookDelivery).where(WebhookDelivery.id == delivery_id).with_for_update()
    ).one_or_none()
    if delivery is None or delivery.state is not c.WebhookDeliveryState.queued:
        return
    delivery.last_status = answer.status or None
    delivery.last_error = None
    delay = signing.delay_after(delivery.attempts)
    if 200 <= answer.status < 300:
        delivery.state, delivery.delivered_at = c.WebhookDeliveryState.delivered, session.now
        delivery.next_attempt_at = None
    elif answer.status == 410 or delay is None:
        delivery.state, delivery.next_attempt_at = c.WebhookDeliveryState.failed, None
        delivery.last_error = answer.error or f"HTTP {answer.status}"
        if answer.status == 410:
            _disable(session, delivery.webhook_id)
    else:
        delivery.last_error = answer.error or f"HTTP {answer.status}"
        delivery.next_attempt_at = session.now + delay
    session.add(delivery)


def view(delivery: WebhookDelivery) -> c.WebhookDeliveryView:
    return c.WebhookDeliveryView.model_validate(delivery.model_dump())


def _queue(session: Session, webhook: Webhook, topic: str, body: dict[str, Any], at: datetime) -> WebhookDelivery:
    delivery = WebhookDelivery(
        webhook_id=webhook.id,
        owner_kind=webhook.owner_kind,
        owner_key=webhook.owner_key,
        topic=topic,
        payload={"type": topic, "timestamp": at.isoformat(), "data": body},
        next_attempt_at=at,
        created_at=at,
    )
    session.add(delivery)
    session.flush()
    return delivery


def _disable(session: Session, webhook_id: UUID) -> None:
    webhook = session.exec(select(Webhook).where(Webhook.id == webhook_id).with_for_update()).one_or_none()
    if webhook:
        webhook.state = c.WebhookState.disabled
        webhook.version += 1
        session.add(webhook)


def _subscriptions(session: Session) -> dict[str, list[Webhook]]:
    """Active subscriptions by topic, read once a transaction: a feed of 60,000 postings is handled in batches."""
    known: dict[str, list[Webhook]] | None = session.info.get("subscriptions")
    if known is None:
        known = session.info["subscriptions"] = {}
        for webhook in session.exec(select(Webhook).where(Webhook.state == c.WebhookState.active)):
            for topic in webhook.topics:
                known.setdefault(topic, []).append(webhook)
    return known
