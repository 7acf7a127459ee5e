"""疑似重复 and 合并: found before they are made, merged, and taken apart again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.registry import mergers
from services.registry.duplicates import nearly_same
from services.registry.identity_numbers import check_character
from shared.contracts import registry as c
from shared.contracts.registry import LikelyReason
from shared.kit.context import service_context
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory, make_id_number
from tests.support.platform import TestPlatform

VILLAGE, NEIGHBOUR = "522631104200", "522631104201"
BORN = date(1988, 3, 4)


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(61)


def mistyped(number: str) -> str:
    """The same number with its sixteenth digit taken down wrongly, and the check character that this gives."""
    wrong = number[:15] + str((int(number[15]) + 1) % 10) + number[16]
    return wrong + check_character(wrong)


class TestLikely:
    def test_is_told_with_its_reasons_before_anybody_is_registered(
        self, hq: Asker, people: RegisterWorkerFactory, rng: Random
    ) -> None:
        number = make_id_number(rng, born=BORN)
        known = hq.ask(people.build(name="潘秀珍", id_number=number, division=VILLAGE, phone="13811112222"))
        asked = c.FindLikelyWorkers(
            name="潘秀贞", id_number=mistyped(number), division=NEIGHBOUR, phone="138 1111 2222"
        )
        (match,) = hq.ask(asked).items
        assert match.worker_id == known.id
        assert set(match.reasons) == {
            LikelyReason.same_sound,
            LikelyReason.number_nearly_same,
            LikelyReason.same_birth,
            LikelyReason.same_township,
            LikelyReason.same_phone,
        }
        assert (match.id_number_masked, match.phone_masked) == (known.id_number_masked, "*******2222")

    def test_a_name_or_a_phone_alone_says_nothing(self, hq: Asker, people: RegisterWorkerFactory, rng: Random) -> None:
        hq.ask(people.build(name="陆春花", id_number=make_id_number(rng, born=BORN), phone="13833334444"))
        other = make_id_number(rng, born=date(1970, 5, 6))
        for asked in (
            c.FindLikelyWorkers(name="陆春花", id_number=other, division="522631111200"),
            c.FindLikelyWorkers(name="陆大山", id_number=other, phone="13833334444"),
        ):
            assert hq.ask(asked).items == []

    def test_a_grid_leader_is_refused_and_hq_is_warned(
        self, hq: Asker, area: Callable[[str], Asker], people: RegisterWorkerFactory, rng: Random
    ) -> None:
        grid = area("522631104")
        form = people.build(name="石桂兰", id_number=make_id_number(rng, born=BORN, sex="female"), division=VILLAGE)
        known = grid.ask(form)
        again = people.build(name="石桂兰", id_number=mistyped(form.id_number), division=NEIGHBOUR)
        with refused("worker.likely_duplicate") as caught:
            grid.ask(again)
        assert caught[0].facts["worker_ids"] == [str(known.id)]
        with refused("worker.likely_duplicate"):
            hq.ask(again.model_copy(update={"refuse_likely": True}))
        view = hq.ask(again)
        assert [match.worker_id for match in view.likely_duplicates] == [known.id]
        assert any("石桂兰" in warning for warning in view.warnings)
        third = people.build(name="石桂兰", id_number=make_id_number(rng, born=BORN), division=VILLAGE)
        assert grid.ask(third.model_copy(update={"refuse_likely": False})).version == 1

    def test_another_area_is_not_told_of(
        self, hq: Asker, area: Callable[[str], Asker], people: RegisterWorkerFactory, rng: Random
    ) -> None:
        number = make_id_number(rng, born=BORN)
        hq.ask(people.build(name="龙月香", id_number=number, division="522631112200"))
        asked = c.FindLikelyWorkers(name="龙月香", id_number=mistyped(number), division="522631113200")
        assert area("522631113").ask(asked).items == []
        assert len(hq.ask(asked).items) == 1

    def test_pairs_are_listed_until_somebody_says_that_they_are_two(
        self, hq: Asker, people: RegisterWorkerFactory, rng: Random
    ) -> None:
        place = "522631105200"
        one, other = (
            hq.ask(people.build(name="吴双双", id_number=make_id_number(rng, born=BORN, sex=sex), division=place))
            for sex in ("male", "female")
        )
        (pair,) = hq.ask(c.ListLikelyPairs(division="522631105")).items
        assert {pair.one.worker_id, pair.other.worker_id} == {one.id, other.id}
        hq.ask(c.ConfirmDistinct(worker_id=other.id, other_worker_id=one.id, reason="两人都到站"))
        assert hq.ask(c.ListLikelyPairs(division="522631105")).items == []

    @given(number=st.text("0123456789", min_size=18, max_size=18), place=st.integers(0, 15), digit=st.integers(1, 9))
    def test_one_slip_of_the_pen_is_recognised(self, number: str, place: int, digit: int) -> None:
        wrong = number[:place] + str((int(number[place]) + digit) % 10) + number[place + 1 :]
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert nearly_same(number, wrong)
        assert nearly_same(number, swapped) is (number[place] != number[place + 1])
        assert not nearly_same(number, number)


def whole(hq: Asker, worker_id: UUID) -> dict[str, Any]:
    """Everything a record says, but its version and when it was changed."""
    view = hq.ask(c.GetWorker(worker_id=worker_id)).model_dump(exclude={"version", "updated_at"})
    for status in view["difficulty"]:
        status.pop("id")
    return view


@pytest.fixture
def two(hq: Asker, people: RegisterWorkerFactory) -> tuple[UUID, UUID]:
    """The doubled record, and the one that stays."""
    kept = hq.ask(
        people.build(phone=None, education=None, skills=[c.SkillIn(occupation="叉车")], consents=["registration"])
    )
    doubled = hq.ask(
        people.build(
            phone="13911112222",
            education="college",
            skills=[c.SkillIn(occupation="养蜂"), c.SkillIn(occupation="叉车", level="junior", evidence="证1")],
            difficulty={"kind": "low_income", "evidence": "低保证", "valid_from": "2024-01-01"},
            employment={"kind": "flexible", "started_on": "2025-01-01"},
            consents=["messages"],
        )
    )
    return doubled.id, kept.id


def merge(hq: Asker, two: tuple[UUID, UUID]) -> c.MergerView:
    hq.ask(c.MergeWorkers(worker_id=two[0], into_worker_id=two[1], reason="同一人"))
    (merger,) = hq.ask(c.ListMergers(worker_id=two[0], state="provisional")).items
    return merger


class TestUndo:
    def test_both_records_are_as_they_were(self, hq: Asker, two: tuple[UUID, UUID]) -> None:
        before = [whole(hq, worker_id) for worker_id in two]
        merger = merge(hq, two)
        assert whole(hq, two[1]) != before[1]
        undone = hq.ask(c.UndoMerger(merger_id=merger.id, reason="核对后是两个人"))
        assert (undone.state, undone.undo_reason) == (c.MergerState.undone, "核对后是两个人")
        assert [whole(hq, worker_id) for worker_id in two] == before
        with refused("worker.merger_settled"):
            hq.ask(c.UndoMerger(merger_id=merger.id, reason="再来"))
        assert merge(hq, two).state is c.MergerState.provisional

    def test_what_was_changed_since_stays(self, hq: Asker, two: tuple[UUID, UUID]) -> None:
        merger = merge(hq, two)
        hq.ask(c.UpdateWorker(worker_id=two[1], phone="13977778888", can_work=False))
        hq.ask(c.UndoMerger(merger_id=merger.id, reason="两个人"))
        view = hq.ask(c.GetWorker(worker_id=two[1]))
        assert (view.phone, view.can_work, view.education) == ("+8613977778888", False, None)

    def test_the_others_hear_of_it_when_it_is_final(
        self,
        hq: Asker,
        platform: TestPlatform,
        two: tuple[UUID, UUID],
        outbox: Callable[[str], list[dict[str, Any]]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        merger = merge(hq, two)
        registry = platform.hosted["registry"].runtime

        def pass_by() -> None:
            with registry.database.transaction(service_context("registry")) as session:
                mergers.finish_due_mergers(session)

        pass_by()
        assert "worker.merged" not in {event["topic"] for event in outbox(str(two[0]))}
        monkeypatch.setattr(mergers, "UNDO_WITHIN", timedelta(0))
        pass_by()
        assert outbox(str(two[0]))[-1]["topic"] == "worker.merged"
        assert hq.ask(c.GetMerger(merger_id=merger.id)).state is c.MergerState.final
        with refused("worker.merger_settled"):
            hq.ask(c.UndoMerger(merger_id=merger.id, reason="晚了"))

    def test_erasing_the_person_erases_both_records(
        self, hq: Asker, platform: TestPlatform, two: tuple[UUID, UUID]
    ) -> None:
        merge(hq, two)
        hq.ask(c.EraseWorker(worker_id=two[1], reason="本人申请"))
        with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
            rows = session.connection().execute(
                text("SELECT name, data_key FROM registry.worker WHERE id = ANY(:ids)"), {"ids": list(two)}
            )
            assert {tuple(row) for row in rows} == {("已删除", None)}

    def test_is_hqs_alone(self, hq: Asker, area: Callable[[str], Asker], two: tuple[UUID, UUID]) -> None:
        merger = merge(hq, two)
        grid = area("522631104")
        with refused("scope.forbidden"):
            grid.ask(c.ListMergers())
        with refused("scope.forbidden"):
            grid.ask(c.UndoMerger(merger_id=merger.id, reason="x"))


class TestMovesAlong:
    def test_referrals_go_to_the_record_that_stays_and_come_back(
        self, hq: Asker, people: RegisterWorkerFactory
    ) -> None:
        doubled, kept, bringer, friend = (hq.ask(form).id for form in people.batch(4, division=VILLAGE))
        hq.ask(c.RecordReferral(referrer_id=bringer, worker_id=doubled))
        hq.ask(c.RecordReferral(referrer_id=doubled, worker_id=friend))
        before = self._referrals(hq, bringer, doubled, kept)
        merger = merge(hq, (doubled, kept))
        assert self._referrals(hq, bringer, doubled, kept) == {(bringer, kept), (kept, friend)}
        hq.ask(c.UndoMerger(merger_id=merger.id, reason="两个人"))
        assert self._referrals(hq, bringer, doubled, kept) == before

    def test_nobody_comes_to_be_brought_in_a_circle(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        doubled, kept = (hq.ask(form).id for form in people.batch(2, division=VILLAGE))
        hq.ask(c.RecordReferral(referrer_id=kept, worker_id=doubled))
        merge(hq, (doubled, kept))
        assert self._referrals(hq, doubled, kept) == {(kept, doubled)}

    def test_a_plan_under_way_gives_its_steps_to_the_one_that_stays(
        self, hq: Asker, people: RegisterWorkerFactory
    ) -> None:
        doubled, kept = (hq.ask(form).id for form in people.batch(2, division=VILLAGE))
        step = {"kind": "training", "what": "养蜂培训", "owner": "石老师", "due_on": "2099-01-01"}
        about = {"goal": "上岗", "owner": "敖市镇", "due_on": "2099-02-01"}
        plans = {
            worker_id: hq.ask(c.OpenHelpPlan(worker_id=worker_id, actions=[step], **about))
            for worker_id in (doubled, kept)
        }
        merger = merge(hq, (doubled, kept))
        (open_plan,) = hq.ask(c.ListHelpPlans(worker_id=kept, state="open")).items
        assert (open_plan.id, len(open_plan.actions)) == (plans[kept].id, 2)
        assert hq.ask(c.ListHelpPlans(worker_id=doubled)).items == []
        hq.ask(c.UndoMerger(merger_id=merger.id, reason="两个人"))
        for worker_id, plan in plans.items():
            (back,) = hq.ask(c.ListHelpPlans(worker_id=worker_id, state="open")).items
            assert (back.id, [one.id for one in back.actions]) == (plan.id, [one.id for one in plan.actions])

    @staticmethod
    def _referrals(hq: Asker, *referrers: UUID) -> set[tuple[UUID, UUID]]:
        found = (hq.ask(c.ListReferrals(referrer_id=one)).items for one in referrers)
        return {(one.referrer_id, one.worker_id) for items in found for one in items}
