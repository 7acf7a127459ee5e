"""One command id per intended command: a client that repeats a POST with its key gets the first answer again."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from uuid import UUID, uuid5

import uuid_utils
from starlette.requests import Request

from gateway.errors import IDEMPOTENCY_KEY_INVALID
from shared.kit.keys import Keys

_NAMESPACE = UUID("6f1f5c0e-8a53-5b0e-9d0c-2f4f0a6b7d11")


def idempotency_key(request: Request) -> str | None:
    """The client's key, if it sent one; raises request.idempotency_key_invalid."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise IDEMPOTENCY_KEY_INVALID()
    return key


def intention(request: Request, principal: str, key: str) -> str:
    """What makes two requests the same one: who, what, where, and the client's key."""
    return f"{principal}\n{request.method}\n{request.url.path}\n{key}"


def command_id(request: Request, principal: str, ordinal: int) -> UUID:
    """UUIDv5 of the intention; without a key a fresh UUIDv7. `ordinal` counts the commands that one request sends."""
    key = idempotency_key(request)
    if key is None:
        return UUID(bytes=uuid_utils.uuid7().bytes)
    same = intention(request, principal, key)
    return uuid5(_NAMESPACE, f"{same}\n{ordinal}" if ordinal else same)


def fresh_secret(request: Request, principal: str, keys: Keys) -> str:
    """256 bits for a session token or an API key.

    They are random; where the client sent an Idempotency-Key they are derived from it under the platform's keys, so
    that the repeated request reads the same secret though nobody has stored it.
    """
    key = idempotency_key(request)
    if key is None:
        return secrets.token_urlsafe(32)
    from base64 import urlsafe_b64encode

    digest = hmac.new(keys.secret("gateway/secrets"), intention(request, principal, key).encode(), hashlib.sha256)
    return urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
