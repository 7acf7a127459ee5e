"""帮扶计划: goals with steps, what is overdue, and who has no plan yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlmodel import col

from services.registry.models import HelpAction
from shared.contracts import registry as c
from shared.kit.context import service_context
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()
HARDSHIP = [c.DifficultyIn(kind=c.DifficultyKind.out_of_poverty, valid_from=date(2024, 1, 1))]


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(67)


def plan_for(worker_id: UUID, *actions: c.HelpActionForm, days: int = 30) -> c.OpenHelpPlan:
    return c.OpenHelpPlan(
        worker_id=worker_id,
        goal="参加养蜂培训并上岗",
        owner="敖市镇就业服务中心",
        due_on=TODAY + timedelta(days=days),
        actions=list(actions),
    )


def action(days: int = 10, kind: c.HelpActionKind = c.HelpActionKind.training) -> c.HelpActionForm:
    return c.HelpActionForm(kind=kind, what="参加养蜂培训班", owner="石老师", due_on=TODAY + timedelta(days=days))


def test_one_under_way_until_it_is_closed_with_its_outcome(hq: Asker, people: RegisterWorkerFactory) -> None:
    worker = hq.ask(people.build())
    plan = plan_for(worker.id)
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


def test_steps_are_added_done_and_dropped(hq: Asker, people: RegisterWorkerFactory) -> None:
    plan = hq.ask(plan_for(hq.ask(people.build()).id, action(10), action(5, c.HelpActionKind.subsidy)))
    assert [step.kind.value for step in plan.actions] == ["subsidy", "training"]
    added = hq.ask(c.AddHelpAction(help_plan_id=plan.id, **action(20, c.HelpActionKind.dispatch).model_dump()))
    assert len(added.actions) == 3
    first, second, _ = added.actions
    done = c.SettleHelpAction(help_plan_id=plan.id, action_id=first.id, result="已发放")
    settled = hq.ask(done)
    assert (settled.actions[0].state, settled.actions[0].settled_on) == (c.HelpActionState.done, TODAY)
    with refused("state.illegal_transition"):
        hq.ask(done)
    dropped = c.SettleHelpAction(
        help_plan_id=plan.id, action_id=second.id, state=c.HelpActionState.dropped, result="本人改学电工"
    )
    assert hq.ask(dropped).actions[1].state is c.HelpActionState.dropped
    with refused("worker.period_invalid"):
        hq.ask(c.AddHelpAction(help_plan_id=plan.id, **action(-1).model_dump()))
    hq.ask(c.ReviewHelpPlan(help_plan_id=plan.id, outcome=c.HelpOutcome.employed))
    with refused("state.illegal_transition"):
        hq.ask(c.AddHelpAction(help_plan_id=plan.id, **action().model_dump()))


def test_a_late_step_puts_its_plan_into_the_overdue_queue(
    hq: Asker, people: RegisterWorkerFactory, platform: TestPlatform
) -> None:
    plan = hq.ask(plan_for(hq.ask(people.build()).id, action(3)))
    assert plan.id not in {row.id for row in hq.ask(c.ListHelpPlans(overdue=True, limit=500)).items}
    with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
        yesterday = TODAY - timedelta(days=1)
        session.execute(update(HelpAction).where(col(HelpAction.help_plan_id) == plan.id).values(due_on=yesterday))
    (late,) = [row for row in hq.ask(c.ListHelpPlans(overdue=True, limit=500)).items if row.id == plan.id]
    assert late.is_overdue
    assert late.actions[0].is_overdue
    hq.ask(c.SettleHelpAction(help_plan_id=plan.id, action_id=late.actions[0].id, result="已完成"))
    assert plan.id not in {row.id for row in hq.ask(c.ListHelpPlans(overdue=True, limit=500)).items}


def test_who_should_have_a_plan_is_found(
    hq: Asker, people: RegisterWorkerFactory, area: Callable[[str], Asker]
) -> None:
    """每个就业困难劳动力: in hardship, without work, without a plan."""
    needs = hq.ask(people.build(difficulty=HARDSHIP, division="522631104"))
    elsewhere = hq.ask(people.build(difficulty=HARDSHIP, division="522631105"))
    spell = c.SpellIn(kind=c.SpellKind.local, started_on=TODAY - timedelta(days=9))
    works = hq.ask(people.build(difficulty=HARDSHIP, division="522631104", employment=spell))
    fine = hq.ask(people.build(division="522631104"))
    planned = hq.ask(people.build(difficulty=HARDSHIP, division="522631104"))
    hq.ask(plan_for(planned.id))

    def found(asker: Asker) -> set[UUID]:
        return {row.worker_id for row in asker.ask(c.ListUnplannedWorkers(limit=500)).items}

    assert {needs.id, elsewhere.id} <= found(hq)
    assert not {works.id, fine.id, planned.id} & found(hq)
    assert needs.id in found(area("522631104"))
    assert elsewhere.id not in found(area("522631104"))
    plan = hq.ask(plan_for(needs.id))
    assert needs.id not in found(hq)
    hq.ask(c.ReviewHelpPlan(help_plan_id=plan.id, outcome=c.HelpOutcome.trained))
    (again,) = [row for row in hq.ask(c.ListUnplannedWorkers(limit=500)).items if row.worker_id == needs.id]
    assert (again.last_plan_closed_on, again.difficulty) == (TODAY, [c.DifficultyKind.out_of_poverty])
