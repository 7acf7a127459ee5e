"""`ledger_rebuild`: the whole log replayed by the job of `songgang ledger rebuild`, links and signatures checked.

The log is genuine: every entry is signed by its publisher and linked into its worker's chain. A first rebuild fills the
generation that the measured one is compared with, so that the measured one must find no difference.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from services.ledger.chains import link
from services.ledger.models import GENESIS
from shared.contracts import ledger as c
from shared.contracts.base import Envelope
from shared.contracts.kit import GetJob
from shared.kit import envelopes
from shared.kit.keys import Keys
from shared.kit.postgres import EmbeddedPostgres
from tests.bench import harness
from tests.support.people import make_village
from tests.support.platform import Databases, TestPlatform, running_platform

EVENTS = 1_000_000
WORKERS = 20_000
OUTPOSTS = ("chancheng", "dongguan", "shenzhen", "guangzhou", "hangzhou", "wenling", "guiyang")
BEGUN = datetime(2024, 1, 1, tzinfo=UTC)
# topic, publisher, how often among the events after the registrations
MIX = (
    ("worker.updated", "registry", 10),
    ("recommendation.made", "postings", 30),
    ("recommendation.answered", "postings", 14),
    ("message.delivered", "notify", 25),
    ("enrolment.confirmed", "training", 3),
    ("dispatch_order.issued", "dispatch", 5),
    ("labor_contract.recorded", "dispatch", 4),
    ("employment_receipt.received", "dispatch", 4),
    ("placement.started", "dispatch", 4),
    ("follow_up.due", "outposts", 1),
)


def run() -> list[harness.Row]:
    with tempfile.TemporaryDirectory(prefix="songgang-bench-", ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        try:
            rate, seconds, found = measured(server.start(), EVENTS)
        finally:
            server.stop()
    return [
        harness.row(
            "ledger_rebuild",
            f"{EVENTS:,} events of {WORKERS:,} people replayed anew in {seconds:.0f} s: every link and "
            f"signature checked, {found['chains']:,} chains, no difference to what was read before",
            "events/s",
            ours=rate,
            target=">= 5,000 events/s",
            met=rate >= 5_000,
        )
    ]


def measured(admin_url: str, events: int) -> tuple[float, float, dict[str, Any]]:
    """Events a second of the second rebuild, its seconds, and what it found."""
    with Databases(admin_url).fresh() as url, running_platform(url) as platform:
        fill(url, platform.keys, events)
        rebuilt(platform)
        begun = time.perf_counter()
        found = rebuilt(platform)
        seconds = time.perf_counter() - begun
    if not found["is_intact"] or found["differs"] or found["entries"] != events:
        raise RuntimeError(f"the rebuild found {found}")
    return events / seconds, seconds, found


def rebuilt(platform: TestPlatform) -> dict[str, Any]:
    job = platform.hq().ask(c.RebuildLedger())
    platform.run_jobs()
    state = platform.hq().ask(GetJob.model_validate({"job_id": job.id.partition(".")[2]}), service="ledger")
    if state.state != "succeeded":
        raise RuntimeError(str(state))
    return state.result


def fill(admin_url: str, keys: Keys, events: int) -> None:
    """Append a genuine log, as hearing would have written it."""
    chains: dict[UUID, tuple[int, str, str]] = {}
    with psycopg.connect(admin_url) as connection, connection.cursor() as cursor:
        columns = "event_id, topic, at, outpost, division, worker_id, envelope, previous_hash, hash"
        with cursor.copy(f"COPY ledger.received ({columns}) FROM STDIN") as copy:
            for row in log(keys, events, chains):
                copy.write_row(row)
        with cursor.copy("COPY ledger.chain (worker_id, entries, head, division) FROM STDIN") as copy:
            for worker_id, (entries, head, division) in chains.items():
                copy.write_row((worker_id, entries, head, division))
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE ledger.received")


def log(keys: Keys, events: int, chains: dict[UUID, tuple[int, str, str]]) -> Iterator[tuple[Any, ...]]:
    rng = random.Random(20190101)
    people = [UUID(int=rng.getrandbits(128), version=4) for _ in range(min(WORKERS, events // 10))]
    topics = rng.choices(MIX, weights=[share for _, _, share in MIX], k=events - len(people))
    for number in range(events):
        is_new = number < len(people)
        worker_id = people[number] if is_new else rng.choice(people)
        topic, publisher, _ = ("worker.registered", "registry", 0) if is_new else topics[number - len(people)]
        count, head, division = chains.get(worker_id, (0, GENESIS, make_village(rng)))
        outpost = rng.choice(OUTPOSTS) if publisher == "dispatch" else None
        at = BEGUN + timedelta(seconds=60 * number)
        event_id = UUID(int=rng.getrandbits(128), version=4)
        envelope = {
            "event_id": str(event_id),
            "topic": topic,
            "publisher": publisher,
            "aggregate_id": str(worker_id),
            "version": count + 1,
            "at": at.isoformat().replace("+00:00", "Z"),
            "actor": {"kind": "user", "id": "officer-1"},
            "outpost": outpost,
            "worker_id": str(worker_id),
            "body": body(topic, rng, worker_id, division, outpost, at),
        }
        text = envelopes.dump(envelopes.signed(keys, Envelope.model_validate(envelope)))
        linked = link(head, text)
        chains[worker_id] = (count + 1, linked, division)
        yield event_id, topic, at, outpost, division, worker_id, text, head, linked


def body(
    topic: str, rng: random.Random, worker_id: UUID, division: str, outpost: str | None, at: datetime
) -> dict[str, Any]:
    order_id = str(UUID(int=rng.getrandbits(128), version=4))
    given: dict[str, Any] = {"worker_id": str(worker_id)}
    if topic.startswith("worker."):
        given |= {"version": 1, "division": division, "sex": "female", "birth_year": 1990, "is_active": True}
    elif topic == "recommendation.made":
        given |= {"recommendation_id": order_id, "posting_id": order_id, "score": 0.71}
    elif topic == "recommendation.answered":
        given |= {"recommendation_id": order_id, "posting_id": order_id, "answer": rng.choice(["accepted", "declined"])}
    elif topic == "message.delivered":
        given |= {"message_id": order_id, "channel": "sms"}
    elif topic == "enrolment.confirmed":
        given |= {"enrolment_id": order_id, "session_id": order_id, "course": "电子装配"}
    elif topic == "follow_up.due":
        given |= {"follow_up_id": order_id, "due_on": at.date().isoformat(), "outpost": "dongguan"}
    else:
        given |= {
            "order_id": order_id,
            "order_no": f"PQ-2026-{rng.randrange(99_999):05d}",
            "contract_id": order_id,
            "receipt_id": order_id,
            "placement_id": order_id,
            "agreement_id": order_id,
            "outpost": outpost,
            "division": division,
            "outcome": "started",
            "started_on": at.date().isoformat(),
            "wage_cents": 480_000,
        }
    return given
