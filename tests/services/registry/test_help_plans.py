"""帮扶计划 and 一带十 by commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.contracts import registry as c
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory

TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(67)


class TestHelpPlan:
    def test_one_under_way_until_it_is_closed_with_its_outcome(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        worker = hq.ask(people.build())
        plan = c.OpenHelpPlan(
            worker_id=worker.id,
            goal="参加养蜂培训并上岗",
            owner="敖市镇就业服务中心",
            due_on=TODAY + timedelta(days=30),
        )
        opened = hq.ask(plan)
        with refused("help_plan.exists"):
            hq.ask(plan)
        later = TODAY + timedelta(days=60)
        going_on = hq.ask(
            c.ReviewHelpPlan(help_plan_id=opened.id, outcome=c.HelpOutcome.continued, due_on=later, expected_version=1)
        )
        assert (going_on.state, going_on.due_on) == (c.HelpPlanState.open, later)
        with refused("resource.changed_meanwhile"):
            hq.ask(c.ReviewHelpPlan(help_plan_id=opened.id, outcome=c.HelpOutcome.employed, expected_version=1))
        closed = hq.ask(c.ReviewHelpPlan(help_plan_id=opened.id, outcome=c.HelpOutcome.employed))
        assert closed.state is c.HelpPlanState.closed
        with refused("state.illegal_transition"):
            hq.ask(c.ReviewHelpPlan(help_plan_id=opened.id, outcome=c.HelpOutcome.trained))
        hq.ask(plan)
        listed = hq.ask(c.ListHelpPlans(worker_id=worker.id, state=c.HelpPlanState.open)).items
        assert [(row.worker_name, row.is_overdue) for row in listed] == [(worker.name, False)]


class TestReferral:
    def test_nobody_brings_themself_or_in_a_circle_or_twice(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        one, other, third = (hq.ask(people.build()) for _ in range(3))
        with refused("referral.self"):
            hq.ask(c.RecordReferral(referrer_id=one.id, worker_id=one.id))
        made = hq.ask(c.RecordReferral(referrer_id=one.id, worker_id=other.id))
        assert (made.referrer_name, made.worker_name) == (one.name, other.name)
        with refused("referral.self"):
            hq.ask(c.RecordReferral(referrer_id=other.id, worker_id=one.id))
        with refused("referral.exists"):
            hq.ask(c.RecordReferral(referrer_id=third.id, worker_id=other.id))
        assert [row.worker_id for row in hq.ask(c.ListReferrals(referrer_id=one.id)).items] == [other.id]
