"""一带十: the tree, what came of it, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from shared.contracts import registry as c
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(71)


def bring(hq: Asker, referrer_id: UUID, worker_id: UUID) -> c.ReferralView:
    return hq.ask(c.RecordReferral(referrer_id=referrer_id, worker_id=worker_id))


def test_nobody_brings_themself_or_in_a_circle_or_twice(hq: Asker, people: RegisterWorkerFactory) -> None:
    one, other, third = (hq.ask(people.build()) for _ in range(3))
    with refused("referral.self"):
        bring(hq, one.id, one.id)
    made = bring(hq, one.id, other.id)
    assert (made.referrer_name, made.worker_name) == (one.name, other.name)
    with refused("referral.self"):
        bring(hq, other.id, one.id)
    with refused("referral.exists"):
        bring(hq, third.id, other.id)
    assert [row.worker_id for row in hq.ask(c.ListReferrals(referrer_id=one.id)).items] == [other.id]
    bring(hq, other.id, third.id)
    with refused("referral.self"):
        bring(hq, third.id, one.id)


def test_made_up_numbers_are_refused(hq: Asker, people: RegisterWorkerFactory) -> None:
    referrer = hq.ask(people.build()).id
    for _ in range(10):
        bring(hq, referrer, hq.ask(people.build()).id)
    with refused("referral.too_many"):
        bring(hq, referrer, hq.ask(people.build()).id)
    spell = c.SpellIn(kind=c.SpellKind.out_of_county, started_on=TODAY - timedelta(days=40))
    working = hq.ask(people.build(employment=spell)).id
    with refused("referral.at_work"):
        bring(hq, hq.ask(people.build()).id, working)
    with refused("worker.period_invalid"):
        tomorrow = TODAY + timedelta(days=1)
        hq.ask(c.RecordReferral(referrer_id=working, worker_id=referrer, referred_on=tomorrow))


def test_the_tree_says_who_was_brought_and_who_works(hq: Asker, people: RegisterWorkerFactory) -> None:
    root, first, second, grandchild = (hq.ask(people.build()).id for _ in range(4))
    bring(hq, root, first)
    bring(hq, root, second)
    bring(hq, first, grandchild)
    for worker_id in (second, grandchild):
        hq.ask(c.RecordEmploymentSpell(worker_id=worker_id, kind=c.SpellKind.out_of_county, started_on=TODAY))
    tree = hq.ask(c.GetReferralTree(worker_id=root))
    assert (tree.brought, tree.working, tree.reached, tree.reached_working) == (2, 1, 3, 2)
    assert [(node.worker_id, node.level) for node in tree.nodes] == [(first, 1), (second, 1), (grandchild, 2)]
    assert hq.ask(c.GetReferralTree(worker_id=root, levels=1)).reached == 2
    ranked = {row.worker_id: row for row in hq.ask(c.ListReferrers(limit=500)).items}
    assert (ranked[root].brought, ranked[root].working) == (2, 1)


def test_a_mistake_is_taken_back(hq: Asker, people: RegisterWorkerFactory) -> None:
    one, other = (hq.ask(people.build()).id for _ in range(2))
    made = bring(hq, one, other)
    hq.ask(c.WithdrawReferral(referral_id=made.id))
    assert hq.ask(c.ListReferrals(referrer_id=one)).items == []
    with refused("resource.not_found"):
        hq.ask(c.WithdrawReferral(referral_id=made.id))
    bring(hq, other, one)
