"""Kills at random moments: what can be killed, how, and what brings it back."""

from __future__ import annotations

import contextlib
import json
import random
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.faults.storm import Storm
from tests.support.rabbitmq import PrivateRabbit
from tests.support.running import RunningSonggang
from tests.support.waiting import wait_for


@dataclass
class Kill:
    """One kill: of what, with how many operations in flight, and how long until the platform could serve again."""

    target: str
    in_flight: int
    seconds_until_ready: float


@dataclass
class Killer:
    """Kills one target after another while a storm is under way."""

    platform: RunningSonggang
    storm: Storm
    rng: random.Random
    rabbit: PrivateRabbit | None = None

    deck: list[str] = field(default_factory=list)

    def next_target(self) -> str:
        """One of everything that can be killed, in a random order, before anything is killed again."""
        if not self.deck:
            self.deck = sorted(self._targets())
            self.rng.shuffle(self.deck)
        return self.deck.pop()

    def _targets(self) -> list[str]:
        if self.rabbit is None:
            return ["platform", "platform", "postgres"]
        return [*(name for name in self.platform.parts() if name != "up"), "rabbitmq", "postgres"]

    def kill(self, target: str) -> Kill:
        """Kill while operations are in flight; return once the platform can serve again."""
        moment = time.monotonic() + self.rng.uniform(0.05, 0.8)
        wait_for(lambda: time.monotonic() >= moment and self.storm.in_flight > 0, seconds=120, every=0.002)
        in_flight = self.storm.in_flight
        begun = time.monotonic()
        if target == "platform":
            self.platform.kill()
            self.platform.start()
        elif target == "postgres":
            _postgres_of(self.platform).kill()
        elif target == "rabbitmq" and self.rabbit is not None:
            self.rabbit.kill()
            self.rabbit.restart()
        else:
            self.platform.parts()[target].kill()
        wait_for(self._serves, seconds=180, every=0.1, what=f"serving again after a kill of {target}")
        return Kill(target, in_flight, round(time.monotonic() - begun, 2))

    def _serves(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.platform.url}/readyz", timeout=5).status_code == 200
        return False


def _postgres_of(platform: RunningSonggang) -> psutil.Process:
    pid = int((platform.data / "postgres" / "cluster" / "postmaster.pid").read_text().splitlines()[0])
    return psutil.Process(pid)


def report(path: Path, *, seed: int, kills: list[Kill], storm: Storm) -> dict[str, object]:
    """What was done and seen, as JSON; also printed by `make faults`."""
    kinds = sorted({said.kind for said in storm.said})
    summary: dict[str, object] = {
        "seed": seed,
        "kills": len(kills),
        "targets": {name: sum(kill.target == name for kill in kills) for name in sorted({k.target for k in kills})},
        "least_in_flight": min((kill.in_flight for kill in kills), default=0),
        "longest_until_ready_seconds": max((kill.seconds_until_ready for kill in kills), default=0),
        "acknowledged": {kind: len(storm.of(kind)) for kind in kinds},
        "refused_by_a_rule": sum(said.status >= 400 for said in storm.said),
        "asked_again": storm.retries,
        "each": [asdict(kill) for kill in kills],
    }
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=1))
    return summary
