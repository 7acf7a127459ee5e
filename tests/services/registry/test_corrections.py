"""更正与撤销: what was mistyped is replaced, what never was is withdrawn, and both stay readable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.registry.days import day_of
from shared.contracts import registry as c
from shared.contracts.dispatch import FlexiblePlacementMonthCompleted, FlexiblePlacementStarted, PlacementStarted
from shared.contracts.scopes import OutpostCode, Role
from shared.kit.tables import new_id, utc_now
from tests.support.asker import Asker, refused
from tests.support.events import announcer
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

GRID = "522631104201"
TODAY = day_of(utc_now())
HARDSHIP = {"kind": "low_income", "evidence": "低保证 3", "valid_from": "2024-01-01"}
WORK = {"kind": "local", "employer_name": "黎平茶厂", "started_on": "2024-03-01"}


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(71)


@pytest.fixture
def township(platform: TestPlatform) -> Asker:
    return platform.area(GRID[:9], Role.township_officer)


def words(asker: Asker, worker: c.WorkerView) -> list[tuple[str, bool]]:
    """Everything ever recorded, and whether it is held to be true."""
    found = asker.ask(c.ListRecordedEntries(worker_id=worker.id)).items
    return sorted((entry.words, entry.superseded_at is None) for entry in found)


def test_a_mistyped_spell_is_replaced_and_both_stay_readable(hq: Asker, people: RegisterWorkerFactory) -> None:
    worker = hq.ask(people.build(employment=WORK))
    (spell,) = worker.employment_spells
    then = datetime.now(UTC)
    corrected = hq.ask(
        c.CorrectEmploymentSpell(
            worker_id=worker.id,
            spell_id=spell.id,
            kind="public_post",
            employer_name="敖市镇政府",
            started_on="2024-05-01",
            ended_on="2024-12-01",
            end_reason="聘期届满",
            reason="单位和日期录入有误",
        )
    )
    assert corrected.id != spell.id
    now = hq.ask(c.GetWorker(worker_id=worker.id))
    assert now.employment is c.Employment.none
    assert [(one.kind, one.end_reason) for one in now.employment_spells] == [(c.SpellKind.public_post, "聘期届满")]
    assert hq.ask(c.GetWorkerAsOf(worker_id=worker.id, known_at=then)).employment is c.Employment.local
    (change,) = hq.ask(c.ListWorkerChanges(worker_id=worker.id)).items
    assert change.reason == "单位和日期录入有误"
    told = (change.changes[0].before, change.changes[0].after)
    assert told == ("2024-03-01起县内就业(黎平茶厂)", "2024-05-01起公益性岗位(敖市镇政府), 2024-12-01结束")
    assert words(hq, worker) == sorted([(told[0], False), (told[1], True)])
    with refused("worker.entry_same"):
        hq.ask(
            c.CorrectEmploymentSpell(
                worker_id=worker.id,
                spell_id=corrected.id,
                kind="public_post",
                employer_name="敖市镇政府",
                started_on="2024-05-01",
                ended_on="2024-12-01",
                reason="再来一次",
            )
        )


def test_a_correction_overlaps_no_other_spell(hq: Asker, people: RegisterWorkerFactory) -> None:
    worker = hq.ask(people.build(employment={**WORK, "ended_on": "2024-06-01"}))
    later = hq.ask(c.RecordEmploymentSpell(worker_id=worker.id, kind="beekeeping", started_on="2024-06-01"))
    with refused("worker.spell_overlaps"):
        hq.ask(
            c.CorrectEmploymentSpell(
                worker_id=worker.id, spell_id=later.id, kind="beekeeping", started_on="2024-05-01", reason="日期"
            )
        )
    assert hq.ask(c.GetWorker(worker_id=worker.id)).employment is c.Employment.beekeeping


def test_a_wrong_entry_is_withdrawn_with_its_reason(hq: Asker, people: RegisterWorkerFactory) -> None:
    worker = hq.ask(people.build(employment=WORK, difficulty=HARDSHIP))
    spell, status = worker.employment_spells[0], worker.difficulty[0]
    hq.ask(c.WithdrawEmploymentSpell(worker_id=worker.id, spell_id=spell.id, reason="登记到了同名的人"))
    hq.ask(c.WithdrawDifficulty(worker_id=worker.id, difficulty_id=status.id, reason="登记到了同名的人"))
    now = hq.ask(c.GetWorker(worker_id=worker.id))
    assert (now.employment_spells, now.difficulty, now.employment) == ([], [], c.Employment.none)
    assert c.RosterKind.hardship not in now.rosters
    assert [is_held for _, is_held in words(hq, worker)] == [False, False]
    with refused("resource.not_found"):
        hq.ask(c.WithdrawDifficulty(worker_id=worker.id, difficulty_id=status.id, reason="再来一次"))


def test_a_hardship_is_corrected_without_doubling_another(hq: Asker, people: RegisterWorkerFactory) -> None:
    both = [HARDSHIP, {"kind": "disabled", "valid_from": "2023-01-01", "valid_to": "2023-12-31"}]
    worker = hq.ask(people.build(difficulty=both))
    low = next(one for one in worker.difficulty if one.kind is c.DifficultyKind.low_income)
    wrong = {"kind": "disabled", "valid_from": "2023-06-01"}
    with refused("worker.difficulty_overlaps"):
        hq.ask(c.CorrectDifficulty(worker_id=worker.id, difficulty_id=low.id, reason="类别", **wrong))
    right = hq.ask(
        c.CorrectDifficulty(
            worker_id=worker.id, difficulty_id=low.id, kind="monitored", valid_from="2025-01-01", reason="类别"
        )
    )
    assert (right.kind, right.evidence) == (c.DifficultyKind.monitored, "低保证 3")


def test_what_a_receipt_proved_is_corrected_at_its_order(
    hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory
) -> None:
    worker = hq.ask(people.build())
    announcer(platform)(
        PlacementStarted(
            placement_id=new_id(),
            order_id=new_id(),
            worker_id=worker.id,
            employer_id=new_id(),
            posting_id=new_id(),
            outpost=OutpostCode.dongguan,
            started_on=TODAY - timedelta(days=9),
            wage_cents=450_000,
        ),
    )
    (spell,) = hq.ask(c.GetWorker(worker_id=worker.id)).employment_spells
    with refused("worker.entry_proved"):
        hq.ask(c.WithdrawEmploymentSpell(worker_id=worker.id, spell_id=spell.id, reason="不对"))


def test_closed_months_of_day_work_are_counted(
    hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory
) -> None:
    worker, placement = hq.ask(people.build()), new_id()
    about: dict[str, Any] = {"placement_id": placement, "worker_id": worker.id}
    began = FlexiblePlacementStarted(**about, division=worker.division, started_on="2026-09-01", day_pay_cents=12000)
    announcer(platform)(began)
    for half_days in (21, 14):
        month = FlexiblePlacementMonthCompleted(**about, completed_on="2026-10-01", half_days=half_days, pay_cents=1)
        announcer(platform)(month)
    (spell,) = hq.ask(c.GetWorker(worker_id=worker.id)).employment_spells
    assert (spell.kind, spell.days) == (c.SpellKind.flexible, 17.5)


def test_a_skill_typed_with_the_wrong_grade_is_set_right(hq: Asker, people: RegisterWorkerFactory) -> None:
    worker = hq.ask(people.build(skills=[{"occupation": "电焊工", "level": "senior"}]))
    changed = hq.ask(c.UpdateWorker(worker_id=worker.id, skills=[{"occupation": "电焊工"}], reason="没有等级证书"))
    assert [(skill.level, skill.is_verified) for skill in changed.skills] == [(c.SkillLevel.unrated, False)]


class TestAskedFor:
    """A grid leader's and a worker's corrections are decided by somebody else."""

    def test_a_grid_leader_asks_for_the_correction_of_a_hardship(
        self, hq: Asker, area: Callable[[str], Asker], township: Asker, people: RegisterWorkerFactory
    ) -> None:
        worker = hq.ask(people.build(division=GRID, difficulty=HARDSHIP))
        status, grid = worker.difficulty[0], area(GRID)
        correction = {"difficulty_id": status.id, "kind": "monitored", "valid_from": "2025-02-01"}
        for message in (
            c.CorrectDifficulty(worker_id=worker.id, reason="录错", **correction),
            c.WithdrawDifficulty(worker_id=worker.id, difficulty_id=status.id, reason="录错"),
        ):
            with refused("worker.change_needs_approval"):
                grid.ask(message)
        asked = grid.ask(
            c.RequestChange(worker_id=worker.id, changes={"difficulty_correction": correction}, reason="录错")
        )
        (told,) = asked.changes
        assert (told.label, told.before, told.after) == ("更正认定", "低保户(2024-01-01起)", "监测户(2025-02-01起)")
        township.ask(c.ApproveChangeRequest(request_id=asked.id))
        kinds = [one.kind for one in hq.ask(c.GetWorker(worker_id=worker.id)).difficulty]
        assert kinds == [c.DifficultyKind.monitored]

    def test_a_worker_has_the_own_record_corrected(
        self, hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory
    ) -> None:
        worker = hq.ask(people.build(employment=WORK, skills=[{"occupation": "缝纫工"}]))
        changes = {
            "skills": [{"occupation": "叉车"}],
            "spell_withdrawal": worker.employment_spells[0].id,
            "spell": {"kind": "out_of_county", "place": "广东省东莞市", "started_on": "2025-03-01"},
        }
        own = platform.worker(worker.id)
        asked = own.ask(c.RequestChange(worker_id=worker.id, changes=changes, reason="登记有误"))
        told = {change.label: (change.before, change.after) for change in asked.changes}
        assert told == {
            "技能": ("缝纫工", "起重装卸机械操作工"),
            "撤销就业": ("2024-03-01起县内就业(黎平茶厂)", None),
            "补登就业": (None, "2025-03-01起外出务工(广东省东莞市)"),
        }
        hq.ask(c.ApproveChangeRequest(request_id=asked.id))
        now = own.ask(c.GetWorker(worker_id=worker.id))
        assert now.employment is c.Employment.out_of_county
        assert [skill.name for skill in now.skills] == ["起重装卸机械操作工"]
        assert [spell.source for spell in now.employment_spells] == [c.RecordSource.worker]

    def test_what_needs_approval_later_needs_it_at_registration(
        self, area: Callable[[str], Asker], township: Asker, people: RegisterWorkerFactory
    ) -> None:
        grid = area(GRID)
        worker = grid.ask(people.build(division=GRID, difficulty=HARDSHIP, limits=["heights"], can_work=False))
        assert (worker.difficulty, worker.limits, worker.can_work) == ([], [], True)
        assert len(worker.change_requests) == 2
        for request_id in worker.change_requests:
            township.ask(c.ApproveChangeRequest(request_id=request_id))
        now = grid.ask(c.GetWorker(worker_id=worker.id))
        assert [one.evidence for one in now.difficulty] == ["低保证 3"]
        assert (now.limits, now.can_work) == ([c.WorkLimit.heights], False)
        officers = township.ask(people.build(division=GRID, difficulty=HARDSHIP))
        assert (len(officers.difficulty), officers.change_requests) == (1, [])
