"""`roster_import_200k`: a county's whole roster as csv over the API, beside COPY of the same columns."""

from __future__ import annotations

import csv
import io
import random
import tempfile
import time
from pathlib import Path

import psycopg

from shared.kit.postgres import EmbeddedPostgres
from tests.bench import harness
from tests.bench.bulk import HEADERS, import_file, roster_cells, watching
from tests.support.running import RunningSonggang, running_songgang

ROWS = 200_000
# Twelve text columns, a key, and as many indexes as the registry's table of workers has, over the like columns.
_COPIED = """
CREATE TABLE public.copied (id uuid PRIMARY KEY DEFAULT uuidv7(), name text, id_number text UNIQUE, sex text,
  nation text, phone text, division text, education text, ability text, wants text, place text, wage text,
  hardship text)
"""
_INDEXES = (
    "CREATE INDEX ON public.copied (name, id)",
    "CREATE INDEX ON public.copied (division, name, id)",
    "CREATE INDEX ON public.copied (right(id_number, 4))",
    "CREATE INDEX ON public.copied (phone)",
)
_COLUMNS = "name, id_number, sex, nation, phone, division, education, ability, wants, place, wage, hardship"


def run() -> list[harness.Row]:
    file = _csv(ROWS)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        running_songgang(Path(folder) / "var") as platform,
    ):
        limit = _copy(platform, file)
        with platform.sign_in() as hq, watching(platform) as peak:
            begun = time.perf_counter()
            state = import_file(hq, "名册.csv", file)
            took = time.perf_counter() - begun
        if state["accepted"] != ROWS:
            raise RuntimeError(f"only {state['accepted']} accepted: {state['problems'][:3]}")
    return [
        harness.row(
            "roster_import_200k",
            f"{ROWS} rows, 12 columns of csv over the API: checked, sealed, stored with search tokens and history, "
            f"signed events in the outbox and on their way; {took:.1f} s; peak memory of all processes {peak[0]:.0f} "
            "MB; the limit is COPY of the same columns into an equally indexed table of the same server",
            "rows/s",
            ours=ROWS / took,
            limit=limit,
            target=">= 4,000 rows/s and < 800 MB",
            met=ROWS / took >= 4000 and peak[0] < 800,
        )
    ]


def _copy(platform: RunningSonggang, file: bytes) -> float:
    """Rows a second that COPY alone stores."""
    url = EmbeddedPostgres.running_dsn(platform.data / "postgres")
    with psycopg.connect(str(url)) as connection:
        for statement in (_COPIED, *_INDEXES):
            connection.execute(statement)
        connection.commit()
        begun = time.perf_counter()
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY public.copied ({_COLUMNS}) FROM STDIN (FORMAT csv, HEADER)") as copy,
        ):
            copy.write(file)
        connection.commit()
        took = time.perf_counter() - begun
        connection.execute("DROP TABLE public.copied")
        connection.commit()
    return ROWS / took


def _csv(rows: int) -> bytes:
    rng = random.Random(20190101)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    known: set[str] = set()
    for _ in range(rows):
        writer.writerow(roster_cells(rng, known))
    return text.getvalue().encode()
