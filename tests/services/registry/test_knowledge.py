"""What was known when: valid time and recorded time of any fact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.registry.days import day_of
from shared.contracts import registry as c
from shared.kit.context import service_context
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

DAYS = 20


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(31)


def registered_long_ago(platform: TestPlatform, worker_id: UUID) -> datetime:
    """Move a registration twenty days back, so that changes can hold from days that are past."""
    then = datetime.now(UTC) - timedelta(days=DAYS)
    with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
        for statement in (
            "UPDATE registry.worker SET created_at = :then WHERE id = :id",
            "UPDATE registry.worker_revision SET recorded_at = :then, valid_from = :then WHERE worker_id = :id",
        ):
            session.connection().execute(text(statement), {"then": then, "id": worker_id})
    return then


def fact(known: c.WorkerAsOf, field: str) -> c.KnownFact:
    return next(one for one in known.facts if one.field == field)


def test_tells_before_and_after_in_words_with_numbers_masked(hq: Asker, people: RegisterWorkerFactory) -> None:
    given = people.build(name="杨小花", education="primary", division="522631111200", phone="13911110000")
    worker = hq.ask(given)
    other = people.build()
    hq.ask(
        c.UpdateWorker(
            worker_id=worker.id, name="杨晓花", education="college", id_number=other.id_number, reason="身份证更正"
        )
    )
    hq.ask(c.UpdateWorker(worker_id=worker.id, phone="13922220000", limits=[c.WorkLimit.heights]))
    latest, first = hq.ask(c.ListWorkerChanges(worker_id=worker.id)).items
    told = {change.field: (change.label, change.before, change.after) for change in first.changes}
    assert told["name"] == ("姓名", "杨小花", "杨晓花")
    assert told["education"] == ("文化程度", "小学", "大专")
    assert told["id_number"][1:] == (worker.id_number_masked, f"522631********{other.id_number[-4:]}")
    assert first.reason == "身份证更正"
    told = {change.field: (change.label, change.before, change.after) for change in latest.changes}
    assert told["phone"] == ("联系电话", "*******0000", "*******0000")
    assert told["limits"] == ("身体限制", None, "不能登高")


def test_a_correction_is_known_from_its_recording_on_and_holds_from_its_day_on(
    hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory
) -> None:
    worker = hq.ask(people.build(education="primary", intention=c.Intention(expected_wage_cents=400000)))
    then = registered_long_ago(platform, worker.id)
    between = datetime.now(UTC)
    since = day_of(then + timedelta(days=10))
    hq.ask(c.UpdateWorker(worker_id=worker.id, education="college", valid_from=since, reason="毕业证"))

    def education(as_of: date | None = None, known_at: datetime | None = None) -> str | None:
        return fact(hq.ask(c.GetWorkerAsOf(worker_id=worker.id, as_of=as_of, known_at=known_at)), "education").value

    assert education() == "大专"
    assert education(as_of=since) == "大专"
    assert education(as_of=since - timedelta(days=1)) == "小学"
    assert education(as_of=since, known_at=between) == "小学"
    told = fact(hq.ask(c.GetWorkerAsOf(worker_id=worker.id)), "education")
    assert (told.valid_from, told.reason) == (since, "毕业证")
    assert told.known_since > between
    wage = fact(hq.ask(c.GetWorkerAsOf(worker_id=worker.id)), "expected_wage_cents")
    assert (wage.value, wage.known_since) == ("4000元", then)


def test_hardship_and_work_are_told_as_they_were_known(
    hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory
) -> None:
    worker = hq.ask(people.build(difficulty={"kind": "low_income", "evidence": "低保证", "valid_from": "2024-01-01"}))
    registered_long_ago(platform, worker.id)
    (status,) = worker.difficulty
    between = datetime.now(UTC)
    yesterday = day_of(between) - timedelta(days=1)
    hq.ask(c.EndDifficulty(worker_id=worker.id, difficulty_id=status.id, valid_to=yesterday, reason="退出低保"))
    spell = c.RecordEmploymentSpell(worker_id=worker.id, kind="out_of_county", started_on=yesterday)
    hq.ask(spell)
    now = hq.ask(c.GetWorkerAsOf(worker_id=worker.id))
    assert ([one.kind for one in now.difficulty], now.employment.value) == ([], "out_of_county")
    assert c.RosterKind.hardship not in now.rosters
    past = hq.ask(c.GetWorkerAsOf(worker_id=worker.id, as_of=yesterday - timedelta(days=1)))
    assert ([one.evidence for one in past.difficulty], past.employment.value) == (["低保证"], "none")
    assert c.RosterKind.hardship in past.rosters
    as_believed = hq.ask(c.GetWorkerAsOf(worker_id=worker.id, known_at=between))
    assert [one.evidence for one in as_believed.difficulty] == ["低保证"]
    assert as_believed.employment.value == "none"


def test_before_the_registration_nothing_was_known(
    hq: Asker, area: Callable[[str], Asker], people: RegisterWorkerFactory
) -> None:
    worker = hq.ask(people.build(division="522631111200"))
    with refused("worker.not_known_then"):
        hq.ask(c.GetWorkerAsOf(worker_id=worker.id, as_of=date(2020, 1, 1)))
    with refused("worker.not_known_then"):
        hq.ask(c.GetWorkerAsOf(worker_id=worker.id, known_at=datetime(2020, 1, 1, tzinfo=UTC)))
    with refused("roster.date_in_future"):
        hq.ask(c.GetWorkerAsOf(worker_id=worker.id, as_of=date(2999, 1, 1)))
    elsewhere = area("522631112")
    with refused("resource.not_found"):
        elsewhere.ask(c.GetWorkerAsOf(worker_id=worker.id))
    with refused("resource.not_found"):
        elsewhere.ask(c.ListWorkerChanges(worker_id=worker.id))


def test_former_values_go_with_the_key(hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory) -> None:
    worker = hq.ask(people.build(name="潘金兰"))
    hq.ask(c.UpdateWorker(worker_id=worker.id, name="潘玉兰"))
    hq.ask(c.EraseWorker(worker_id=worker.id, reason="本人申请"))
    with refused("worker.erased"):
        hq.ask(c.GetWorkerAsOf(worker_id=worker.id))
    with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
        found = session.connection().execute(
            text("SELECT count(*) FROM registry.worker_change WHERE worker_id = :id AND former IS NOT NULL"),
            {"id": worker.id},
        )
        assert found.scalar_one() == 0


WAGE_CHANGES = st.lists(
    st.tuples(st.integers(0, DAYS), st.one_of(st.none(), st.integers(1, 9))), min_size=1, max_size=4
)


@settings(max_examples=8, deadline=None)
@given(changes=WAGE_CHANGES)
def test_any_history_can_be_told_as_it_was_believed_at_any_time(
    platform: TestPlatform, people: RegisterWorkerFactory, changes: list[tuple[int, int | None]]
) -> None:
    """The oracle: of what was recorded by then and holds on the day, the last word counts."""
    hq = platform.hq()
    worker = hq.ask(people.build(intention=c.Intention(expected_wage_cents=100)))
    first_day = day_of(registered_long_ago(platform, worker.id))
    believed: list[tuple[datetime, date, int | None]] = [(datetime.now(UTC), first_day, 100)]
    last: int | None = 100
    for offset, wage in changes:
        cents = wage * 1000 if wage else None
        start = first_day + timedelta(days=offset)
        intention = c.Intention(expected_wage_cents=cents, wants_local_work=True)
        hq.ask(c.UpdateWorker(worker_id=worker.id, intention=intention, valid_from=start))
        # Null says nothing about the wage, so it changes nothing.
        if cents is not None and cents != last:
            last = cents
        believed.append((datetime.now(UTC), start, last))
    for known_at, _, _ in believed[-3:]:
        for offset in (DAYS // 2, DAYS):
            day = first_day + timedelta(days=offset)
            expected = oracle(believed, day, known_at)
            answer: Any = hq.ask(c.GetWorkerAsOf(worker_id=worker.id, as_of=day, known_at=known_at))
            assert fact(answer, "expected_wage_cents").value == f"{expected / 100:g}元"


def oracle(believed: list[tuple[datetime, date, int | None]], day: date, known_at: datetime) -> int:
    value, before = 0, None
    for recorded_at, valid_from, cents in believed:
        if recorded_at <= known_at and valid_from <= day and cents is not None and cents != before:
            value = cents
        before = cents
    return value
