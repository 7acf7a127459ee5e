"""Measuring side by side: ours and a peer in turns in one run, medians of several rounds after a warm-up."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

ROUNDS = 5


@dataclass
class Row:
    """One line of bench.json. Ratios are ours / peer and ours / limit in the direction in which more is better."""

    name: str
    what: str
    unit: str
    ours: float
    peer: float | None
    limit: float | None
    ratio_to_peer: float | None
    ratio_to_limit: float | None
    target: str
    met: bool
    machine: str
    at: str


def row(
    name: str,
    what: str,
    unit: str,
    *,
    ours: float,
    target: str,
    met: bool,
    peer: float | None = None,
    limit: float | None = None,
    more_is_better: bool = True,
) -> Row:
    def ratio(other: float | None) -> float | None:
        if not other or not ours:
            return None
        return round(ours / other if more_is_better else other / ours, 3)

    return Row(
        name=name,
        what=what,
        unit=unit,
        ours=round(ours, 3),
        peer=None if peer is None else round(peer, 3),
        limit=None if limit is None else round(limit, 3),
        ratio_to_peer=ratio(peer),
        ratio_to_limit=ratio(limit),
        target=target,
        met=met,
        machine=f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def alternate(*measures: Callable[[], float], rounds: int = ROUNDS) -> list[list[float]]:
    """Each measure's figures: an uncounted warm-up, then rounds of all in turn, so that drift hits all alike."""
    for measure in measures:
        measure()
    figures: list[list[float]] = [[] for _ in measures]
    for _ in range(rounds):
        for index, measure in enumerate(measures):
            figures[index].append(measure())
    return figures


def median(figures: list[float]) -> float:
    return statistics.median(figures)


def write(rows: list[Row], path: Path) -> None:
    """Merge into bench.json by name (a partial run keeps the other rows) and print the table."""
    known = {found["name"]: found for found in json.loads(path.read_text())} if path.exists() else {}
    known.update({one.name: asdict(one) for one in rows})
    path.write_text(json.dumps(list(known.values()), ensure_ascii=False, indent=1) + "\n")
    for line in table(rows):
        print(line)


def table(rows: list[Row]) -> Iterator[str]:
    yield f"{'name':28} {'ours':>12} {'peer':>12} {'limit':>12} {'x peer':>8} {'x limit':>8}  met  target"
    for one in rows:
        yield (
            f"{one.name:28} {_text(one.ours):>12} {_text(one.peer):>12} {_text(one.limit):>12} "
            f"{_text(one.ratio_to_peer):>8} {_text(one.ratio_to_limit):>8}  {'yes' if one.met else 'NO ':3}  "
            f"{one.target} ({one.unit})"
        )


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
