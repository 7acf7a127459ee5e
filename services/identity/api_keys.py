"""API keys of employers and outposts: issued by HQ, shown once by the gateway, known here by their SHA-256."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from services.identity import accounts, audit, partners
from services.identity.models import ApiKey
from shared.contracts import postings
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND, UNAUTHENTICATED
from shared.contracts.identity import (
    API_KEY_OWNER,
    EMPLOYER_BLOCKED,
    SESSION_EXPIRED,
    ApiKeyView,
    AuthenticatedView,
    IssueApiKey,
    ListApiKeys,
    RevokeApiKey,
)
from shared.contracts.scopes import Outpost, Partner, Role, Scope
from shared.kit.calls import Ask, Call
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id

_TOUCH_AFTER = timedelta(seconds=60)


def check_owner(ask: Ask, command: IssueApiKey, call: Call) -> None:
    """Ask postings whether the employer exists: it may have been registered a moment ago. Raises its not-found."""
    if command.employer_id is not None and ask(postings.GetEmployer(employer_id=command.employer_id)).is_blocked:
        raise EMPLOYER_BLOCKED()


def issue_api_key(session: Session, command: IssueApiKey) -> ApiKeyView:
    """Issue a key to one employer or one outpost; raises api_key.one_owner."""
    scope = _scope_of(command)
    key = ApiKey(
        id=new_id(),
        key_hash=command.key_hash,
        prefix=command.prefix,
        label=command.label,
        role=Role.liaison_officer if command.outpost else Role.partner_employer,
        scope=scope.model_dump(mode="json"),
        outpost=command.outpost,
        employer_id=command.employer_id,
        expires_on=command.expires_on,
        issued_by=session.caller.actor.id,
    )
    session.add(key)
    audit.note(
        session,
        "api_key.issued",
        "api_key",
        key.id,
        outpost=key.outpost,
        prefix=key.prefix,
        employer_id=str(key.employer_id) if key.employer_id else None,
    )
    return view(key)


def revoke_api_key(session: Session, command: RevokeApiKey) -> ApiKeyView:
    key = session.get(ApiKey, command.key_id, with_for_update=True)
    if key is None:
        raise NOT_FOUND()
    if key.revoked_at is None:
        key.revoked_at = session.now
        audit.note(session, "api_key.revoked", "api_key", key.id, outpost=key.outpost, prefix=key.prefix)
    return view(key)


def list_api_keys(session: Session, query: ListApiKeys) -> Page[ApiKeyView]:
    statement = select(ApiKey)
    if query.employer_id:
        statement = statement.where(col(ApiKey.employer_id) == query.employer_id)
    if query.outpost:
        statement = statement.where(col(ApiKey.outpost) == query.outpost)
    order = (col(ApiKey.created_at).desc(), col(ApiKey.id).desc())
    return page(session, statement, order=order, request=query, view=view)


def authenticate(session: Session, key_hash: str) -> AuthenticatedView:
    """Whom a key stands for; raises session.required (unknown) and session.expired (revoked, over, blocked)."""
    key = session.exec(select(ApiKey).where(col(ApiKey.key_hash) == key_hash)).first()
    if key is None:
        raise UNAUTHENTICATED()
    principal = partners.followed(session, key.principal())
    is_blocked = partners.is_blocked(session, principal)
    today = accounts.county_today(session.now)
    if key.revoked_at is not None or is_blocked or (key.expires_on is not None and key.expires_on < today):
        raise SESSION_EXPIRED()
    return AuthenticatedView(
        principal=principal,
        credential_id=key.id,
        is_touch_due=key.last_used_at is None or session.now - key.last_used_at > _TOUCH_AFTER,
        display_name=key.label,
    )


def _scope_of(command: IssueApiKey) -> Scope:
    if command.outpost is not None and command.employer_id is None:
        return Outpost(code=command.outpost)
    if command.employer_id is not None and command.outpost is None:
        return Partner(employer_id=command.employer_id)
    raise API_KEY_OWNER()


def touch(session: Session, key_hash: str) -> None:
    key = session.exec(select(ApiKey).where(col(ApiKey.key_hash) == key_hash).with_for_update()).first()
    if key is not None:
        key.last_used_at = session.now


def view(key: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        key_id=key.id,
        label=key.label,
        prefix=key.prefix,
        role=key.role,
        scope=key.principal().scope,
        expires_on=key.expires_on,
        last_used_at=key.last_used_at,
        revoked_at=key.revoked_at,
        created_at=key.created_at,
    )
