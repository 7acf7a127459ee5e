from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from python_calamine import CalamineWorkbook

from services.dispatch import flexible
from shared.contracts import dispatch as c
from shared.contracts import ledger, registry
from shared.contracts.base import BlobRef
from shared.contracts.errors import Problem
from shared.contracts.kit import GetJob
from shared.kit.tables import new_id
from tests.services.dispatch.conftest import HOME, County, today
from tests.support.asker import refused

BEGUN = (today().replace(day=1) - timedelta(days=70)).replace(day=1)


def start(county: County, worker_id: UUID | None = None, **given: Any) -> c.FlexiblePlacementView:
    fields = {"workplace": "敖市镇茶叶合作社", "day_pay_cents": 12_000, "started_on": BEGUN}
    command = c.StartFlexiblePlacement.model_validate({"worker_id": worker_id or county.worker(), **fields, **given})
    found = county.hq.ask(command)
    county.platform.settle()
    return found


def worked(county: County, on: date, *rows: dict[str, Any]) -> c.RecordedDays:
    return county.hq.ask(c.RecordWorkDays.model_validate({"on": on, "rows": list(rows)}))


class TestSpell:
    def test_the_registry_knows_what_somebody_does(self, county: County) -> None:
        spell = start(county)
        person = county.hq.ask(registry.GetWorker(worker_id=spell.worker_id))
        assert [one.kind for one in person.employment_spells] == [registry.SpellKind.flexible]
        county.hq.ask(
            c.EndFlexiblePlacement(placement_id=spell.id, ended_on=today(), reason=c.FlexibleEnd.work_finished)
        )
        county.platform.settle()
        person = county.hq.ask(registry.GetWorker(worker_id=spell.worker_id))
        assert [one.ended_on for one in person.employment_spells] == [today()]

    def test_one_at_a_time_also_at_twenty_at_once(self, county: County, at_once: Callable[..., list[Any]]) -> None:
        worker = county.worker()
        found = at_once([lambda: start(county, worker)] * 20)
        assert sum(isinstance(one, c.FlexiblePlacementView) for one in found) == 1
        assert {one.code for one in found if isinstance(one, Problem)} == {"flexible.worker_has_one"}

    def test_a_village_keeps_its_own_people_only(self, county: County) -> None:
        worker = county.worker()
        command = c.StartFlexiblePlacement(worker_id=worker, workplace="茶园", day_pay_cents=10_000, started_on=today())
        with refused("resource.not_found"):
            county.platform.area("522631112").ask(command)
        assert county.platform.area(HOME).ask(command).division.startswith(HOME[:9])

    def test_going_out_ends_it(self, county: County) -> None:
        spell = start(county)
        county.started(county.issue(spell.worker_id))
        ended = county.hq.ask(c.GetFlexiblePlacement(placement_id=spell.id))
        assert (ended.ended_on, ended.end_reason) == (today(), c.FlexibleEnd.went_out)

    def test_it_ends_after_its_last_day_of_work(self, county: County) -> None:
        spell = start(county)
        worked(county, today(), {"placement_id": spell.id})
        with refused("flexible.end_impossible"):
            county.hq.ask(
                c.EndFlexiblePlacement(placement_id=spell.id, ended_on=today(), reason=c.FlexibleEnd.worker_left)
            )


class TestDays:
    def test_whole_and_half_days_and_their_pay(self, county: County) -> None:
        one, other = start(county), start(county)
        day = today()
        found = worked(
            county, day, {"placement_id": one.id}, {"placement_id": other.id, "half_days": 1, "workplace": "猕猴桃基地"}
        )
        assert (found.recorded, found.half_days, found.pay_cents) == (2, 3, 18_000)
        again = worked(county, day, {"placement_id": one.id, "pay_cents": 15_000})
        back = worked(county, day, {"placement_id": other.id, "half_days": 0})
        assert (again.pay_cents, back.taken_back) == (15_000, 1)
        rows = county.hq.ask(c.ListWorkDays(on_from=day, on_to=day)).items
        assert {(row.placement_id, row.half_days, row.pay_cents) for row in rows} >= {(one.id, 2, 15_000)}
        assert other.id not in {row.placement_id for row in rows}
        assert county.hq.ask(c.GetFlexiblePlacement(placement_id=one.id)).pay_cents == 15_000

    def test_a_roster_is_taken_as_a_whole_or_not_at_all(self, county: County) -> None:
        one = start(county)
        for wrong, code in (
            ({"placement_id": new_id()}, "resource.not_found"),
            ({"placement_id": start(county, started_on=today() + timedelta(days=3)).id}, "flexible.day_outside"),
        ):
            with refused(code):
                worked(county, today(), {"placement_id": one.id}, wrong)
        assert county.hq.ask(c.ListWorkDays(placement_id=one.id)).items == []
        with pytest.raises(ValidationError):
            c.RecordWorkDays.model_validate({"on": today(), "rows": [{"placement_id": one.id}] * 2})

    def test_a_closed_month_is_told_once_and_stays_as_it_is(self, county: County) -> None:
        spell = start(county)
        for number in range(3):
            worked(county, BEGUN + timedelta(days=number), {"placement_id": spell.id})
        runtime = county.platform.hosted["dispatch"].runtime
        for _ in range(2):
            with runtime.database.transaction(runtime.own_context()) as session:
                flexible.close_months(session)
        county.platform.settle()
        with refused("flexible.month_closed"):
            worked(county, BEGUN, {"placement_id": spell.id})
        told = [
            entry.facts
            for entry in county.hq.ask(ledger.ListLedgerEntries(worker_id=spell.worker_id, limit=200)).items
            if entry.topic == "flexible_placement.month_completed"
        ]
        assert [(fact["half_days"], fact["pay_cents"]) for fact in told] == [(6, 36_000)]


class TestMonth:
    def test_its_roster_as_a_spreadsheet(self, county: County, run_jobs: Callable[[], int]) -> None:
        spell = start(county, county.worker("522631111205"))
        worked(county, today(), {"placement_id": spell.id, "half_days": 1})
        month = f"{today():%Y-%m}"
        rows = county.hq.ask(c.ListFlexibleMonth(month=month, division="522631111")).items
        assert [(row.placement_id, row.half_days, row.pay_cents) for row in rows] == [(spell.id, 1, 6_000)]
        state = county.hq.ask(c.ExportFlexibleMonth(month=month, division="522631111"))
        run_jobs()
        done = county.hq.ask(GetJob.model_validate({"job_id": state.id.partition(".")[2]}), service="dispatch")
        content = county.platform.blobs.read(BlobRef.model_validate(done.result["file"]))
        lines = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        assert lines[2][4:] == ["敖市镇茶叶合作社", 0.5, 60.0]
        assert lines[-1][-2:] == [0.5, 60.0]


days = st.lists(
    st.tuples(st.integers(min_value=0, max_value=9), st.integers(min_value=0, max_value=2), st.none() | st.just(7_777)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_days=days)
def test_totals_are_the_last_word_on_each_day(county: County, given_days: list[tuple[int, int, int | None]]) -> None:
    spell = start(county)
    expected: dict[int, tuple[int, int]] = {}
    for number, half_days, pay in given_days:
        row = {"placement_id": spell.id, "half_days": half_days, "pay_cents": pay}
        worked(county, today() - timedelta(days=number), row)
        expected[number] = (half_days, (6_000 * half_days if pay is None else pay) if half_days else 0)
    found = county.hq.ask(c.GetFlexiblePlacement(placement_id=spell.id))
    assert found.half_days == sum(half_days for half_days, _ in expected.values())
    assert found.pay_cents == sum(pay for _, pay in expected.values())
