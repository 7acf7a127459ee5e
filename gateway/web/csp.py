"""What a browser is told to refuse on a page: any script, style or frame that did not come from here.

The gateway's middleware adds the headers that every answer has; a page sets those that only pages need.
"""

from __future__ import annotations

import base64
import hashlib

CONSOLE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def worker_policy(style: str) -> str:
    """The policy of a page without scripts, whose one style sheet stands in the page and is named by its hash."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
