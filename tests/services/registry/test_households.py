"""家庭户 and 联系方式."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

import pytest

from shared.contracts import registry as c
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory, make_id_number

VILLAGE, ELSEWHERE = "522631104200", "522631105200"


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(81)


def adult(people: RegisterWorkerFactory, **given: object) -> c.RegisterWorker:
    number = make_id_number(Random(people.rng.random()), born=date(1985, 5, 6))
    return people.build(id_number=number, **{"division": VILLAGE, **given})


def test_nobody_at_work_is_told_and_ends_with_the_first_job(hq: Asker, people: RegisterWorkerFactory) -> None:
    head, wife = hq.ask(adult(people)), hq.ask(adult(people))
    hq.ask(c.FoundHousehold(worker_id=head.id, members_total=4))
    view = hq.ask(c.JoinHousehold(member_id=head.id, worker_id=wife.id, relation="spouse"))
    assert [(one.worker_id, one.relation.value) for one in view.members] == [(head.id, "head"), (wife.id, "spouse")]
    assert (view.members_total, view.able, view.employed, view.is_zero_employment) == (4, 2, 0, True)
    hq.ask(c.RecordEmploymentSpell(worker_id=wife.id, kind="flexible", started_on="2026-01-01"))
    after = hq.ask(c.GetHousehold(worker_id=head.id))
    assert (after.employed, after.is_zero_employment) == (1, False)


def test_people_who_cannot_work_are_not_counted(hq: Asker, people: RegisterWorkerFactory) -> None:
    head = hq.ask(adult(people, can_work=False))
    view = hq.ask(c.FoundHousehold(worker_id=head.id))
    assert (view.able, view.is_zero_employment) == (0, False)


def test_one_household_a_person(hq: Asker, people: RegisterWorkerFactory) -> None:
    first, second, child = (hq.ask(adult(people)) for _ in range(3))
    with refused("household.missing"):
        hq.ask(c.GetHousehold(worker_id=first.id))
    for head in (first, second):
        hq.ask(c.FoundHousehold(worker_id=head.id))
        with refused("household.exists"):
            hq.ask(c.FoundHousehold(worker_id=head.id))
    hq.ask(c.JoinHousehold(member_id=first.id, worker_id=child.id, relation="child"))
    with refused("household.exists"):
        hq.ask(c.JoinHousehold(member_id=first.id, worker_id=child.id, relation="child"))
    hq.ask(c.JoinHousehold(member_id=second.id, worker_id=child.id, relation="child_in_law"))
    assert [one.worker_id for one in hq.ask(c.GetHousehold(worker_id=first.id)).members] == [first.id]
    hq.ask(c.LeaveHousehold(worker_id=child.id))
    with refused("household.missing"):
        hq.ask(c.GetHousehold(worker_id=child.id))


def test_a_contact_is_added_read_and_ended(
    hq: Asker, area: Callable[[str], Asker], people: RegisterWorkerFactory
) -> None:
    one = hq.ask(adult(people))
    grid = area("522631104")
    kin = grid.ask(
        c.AddContact(worker_id=one.id, kind="emergency", value="139 0013 9000", name="吴大嫂", relation="妻子")
    )
    assert (kin.value, kin.source) == ("+8613900139000", c.RecordSource.grid_leader)
    grid.ask(c.AddContact(worker_id=one.id, kind="address", value="双凤社区3栋201"))
    assert [found.value for found in hq.ask(c.ListContacts(worker_id=one.id)).items] == [kin.value, "双凤社区3栋201"]
    with refused("worker.phone_invalid"):
        grid.ask(c.AddContact(worker_id=one.id, kind="phone", value="123"))
    with refused("resource.not_found"):
        area("522631105").ask(c.ListContacts(worker_id=one.id))
    grid.ask(c.EndContact(worker_id=one.id, contact_id=kin.id))
    assert len(hq.ask(c.ListContacts(worker_id=one.id)).items) == 1
    with refused("resource.not_found"):
        grid.ask(c.EndContact(worker_id=one.id, contact_id=kin.id))


def test_contacts_move_with_the_person(hq: Asker, area: Callable[[str], Asker], people: RegisterWorkerFactory) -> None:
    one = hq.ask(adult(people))
    hq.ask(c.AddContact(worker_id=one.id, kind="wechat", value="wx-123"))
    hq.ask(c.UpdateWorker(worker_id=one.id, division=ELSEWHERE))
    assert [found.value for found in area("522631105").ask(c.ListContacts(worker_id=one.id)).items] == ["wx-123"]
