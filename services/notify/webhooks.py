"""Webhook subscriptions: who may hear of what, and the secrets that sign it (Standard Webhooks 1.0.0)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from services.notify.here import owner_of, require_version
from services.notify.models import Webhook
from services.notify.outside import require_plausible
from shared.contracts import dispatch, honey, outposts, postings, training
from shared.contracts import notify as c
from shared.contracts.base import Event, Nothing, Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.scopes import Hq, Outpost, Scope
from shared.kit.paging import page
from shared.kit.privacy import seal, unseal
from shared.kit.session import Session

OLD_SECRET_LIVES = timedelta(hours=24)
# A partner hears of its own postings and people; an outpost of what names it; HQ of all of them.
PARTNER_EVENTS: tuple[type[Event], ...] = (
    postings.PostingOpened,
    postings.PostingChanged,
    postings.PostingClosed,
    postings.PostingExpiryNear,
    postings.PostingStale,
    postings.FeedExpiryNear,
    postings.FeedStale,
    postings.AgreementChanged,
    dispatch.DispatchOrderIssued,
    dispatch.DispatchOrderCancelled,
    dispatch.EmploymentReceiptReceived,
    dispatch.EmploymentReceiptOverdue,
    dispatch.LaborContractDue,
    dispatch.PlacementStarted,
)
OUTPOST_EVENTS: tuple[type[Event], ...] = (
    dispatch.DispatchOrderIssued,
    dispatch.DispatchOrderCancelled,
    dispatch.TripArrived,
    dispatch.EmploymentReceiptReceived,
    dispatch.EmploymentReceiptOverdue,
    dispatch.LaborContractDue,
    dispatch.PlacementStarted,
    dispatch.PlacementEnded,
    outposts.FollowUpDue,
    outposts.RightsCaseDeadlineNear,
    honey.StockTransferred,
    honey.SalesOrderPlaced,
)
HQ_EVENTS: tuple[type[Event], ...] = (
    *PARTNER_EVENTS,
    dispatch.TripPlanned,
    dispatch.TripArrived,
    dispatch.PlacementEnded,
    training.CertificateIssued,
    honey.StockTransferred,
    honey.SalesOrderPlaced,
)


def topics_for(scope: Scope) -> list[str]:
    """What a caller may subscribe to."""
    events = HQ_EVENTS if isinstance(scope, Hq) else OUTPOST_EVENTS if isinstance(scope, Outpost) else PARTNER_EVENTS
    return sorted(event.topic for event in events)


def create_webhook(session: Session, command: c.CreateWebhook) -> c.WebhookView:
    kind, key = owner_of(session)
    _require_topics(session, command.topics)
    _require_address(session, str(command.url))
    webhook = Webhook(
        owner_kind=kind,
        owner_key=key,
        url=str(command.url),
        label=command.label,
        topics=sorted(set(command.topics)),
        secret_sealed=b"",
        created_at=session.now,
    )
    webhook.secret_sealed = _sealed(session, webhook.id, command.secret)
    session.add(webhook)
    session.flush()
    return view(webhook)


def change_webhook(session: Session, command: c.ChangeWebhook) -> c.WebhookView:
    """Un-pausing also brings a disabled one back: its owner says that the receiver is there again."""
    webhook = require_own(session, command.webhook_id)
    require_version(webhook.version, command.expected_version)
    if command.topics is not None:
        _require_topics(session, command.topics)
        webhook.topics = sorted(set(command.topics))
    if command.url is not None:
        _require_address(session, str(command.url))
        webhook.url = str(command.url)
    if command.label is not None:
        webhook.label = command.label
    if command.is_paused is not None:
        webhook.state = c.WebhookState.paused if command.is_paused else c.WebhookState.active
    return _changed(session, webhook)


def rotate_secret(session: Session, command: c.RotateWebhookSecret) -> c.WebhookView:
    """For a day both secrets sign, so that the receiver can change over without losing a message."""
    webhook = require_own(session, command.webhook_id)
    webhook.old_secret_sealed, webhook.old_secret_until = webhook.secret_sealed, session.now + OLD_SECRET_LIVES
    webhook.secret_sealed = _sealed(session, webhook.id, command.secret)
    return _changed(session, webhook)


def delete_webhook(session: Session, command: c.DeleteWebhook) -> Nothing:
    session.delete(require_own(session, command.webhook_id))
    session.flush()
    return Nothing()


def get_webhook(session: Session, query: c.GetWebhook) -> c.WebhookView:
    return view(require_own(session, query.webhook_id))


def list_webhooks(session: Session, query: c.ListWebhooks) -> Page[c.WebhookView]:
    kind, key = owner_of(session)
    return page(
        session,
        select(Webhook).where(Webhook.owner_kind == kind, Webhook.owner_key == key),
        order=(col(Webhook.created_at).desc(), col(Webhook.id).desc()),
        request=query,
        view=view,
    )


def require_own(session: Session, webhook_id: UUID) -> Webhook:
    """The caller's own subscription, locked; HQ has its own and leaves the others' alone."""
    kind, key = owner_of(session)
    webhook = session.exec(
        select(Webhook)
        .where(Webhook.id == webhook_id, Webhook.owner_kind == kind, Webhook.owner_key == key)
        .with_for_update()
    ).one_or_none()
    if webhook is None:
        raise NOT_FOUND(webhook_id=str(webhook_id))
    return webhook


def secrets_of(session: Session, webhook: Webhook) -> list[str]:
    """What signs now: the secret, and the one before it for a day."""
    found = [webhook.secret_sealed]
    if webhook.old_secret_sealed and webhook.old_secret_until and webhook.old_secret_until > session.now:
        found.append(webhook.old_secret_sealed)
    return [unseal(session.keys, sealed, about=str(webhook.id), purpose="webhook") for sealed in found]


def view(webhook: Webhook) -> c.WebhookView:
    return c.WebhookView.model_validate(webhook.model_dump(include=set(c.WebhookView.model_fields)))


def _changed(session: Session, webhook: Webhook) -> c.WebhookView:
    webhook.version += 1
    session.add(webhook)
    session.flush()
    return view(webhook)


def _sealed(session: Session, webhook_id: UUID, secret: str) -> bytes:
    return seal(session.keys, secret, about=str(webhook_id), purpose="webhook")


def _require_address(session: Session, url: str) -> None:
    """Looked up only when something is sent: a transaction asks no name service."""
    require_plausible(url, allow_private=session.settings.allow_private_feeds)


def _require_topics(session: Session, topics: list[str]) -> None:
    unknown = sorted(set(topics) - set(topics_for(session.caller.scope)))
    if unknown:
        raise c.WEBHOOK_TOPIC_UNKNOWN(topics=", ".join(unknown))
