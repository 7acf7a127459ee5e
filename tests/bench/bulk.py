"""`roster_import` and `embedded_at_rest`: bulk work and memory of the embedded platform, over its API."""

from __future__ import annotations

import contextlib
import io
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg

from shared.kit.postgres import EmbeddedPostgres
from shared.kit.settings import SERVICES
from tests.bench import harness
from tests.support.people import make_id_number, make_name, make_phone, make_village
from tests.support.running import RunningSonggang, running_songgang
from tests.support.waiting import wait_for

ROSTER_ROWS = 20_000
HEADERS = ["姓名", "身份证号码", "性别", "民族", "联系电话", "行政区划代码", "文化程度", "劳动技能", "外出务工意向"]
HEADERS += ["意向地点", "期望月薪", "困难类别"]


def run_roster_import() -> list[harness.Row]:
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        running_songgang(Path(folder) / "var") as platform,
    ):
        file = _roster(ROSTER_ROWS)
        with platform.sign_in() as hq, watching(platform) as peak:
            begun = time.perf_counter()
            state = import_file(hq, "名册.xlsx", file)
            stored = time.perf_counter() - begun
            settled(platform)
            reported = time.perf_counter() - begun
        if state["accepted"] != ROSTER_ROWS:
            raise RuntimeError(f"only {state['accepted']} accepted: {state['problems'][:3]}")
    return [
        harness.row(
            "roster_import",
            f"{ROSTER_ROWS} rows, 12 columns of xlsx validated, stored, events in the outbox; every subscriber had "
            f"them after {reported:.1f} s; peak memory of all processes {peak[0]:.0f} MB",
            "s",
            ours=stored,
            target="<= 20 s and < 600 MB",
            met=stored <= 20 and peak[0] < 600,
            more_is_better=False,
        )
    ]


def run_at_rest() -> list[harness.Row]:
    """Memory after the demo county and 60 s without work."""
    import subprocess
    import sys

    from tests.bench.processes import ROOT

    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        running_songgang(Path(folder) / "var") as platform,
    ):
        subprocess.run(
            [sys.executable, "-m", "deploy.cli", "demo", "--url", platform.url, "--data", str(platform.data)],
            cwd=ROOT,
            env={"SONGGANG_ADMIN_PASSWORD": platform.password, "PATH": "/usr/bin:/bin"},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        settled(platform)
        idle_since = time.monotonic()
        wait_for(lambda: time.monotonic() - idle_since > 60, seconds=90, every=1.0)
        memory = platform.pss_mb()
    return [
        harness.row(
            "embedded_at_rest",
            "PSS of all processes, PostgreSQL too, after the demo county and 60 s idle",
            "MB",
            ours=memory,
            target="< 350 MB",
            met=memory < 350,
            more_is_better=False,
        )
    ]


def _roster(rows: int) -> bytes:
    import xlsxwriter

    rng = random.Random(20190101)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": True})
    sheet = book.add_worksheet("名册")
    sheet.write_row(0, 0, HEADERS)
    known: set[str] = set()
    for number in range(1, rows + 1):
        sheet.write_row(number, 0, roster_cells(rng, known))
    book.close()
    return file.getvalue()


def roster_cells(rng: random.Random, known: set[str]) -> list[str]:
    """One person under HEADERS, with an identity number that is not among the known ones."""
    id_number = make_id_number(rng)
    while id_number in known:
        id_number = make_id_number(rng)
    known.add(id_number)
    sex = "男" if int(id_number[16]) % 2 else "女"
    return [
        *(make_name(rng), id_number, sex, "侗族", make_phone(rng), make_village(rng)),
        *(rng.choice(["小学", "初中", "高中"]), rng.choice(["缝纫工", "包装工", "无"]), "是"),
        *(rng.choice(["东莞", "深圳", "广州"]), str(rng.randrange(35, 70) * 100)),
        rng.choice(["脱贫户", "监测户", ""]),
    ]


def post(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/api/v1{path}", json=body)
    if answer.status_code >= 300:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:400]}")
    found: dict[str, Any] = answer.json()
    return found


def import_file(client: httpx.Client, name: str, file: bytes) -> dict[str, Any]:
    """Send a roster in and wait for its end."""
    answer = client.post("/api/v1/hq/worker-imports", timeout=120, files={"file": (name, file)})
    answer.raise_for_status()
    return wait_for(lambda: ended(client, answer.headers["Location"]), seconds=600, every=0.25)


def ended(client: httpx.Client, location: str) -> dict[str, Any] | None:
    state: dict[str, Any] = client.get(location).json()
    if state["state"] == "failed":
        raise RuntimeError(str(state)[:1000])
    return state if state["state"] in ("succeeded", "cancelled") else None


def settled(platform: RunningSonggang) -> None:
    url = EmbeddedPostgres.running_dsn(platform.data / "postgres")
    parts = [f"SELECT count(*) AS n FROM {name}.outbox WHERE published_at IS NULL" for name in SERVICES]
    parts += [f"SELECT count(*) FROM {name}.inbox WHERE state = 'pending'" for name in SERVICES]
    with psycopg.connect(str(url), autocommit=True) as connection:
        query = f"SELECT sum(n) FROM ({' UNION ALL '.join(parts)}) AS waiting"
        wait_for(lambda: connection.execute(query).fetchone() == (0,), seconds=900, every=0.5)


@contextlib.contextmanager
def watching(platform: RunningSonggang, *, only: str | None = None) -> Iterator[list[float]]:
    """The peak memory (PSS, MB) while the block runs: of all processes, or of one part."""
    peak = [0.0]
    ended = threading.Event()
    look: Callable[[], float] = platform.pss_mb if only is None else lambda: platform.part_pss_mb(only)

    def watch() -> None:
        while not ended.wait(0.25):
            peak[0] = max(peak[0], look())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()
