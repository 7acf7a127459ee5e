"""Signed, expiring links: what the QR code of a slip, a seat or a receipt carries.

A token is `payload.signature`, both base64url: Ed25519 over compact JSON. It names its purpose, so that a seat token
does not open a worker's page.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from pydantic import BaseModel

from shared.contracts.errors import ProblemCode, ProblemKind
from shared.kit.keys import Keys

LINK_INVALID = ProblemCode(
    "link.invalid",
    ProblemKind.not_found,
    zh="链接无效, 请重新扫描推荐单或消息里的二维码。",
    en="This link is not valid; scan the code on the slip or message again.",
)
LINK_EXPIRED = ProblemCode(
    "link.expired",
    ProblemKind.unauthenticated,
    zh="链接已过期, 请联系工作人员换一张新的。",
    en="This link has expired; ask the staff for a new one.",
)


class LinkClaims(BaseModel):
    """What a genuine token says."""

    purpose: str
    subject: str
    expires_at: datetime
    claims: dict[str, Any]


def make_link_token(keys: Keys, *, purpose: str, subject: str, expires_at: datetime, **claims: Any) -> str:
    payload = json.dumps(
        {"k": keys.active, "p": purpose, "s": subject, "e": int(expires_at.timestamp()), "c": claims},
        separators=(",", ":"),
        sort_keys=True,
    ).encode()
    return f"{_encode(payload)}.{_encode(keys.signer('links').sign(payload))}"


def read_link_token(keys: Keys, token: str, *, purpose: str, now: datetime | None = None) -> LinkClaims:
    """The claims of a genuine, unexpired token of that purpose; raises LINK_INVALID or LINK_EXPIRED."""
    try:
        head, _, tail = token.partition(".")
        payload = _decode(head)
        given = json.loads(payload)
        keys.verifier("links", given["k"]).verify(_decode(tail), payload)
        if given["p"] != purpose:
            raise LINK_INVALID()
        expires_at = datetime.fromtimestamp(given["e"], UTC)
    except (ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise LINK_INVALID() from error
    if expires_at <= (now or datetime.now(UTC)):
        raise LINK_EXPIRED()
    return LinkClaims(purpose=purpose, subject=given["s"], expires_at=expires_at, claims=given["c"])


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
