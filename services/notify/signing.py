"""Standard Webhooks 1.0.0: what is signed and how. `v1,` + base64(HMAC-SHA256(`id.timestamp.body`))."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from collections.abc import Iterable
from datetime import datetime, timedelta

# 0 s, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h after the attempt before, each with up to 10% more.
SCHEDULE = tuple(
    timedelta(seconds=seconds)
    for seconds in (0, 5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)


def headers_for(secrets: Iterable[str], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers; with several secrets (rotation) the signatures stand side by side."""
    timestamp = str(int(at.timestamp()))
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(sign(secret, message_id, timestamp, body) for secret in secrets),
    }


def sign(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def delay_after(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts; None once the schedule is used up."""
    if attempts >= len(SCHEDULE):
        return None
    return SCHEDULE[attempts] * (1 + random.random() / 10)  # noqa: S311  (jitter, not a secret)
