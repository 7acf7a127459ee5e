"""A sentence that the next page says once, carried in a signed cookie: nothing to store, nothing to forge."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass

from shared.kit.keys import Keys

COOKIE = "songgang_flash"
SECONDS = 60


@dataclass(frozen=True)
class Flash:
    """`tone` is good or bad. The sentence is in the language of the page that set it."""

    text: str
    tone: str = "good"


def pack(keys: Keys, flash: Flash) -> str:
    body = base64.urlsafe_b64encode(json.dumps(asdict(flash), ensure_ascii=False).encode()).decode()
    return f"{body}.{_mac(keys, keys.active, body)}"


def unpack(keys: Keys, cookie: str | None) -> Flash | None:
    """None for a cookie that is missing, old-fashioned or not ours."""
    body, _, given = (cookie or "").partition(".")
    if not any(hmac.compare_digest(_mac(keys, key_id, body).encode(), given.encode()) for key_id in keys.ids):
        return None
    found = json.loads(base64.urlsafe_b64decode(body))
    return Flash(text=found["text"], tone=found["tone"])


def _mac(keys: Keys, key_id: str, body: str) -> str:
    return hmac.new(keys.secret("pages/flash", key_id), body.encode(), hashlib.sha256).hexdigest()
