"""`make bench` and `make bench ONLY=name`: measures, writes bench.json, prints the table, fails on a missed target."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench import (
    boardings,
    bulk,
    event_effect,
    feeds,
    gateway_load,
    harness,
    ledger_rebuild,
    matching,
    people,
    roster_import,
    trip_plan,
)

BENCHES: dict[tuple[str, ...], Callable[[], list[harness.Row]]] = {
    ("gateway_read_rabbitmq", "gateway_write_rabbitmq"): gateway_load.run_rabbitmq,
    ("gateway_read_embedded", "gateway_write_embedded"): gateway_load.run_embedded,
    ("event_effect",): event_effect.run,
    ("roster_import",): bulk.run_roster_import,
    ("roster_import_200k",): roster_import.run,
    ("worker_search", "roster_as_of"): people.run,
    ("feed_run", "feed_unchanged"): feeds.run_feed,
    ("occupation_recognition",): feeds.run_recognition,
    ("allocation",): matching.run_allocation,
    ("matching_20k",): matching.run_20k,
    ("matching_200k",): matching.run_200k,
    ("matching_cost_growth",): matching.run_growth,
    ("embedded_at_rest",): bulk.run_at_rest,
    ("ledger_rebuild",): ledger_rebuild.run,
    ("trip_plan",): trip_plan.run,
    ("boardings_rabbitmq",): boardings.run_rabbitmq,
    ("boardings_embedded",): boardings.run_embedded,
}


def main() -> int:
    parser = argparse.ArgumentParser(description="measure side by side, write bench.json")
    parser.add_argument("--only", help="one row by its name")
    only = parser.parse_args().only
    chosen = [bench for names, bench in BENCHES.items() if only is None or only in names]
    if not chosen:
        print("no such bench; there are:", ", ".join(name for names in BENCHES for name in names))
        return 2
    path = Path(os.environ.get("BENCH_JSON", "bench.json"))
    rows: list[harness.Row] = []
    for bench in chosen:
        found = bench()
        harness.write(found, path)
        rows += found
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
