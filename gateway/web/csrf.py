"""Proof that a form was sent from a page of ours: a salted MAC over what the browser alone holds.

It is bound to the session (and to a random cookie before there is one), or to the signed link of a worker's page. The
salt makes every copy different, so that compressing a page gives nothing away.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from shared.contracts.errors import CSRF_REFUSED
from shared.kit.keys import Keys

FIELD = "csrf_token"
SALT_BYTES = 12


def make_token(keys: Keys, bound_to: str) -> str:
    salt = secrets.token_hex(SALT_BYTES)
    return salt + _mac(keys, keys.active, salt, bound_to)


def check_token(keys: Keys, token: str, bound_to: str) -> None:
    """Raises form.not_from_here unless the token was made here for the same browser."""
    salt, given = token[: SALT_BYTES * 2], token[SALT_BYTES * 2 :].encode()
    if not any(hmac.compare_digest(_mac(keys, key_id, salt, bound_to).encode(), given) for key_id in keys.ids):
        raise CSRF_REFUSED()


def _mac(keys: Keys, key_id: str, salt: str, bound_to: str) -> str:
    secret = keys.secret("pages/csrf", key_id)
    return hmac.new(secret, f"{salt}/{bound_to}".encode(), hashlib.sha256).hexdigest()
