"""How often one caller may ask. Counters are in memory, or in Redis where several gateways are to share them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from limits import RateLimitItem, parse

from gateway.errors import RATE_LIMITED
from gateway.options import GatewayOptions

_SWEEP_SECONDS = 60.0


@dataclass(frozen=True)
class Allowance:
    """What is left, for the RateLimit headers."""

    limit: int
    remaining: int
    reset_seconds: int

    def headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"ratelimit-limit", str(self.limit).encode()),
            (b"ratelimit-remaining", str(self.remaining).encode()),
            (b"ratelimit-reset", str(self.reset_seconds).encode()),
        ]


class Limits:
    """Spends one request of a caller's allowance; raises request.rate_limited when it is used up."""

    def __init__(self, options: GatewayOptions, redis_url: str | None = None) -> None:
        self.principal = parse(options.rate_principal)
        self.anonymous = parse(options.rate_anonymous)
        self.sign_in = parse(options.rate_sign_in)
        self._count = _shared(redis_url) if redis_url else _local()

    async def spend(self, rate: RateLimitItem, kind: str, key: str) -> Allowance:
        is_within, remaining, reset_at = await self._count(rate, kind, key)
        seconds = max(1, int(reset_at - time.time() + 0.999))
        if not is_within:
            raise RATE_LIMITED(retry_after=seconds)
        return Allowance(rate.amount, remaining, seconds)


_Count = Callable[[RateLimitItem, str, str], Awaitable[tuple[bool, int, float]]]


def _local() -> _Count:
    """Fixed windows in a dictionary. The library's own memory storage starts a timer thread every few requests, which
    cost a fifth of a cached read."""
    windows: dict[tuple[str, str], list[float]] = {}
    swept_at = 0.0

    async def count(rate: RateLimitItem, kind: str, key: str) -> tuple[bool, int, float]:
        nonlocal swept_at
        now = time.time()
        if now - swept_at > _SWEEP_SECONDS:
            swept_at = now
            for over in [known for known, window in windows.items() if window[1] <= now]:
                del windows[over]
        window = windows.get((kind, key))
        if window is None or window[1] <= now:
            window = windows[kind, key] = [0.0, now + rate.get_expiry()]
        window[0] += 1
        return window[0] <= rate.amount, max(0, int(rate.amount - window[0])), window[1]

    return count


def _shared(redis_url: str) -> _Count:
    from limits.aio.storage import RedisStorage
    from limits.aio.strategies import FixedWindowRateLimiter as SharedLimiter

    limiter = SharedLimiter(RedisStorage(f"async+{redis_url}"))

    async def count(rate: RateLimitItem, kind: str, key: str) -> tuple[bool, int, float]:
        is_within = await limiter.hit(rate, kind, key)
        window = await limiter.get_window_stats(rate, kind, key)
        return is_within, window.remaining, window.reset_time

    return count
