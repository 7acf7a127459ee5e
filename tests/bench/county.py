"""A county of 200,000 invented people in a running platform's database, with a history of a million rows."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from services.registry.drafts import Draft, SkillDraft
from services.registry.identity_numbers import parse_identity_number
from services.registry.intake import Intake
from shared.contracts import registry as c
from shared.kit.context import service_context
from shared.kit.database import Database
from shared.reference import find_occupation
from tests.support.people import make_id_number, make_name, make_phone, make_village

BATCH = 5000
TRADES = ("缝纫工", "普工", "电焊工", "家政服务", "保安", "电工", "包装工", "养蜂")
PLACES = ("dongguan", "shenzhen", "guangzhou", "hangzhou", "wenling")

# Each person's one revision is cut into five, a year apart, the intentions changing from one to the next.
_HISTORY = """
INSERT INTO registry.worker_revision (id, worker_id, version, valid_from, valid_until, recorded_at, superseded_at,
       division, is_active, is_verified, can_work, wants_out_work, wants_local_work, changed, source, actor)
SELECT gen_random_uuid(), r.worker_id, n, r.valid_from - (6 - n) * 365, r.valid_from - (5 - n) * 365,
       r.recorded_at - make_interval(days => (6 - n) * 365), NULL, r.division, n % 5 > 0, true, true,
       (n + length(r.worker_id::text) + ascii(right(r.worker_id::text, 1))) % 2 = 0, true, '["intention"]',
       r.source, r.actor
  FROM registry.worker_revision AS r CROSS JOIN generate_series(2, 5) AS n WHERE r.version = 1
"""
_SPELLS = """
INSERT INTO registry.employment_spell (id, worker_id, division, kind, place, started_on, ended_on, recorded_at, source,
       actor)
SELECT gen_random_uuid(), w.id, w.division, CASE WHEN ascii(right(w.id::text, 1)) % 3 = 0 THEN 'local'
       ELSE 'out_of_county' END, '广东东莞', current_date - 1200, CASE WHEN ascii(right(w.id::text, 2)) % 2 = 0
       THEN current_date - 800 END, now() - interval '1200 days', 'roster_import', 'user:bench'
  FROM registry.worker AS w WHERE ascii(right(w.id::text, 1)) % 2 = 0
"""
_STATUSES = (
    "UPDATE registry.difficulty_status SET valid_from = valid_from - 1000, "
    "recorded_at = recorded_at - interval '1000 days'"
)


def fill(database: Database, people: int) -> None:
    """Register people by the import's own statements, without their events."""
    rng = random.Random(20240601)
    known: set[str] = set()
    today = datetime.now(UTC).date()
    codes = [found.code for trade in TRADES if (found := find_occupation(trade))]
    for first in range(0, people, BATCH):
        with database.transaction(service_context("registry")) as session:
            intake = Intake(session.keys, actor="user:bench", now=session.now, source=c.RecordSource.roster_import)
            for _ in range(min(BATCH, people - first)):
                intake.add(_person(rng, known, codes, today))
            intake.store(session)
            session.flush()
            session.published.clear()


def grow_old(database: Database) -> None:
    """Five revisions a person, four of them years old, and employment spells for half of them."""
    with database.transaction(service_context("registry")) as session:
        session.connection().execute(text(_HISTORY))
        session.connection().execute(text(_SPELLS))
        session.connection().execute(text(_STATUSES))


def _person(rng: random.Random, known: set[str], codes: list[str], today: date) -> Draft:
    number = make_id_number(rng)
    while number in known:
        number = make_id_number(rng)
    known.add(number)
    hardship = rng.choice([None, None, *c.DifficultyKind])
    return Draft(
        name=make_name(rng),
        number=parse_identity_number(number, today=today),
        phone="+86" + make_phone(rng),
        division=make_village(rng),
        education=rng.choice(list(c.Education)),
        skills=[SkillDraft(code) for code in rng.sample(codes, rng.choice((0, 1, 1, 2)))],
        wants_out_work=rng.random() < 0.6,
        wants_local_work=rng.random() < 0.3,
        destinations=[rng.choice(PLACES)],
        difficulties=[c.DifficultyIn(kind=hardship, valid_from=today - timedelta(days=30))] if hardship else [],
    )
