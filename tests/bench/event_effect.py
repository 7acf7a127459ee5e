"""`event_effect`: from a committed outbox row to a handled effect (an insert), against stock nameko doing the same."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from shared.contracts.base import Envelope
from shared.contracts.scopes import Actor, OutpostCode
from shared.kit import outbox
from shared.kit.blobs import Blobs
from shared.kit.context import service_context
from shared.kit.database import Database, make_engine
from shared.kit.envelopes import seal
from shared.kit.host import heard_topics
from shared.kit.keys import Keys
from shared.kit.migrate import app_url
from shared.kit.postgres import EmbeddedPostgres
from shared.kit.rabbit import BatchPublisher, declare
from shared.kit.session import Kit
from shared.kit.settings import Settings
from shared.kit.tables import new_id, utc_now
from tests.bench import harness
from tests.bench.processes import ended, started
from tests.kit.sample import NoteWritten, ReaderService, WriterService, prepare_sample
from tests.support.rabbitmq import rabbitmq_uri
from tests.support.waiting import wait_for

EVENTS = 12_000
STOCK_EVENTS = 3_000
BATCH = 500


def run() -> list[harness.Row]:
    with (
        tempfile.TemporaryDirectory(prefix="songgang-bench-", ignore_cleanup_errors=True) as folder,
        rabbitmq_uri() as amqp_uri,
    ):
        data = Path(folder)
        server = EmbeddedPostgres(data / "postgres")
        try:
            return _run(server.start(), amqp_uri, data)
        finally:
            server.stop()


def _run(admin_url: str, amqp_uri: str, data: Path) -> list[harness.Row]:
    keys = Keys.new()
    keys.save(data / "keys.json")
    prepare_sample(admin_url, keys)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA bench")
        connection.execute("CREATE TABLE bench.effect (seq bigserial PRIMARY KEY, note_id bigint, words text)")
    declare(amqp_uri, {"writer": heard_topics(WriterService), "reader": heard_topics(ReaderService)})
    with _ours(admin_url, amqp_uri, data), _stock(admin_url, amqp_uri) as call:
        ours, stock, raw = harness.alternate(
            lambda: _our_rate(admin_url, keys, data),
            lambda: _stock_rate(admin_url, call),
            lambda: _raw_rate(amqp_uri, keys),
        )
    mine, peer = harness.median(ours), harness.median(stock)
    return [
        harness.row(
            "event_effect",
            "events from committed outbox row to handled effect on quorum queues; peer: stock EventDispatcher and "
            "event_handler; limit: raw publishing in batches with confirms",
            "events/s",
            ours=mine,
            peer=peer,
            limit=harness.median(raw),
            target=">= 5 x stock and >= 1500/s",
            met=mine >= 5 * peer and mine >= 1500,
        )
    ]


def _our_rate(admin_url: str, keys: Keys, data: Path) -> float:
    settings = Settings(_env_file=None, data=data)
    engine = make_engine(app_url(admin_url, keys), pool_size=2)
    database = Database(Kit("writer", settings, keys, Blobs(settings, keys)), engine)
    before = _count(admin_url, "reader.seen")
    with database.transaction(service_context("writer")) as session:
        for _ in range(EVENTS):
            session.publish(NoteWritten(note_id=new_id(), outpost=OutpostCode.dongguan, words="a fact that happened"))
        outbox.write(session)
        session.published.clear()
        begun = time.perf_counter()
    wait_for(lambda: _count(admin_url, "reader.seen") - before >= EVENTS, seconds=120, every=0.02)
    took = time.perf_counter() - begun
    engine.dispose()
    return EVENTS / took


def _stock_rate(admin_url: str, call) -> float:  # type: ignore[no-untyped-def]
    before = _count(admin_url, "bench.effect")
    begun = time.perf_counter()
    call(STOCK_EVENTS)
    wait_for(lambda: _count(admin_url, "bench.effect") - before >= STOCK_EVENTS, seconds=120, every=0.02)
    return STOCK_EVENTS / (time.perf_counter() - begun)


def _raw_rate(amqp_uri: str, keys: Keys) -> float:
    """Publishing only, to nobody: what the broker's confirms alone allow."""
    publisher = BatchPublisher(amqp_uri)
    envelope = seal(
        keys,
        Envelope(
            event_id=new_id(),
            topic="bench.raw",
            publisher="writer",
            aggregate_id="-",
            version=1,
            at=utc_now(),
            actor=Actor(kind="service", id="bench"),
            body={"words": "a fact that happened"},
        ),
    )
    begun = time.perf_counter()
    for _ in range(EVENTS // BATCH):
        publisher([envelope] * BATCH)
    took = time.perf_counter() - begun
    publisher.close()
    return EVENTS / took


def _count(admin_url: str, table: str) -> int:
    with psycopg.connect(admin_url) as connection:
        found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found[0]) if found else 0


@contextmanager
def _ours(admin_url: str, amqp_uri: str, data: Path) -> Iterator[None]:
    given = {"SONGGANG_AMQP_URI": amqp_uri, "SONGGANG_DATABASE_URL": admin_url}
    parts = [
        started([sys.executable, "-m", "tests.bench.sample_serving", name, "events", str(data)], given)
        for name in ("writer", "reader")
    ]
    try:
        yield
    finally:
        ended(parts)


@contextmanager
def _stock(admin_url: str, amqp_uri: str) -> Iterator[object]:
    url = admin_url.replace("postgresql://", "postgresql+psycopg://", 1)
    parts: list[subprocess.Popen[bytes]] = [
        started([sys.executable, "-m", "tests.bench.peers.stock_nameko", part, amqp_uri, url], {}, until="ready")
        for part in ("people", "listener")
    ]
    from nameko.standalone.rpc import ClusterRpcProxy

    try:
        with ClusterRpcProxy({"AMQP_URI": amqp_uri}, timeout=120) as rpc:
            yield rpc.people.dispatch_many
    finally:
        ended(parts)
