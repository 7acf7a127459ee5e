"""`gateway_read_*` and `gateway_write_*`: the same row read, and a row written with its event, at 50 in flight.

Ours carries authentication, signed context, row level security, idempotency and the audit of who did it; the peers
carry none of it. Equal durability: one PostgreSQL server for all, events persistent on both sides.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from shared.kit.postgres import EmbeddedPostgres
from tests.bench import harness
from tests.bench.load import Load, get, post, run_load
from tests.bench.processes import ended, started
from tests.support.rabbitmq import rabbitmq_uri
from tests.support.running import RunningSonggang, free_port

_ROW = "/api/v1/hq/outposts/dongguan"
_VISIT = "/api/v1/outposts/dongguan/warm-house/visits"


def run_rabbitmq() -> list[harness.Row]:
    """Against the stock nameko gateway: its HTTP entrypoint, RpcProxy, EventDispatcher."""
    with ExitStack() as stack:
        amqp_uri = stack.enter_context(rabbitmq_uri())
        platform, admin_url = stack.enter_context(_platform(amqp_uri))
        port = stack.enter_context(_stock(amqp_uri, admin_url))
        return _measure(platform, port, "rabbitmq", "stock nameko gateway", _judge_rabbitmq)


def run_embedded() -> list[harness.Row]:
    """Against FastAPI and psycopg without any hop."""
    with ExitStack() as stack:
        platform, admin_url = stack.enter_context(_platform(None))
        port = stack.enter_context(_plain(admin_url))
        return _measure(platform, port, "embedded", "FastAPI + psycopg without a hop", _judge_embedded)


def _judge_rabbitmq(ours: Load, peer: Load, ratio: float) -> tuple[str, bool]:
    return "read: >= 3 x, p99 no worse", ratio >= 3 and ours.p99_ms <= peer.p99_ms


def _judge_embedded(ours: Load, peer: Load, ratio: float) -> tuple[str, bool]:
    return "read: >= 0.6 x", ratio >= 0.6


def _measure(
    platform: RunningSonggang, peer_port: int, mode: str, peer_name: str, judge: Callable[..., tuple[str, bool]]
) -> list[harness.Row]:
    hq, outpost = _tokens(platform)
    visit = json.dumps({"people": 1, "services": ["rest"]}).encode()
    note = json.dumps({"words": "one visitor, rest"}).encode()
    loads: dict[str, list[Load]] = {}

    def measured(name: str, port: int, request: Callable[[int], bytes], expect: bytes) -> Callable[[], float]:
        def measure() -> float:
            load = run_load(port, request, expect=expect)
            if load.failures:
                raise RuntimeError(f"{name}: {load.failures} of {load.requests} failed")
            loads.setdefault(name, []).append(load)
            return load.per_second

        return measure

    read, write = get(_ROW, hq), post(_VISIT, visit, outpost)
    ours, theirs, our_writes, their_writes = harness.alternate(
        measured("ours", platform.port, lambda _: read, b" 200 "),
        measured("peer", peer_port, lambda _: get("/people/dongguan"), b" 200 "),
        measured("our writes", platform.port, lambda _: write, b" 201 "),
        measured("peer writes", peer_port, lambda _: post("/notes", note), b" 201 "),
    )
    middle, peer_middle = _middle(loads["ours"]), _middle(loads["peer"])
    ratio = harness.median(ours) / harness.median(theirs)
    target, met = judge(middle, peer_middle, ratio)
    return [
        harness.row(
            f"gateway_read_{mode}",
            f"one row read at 50 in flight, against {peer_name}; p99 {middle.p99_ms:.0f} ms against "
            f"{peer_middle.p99_ms:.0f} ms",
            "requests/s",
            ours=harness.median(ours),
            peer=harness.median(theirs),
            target=target,
            met=met,
        ),
        harness.row(
            f"gateway_write_{mode}",
            f"one row written (ours with command id and context), against {peer_name}; p99 "
            f"{_middle(loads['our writes']).p99_ms:.0f} ms against {_middle(loads['peer writes']).p99_ms:.0f} ms",
            "requests/s",
            ours=harness.median(our_writes),
            peer=harness.median(their_writes),
            target="reported",
            met=True,
        ),
    ]


def _middle(loads: list[Load]) -> Load:
    return sorted(loads[1:], key=lambda load: load.p99_ms)[len(loads[1:]) // 2]


def _tokens(platform: RunningSonggang) -> tuple[str, str]:
    with platform.sign_in() as hq:
        answer = hq.post("/api/v1/hq/outposts/dongguan/api-keys", json={"label": "bench"})
        answer.raise_for_status()
        return hq.headers["Authorization"][7:], answer.json()["key"]


@contextmanager
def _platform(amqp_uri: str | None) -> Iterator[tuple[RunningSonggang, str]]:
    """Ours, without rate limits that would stop a load from one address, and the peers' tables in the same database."""
    with tempfile.TemporaryDirectory(prefix="songgang-bench-", ignore_cleanup_errors=True) as folder:
        platform = RunningSonggang(
            Path(folder) / "var", amqp_uri=amqp_uri, settings={"SONGGANG_GATEWAY_RATE_PRINCIPAL": "100000000/minute"}
        )
        try:
            platform.start()
            admin_url = EmbeddedPostgres.running_dsn(platform.data / "postgres")
            if admin_url is None:
                raise RuntimeError("no database")
            with psycopg.connect(admin_url, autocommit=True) as connection:
                connection.execute("CREATE SCHEMA bench")
                connection.execute(
                    "CREATE TABLE bench.person AS SELECT 'dongguan' AS id, name, kind, division, is_active, "
                    "created_at::text FROM identity.organisation WHERE code = 'dongguan'"
                )
                connection.execute("ALTER TABLE bench.person ADD PRIMARY KEY (id)")
                connection.execute("CREATE TABLE bench.note (id bigserial PRIMARY KEY, words text)")
            yield platform, admin_url
        finally:
            platform.stop()


@contextmanager
def _stock(amqp_uri: str, admin_url: str) -> Iterator[int]:
    url = admin_url.replace("postgresql://", "postgresql+psycopg://", 1)
    port = free_port()
    module = [sys.executable, "-m", "tests.bench.peers.stock_nameko"]
    parts = [
        started([*module, "people", amqp_uri, url], {}, until="ready"),
        started([*module, "gateway", amqp_uri, url, str(port)], {}, until="ready"),
    ]
    try:
        yield port
    finally:
        ended(parts)


@contextmanager
def _plain(admin_url: str) -> Iterator[int]:
    port = free_port()
    part = started([sys.executable, "-m", "tests.bench.peers.plain_fastapi", admin_url, str(port)], {})
    try:
        from tests.support.waiting import wait_for

        wait_for(lambda: _listens(port), seconds=30, every=0.1)
        yield port
    finally:
        ended([part])


def _listens(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
