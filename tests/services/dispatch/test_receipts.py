from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts import dispatch as c
from shared.contracts import outposts
from shared.contracts.errors import Problem
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.services.dispatch.conftest import County, today
from tests.support.asker import refused


class TestStarted:
    def test_it_closes_the_order_and_opens_the_placement(self, county: County) -> None:
        order = county.issue(transport=c.Transport.own_fare)

        receipt = county.started(order)

        closed = county.hq.ask(c.GetDispatchOrder(order_id=order.id))
        assert receipt.receipt_no == order.order_no.replace("PQ", "HZ")
        assert receipt.received_from == "outpost"
        assert closed.state is c.OrderState.closed
        assert closed.receipt_id == receipt.id
        current = county.hq.ask(c.ListPlacements(worker_id=order.worker_id, is_current=True)).items
        assert [placement.id for placement in current] == [receipt.placement_id]

    def test_the_employer_may_send_it(self, county: County) -> None:
        order = county.issue()
        receipt = county.platform.partner(order.employer_id).ask(county.receipt(order))
        assert receipt.received_from == "partner"

    def test_the_seat_that_nobody_used_is_free_again(self, county: County) -> None:
        order, trip = county.issue(), county.trip()
        county.seat(trip, order)
        county.started(order)
        assert county.hq.ask(c.GetTrip(trip_id=trip.id)).seats_taken == 0

    def test_who_is_at_work_is_not_sent_again(self, county: County) -> None:
        order = county.issue()
        county.started(order)
        with refused("order.worker_is_placed"):
            county.issue(order.worker_id)

    @pytest.mark.parametrize("days", [-400, 40])
    def test_a_start_years_ago_or_far_ahead_is_a_mistake(self, county: County, days: int) -> None:
        order = county.issue()
        with refused("receipt.start_impossible"):
            county.started(order, started_on=today() + timedelta(days=days))


class TestNotStarted:
    def test_the_worker_can_be_sent_again(self, county: County) -> None:
        order = county.issue()
        receipt = county.at("dongguan").ask(
            c.ReceiveReceipt(order_id=order.id, outcome=c.ReceiptOutcome.not_started, reason="体检不合格")
        )
        county.platform.settle()

        assert receipt.reason == "体检不合格"
        assert receipt.reason_kind is c.NotStartedReason.other
        assert receipt.placement_id is None
        assert county.issue(order.worker_id).state is c.OrderState.issued
        presence = county.platform.as_service("postings").ask(c.OrderExists(order_id=order.id))
        assert not presence.holds_opening


class TestExactlyOne:
    def test_a_second_receipt_is_refused_whoever_sends_it(self, county: County) -> None:
        order = county.issue()
        county.started(order)

        for asker in (county.at("dongguan"), county.platform.partner(order.employer_id)):
            with refused("order.receipt_exists") as problems:
                asker.ask(county.receipt(order))
            assert problems[0].facts["receipt_no"] == order.order_no.replace("PQ", "HZ")

    def test_of_twenty_at_once_one_closes_the_order(self, county: County, at_once: Callable[..., list[Any]]) -> None:
        order = county.issue()
        askers = [county.at("dongguan"), county.platform.partner(order.employer_id)] * 10

        found = at_once([lambda asker=asker: asker.ask(county.receipt(order)) for asker in askers])

        assert sum(isinstance(one, c.ReceiptView) for one in found) == 1
        assert {one.code for one in found if isinstance(one, Problem)} == {"order.receipt_exists"}
        assert len(county.hq.ask(c.ListPlacements(worker_id=order.worker_id)).items) == 1

    def test_a_cancelled_order_takes_none(self, county: County) -> None:
        order = county.issue()
        seen_by = county.platform.as_service("dispatch")
        county.hq.ask(c.CancelDispatchOrder(order_id=order.id, reason="改期"))
        with refused("state.illegal_transition"):
            seen_by.ask(county.receipt(order))


class TestWhoMay:
    def test_another_outpost_or_employer_finds_no_such_order(self, county: County) -> None:
        order = county.issue()
        for asker in (county.at("wenling"), county.platform.partner(new_id())):
            with refused("resource.not_found"):
                asker.ask(county.receipt(order))

    def test_hq_and_the_worker_send_none(self, county: County) -> None:
        order = county.issue()
        for asker in (county.hq, county.platform.worker(order.worker_id)):
            with refused("scope.forbidden"):
                asker.ask(county.receipt(order))


@pytest.mark.parametrize(
    "given",
    [
        {"outcome": "started"},
        {"outcome": "not_started"},
        {"outcome": "not_started", "reason": "未到", "started_on": "2026-03-01"},
        {"outcome": "started", "started_on": "2026-02-30"},
        {"outcome": "started", "started_on": "2026-03-01", "wage_cents": -1},
        {"outcome": "perhaps"},
    ],
)
def test_a_receipt_says_enough(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        c.ReceiveReceipt.model_validate({"order_id": str(new_id()), **given})


class TestPlacementEnd:
    def test_once(self, county: County) -> None:
        receipt = county.started(county.issue(), started_on=today() - timedelta(days=100))
        assert receipt.placement_id is not None
        end = c.EndPlacement(placement_id=receipt.placement_id, ended_on=today(), reason=c.EndReason.worker_left)

        ended = county.at("dongguan").ask(end)

        assert ended.ended_on == today()
        with refused("state.illegal_transition"):
            county.hq.ask(end)
        assert county.issue(receipt.worker_id).state is c.OrderState.issued

    def test_not_before_it_started(self, county: County) -> None:
        receipt = county.started(county.issue())
        with refused("placement.end_impossible"):
            county.hq.ask(
                c.EndPlacement(
                    placement_id=receipt.placement_id,
                    ended_on=today() - timedelta(days=1),
                    reason=c.EndReason.other,
                )
            )

    def test_an_accepted_transfer_ends_it(self, county: County) -> None:
        receipt = county.started(county.issue(), started_on=today() - timedelta(days=100))
        county.announce(
            outposts.JobTransferAccepted(
                transfer_id=new_id(),
                worker_id=receipt.worker_id,
                from_outpost=OutpostCode.dongguan,
                to_outpost=OutpostCode.wenling,
                accepted_at=datetime.now(UTC),
            )
        )
        ended = county.hq.ask(c.ListPlacements(worker_id=receipt.worker_id)).items
        assert [placement.end_reason for placement in ended] == [c.EndReason.job_transfer]
