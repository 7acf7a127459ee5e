"""维权案件: opened for one's own people only, moved by facts, closed, reopened; HQ gets counts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from services.outposts.models import CaseDeadline, RightsCase
from shared.contracts import outposts as c
from shared.contracts.base import BlobRef
from shared.kit.context import service_context
from shared.kit.tables import new_id
from tests.services.outposts.conftest import Send, days_ago
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform

As = Callable[[str], Asker]
WAGES = c.RightsCaseKind.wage_dispute


def opening(worker_id: UUID, **given: Any) -> c.OpenRightsCase:
    fields: dict[str, Any] = {
        "worker_id": worker_id,
        "kind": WAGES,
        "facts_on": days_ago(60),
        "summary": "八月工资未发",
        "amount_claimed_cents": 480_000,
    }
    return c.OpenRightsCase(**{**fields, **given})


@pytest.fixture
def case(send: Send, outpost: As) -> c.RightsCaseView:
    return outpost("dongguan").ask(opening(send("dongguan").worker_id))


def test_a_case_has_a_number_the_employer_and_its_clocks(case: c.RightsCaseView) -> None:
    assert case.case_no.startswith("WQ-DG-")
    assert case.employer_id is not None
    assert {one.clock: one.state.value for one in case.deadlines} == {
        "wage_arbitration_application": "suspended",
        "inspection_complaint": "running",
    }
    assert case.next_deadline_on == next(one.due_on for one in case.deadlines if one.due_on)


def test_only_for_ones_own_people(send: Send, outpost: As) -> None:
    elsewhere = send("wenling")
    for worker_id in (elsewhere.worker_id, new_id()):
        with refused("resource.not_found"):
            outpost("dongguan").ask(opening(worker_id))


def test_facts_are_past_and_fit_the_kind(case: c.RightsCaseView, outpost: As) -> None:
    dongguan = outpost("dongguan")
    with refused("rights_case.fact_in_future"):
        dongguan.ask(opening(case.worker_id, facts_on=days_ago(-1)))
    with refused("rights_case.fact_not_for_kind"):
        dongguan.ask(c.RecordCaseEvent(case_id=case.id, fact=c.CaseFact.injury_filed, happened_on=days_ago(1)))


def test_the_way_through_arbitration_to_a_settlement(case: c.RightsCaseView, outpost: As) -> None:
    dongguan = outpost("dongguan")

    def happened(fact: c.CaseFact, days: int) -> c.RightsCaseView:
        return dongguan.ask(c.RecordCaseEvent(case_id=case.id, fact=fact, happened_on=days_ago(days)))

    with refused("state.illegal_transition"):
        happened(c.CaseFact.award_received, 1)
    assert happened(c.CaseFact.employment_ended, 50).state is c.RightsCaseState.open
    assert happened(c.CaseFact.arbitration_filed, 40).state is c.RightsCaseState.arbitration
    assert happened(c.CaseFact.arbitration_accepted, 37).state is c.RightsCaseState.arbitration
    awarded = happened(c.CaseFact.award_received, 2)
    assert awarded.state is c.RightsCaseState.awarded
    states = {one.clock: one.state.value for one in awarded.deadlines}
    assert states["wage_arbitration_application"] == "met"
    assert states["arbitration_award"] == "met"
    assert states["lawsuit"] == "running"
    recovered = dongguan.ask(c.RecordRecovery(case_id=case.id, amount_cents=450_000, received_on=days_ago(0)))
    assert recovered.recovered_cents == 450_000
    closed = dongguan.ask(c.CloseRightsCase(case_id=case.id, outcome=c.RightsCaseOutcome.partly_won))
    assert (closed.state, closed.outcome) == (c.RightsCaseState.closed, c.RightsCaseOutcome.partly_won)
    with refused("state.illegal_transition"):
        dongguan.ask(c.CloseRightsCase(case_id=case.id, outcome=c.RightsCaseOutcome.won))
    with refused("state.illegal_transition"):
        happened(c.CaseFact.note, 0)
    reopened = dongguan.ask(c.ReopenRightsCase(case_id=case.id, reason="企业未付款"))
    assert (reopened.state, reopened.outcome) == (c.RightsCaseState.awarded, None)
    with refused("state.illegal_transition"):
        dongguan.ask(c.ReopenRightsCase(case_id=case.id, reason="再开一次"))


def test_evidence_is_the_cases_own(case: c.RightsCaseView, outpost: As, platform: TestPlatform) -> None:
    dongguan = outpost("dongguan")
    blob: BlobRef = platform.blobs.put_bytes("工资条".encode(), media_type="image/jpeg")
    added = dongguan.ask(
        c.AddEvidence(case_id=case.id, blob=blob, kind=c.EvidenceKind.payslip, description="八月工资条照片")
    )
    assert dongguan.ask(c.GetEvidence(case_id=case.id, evidence_id=added.id)) == added
    assert dongguan.ask(c.GetRightsCase(case_id=case.id)).evidence == [added]
    with refused("resource.not_found"):
        dongguan.ask(c.GetEvidence(case_id=new_id(), evidence_id=added.id))
    with refused("resource.not_found"):
        outpost("chancheng").ask(c.GetEvidence(case_id=case.id, evidence_id=added.id))


def test_other_outposts_and_hq_see_no_case_but_hq_counts(case: c.RightsCaseView, outpost: As, hq: Asker) -> None:
    for other in ("chancheng", "wenling"):
        with refused("resource.not_found"):
            outpost(other).ask(c.GetRightsCase(case_id=case.id))
        assert outpost(other).ask(c.ListRightsCases()).items == []
    with refused("scope.forbidden"):
        hq.ask(c.GetRightsCase(case_id=case.id))
    counted = {row.outpost.value: row for row in hq.ask(c.GetOutpostFigures()).items}
    assert len(counted) == 7
    assert counted["dongguan"].open_cases >= 1
    assert counted["dongguan"].cases_by_kind["wage_dispute"] >= 1
    assert [row.outpost for row in outpost("wenling").ask(c.GetOutpostFigures()).items] == ["wenling"]


def test_the_summary_is_stored_sealed(case: c.RightsCaseView, platform: TestPlatform) -> None:
    with platform.hosted["outposts"].runtime.database.transaction(service_context("outposts")) as session:
        stored = session.get(RightsCase, case.id)
        assert stored is not None
        assert "工资".encode() not in stored.summary_sealed


def test_a_near_end_is_told_once_and_a_passed_one_is_missed(send: Send, outpost: As, platform: TestPlatform) -> None:
    dongguan = outpost("dongguan")
    case = dongguan.ask(opening(send("dongguan").worker_id, facts_on=days_ago(715)))
    late = dongguan.ask(opening(send("dongguan").worker_id, kind=c.RightsCaseKind.arbitration, facts_on=days_ago(400)))
    clockwork = platform.hosted["outposts"].clockwork
    for _ in range(2):
        clockwork.run_now("warn_of_deadlines")
    with platform.hosted["outposts"].runtime.database.transaction(service_context("outposts")) as session:
        topics = session.connection().exec_driver_sql(
            "SELECT count(*) FROM outposts.outbox WHERE topic = 'rights_case.deadline_near' AND aggregate_id = %s",
            (str(case.id),),
        )
        assert topics.scalar() == 1
        assert session.connection().exec_driver_sql(
            "SELECT state FROM outposts.case_deadline WHERE case_id = %s", (late.id,)
        ).scalars().all() == ["missed"]
    due = dongguan.ask(c.ListRightsCases(due_until=days_ago(-30))).items
    assert case.id in {row.id for row in due}
    assert CaseDeadline.__tablename__ == "case_deadline"


def test_numbers_follow_each_other_when_many_open_at_once(send: Send, outpost: As) -> None:
    workers = [send("guiyang").worker_id for _ in range(8)]
    guiyang = outpost("guiyang")
    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(lambda worker_id: guiyang.ask(opening(worker_id)).case_no, workers))
    assert [int(number.rsplit("-", 1)[1]) for number in numbers] == list(range(1, 9))
