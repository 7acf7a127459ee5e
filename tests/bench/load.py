"""A small HTTP/1.1 load: so many keep-alive connections, each asking again as soon as it is answered.

A general client costs more processor time than the servers it would measure on two cores; this one sends fixed bytes
and reads as far as Content-Length says. Loopback only.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Load:
    """What one run saw."""

    requests: int
    failures: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def run_load(
    port: int,
    request: Callable[[int], bytes],
    *,
    in_flight: int = 50,
    seconds: float = 4.0,
    expect: bytes = b" 200 ",
) -> Load:
    """Ask `127.0.0.1:port` for so long; `request(n)` gives the bytes of the n-th request."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run(port, request, in_flight, seconds, expect))


async def _run(port: int, request: Callable[[int], bytes], in_flight: int, seconds: float, expect: bytes) -> Load:
    latencies: list[float] = []
    failures = 0
    sent = 0
    ends = time.perf_counter() + seconds

    async def one() -> None:
        nonlocal failures, sent
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while time.perf_counter() < ends:
                sent += 1
                begun = time.perf_counter()
                writer.write(request(sent))
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
                await reader.readexactly(int(length or 0))
                latencies.append(time.perf_counter() - begun)
                if expect not in head[:20]:
                    failures += 1
        finally:
            writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(in_flight)))
    took = time.perf_counter() - begun
    latencies.sort()
    return Load(
        requests=len(latencies),
        failures=failures,
        seconds=took,
        p50_ms=1000 * latencies[len(latencies) // 2],
        p99_ms=1000 * latencies[int(len(latencies) * 0.99)],
    )


def get(path: str, token: str | None = None) -> bytes:
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}\r\n".encode()


def post(path: str, body: bytes, token: str | None = None) -> bytes:
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body
