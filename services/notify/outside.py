"""The one door to other people's servers: a POST with a deadline, to a public address, without redirects.

A partner names its own URL, so the address is looked up here, must be public, and is the one that is connected to:
a name that answers differently the second time (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.contracts.notify import ADDRESS_REFUSED

TIMEOUT_SECONDS = 15.0
MAX_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back; `status` 0 means nobody answered, and `error` says why."""

    status: int
    body: bytes = b""
    error: str = ""


def require_plausible(url: str, *, allow_private: bool) -> None:
    """What can be said of an address without looking it up. Raises ADDRESS_REFUSED for anything but https to a name
    or a public number; `allow_private` (a setting, for partners inside the same network and for tests) lets http and
    any address pass.
    """
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.password:
        raise ADDRESS_REFUSED()
    if allow_private and parts.scheme in ("http", "https"):
        return
    if parts.scheme != "https" or parts.hostname == "localhost" or "." not in parts.hostname.strip("."):
        raise ADDRESS_REFUSED()
    try:
        is_public = ipaddress.ip_address(parts.hostname).is_global
    except ValueError:
        return
    if not is_public:
        raise ADDRESS_REFUSED()


def public_address(url: str, *, allow_private: bool) -> str:
    """The IP address to connect to. Raises ADDRESS_REFUSED unless every address of the name is public."""
    require_plausible(url, allow_private=allow_private)
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ADDRESS_REFUSED(reason="unknown host") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(ipaddress.ip_address(one.partition("%")[0]).is_global for one in addresses):
        raise ADDRESS_REFUSED()
    return next((one for one in addresses if ":" not in one), addresses[0])


def post(url: str, content: bytes, headers: dict[str, str], *, address: str | None = None) -> Answer:
    """Send once. With `address` the connection goes there, while name and certificate stay those of the URL."""
    import httpx

    target = httpx.URL(url)
    extensions: dict[str, object] = {}
    sent = {**headers, "user-agent": "songgang/1"}
    if address is not None:
        sent["host"] = target.netloc.decode()
        extensions["sni_hostname"] = target.host
        target = target.copy_with(host=address)
    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=address is None) as client,
            client.stream("POST", target, content=content, headers=sent, extensions=extensions) as response,
        ):
            body = b""
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    break
            return Answer(response.status_code, body[:MAX_ANSWER_BYTES])
    except httpx.HTTPError as error:
        return Answer(0, error=type(error).__name__)
