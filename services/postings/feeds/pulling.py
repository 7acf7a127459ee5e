"""Fetching a partner's feed: public addresses only, the resolved address and no other, with limits of size and time.

The name is resolved once, every address it has is judged, and the connection goes to the judged address: a name that
points elsewhere a moment later (DNS rebinding) does not help. Every redirect is judged anew.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import tempfile
import time
from dataclasses import dataclass
from typing import IO, BinaryIO, cast
from urllib.parse import SplitResult, urljoin, urlsplit

from services.postings.feeds.reading import MAX_FEED_MB
from shared.contracts import postings as c

CONNECT_SECONDS = 10
TOTAL_SECONDS = 180
MAX_REDIRECTS = 4
MAX_BYTES = MAX_FEED_MB * 1024 * 1024
_ACCEPT = "application/ld+json, application/xml, text/xml, text/csv, application/json;q=0.9, text/html;q=0.5, */*;q=0.1"
_PORTS = {80, 443, 8000, 8080, 8443}


@dataclass
class Pulled:
    """A fetched feed and what to ask with next time."""

    file: BinaryIO
    media_type: str
    etag: str | None
    last_modified: str | None


def pull(url: str, *, etag: str | None, last_modified: str | None, allow_private: bool = False) -> Pulled | None:
    """The file, or None where the server answers 304. Raises FEED_URL_REFUSED, FEED_FETCH_FAILED, FEED_TOO_LARGE."""
    deadline = time.monotonic() + TOTAL_SECONDS
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {"User-Agent": "songgang-feeds/1", "Accept": _ACCEPT, "Accept-Encoding": "gzip, identity"}
    headers |= {name: value for name, value in conditions.items() if value}
    for _ in range(MAX_REDIRECTS + 1):
        parts, address = judge(url, allow_private=allow_private)
        connection = _connect(parts, address)
        try:
            connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), headers=headers)
            answer = connection.getresponse()
            if answer.status == http.HTTPStatus.NOT_MODIFIED:
                return None
            if answer.status in (301, 302, 303, 307, 308) and (target := answer.getheader("Location")):
                url = urljoin(url, target)
                continue
            if answer.status != http.HTTPStatus.OK:
                raise c.FEED_FETCH_FAILED(host=parts.hostname, detail=f"HTTP {answer.status}")
            return Pulled(
                _download(answer, deadline, parts),
                answer.getheader("Content-Type", "") or "application/octet-stream",
                answer.getheader("ETag"),
                answer.getheader("Last-Modified"),
            )
        except (OSError, http.client.HTTPException) as error:
            raise c.FEED_FETCH_FAILED(host=parts.hostname, detail=type(error).__name__) from error
        finally:
            connection.close()
    raise c.FEED_FETCH_FAILED(host=urlsplit(url).hostname, detail="too many redirects")


def host_of(url: str, *, allow_private: bool = False) -> str:
    """The host of an address that may be fetched, judged by its writing alone, no name resolved. FEED_URL_REFUSED."""
    try:
        parts = urlsplit(url)
        port = _port(parts)
    except ValueError as error:
        raise c.FEED_URL_REFUSED(host=url[:80]) from error
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise c.FEED_URL_REFUSED(host=host or url[:80])
    if allow_private:
        return host
    try:
        # Also 2130706433, 0x7f.1 and 0177.0.0.1, which all mean 127.0.0.1.
        literal = host if ":" in host else socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        literal = None
    inside = literal is None and ("." not in host or host.endswith((".local", ".localhost", ".internal", ".lan")))
    if port not in _PORTS or inside or (literal is not None and not is_public(literal)):
        raise c.FEED_URL_REFUSED(host=host)
    return host


def judge(url: str, *, allow_private: bool = False) -> tuple[SplitResult, str]:
    """(parts, address to connect to); raises FEED_URL_REFUSED unless every address of the name is a public one."""
    host = host_of(url, allow_private=allow_private)
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(host, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise c.FEED_FETCH_FAILED(host=host, detail="the name cannot be resolved") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(is_public(address) for address in addresses):
        raise c.FEED_URL_REFUSED(host=host)
    return parts, addresses[0]


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def is_public(address: str) -> bool:
    """Whether an address belongs to the open internet; one wrapped into IPv6 is judged by what it wraps."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


def _connect(parts: SplitResult, address: str) -> http.client.HTTPConnection:
    pinned = _PinnedHttps if parts.scheme == "https" else _Pinned
    return pinned(parts.hostname or "", _port(parts), address)


class _Pinned(http.client.HTTPConnection):
    """Speaks to the host's name over a connection to the address that was judged."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=CONNECT_SECONDS)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), CONNECT_SECONDS)


class _PinnedHttps(_Pinned):
    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _download(answer: http.client.HTTPResponse, deadline: float, parts: SplitResult) -> BinaryIO:
    announced = answer.getheader("Content-Length", "")
    if announced.isdigit() and int(announced) > MAX_BYTES:
        raise c.FEED_TOO_LARGE(limit_mb=MAX_FEED_MB)
    file = tempfile.SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115 (it is what is returned)
    try:
        size = _copy(answer, file, deadline, parts)
        if announced.isdigit() and size < int(announced):
            raise c.FEED_FETCH_FAILED(host=parts.hostname, detail="the connection broke off")
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return cast(BinaryIO, file)


def _copy(answer: http.client.HTTPResponse, file: IO[bytes], deadline: float, parts: SplitResult) -> int:
    size = 0
    while chunk := answer.read(128 * 1024):
        size += len(chunk)
        if size > MAX_BYTES:
            raise c.FEED_TOO_LARGE(limit_mb=MAX_FEED_MB)
        if time.monotonic() > deadline:
            raise c.FEED_FETCH_FAILED(host=parts.hostname, detail=f"longer than {TOTAL_SECONDS} s")
        file.write(chunk)
    return size
