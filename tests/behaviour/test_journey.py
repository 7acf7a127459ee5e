"""The main job, from registration to receipt and ledger, on either bus."""

from __future__ import annotations

from shared.contracts import dispatch as d
from shared.contracts import ledger
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import utc_now
from tests.behaviour import journey
from tests.behaviour.conftest import World
from tests.support.asker import refused
from tests.support.waiting import wait_for


def test_a_person_goes_from_registration_to_work(world: World) -> None:
    offer = journey.open_postings(world)
    worker_id = journey.register(world, seed=1)
    journey.accept(world, worker_id, offer.posting_ids[0])
    order = journey.dispatch(world, worker_id, offer.posting_ids[0])
    trip = journey.create_trip(world)
    wait_for(lambda: _is_known_to_outpost(world, order), seconds=30)
    journey.travel(world, order, trip)
    receipt = journey.start_work(world, order)
    case = journey.open_case(world, worker_id)

    assert receipt.outcome is d.ReceiptOutcome.started
    assert case.worker_id == worker_id
    assert world.hq().ask(d.GetDispatchOrder(order_id=order.id)).state is d.OrderState.closed
    expected = {
        "worker.registered",
        "recommendation.made",
        "recommendation.answered",
        "dispatch_order.issued",
        "caseload.opened",
        "worker.boarded",
        "worker.handed_over",
        "employment_receipt.received",
        "placement.started",
        "rights_case.opened",
    }
    wait_for(lambda: expected <= set(journey.ledger_topics(world, worker_id)), seconds=30)
    topics = journey.ledger_topics(world, worker_id)
    assert all(topics.count(topic) == 1 for topic in expected), topics
    assert world.hq().ask(ledger.VerifyChain(worker_id=worker_id)).is_intact


def test_a_second_receipt_is_refused_and_changes_nothing(world: World) -> None:
    offer = journey.open_postings(world)
    worker_id = journey.register(world, seed=2)
    journey.accept(world, worker_id, offer.posting_ids[0])
    order = journey.dispatch(world, worker_id, offer.posting_ids[0])
    trip = journey.create_trip(world)
    wait_for(lambda: _is_known_to_outpost(world, order), seconds=30)
    journey.travel(world, order, trip)
    first = journey.start_work(world, order)
    with refused("order.receipt_exists"):
        world.outpost("dongguan").ask(journey.started(order))
    assert world.hq().ask(d.GetDispatchOrder(order_id=order.id)).receipt_id == first.id


def test_a_worker_already_dispatched_gets_no_second_order(world: World) -> None:
    offer = journey.open_postings(world)
    worker_id = journey.register(world, seed=3)
    journey.accept(world, worker_id, offer.posting_ids[0])
    journey.accept(world, worker_id, offer.posting_ids[1])
    journey.dispatch(world, worker_id, offer.posting_ids[0])
    with refused("order.worker_has_open_order"):
        world.hq().ask(
            d.IssueDispatchOrder(
                worker_id=worker_id,
                posting_id=offer.posting_ids[1],
                outpost=OutpostCode.dongguan,
                depart_on=utc_now().date(),
            )
        )


def _is_known_to_outpost(world: World, order: d.DispatchOrderView) -> bool:
    found = world.outpost("dongguan").ask(d.ListDispatchOrders(worker_id=order.worker_id))
    return any(one.id == order.id for one in found.items)
