"""A generated county straight into the tables that matching reads: seekers, employers with agreements, postings."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from shared import reference
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id

TOWNSHIPS = [f"52263110{n}" for n in range(1, 10)]
PLACES = ("441900119", "440604007", "440306007", "440111014", "330110012", "331081001", "520115001", "522631101")
EDUCATION = ("primary", "junior_middle", "senior_middle", "college")
_NOW = datetime.now(UTC)
TITLES = ("普工", "包装工", "缝纫工", "装配工", "注塑工", "质检员", "保洁员", "搬运工", "电焊工", "叉车司机")


def fill(database_url: str, *, seekers: int, postings: int, openings: int, seed: int = 1) -> None:
    """Every employer has ten postings or so; openings are spread unevenly, as employers' are."""
    chance = random.Random(seed)
    trades = [code for code in reference.occupations() if code.startswith(("4-", "6-")) and code.count("-") == 3]
    trades = sorted(chance.sample(trades, 120))
    with psycopg.connect(database_url) as connection, connection.cursor() as cursor:
        employers = [_employer(cursor, n) for n in range(max(postings // 10, 1))]
        _copy(
            cursor,
            "posting",
            _POSTING,
            (
                _posting(chance, trades, chance.choice(employers), number)
                for number in _shares(chance, postings, openings)
            ),
        )
        _copy(cursor, "seeker", _SEEKER, (_seeker(chance, trades) for _ in range(seekers)))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ANALYZE postings.seeker, postings.posting")


def _copy(cursor: Any, table: str, columns: tuple[str, ...], rows: Any) -> None:
    with cursor.copy(f"COPY postings.{table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _shares(chance: random.Random, parts: int, whole: int) -> list[int]:
    weights = [chance.lognormvariate(0, 1) for _ in range(parts)]
    scale = (whole - parts) / sum(weights)
    return [1 + int(weight * scale) for weight in weights]


def _employer(cursor: Any, number: int) -> tuple[UUID, UUID]:
    employer, agreement = new_id(), new_id()
    cursor.execute(
        "INSERT INTO postings.employer (id, name, uscc, is_blocked, version, created_at, updated_at) "
        "VALUES (%s, %s, %s, false, 1, now(), now())",
        (employer, f"第{number}电子厂", f"BENCH{number:013d}"),
    )
    cursor.execute(
        "INSERT INTO postings.agreement (id, employer_id, number, valid_from, valid_to, state, version, created_at) "
        "VALUES (%s, %s, %s, '2024-01-01', '2031-12-31', 'active', 1, now())",
        (agreement, employer, f"BENCH-{number}"),
    )
    return employer, agreement


_POSTING = (
    *("id", "employer_id", "agreement_id", "source", "title", "company", "occupation", "division", "requirements"),
    *("openings", "openings_taken", "wage_min_cents", "wage_max_cents", "wage_unit", "wage_month_cents"),
    *("valid_through", "state", "is_withheld", "changed_in", "version"),
    *("changed_at", "created_at", "updated_at"),
)


def _posting(chance: random.Random, trades: list[str], of: tuple[UUID, UUID], openings: int) -> tuple[Any, ...]:
    trade = chance.choice(trades)
    asked: dict[str, Any] = {
        "board": chance.random() < 0.6,
        "lodging": chance.random() < 0.6,
        "max_age": chance.choice((None, None, 45, 55)),
        "min_age": chance.choice((None, 18)),
        "shift": chance.choice((None, "day", "two_shift")),
        "insurance": ["工伤保险"] if chance.random() < 0.4 else [],
        "skills": [trade] if chance.random() < 0.15 else [],
        "education": chance.choice((None, None, "junior_middle")),
    }
    wage = None if chance.random() < 0.2 else chance.randrange(3_000, 8_000, 100) * 100
    return (
        *(new_id(), *of, "hq", chance.choice(TITLES), "电子厂", trade, chance.choice(PLACES)),
        *(Jsonb({name: value for name, value in asked.items() if value is not None}), openings, 0),
        *(wage, wage and wage * 5 // 4, wage and "month", wage),
        *(date.today() + timedelta(days=60), "open", False, 0, 1),
        *(_NOW, _NOW, _NOW),
    )


_SEEKER = (
    *("worker_id", "version", "division", "sex", "birth_year", "education", "skills", "wants_out_work"),
    *("wants_local_work", "destinations", "wanted_occupations", "expected_wage_cents", "difficulty", "employment"),
    *("automated_matching", "limits", "can_work", "is_active", "available_from"),
    "updated_at",
)


def _seeker(chance: random.Random, trades: list[str]) -> tuple[Any, ...]:
    skills = [{"occupation": chance.choice(trades), "level": "unrated"} for _ in range(chance.randrange(3))]
    wished = chance.sample([code.value for code in OutpostCode], chance.randrange(4))
    return (
        *(new_id(), 1, f"{chance.choice(TOWNSHIPS)}{chance.randrange(1, 40):03d}", chance.choice(("male", "female"))),
        *(chance.randrange(1966, 2008), chance.choice(EDUCATION), Jsonb(skills), chance.random() < 0.8),
        *(chance.random() < 0.3, Jsonb(wished), Jsonb(chance.sample(trades, chance.randrange(2)))),
        *(chance.choice((None, 400_000, 450_000, 500_000, 600_000)),),
        *(Jsonb(["disabled"] if chance.random() < 0.05 else []), "none", chance.random() < 0.99),
        *(Jsonb(["night_shift"] if chance.random() < 0.05 else []), True, True),
        *(date.today() + timedelta(days=20) if chance.random() < 0.1 else None, _NOW),
    )
