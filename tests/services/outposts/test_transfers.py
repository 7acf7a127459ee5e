"""转岗: only a yes of the receiver moves a worker, with follow-ups and open cases."""

from __future__ import annotations

from collections.abc import Callable

from shared.contracts import outposts as c
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.services.outposts.conftest import Send, days_ago, started
from tests.services.outposts.test_cases import opening
from tests.support.asker import Asker, refused
from tests.support.events import Announce
from tests.support.platform import TestPlatform

As = Callable[[str], Asker]
Settle = Callable[[], None]


def test_both_outposts_see_it_and_only_the_receiver_answers(send: Send, outpost: As) -> None:
    order = send("dongguan")
    transfer = outpost("dongguan").ask(
        c.RequestJobTransfer(worker_id=order.worker_id, to_outpost=OutpostCode.wenling, reason="温岭有同工种")
    )
    assert outpost("wenling").ask(c.GetJobTransfer(transfer_id=transfer.id)).reason == "温岭有同工种"
    for other in ("hangzhou", "chancheng"):
        with refused("resource.not_found"):
            outpost(other).ask(c.GetJobTransfer(transfer_id=transfer.id))
    with refused("resource.not_found"):
        outpost("dongguan").ask(c.AcceptJobTransfer(transfer_id=transfer.id))
    with refused("transfer.already_requested"):
        outpost("dongguan").ask(
            c.RequestJobTransfer(worker_id=order.worker_id, to_outpost=OutpostCode.guiyang, reason="另一处")
        )
    with refused("resource.not_found"):
        outpost("wenling").ask(c.GetCaseload(worker_id=order.worker_id))


def test_acceptance_moves_the_caseload_the_follow_ups_and_the_open_cases(
    send: Send, announce: Announce, outpost: As, settle: Settle
) -> None:
    order = send("dongguan")
    announce(started(order, days_ago(3)))
    dongguan, wenling = outpost("dongguan"), outpost("wenling")
    case = dongguan.ask(opening(order.worker_id))
    employer = new_id()
    transfer = dongguan.ask(
        c.RequestJobTransfer(
            worker_id=order.worker_id, to_outpost=OutpostCode.wenling, reason="原厂停产", employer_id=employer
        )
    )
    accepted = wenling.ask(c.AcceptJobTransfer(transfer_id=transfer.id, note="周一到站"))
    assert (accepted.state, accepted.answer_note) == (c.JobTransferState.accepted, "周一到站")
    settle()
    entry = wenling.ask(c.GetCaseload(worker_id=order.worker_id))
    assert (entry.employer_id, entry.state) == (employer, c.CaseloadState.open)
    assert len(wenling.ask(c.ListFollowUps(worker_id=order.worker_id)).items) == 4
    taken_over = wenling.ask(c.GetRightsCase(case_id=case.id))
    assert (taken_over.case_no, taken_over.summary, taken_over.outpost) == (case.case_no, case.summary, "wenling")
    left = dongguan.ask(c.GetCaseload(worker_id=order.worker_id))
    assert left.closed_because is c.CaseloadClosedBecause.transferred
    with refused("resource.not_found"):
        dongguan.ask(c.GetRightsCase(case_id=case.id))
    with refused("state.illegal_transition"):
        wenling.ask(c.RefuseJobTransfer(transfer_id=transfer.id, note="晚了"))


def test_a_refusal_or_a_withdrawal_changes_nothing_else(send: Send, outpost: As, settle: Settle) -> None:
    order = send("dongguan")
    dongguan, hangzhou = outpost("dongguan"), outpost("hangzhou")
    ask = c.RequestJobTransfer(worker_id=order.worker_id, to_outpost=OutpostCode.hangzhou, reason="想去杭州")
    refused_one = hangzhou.ask(c.RefuseJobTransfer(transfer_id=dongguan.ask(ask).id, note="岗位已满"))
    assert refused_one.state is c.JobTransferState.refused
    withdrawn = dongguan.ask(c.WithdrawJobTransfer(transfer_id=dongguan.ask(ask).id))
    assert withdrawn.state is c.JobTransferState.withdrawn
    settle()
    assert dongguan.ask(c.GetCaseload(worker_id=order.worker_id)).state is c.CaseloadState.open
    listed = hangzhou.ask(c.ListJobTransfers(direction=c.TransferDirection.incoming)).items
    assert {row.id for row in listed} >= {refused_one.id, withdrawn.id}


def test_inside_one_outpost_the_entry_stays_and_who_may_see_the_worker_changes(
    send: Send, outpost: As, settle: Settle, platform: TestPlatform
) -> None:
    order, employer = send("shenzhen"), new_id()
    shenzhen = outpost("shenzhen")
    before = shenzhen.ask(c.GetCaseload(worker_id=order.worker_id))
    transfer = shenzhen.ask(
        c.RequestJobTransfer(
            worker_id=order.worker_id, to_outpost=OutpostCode.shenzhen, reason="同园区换厂", employer_id=employer
        )
    )
    shenzhen.ask(c.AcceptJobTransfer(transfer_id=transfer.id))
    settle()
    after = shenzhen.ask(c.GetCaseload(worker_id=order.worker_id))
    assert (after.id, after.employer_id) == (before.id, employer)
    registry = platform.hosted["registry"].runtime
    with registry.database.transaction(registry.own_context()) as session:
        rows = session.connection().exec_driver_sql(
            "SELECT scope_key FROM registry.worker_grant WHERE worker_id = %s "
            "AND (until_at IS NULL OR until_at > now())",
            (order.worker_id,),
        )
        assert set(rows.scalars()) == {"outpost:shenzhen", f"partner:{employer}"}
