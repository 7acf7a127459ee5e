"""`kill -9` of anything at any moment, while orders, boardings and sales are under way: nothing acknowledged is lost.

`make faults KILLS=200` is the long run; `SEED=…` repeats one. A plain test run kills twenty times.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.faults import checks
from tests.faults.county import prepare_county
from tests.faults.killing import Kill, Killer, report
from tests.faults.storm import Storm
from tests.support.rabbitmq import private_rabbitmq
from tests.support.running import RunningSonggang, running_songgang, scratch_folder
from tests.support.waiting import wait_for

SEED = int(os.environ.get("SEED", "7"))
KILLS = int(os.environ.get("KILLS", "20"))
REPORT = Path(os.environ.get("FAULTS_REPORT", "faults.json"))


@pytest.mark.faults
def test_the_embedded_platform_survives_kills() -> None:
    with scratch_folder() as folder, running_songgang(folder / "var") as platform:
        _storm(platform, kills=max(1, KILLS // 3), seed=SEED, rabbit=None, name="embedded")


@pytest.mark.faults
def test_the_platform_on_rabbitmq_survives_kills_of_any_part() -> None:
    with scratch_folder() as folder:
        rabbit = private_rabbitmq(folder / "rabbitmq")
        try:
            with running_songgang(folder / "var", amqp_uri=rabbit.uri) as platform:
                _storm(platform, kills=max(1, KILLS - KILLS // 3), seed=SEED, rabbit=rabbit, name="rabbitmq")
        finally:
            rabbit.stop()


def _storm(platform: RunningSonggang, *, kills: int, seed: int, rabbit: object, name: str) -> None:
    county = prepare_county(platform, workers=60 + 12 * kills, jars=400 + 200 * kills)
    storm = Storm(platform, county, seed)
    killer = Killer(platform, storm, random.Random(seed), rabbit)  # type: ignore[arg-type]
    done: list[Kill] = []
    storm.start()
    try:
        for _ in range(kills):
            before = len(storm.said)
            done.append(killer.kill(killer.next_target()))
            wait_for(lambda so_far=before: len(storm.said) > so_far + 3, seconds=400, every=0.05)  # type: ignore[misc]
    finally:
        storm.stop()
    url = checks.database_of(platform)
    checks.wait_settled(url)
    summary = report(REPORT.with_stem(f"{REPORT.stem}-{name}"), seed=seed, kills=done, storm=storm)
    print({key: value for key, value in summary.items() if key != "each"})
    assert not storm.unexpected, storm.unexpected[:5]
    assert all(kill.in_flight > 0 for kill in done)
    checks.check_everything(url, storm)
