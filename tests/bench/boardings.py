"""`boardings_*`: people checked in one by one through the gateway, 50 in flight, each with custody record and event."""

from __future__ import annotations

import itertools
import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from shared.kit.postgres import EmbeddedPostgres
from tests.bench import harness
from tests.bench.load import Load, post, run_load
from tests.support.rabbitmq import rabbitmq_uri
from tests.support.running import RunningSonggang

COACHES = 240
SEATS = 49
ROUNDS = 3
TARGETS = {"rabbitmq": 120, "embedded": 250}


def run_rabbitmq() -> list[harness.Row]:
    with ExitStack() as stack:
        return _run("rabbitmq", stack.enter_context(rabbitmq_uri()))


def run_embedded() -> list[harness.Row]:
    return _run("embedded", None)


def _run(mode: str, amqp_uri: str | None) -> list[harness.Row]:
    with _platform(amqp_uri) as (platform, admin_url):
        seats = _seated(admin_url)
        with platform.sign_in() as hq:
            token = hq.headers["Authorization"][7:]
        waiting = itertools.cycle(seats)
        loads: list[Load] = []

        def measure() -> float:
            def request(_: int) -> bytes:
                trip_id, order_id = next(waiting)
                body = json.dumps({"order_id": order_id}).encode()
                return post(f"/api/v1/hq/trips/{trip_id}/boardings", body, token)

            load = run_load(platform.port, request, expect=b" 201 ")
            if load.failures:
                raise RuntimeError(f"{load.failures} of {load.requests} failed")
            loads.append(load)
            return load.per_second

        (figures,) = harness.alternate(measure, rounds=ROUNDS)
        asked = sum(load.requests for load in loads)
        boarded = _count(admin_url)
        if boarded != min(asked, len(seats)):
            raise RuntimeError(f"{asked} boardings were answered, {boarded} are there")
        if asked > len(seats):
            raise RuntimeError(f"{asked} boardings for {len(seats)} people: some were repeats")
        target = TARGETS[mode]
        middle = sorted(loads[1:], key=lambda load: load.p99_ms)[len(loads[1:]) // 2]
        return [
            harness.row(
                f"boardings_{mode}",
                f"people checked in at 50 in flight; p50 {middle.p50_ms:.0f} ms, p99 {middle.p99_ms:.0f} ms",
                "boardings/s",
                ours=harness.median(figures),
                target=f">= {target}/s",
                met=harness.median(figures) >= target,
            )
        ]


@contextmanager
def _platform(amqp_uri: str | None) -> Iterator[tuple[RunningSonggang, str]]:
    """Without rate limits that would stop a load from one account."""
    with tempfile.TemporaryDirectory(prefix="songgang-bench-", ignore_cleanup_errors=True) as folder:
        platform = RunningSonggang(
            Path(folder) / "var", amqp_uri=amqp_uri, settings={"SONGGANG_GATEWAY_RATE_PRINCIPAL": "100000000/minute"}
        )
        try:
            platform.start()
            admin_url = EmbeddedPostgres.running_dsn(platform.data / "postgres")
            if admin_url is None:
                raise RuntimeError("no database")
            yield platform, admin_url
        finally:
            platform.stop()


def _seated(admin_url: str) -> list[tuple[str, str]]:
    """Coaches with every seat confirmed; the people's registration is not what is measured."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            """
            INSERT INTO dispatch.trip (id, trip_no, state, coach_kind, seats, drivers, outposts, depart_at, arrive_at,
                distance_km, driving_minutes, cost_cents, version)
            SELECT gen_random_uuid(), 'BENCH-' || n, 'planned', '49座大巴', %(seats)s, 2, ARRAY['dongguan'],
                now() + interval '1 hour', now() + interval '13 hours', 760, 655, 1000000, 1
            FROM generate_series(1, %(coaches)s) AS n
            """,
            {"seats": SEATS, "coaches": COACHES},
        )
        connection.execute(
            """
            WITH seat AS (
                SELECT trip.id AS trip_id, n AS seat_no, gen_random_uuid() AS order_id, gen_random_uuid() AS worker_id
                FROM dispatch.trip, generate_series(1, %(seats)s) AS n
            ), ordered AS (
                INSERT INTO dispatch.dispatch_order (id, order_no, worker_id, posting_id, employer_id, outpost,
                    division, depart_on, transport, posting_title, issued_at, issued_by, state, version)
                SELECT order_id, 'BENCH-' || order_id, worker_id, gen_random_uuid(), gen_random_uuid(), 'dongguan',
                    '522631104203', current_date, 'coach', '电子装配工', now(), 'user:bench', 'issued', 1 FROM seat
            )
            INSERT INTO dispatch.seat_hold (id, trip_id, order_id, worker_id, outpost, seat_no, state, held_at, held_by)
            SELECT gen_random_uuid(), trip_id, order_id, worker_id, 'dongguan', seat_no, 'confirmed', now(),
                'user:bench' FROM seat
            """,
            {"seats": SEATS},
        )
        connection.execute("ANALYZE")
        found = connection.execute("SELECT trip_id::text, order_id::text FROM dispatch.seat_hold ORDER BY seat_no, id")
        return [(row[0], row[1]) for row in found.fetchall()]


def _count(admin_url: str) -> int:
    with psycopg.connect(admin_url) as connection:
        found = connection.execute("SELECT count(*) FROM dispatch.custody_record WHERE kind = 'boarded'").fetchone()
    return int(found[0]) if found else 0
