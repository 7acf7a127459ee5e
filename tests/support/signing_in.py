"""Tokens for tests: a session or key of anybody, put straight into identity's tables (signing in has its own tests)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from gateway.auth import API_KEY_PREFIX, secret_hash
from services.identity.models import ApiKey, SessionToken, UserAccount
from shared.contracts.scopes import Context, Outpost, Partner
from shared.kit.tables import new_id

if TYPE_CHECKING:
    from tests.support.platform import TestPlatform


def token_for(platform: TestPlatform, context: Context) -> str:
    """A bearer token that stands for the same role and scope."""
    runtime = platform.hosted["identity"].runtime
    scope = context.scope
    outpost = scope.code if isinstance(scope, Outpost) else None
    is_key = context.actor.kind == "api_key"
    token = (API_KEY_PREFIX if is_key else "") + secrets.token_urlsafe(32)
    with runtime.database.transaction(runtime.own_context()) as session:
        if is_key:
            session.add(
                ApiKey(
                    key_hash=secret_hash(token),
                    prefix=token[:7],
                    label="test",
                    role=context.role,
                    scope=scope.model_dump(mode="json"),
                    outpost=outpost,
                    employer_id=scope.employer_id if isinstance(scope, Partner) else None,
                    issued_by="test",
                )
            )
            return token
        user_id = None
        if context.actor.kind == "user":
            user_id = new_id()
            session.add(
                UserAccount(
                    id=user_id,
                    username=f"test-{user_id}",
                    folded=f"test-{user_id}",
                    display_name="test",
                    role=context.role,
                    scope=scope.model_dump(mode="json"),
                    outpost=outpost,
                )
            )
        session.add(
            SessionToken(
                token_hash=secret_hash(token),
                user_id=user_id,
                worker_id=UUID(context.actor.id) if context.actor.kind == "worker" else None,
                way="password" if user_id else "link",
                idle_seconds=3600,
                expires_at=session.now + timedelta(hours=1),
            )
        )
    return token
