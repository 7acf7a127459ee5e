"""One matching run in a process of its own, whose memory is its alone: prints the run and the peak as JSON."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import orjson

from deploy.topology import service_class
from shared.contracts import postings as c
from shared.kit.database import make_engine
from shared.kit.migrate import app_url
from tests.support.platform import KEYS, TestPlatform, test_settings


def main(database_url: str, accepted_gap: float) -> None:
    """Start a run as HQ does, and carry its job out here."""
    with tempfile.TemporaryDirectory(prefix="songgang-bench-") as folder:
        engine = make_engine(app_url(database_url, KEYS), pool_size=5)
        platform = TestPlatform(
            [service_class("postings")], settings=test_settings(Path(folder)), keys=KEYS, engine=engine
        )
        hq = platform.hq()
        started = hq.ask(c.StartMatching(accepted_gap=accepted_gap))
        begun, used = time.perf_counter(), time.process_time()
        platform.run_jobs()
        wall, cpu = time.perf_counter() - begun, time.process_time() - used
        found = hq.ask(c.GetMatching(matching_id=started.id)).model_dump(mode="json")
        platform.close()
        engine.dispose()
    found |= {"wall": wall, "cpu": cpu, "load_average": os.getloadavg()[0]}
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.buffer.write(orjson.dumps(found) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
