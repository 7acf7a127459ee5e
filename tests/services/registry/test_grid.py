"""网格长: what they may change alone, what they ask for, and whom they visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.registry.days import day_of
from shared.contracts import registry as c
from shared.contracts.scopes import Role
from shared.kit.tables import new_id, utc_now
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

GRID, OTHER_GRID, TOWNSHIP = "522631104201", "522631104202", "522631104"
TODAY = day_of(utc_now())
HARDSHIP = {"kind": "low_income", "evidence": "低保证", "valid_from": "2024-01-01"}


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(41)


@pytest.fixture
def grid(area: Callable[[str], Asker]) -> Asker:
    return area(GRID)


@pytest.fixture
def township(platform: TestPlatform) -> Asker:
    return platform.area(TOWNSHIP, Role.township_officer)


def ask_for(worker_id: object, **changes: object) -> c.RequestChange:
    return c.RequestChange(
        worker_id=worker_id, changes=c.AskedChanges(**changes), reason="户口簿为准", evidence="户口簿首页"
    )


class TestAlone:
    def test_contacts_and_wishes_are_changed_at_once(self, grid: Asker, people: RegisterWorkerFactory) -> None:
        worker = grid.ask(people.build(division=GRID))
        changed = grid.ask(c.UpdateWorker(worker_id=worker.id, phone="13911113333", education="college"))
        assert changed.phone == "+8613911113333"

    @pytest.mark.parametrize(
        "changes", [{"name": "杨换名"}, {"can_work": False}, {"is_active": False}, {"limits": ["heights"]}]
    )
    def test_sensitive_facts_are_not(
        self, grid: Asker, township: Asker, people: RegisterWorkerFactory, changes: dict[str, object]
    ) -> None:
        worker = grid.ask(people.build(division=GRID))
        with refused("worker.change_needs_approval") as caught:
            grid.ask(c.UpdateWorker(worker_id=worker.id, phone="13911114444", **changes))
        assert caught[0].facts["fields"] == next(iter(changes))
        same = grid.ask(c.GetWorker(worker_id=worker.id))
        assert (same.version, same.phone) == (1, worker.phone)
        assert township.ask(c.UpdateWorker(worker_id=worker.id, **changes)).version == 2

    def test_hardship_is_not(self, grid: Asker, hq: Asker, people: RegisterWorkerFactory) -> None:
        worker = hq.ask(people.build(division=GRID, difficulty=HARDSHIP))
        ending = c.EndDifficulty(
            worker_id=worker.id, difficulty_id=worker.difficulty[0].id, valid_to=TODAY, reason="退出"
        )
        adding = c.AddDifficulty(worker_id=worker.id, kind="disabled", valid_from=TODAY)
        for message in (ending, adding):
            with refused("worker.change_needs_approval"):
                grid.ask(message)

    def test_another_grid_is_out_of_sight(
        self, grid: Asker, area: Callable[[str], Asker], people: RegisterWorkerFactory
    ) -> None:
        worker = grid.ask(people.build(division=GRID))
        message: Any
        for message in (
            c.UpdateWorker(worker_id=worker.id, phone="13911113333"),
            c.RecordVisit(worker_id=worker.id, outcome="met", visited_on=TODAY),
            ask_for(worker.id, can_work=False),
        ):
            with refused("resource.not_found"):
                area(OTHER_GRID).ask(message)


class TestChangeRequest:
    def test_is_asked_for_by_one_and_decided_by_another(
        self, grid: Asker, township: Asker, people: RegisterWorkerFactory
    ) -> None:
        worker = grid.ask(people.build(division=GRID, name="杨小妹"))
        asked = grid.ask(ask_for(worker.id, name="杨晓妹", limits=["heavy_lifting"]))
        told = {change.label: (change.before, change.after) for change in asked.changes}
        assert told == {"姓名": ("杨小妹", "杨晓妹"), "身体限制": (None, "不能负重")}
        assert grid.ask(c.GetWorker(worker_id=worker.id)).name == "杨小妹"
        with refused("scope.forbidden"):
            grid.ask(c.ApproveChangeRequest(request_id=asked.id))
        waiting = township.ask(c.ListChangeRequests(state="pending", worker_id=worker.id)).items
        assert [one.id for one in waiting] == [asked.id]
        decided = township.ask(c.ApproveChangeRequest(request_id=asked.id, note="已看原件"))
        assert (decided.state, decided.decision) == (c.ChangeRequestState.approved, "已看原件")
        changed = grid.ask(c.GetWorker(worker_id=worker.id))
        assert (changed.name, changed.limits) == ("杨晓妹", [c.WorkLimit.heavy_lifting])
        (entry,) = grid.ask(c.ListWorkerChanges(worker_id=worker.id)).items
        assert (entry.source, entry.reason) == (c.RecordSource.grid_leader, "变更申请: 户口簿为准")
        assert entry.actor == township.context.actor.kind + ":" + township.context.actor.id
        with refused("change_request.decided"):
            township.ask(c.RefuseChangeRequest(request_id=asked.id, reason="晚了"))

    def test_hardship_is_certified_and_ended_by_approval(
        self, grid: Asker, township: Asker, people: RegisterWorkerFactory
    ) -> None:
        worker = grid.ask(people.build(division=GRID))
        certify = ask_for(worker.id, difficulty={"kind": "disabled", "evidence": "残疾证1", "valid_from": "2025-01-01"})
        township.ask(c.ApproveChangeRequest(request_id=grid.ask(certify).id))
        (status,) = grid.ask(c.GetWorker(worker_id=worker.id)).difficulty
        assert (status.kind, status.evidence) == (c.DifficultyKind.disabled, "残疾证1")
        end = ask_for(worker.id, difficulty_end={"difficulty_id": status.id, "valid_to": "2026-01-01"})
        asked = grid.ask(end)
        assert [(change.label, change.before, change.after) for change in asked.changes] == [
            ("退出认定", "残疾人员(2025-01-01起)", "2026-01-01止")
        ]
        township.ask(c.ApproveChangeRequest(request_id=asked.id))
        (status,) = grid.ask(c.GetWorker(worker_id=worker.id)).difficulty
        assert str(status.valid_to) == "2026-01-01"

    def test_is_refused_with_a_reason_or_taken_back(
        self, grid: Asker, area: Callable[[str], Asker], township: Asker, people: RegisterWorkerFactory
    ) -> None:
        worker = grid.ask(people.build(division=GRID))
        first, second = (grid.ask(ask_for(worker.id, can_work=False)) for _ in range(2))
        refusal = township.ask(c.RefuseChangeRequest(request_id=first.id, reason="缺少医院证明"))
        assert (refusal.state, refusal.decision) == (c.ChangeRequestState.refused, "缺少医院证明")
        with refused("resource.not_found"):
            area(OTHER_GRID).ask(c.WithdrawChangeRequest(request_id=second.id))
        taken_back = grid.ask(c.WithdrawChangeRequest(request_id=second.id))
        assert taken_back.state is c.ChangeRequestState.withdrawn
        assert grid.ask(c.GetWorker(worker_id=worker.id)).can_work

    def test_nobody_decides_their_own(self, township: Asker, people: RegisterWorkerFactory) -> None:
        worker = township.ask(people.build(division=GRID))
        asked = township.ask(ask_for(worker.id, can_work=False))
        with refused("change_request.own"):
            township.ask(c.ApproveChangeRequest(request_id=asked.id))

    def test_is_not_carried_out_over_what_changed_meanwhile(
        self, grid: Asker, township: Asker, people: RegisterWorkerFactory
    ) -> None:
        worker = grid.ask(people.build(division=GRID, name="杨一妹"))
        asked = grid.ask(ask_for(worker.id, name="杨二妹"))
        township.ask(c.UpdateWorker(worker_id=worker.id, name="杨三妹"))
        with refused("change_request.outdated") as caught:
            township.ask(c.ApproveChangeRequest(request_id=asked.id))
        assert caught[0].facts["fields"] == "name"

    def test_wrong_values_are_refused_when_asked_for(self, grid: Asker, people: RegisterWorkerFactory) -> None:
        worker = grid.ask(people.build(division=GRID, name="杨四妹"))
        with refused("worker.id_number_invalid"):
            grid.ask(ask_for(worker.id, id_number="522631199001010018"))
        with refused("change_request.empty"):
            grid.ask(ask_for(worker.id, name="杨四妹"))
        with refused("resource.not_found"):
            grid.ask(ask_for(worker.id, difficulty_end={"difficulty_id": new_id(), "valid_to": TODAY}))

    def test_a_move_out_of_the_area_is_decided_by_hq(
        self, grid: Asker, township: Asker, hq: Asker, people: RegisterWorkerFactory
    ) -> None:
        worker = grid.ask(people.build(division=GRID))
        grid.ask(c.RecordVisit(worker_id=worker.id, outcome="moved_away", visited_on=TODAY))
        asked = grid.ask(ask_for(worker.id, division="522631105200"))
        with refused("scope.forbidden"):
            township.ask(c.ApproveChangeRequest(request_id=asked.id))
        assert hq.ask(c.ApproveChangeRequest(request_id=asked.id)).state is c.ChangeRequestState.approved
        with refused("resource.not_found"):
            grid.ask(c.GetWorker(worker_id=worker.id))
        assert grid.ask(c.ListVisits(worker_id=worker.id)).items == []

    def test_a_worker_asks_for_a_correction_of_the_own_record(
        self, hq: Asker, worker: Callable[..., Asker], people: RegisterWorkerFactory
    ) -> None:
        one, other = hq.ask(people.build()), hq.ask(people.build())
        asked = worker(one.id).ask(ask_for(one.id, phone="13855556666", education="bachelor"))
        assert (asked.source, asked.requested_by) == (c.RecordSource.worker, f"worker:{one.id}")
        assert [found.id for found in worker(one.id).ask(c.ListChangeRequests()).items] == [asked.id]
        with refused("resource.not_found"):
            worker(one.id).ask(ask_for(other.id, phone="13855556666"))
        hq.ask(c.ApproveChangeRequest(request_id=asked.id))
        assert worker(one.id).ask(c.GetWorker(worker_id=one.id)).phone == "+8613855556666"


class TestVisit:
    def test_is_noted_listed_and_taken_back(self, grid: Asker, people: RegisterWorkerFactory) -> None:
        worker = grid.ask(people.build(division=GRID))
        visit = grid.ask(
            c.RecordVisit(
                worker_id=worker.id, outcome="met", visited_on=TODAY, needs=["training", "job"], note="想学电焊"
            )
        )
        assert (visit.note, visit.needs) == ("想学电焊", [c.VisitNeed.job, c.VisitNeed.training])
        assert [one.id for one in grid.ask(c.ListVisits(worker_id=worker.id, need="job")).items] == [visit.id]
        assert grid.ask(c.ListVisits(worker_id=worker.id, need="medical")).items == []
        voided = grid.ask(c.VoidVisit(visit_id=visit.id, reason="记错了人"))
        assert (voided.void_reason, voided.voided_at is not None) == ("记错了人", True)

    def test_is_not_noted_ahead(self, grid: Asker, people: RegisterWorkerFactory) -> None:
        worker = grid.ask(people.build(division=GRID))
        with refused("worker.period_invalid"):
            grid.ask(c.RecordVisit(worker_id=worker.id, outcome="met", visited_on=TODAY + timedelta(days=1)))

    def test_people_in_hardship_are_due_until_seen(
        self, hq: Asker, area: Callable[[str], Asker], people: RegisterWorkerFactory
    ) -> None:
        village = "522631106201"
        one = hq.ask(people.build(division=village, difficulty=HARDSHIP))
        hq.ask(people.build(division=village))
        leader = area(village)

        def due() -> list[tuple[object, object]]:
            return [(row.worker_id, row.last_visit_on) for row in leader.ask(c.ListDueVisits()).items]

        assert due() == [(one.id, None)]
        long_ago = TODAY - timedelta(days=100)
        leader.ask(c.RecordVisit(worker_id=one.id, outcome="met", visited_on=long_ago))
        assert due() == [(one.id, long_ago)]
        soon = TODAY + timedelta(days=10)
        seen = leader.ask(c.RecordVisit(worker_id=one.id, outcome="met", visited_on=TODAY, next_visit_on=soon))
        assert due() == []
        leader.ask(c.VoidVisit(visit_id=seen.id, reason="没有去"))
        assert due() == [(one.id, long_ago)]

    def test_the_overview_counts_the_own_area(
        self, hq: Asker, area: Callable[[str], Asker], people: RegisterWorkerFactory
    ) -> None:
        village = "522631107201"
        ends = {**HARDSHIP, "valid_to": str(TODAY + timedelta(days=20))}
        one = hq.ask(people.build(division=village, difficulty=ends, phone=None))
        hq.ask(people.build(division=village))
        leader = area(village)
        leader.ask(ask_for(one.id, can_work=False))
        seen = leader.ask(c.GetGridOverview())
        assert (seen.people, seen.hardship, seen.visits_due, seen.without_phone) == (2, 1, 1, 1)
        assert (seen.change_requests_pending, seen.hardships_ending_soon, seen.visits_this_month) == (1, 1, 0)
        assert area("522631107202").ask(c.GetGridOverview(division=village)).people == 0
        assert hq.ask(c.GetGridOverview(division=village)).people == 2
