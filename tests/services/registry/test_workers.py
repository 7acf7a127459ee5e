"""实名登记 by commands: registering, refusing, correcting, finding."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.contracts import registry as c
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory, make_id_number
from tests.support.platform import TestPlatform

TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(11)


def everybody(asker: Asker, **filters: Any) -> list[c.WorkerRow]:
    """All pages of a list, three at a time."""
    rows: list[c.WorkerRow] = []
    cursor = None
    while True:
        found = asker.ask(c.ListWorkers(limit=3, cursor=cursor, **filters))
        rows += found.items
        if found.next_cursor is None:
            return rows
        cursor = found.next_cursor


class TestRegister:
    def test_takes_sex_and_birth_from_the_number(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        given = people.build(
            name="吴秀英",
            id_number="５２２６３１１９９００１０１００２７",
            phone="138-0013-8000",
            division="德凤街道双凤社区",
            difficulty={"kind": "disabled", "evidence": "残疾证 5226", "valid_from": "2024-01-01"},
        )
        worker = hq.ask(given)
        assert (worker.sex, worker.born_on) == (c.Sex.female, date(1990, 1, 1))
        assert worker.id_number_masked == "522631********0027"
        assert worker.phone == "+8613800138000"
        assert (worker.division, worker.division_name) == ("522631001001", "德凤街道双凤社区")
        assert [status.evidence for status in worker.difficulty] == ["残疾证 5226"]
        assert set(worker.rosters) == {
            c.RosterKind.labour_force,
            c.RosterKind.hardship,
            c.RosterKind.unemployed,
            c.RosterKind.seeking_out_work,
        }

    def test_the_same_person_twice_is_refused_with_the_id_for_hq_only(
        self, hq: Asker, area: Callable[[str], Asker], people: RegisterWorkerFactory
    ) -> None:
        given = people.build(division="522631102200")
        worker = hq.ask(given)
        with refused("worker.duplicate") as caught:
            hq.ask(given.model_copy(update={"id_number": given.id_number.lower()}))
        assert caught[0].facts == {"worker_id": str(worker.id)}
        with refused("worker.duplicate") as caught:
            area("522631102").ask(given)
        assert caught[0].facts == {}
        with refused("worker.duplicate") as caught:
            area("522631103").ask(given.model_copy(update={"division": "522631103200"}))
        assert caught[0].facts == {}

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"id_number": "522631199001010018"}, "worker.id_number_invalid"),
            ({"id_number": "52263119900101001"}, "worker.id_number_invalid"),
            ({"id_number": "522631199002300015"}, "worker.id_number_invalid"),
            ({"phone": "1380013800"}, "worker.phone_invalid"),
            ({"division": "得凤街道"}, "worker.division_unknown"),
            ({"skills": [c.SkillIn(occupation="占星术士")]}, "worker.occupation_unknown"),
            (
                {"difficulty": [{"kind": "disabled", "valid_from": "2025-01-02", "valid_to": "2025-01-01"}]},
                "worker.period_invalid",
            ),
        ],
    )
    def test_names_what_is_wrong(
        self, hq: Asker, people: RegisterWorkerFactory, changes: dict[str, object], code: str
    ) -> None:
        with refused(code):
            hq.ask(people.build(**changes))

    def test_suggests_the_nearest_place(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        with refused("worker.division_unknown") as caught:
            hq.ask(people.build(division="得凤街道"))
        assert "德凤街道" in caught[0].facts["suggestions"]

    def test_a_child_is_no_worker(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        born = TODAY - timedelta(days=15 * 365)
        with refused("worker.under_age"):
            hq.ask(people.build(id_number=make_id_number(random.Random(5), born=born)))

    def test_an_area_account_registers_in_its_own_area_only(
        self, area: Callable[[str], Asker], people: RegisterWorkerFactory
    ) -> None:
        grid = area("522631104")
        worker = grid.ask(people.build(division="522631104200"))
        assert worker.source is c.RecordSource.grid_leader
        with refused("scope.forbidden"):
            grid.ask(people.build(division="522631105200"))

    def test_tells_the_others_without_personal_data(
        self, hq: Asker, people: RegisterWorkerFactory, outbox: Callable[..., list[dict[str, object]]]
    ) -> None:
        given = people.build(name="欧阳桂花")
        worker = hq.ask(given)
        (event,) = outbox(str(worker.id))
        text = str(event)
        assert event["topic"] == "worker.registered"
        assert given.id_number not in text
        assert "欧阳" not in text
        assert str(given.phone) not in text


class TestUpdate:
    def test_changes_what_is_given_and_keeps_the_history(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        worker = hq.ask(people.build(name="石小龙", division="522631111200"))
        changed = hq.ask(
            c.UpdateWorker(
                worker_id=worker.id,
                expected_version=1,
                name="石大龙",
                division="522631112200",
                phone="",
                skills=[c.SkillIn(occupation="叉车", level=c.SkillLevel.junior)],
                reason="本人到站更正",
            )
        )
        assert (changed.version, changed.name, changed.phone) == (2, "石大龙", None)
        assert [(skill.name, skill.is_verified) for skill in changed.skills] == [("起重装卸机械操作工", True)]
        history = hq.ask(c.ListWorkerRevisions(worker_id=worker.id)).items
        assert [revision.superseded_at is None for revision in history] == [True, False]
        assert set(history[0].changed) == {"name", "division", "phone", "skills"}
        assert history[0].reason == "本人到站更正"
        assert [row.id for row in everybody(hq, q="大龙")] == [worker.id]
        assert everybody(hq, q="小龙") == []

    def test_saying_nothing_new_changes_nothing(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        given = people.build()
        worker = hq.ask(given)
        same = hq.ask(
            c.UpdateWorker(
                worker_id=worker.id, name=given.name, id_number=given.id_number, phone=given.phone, skills=given.skills
            )
        )
        assert same.version == 1

    def test_an_old_version_is_stale(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        worker = hq.ask(people.build())
        hq.ask(c.UpdateWorker(worker_id=worker.id, can_work=False))
        with refused("resource.changed_meanwhile"):
            hq.ask(c.UpdateWorker(worker_id=worker.id, can_work=True, expected_version=1))

    def test_another_persons_number_is_refused(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        first, second = people.build(), people.build()
        known, other = hq.ask(first), hq.ask(second)
        with refused("worker.duplicate") as caught:
            hq.ask(c.UpdateWorker(worker_id=other.id, id_number=first.id_number))
        assert caught[0].facts["worker_id"] == str(known.id)

    def test_an_unknown_worker_is_not_found(self, hq: Asker) -> None:
        with refused("resource.not_found"):
            hq.ask(c.UpdateWorker(worker_id=new_id(), can_work=True))


class TestMerge:
    def test_closes_the_doubled_record_and_keeps_what_it_said(
        self, hq: Asker, people: RegisterWorkerFactory, outbox: Callable[[str], list[dict[str, Any]]]
    ) -> None:
        kept = hq.ask(people.build(phone=None, skills=[c.SkillIn(occupation="叉车")]))
        doubled = hq.ask(
            people.build(
                phone="13911112222",
                skills=[c.SkillIn(occupation="养蜂")],
                difficulty={"kind": "low_income", "evidence": "低保证", "valid_from": "2024-01-01"},
                employment={"kind": "flexible", "started_on": "2025-01-01"},
            )
        )
        merger = c.MergeWorkers(worker_id=doubled.id, into_worker_id=kept.id, reason="同一人登记两次")
        found = hq.ask(merger)
        assert found.id == kept.id
        assert found.phone == "+8613911112222"
        assert {skill.name for skill in found.skills} == {"起重装卸机械操作工", "经济昆虫养殖员"}
        assert [status.evidence for status in found.difficulty] == ["低保证"]
        assert found.employment is c.Employment.flexible
        closed = hq.ask(c.GetWorker(worker_id=doubled.id))
        assert (closed.is_active, closed.rosters) == (False, [])
        assert outbox(str(doubled.id))[-1]["topic"] == "worker.updated"
        (merger_of,) = hq.ask(c.ListMergers(worker_id=doubled.id)).items
        hq.ask(c.ConfirmMerger(merger_id=merger_of.id))
        assert outbox(str(doubled.id))[-1]["body"]["into_worker_id"] == str(kept.id)
        with refused("worker.merge_refused"):
            hq.ask(merger)
        with refused("worker.merge_refused"):
            hq.ask(c.MergeWorkers(worker_id=kept.id, into_worker_id=kept.id, reason="自己"))


@pytest.fixture(scope="module")
def found(platform: TestPlatform) -> dict[str, c.WorkerView]:
    """Four people to look for, by name."""
    people = RegisterWorkerFactory(77)
    named = {
        "单秀英": "522631113200",
        "单秀兰": "522631113200",
        "欧阳永康": "522631114200",
        "买买提·艾力": "522631114200",
    }
    return {
        name: platform.hq().ask(people.build(name=name, division=place, skills=[c.SkillIn(occupation="养蜂")]))
        for name, place in named.items()
    }


class TestFind:
    @pytest.mark.parametrize(
        ("q", "names"),
        [
            ("秀英", {"单秀英"}),
            ("单秀", {"单秀英", "单秀兰"}),
            ("单", {"单秀英", "单秀兰"}),
            ("单秀英", {"单秀英"}),
            ("shanxiu", {"单秀英", "单秀兰"}),
            ("shan xiu lan", {"单秀兰"}),
            ("xiuying", {"单秀英"}),
            ("SXY", {"单秀英"}),
            ("oyyk", {"欧阳永康"}),
            ("艾力", {"买买提·艾力"}),
            ("英秀", set()),
        ],
    )
    def test_by_name(self, hq: Asker, found: dict[str, c.WorkerView], q: str, names: set[str]) -> None:
        ids = {worker.id: name for name, worker in found.items()}
        assert {ids[row.id] for row in everybody(hq, q=q) if row.id in ids} == names

    def test_by_digits(self, hq: Asker, found: dict[str, c.WorkerView]) -> None:
        worker = found["单秀英"]
        masked, phone = str(worker.id_number_masked), str(worker.phone)
        for q in (masked[-4:], phone.removeprefix("+86"), f"秀英 {masked[-4:]}"):
            assert worker.id in {row.id for row in everybody(hq, q=q)}

    def test_by_skill_and_division_together(self, hq: Asker, found: dict[str, c.WorkerView]) -> None:
        rows = everybody(hq, division="522631114", skill="养蜂")
        assert {found["欧阳永康"].id, found["买买提·艾力"].id} <= {row.id for row in rows}
        assert all(row.division.startswith("522631114") for row in rows)

    def test_pages_are_in_the_order_of_the_readings_and_hold_everybody_once(self, hq: Asker) -> None:
        rows = everybody(hq)
        assert len({row.id for row in rows}) == len(rows)

    @pytest.mark.parametrize("q", ["s", "x", "wu", "秀英", "单"])
    def test_pages_of_a_search_are_in_the_same_order(self, hq: Asker, found: dict[str, c.WorkerView], q: str) -> None:
        """Several tokens of one name may begin so: each person is shown once."""
        rows = everybody(hq, q=q)
        ids = [row.id for row in rows]
        assert len(set(ids)) == len(ids)
        assert ids == [row.id for row in everybody(hq) if row.id in set(ids)]

    def test_who_sees_whom(
        self, found: dict[str, c.WorkerView], area: Callable[[str], Asker], outpost: Callable[[str], Asker],
        worker: Callable[..., Asker],
    ) -> None:  # fmt: skip
        one, other = found["单秀英"], found["欧阳永康"]
        assert area("522631113").ask(c.GetWorker(worker_id=one.id)).id == one.id
        assert worker(one.id).ask(c.GetWorker(worker_id=one.id)).name == "单秀英"
        for asker in (area("522631113"), outpost("dongguan"), worker(one.id)):
            with refused("resource.not_found"):
                asker.ask(c.GetWorker(worker_id=other.id))
        assert outpost(OutpostCode.dongguan).ask(c.ListWorkers()).items == []
