"""服务对象 and 跟踪服务: who is looked after from when until when, and when they are asked after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from services.outposts.models import FollowUpContact
from shared.contracts import dispatch, registry
from shared.contracts import outposts as c
from shared.kit.context import service_context
from shared.kit.tables import new_id
from tests.services.outposts.conftest import Send, days_ago, started
from tests.support.asker import Asker, refused
from tests.support.events import Announce
from tests.support.platform import TestPlatform

As = Callable[[str], Asker]


def test_an_order_opens_the_caseload_of_its_outpost_alone(send: Send, outpost: As, hq: Asker) -> None:
    order = send("dongguan")
    entry = outpost("dongguan").ask(c.GetCaseload(worker_id=order.worker_id))
    assert (entry.order_id, entry.employer_id, entry.state) == (order.order_id, order.employer_id, "open")
    assert (entry.until_at - entry.from_at).days == 730
    assert hq.ask(c.GetCaseload(worker_id=order.worker_id)).id == entry.id
    with refused("resource.not_found"):
        outpost("wenling").ask(c.GetCaseload(worker_id=order.worker_id))
    assert order.worker_id not in {row.worker_id for row in outpost("wenling").ask(c.ListCaseload(limit=500)).items}


def test_the_same_order_twice_is_one_entry(send: Send, announce: Announce, outpost: As) -> None:
    order = send("shenzhen")
    announce(order)
    entries = outpost("shenzhen").ask(c.ListCaseload(limit=500)).items
    assert [row.order_id for row in entries].count(order.order_id) == 1


def test_a_cancelled_order_closes_it_and_a_renewed_one_comes_back(send: Send, announce: Announce, outpost: As) -> None:
    first = send("guangzhou")
    again = send("guangzhou", worker_id=first.worker_id)
    guangzhou = outpost("guangzhou")
    assert guangzhou.ask(c.GetCaseload(worker_id=first.worker_id)).order_id == again.order_id
    for order, expected in ((again, first.order_id), (first, None)):
        announce(
            dispatch.DispatchOrderCancelled(
                order_id=order.order_id,
                worker_id=order.worker_id,
                posting_id=order.posting_id,
                employer_id=order.employer_id,
                outpost=order.outpost,
                reason=next(iter(dispatch.CancelReason)),
            )
        )
        entry = guangzhou.ask(c.GetCaseload(worker_id=first.worker_id))
        assert (entry.order_id if entry.state is c.CaseloadState.open else None) == expected


def test_a_start_plans_7_30_90_180_days_and_what_is_due_is_announced(
    platform: TestPlatform, send: Send, announce: Announce, outpost: As
) -> None:
    order = send("hangzhou")
    announce(started(order, days_ago(40)))
    hangzhou = outpost("hangzhou")
    planned = hangzhou.ask(c.ListFollowUps(worker_id=order.worker_id)).items
    assert [(one.kind.value, one.due_on) for one in planned] == [
        ("day_30", days_ago(10)),
        ("day_90", days_ago(-50)),
        ("day_180", days_ago(-140)),
    ]
    platform.hosted["outposts"].clockwork.run_now("announce_due_follow_ups")
    due = hangzhou.ask(c.ListFollowUps(worker_id=order.worker_id, state=c.FollowUpState.due)).items
    assert [one.kind.value for one in due] == ["day_30"]
    assert hangzhou.ask(c.GetCaseload(worker_id=order.worker_id)).next_follow_up_on == days_ago(10)


def test_three_vain_attempts_are_a_missed_contact(send: Send, announce: Announce, outpost: As) -> None:
    order = send("dongguan")
    announce(started(order, days_ago(7)))
    dongguan = outpost("dongguan")
    follow_up = dongguan.ask(c.ListFollowUps(worker_id=order.worker_id)).items[0]
    vain = c.RecordContact(follow_up_id=follow_up.id, outcome=c.ContactOutcome.not_reached)
    assert dongguan.ask(vain).due_on == days_ago(-3)
    assert dongguan.ask(vain).state is c.FollowUpState.planned
    assert dongguan.ask(vain).state is c.FollowUpState.missed
    with refused("state.illegal_transition"):
        dongguan.ask(vain)


def test_what_the_worker_said_is_kept_sealed(
    platform: TestPlatform, send: Send, announce: Announce, outpost: As
) -> None:
    order = send("dongguan")
    announce(started(order, days_ago(7)))
    dongguan = outpost("dongguan")
    follow_up = dongguan.ask(c.ListFollowUps(worker_id=order.worker_id)).items[0]
    done = dongguan.ask(
        c.RecordContact(
            follow_up_id=follow_up.id,
            outcome=c.ContactOutcome.reached,
            is_employed=True,
            wage_cents=510_000,
            note="手指受过伤",
        )
    )
    assert (done.state, done.contacts[0].note) == (c.FollowUpState.done, "手指受过伤")
    with platform.hosted["outposts"].runtime.database.transaction(service_context("outposts")) as session:
        stored = session.get(FollowUpContact, done.contacts[0].id)
        assert stored is not None
        assert stored.note_sealed is not None
        assert "手指".encode() not in stored.note_sealed
    with refused("resource.not_found"):
        outpost("wenling").ask(c.GetFollowUp(follow_up_id=follow_up.id))


def test_losing_the_job_is_asked_after_at_once(send: Send, announce: Announce, outpost: As) -> None:
    order = send("dongguan")
    start = started(order, days_ago(20))
    announce(start)
    announce(
        dispatch.PlacementEnded(
            placement_id=start.placement_id,
            order_id=order.order_id,
            worker_id=order.worker_id,
            outpost=order.outpost,
            ended_on=days_ago(1),
            reason=next(iter(dispatch.EndReason)),
        )
    )
    waiting = [
        one.kind.value
        for one in outpost("dongguan").ask(c.ListFollowUps(worker_id=order.worker_id)).items
        if one.state in (c.FollowUpState.planned, c.FollowUpState.due)
    ]
    assert waiting == ["unemployed"]


def test_a_missed_coach_is_asked_after_at_once(send: Send, announce: Announce, outpost: As) -> None:
    order = send("shenzhen")
    announce(
        dispatch.TripDeparted(
            trip_id=new_id(),
            outposts=[order.outpost],
            departed_at=datetime.now(UTC),
            boarded=30,
            missed_worker_ids=[order.worker_id],
        )
    )
    kinds = [one.kind.value for one in outpost("shenzhen").ask(c.ListFollowUps(worker_id=order.worker_id)).items]
    assert kinds == ["no_show"]

    boarded = dispatch.WorkerBoarded(
        worker_id=order.worker_id,
        order_id=order.order_id,
        trip_id=new_id(),
        outpost=order.outpost,
        boarded_at=datetime.now(UTC),
    )
    announce(boarded)
    states = [one.state.value for one in outpost("shenzhen").ask(c.ListFollowUps(worker_id=order.worker_id)).items]
    assert states == ["cancelled"], "an offline list came later: they were on the coach"


def test_an_erased_persons_notes_are_forgotten(send: Send, announce: Announce, outpost: As) -> None:
    order = send("dongguan")
    announce(started(order, days_ago(7)))
    dongguan = outpost("dongguan")
    follow_up = dongguan.ask(c.ListFollowUps(worker_id=order.worker_id)).items[0]
    reached = c.RecordContact(follow_up_id=follow_up.id, outcome=c.ContactOutcome.reached, note="想换岗位")
    assert dongguan.ask(reached).contacts[0].note == "想换岗位"
    announce(registry.WorkerErased(worker_id=order.worker_id))
    assert dongguan.ask(c.GetFollowUp(follow_up_id=follow_up.id)).contacts[0].note is None
    entry = dongguan.ask(c.GetCaseload(worker_id=order.worker_id))
    assert entry.closed_because is c.CaseloadClosedBecause.erased
    states = {one.state for one in dongguan.ask(c.ListFollowUps(worker_id=order.worker_id)).items}
    assert states == {c.FollowUpState.done, c.FollowUpState.cancelled}


def test_not_started_ends_the_care(send: Send, announce: Announce, outpost: As) -> None:
    order = send("wenling")
    announce(
        dispatch.EmploymentReceiptReceived(
            receipt_id=new_id(),
            order_id=order.order_id,
            worker_id=order.worker_id,
            posting_id=order.posting_id,
            employer_id=order.employer_id,
            outpost=order.outpost,
            outcome=dispatch.ReceiptOutcome.not_started,
            reason=next(iter(dispatch.NotStartedReason)),
        )
    )
    entry = outpost("wenling").ask(c.GetCaseload(worker_id=order.worker_id))
    assert (entry.state, entry.closed_because) == (
        c.CaseloadState.closed,
        c.CaseloadClosedBecause.not_started,
    )


def test_a_liaison_officer_is_assigned_once_at_a_version(send: Send, outpost: As) -> None:
    order = send("guiyang")
    guiyang, officer = outpost("guiyang"), new_id()
    entry = guiyang.ask(c.GetCaseload(worker_id=order.worker_id))
    assign = c.AssignLiaison(worker_id=order.worker_id, liaison_id=officer, expected_version=entry.version)
    assert guiyang.ask(assign).liaison_id == officer
    assert [row.worker_id for row in guiyang.ask(c.ListCaseload(liaison_id=officer)).items] == [order.worker_id]
    with refused("resource.changed_meanwhile"):
        guiyang.ask(assign)
