from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from shared.contracts import dispatch as c
from shared.contracts import registry
from shared.contracts.errors import Problem
from shared.contracts.scopes import Role
from shared.kit.tables import new_id
from tests.services.dispatch.conftest import County, today
from tests.support.asker import refused


def number_of(order: c.DispatchOrderView) -> int:
    return int(order.order_no.rpartition("-")[2])


class TestIssue:
    def test_an_accepted_recommendation_sends_somebody(self, county: County) -> None:
        worker, posting = county.worker(), county.openings.posting()
        recommendation = county.accepts(worker, posting)

        order = county.issue(worker, posting, reason=None)

        assert order.state is c.OrderState.issued
        assert order.recommendation_id == recommendation
        assert order.employer_id == county.openings.employer_of[posting]
        assert order.posting_title == "电子装配工"
        assert order.division == "522631104202"
        assert order.order_no.startswith("PQ-")
        assert county.openings.held[order.id] == posting

    def test_nobody_is_sent_without_acceptance_or_reason(self, county: County) -> None:
        worker, posting = county.worker(), county.openings.posting(openings=1)
        county.accepts(worker, posting, "declined")

        with refused("order.needs_accepted_recommendation"):
            county.issue(worker, posting, reason=None)

        assert county.openings.free[posting] == 1, "no opening is held for an order that cannot be"

    def test_a_later_refusal_wins_over_an_earlier_acceptance(self, county: County) -> None:
        worker, posting = county.worker(), county.openings.posting()
        county.accepts(worker, posting)
        county.accepts(worker, posting, "withdrawn")

        with refused("order.needs_accepted_recommendation"):
            county.issue(worker, posting, reason=None)

    def test_an_unknown_worker_is_not_found(self, county: County) -> None:
        with refused("resource.not_found"):
            county.issue(new_id(), county.openings.posting())

    def test_a_consent_given_again_lets_the_worker_go(self, county: County) -> None:
        worker = county.worker()
        share = registry.ConsentPurpose.share_with_employers
        county.hq.ask(registry.UpdateWorker(worker_id=worker, consents=[share]))
        county.hq.ask(registry.WithdrawConsent(worker_id=worker, purpose=share))
        county.platform.settle()
        with refused("order.consent_withdrawn"):
            county.issue(worker)
        county.hq.ask(registry.UpdateWorker(worker_id=worker, consents=[share]))
        county.platform.settle()
        assert county.issue(worker).state is c.OrderState.issued

    def test_withdrawn_consent_holds(self, county: County) -> None:
        worker = county.worker()
        county.announce(
            registry.ConsentWithdrawn(worker_id=worker, purpose=registry.ConsentPurpose.share_with_employers)
        )

        with refused("order.consent_withdrawn"):
            county.issue(worker)

    def test_nobody_is_sent_who_did_not_agree_to_it(self, county: County) -> None:
        silent = county.hq.ask(county.people.build(consents=[registry.ConsentPurpose.registration])).id
        county.platform.settle()
        with refused("order.consent_missing"):
            county.issue(silent)
        county.hq.ask(registry.GiveConsent(worker_id=silent, purpose=registry.ConsentPurpose.dispatch))
        county.platform.settle()
        assert county.issue(silent).state is c.OrderState.issued

    def test_who_agrees_no_longer_keeps_neither_order_nor_seat(self, county: County) -> None:
        order, trip = county.issue(), county.trip()
        county.seat(trip, order)
        self.withdraw(county, order)
        gone = county.hq.ask(c.GetDispatchOrder(order_id=order.id))
        assert (gone.state, gone.cancel_kind) == (c.OrderState.cancelled, c.CancelReason.consent_withdrawn)
        assert county.hq.ask(c.GetTrip(trip_id=trip.id)).seats_taken == 0
        with refused("order.consent_missing"):
            county.issue(order.worker_id)

    def test_who_is_on_the_way_arrives(self, county: County) -> None:
        order, trip = county.issue(), county.trip()
        county.seat(trip, order)
        county.board(trip, order)
        self.withdraw(county, order)
        assert county.hq.ask(c.GetDispatchOrder(order_id=order.id)).state is c.OrderState.on_the_way
        assert county.started(order).outcome is c.ReceiptOutcome.started

    def withdraw(self, county: County, order: c.DispatchOrderView) -> None:
        county.hq.ask(registry.WithdrawConsent(worker_id=order.worker_id, purpose=registry.ConsentPurpose.dispatch))
        county.platform.settle()

    def test_a_full_posting_sends_nobody(self, county: County) -> None:
        with refused("opening.none_free"):
            county.issue(posting_id=county.openings.posting(openings=0))

    def test_a_retry_is_the_same_order(self, county: County) -> None:
        command, command_id = county.to_issue(county.worker(), county.openings.posting(openings=1)), new_id()

        first = county.hq.ask(command, command_id=command_id)
        again = county.hq.ask(command, command_id=command_id)

        assert again == first

    def test_an_auditor_issues_nothing(self, county: County) -> None:
        with refused("scope.forbidden"):
            county.platform.hq(Role.hq_auditor).ask(county.to_issue(county.worker(), county.openings.posting()))

    def test_a_departure_years_away_is_a_typing_mistake(self, county: County) -> None:
        with refused("order.departure_impossible"):
            county.issue(depart_on=today() + timedelta(days=800))


class TestNumbers:
    def test_a_refused_order_leaves_no_gap(self, county: County) -> None:
        first = county.issue()
        with refused("order.worker_has_open_order"):
            county.issue(first.worker_id)
        second = county.issue()

        assert number_of(second) == number_of(first) + 1

    def test_fifty_at_once_for_one_worker_make_one_order(
        self, county: County, at_once: Callable[..., list[Any]]
    ) -> None:
        before = county.issue()
        worker = county.worker()
        commands = [county.to_issue(worker, county.openings.posting()) for _ in range(50)]

        found = at_once([lambda command=command: county.hq.ask(command) for command in commands])

        issued = [one for one in found if isinstance(one, c.DispatchOrderView)]
        codes = {one.code for one in found if isinstance(one, Problem)}
        assert len(issued) == 1
        assert codes == {"order.worker_has_open_order"}
        assert number_of(issued[0]) == number_of(before) + 1
        assert number_of(county.issue()) == number_of(before) + 2

    def test_many_workers_at_once_get_neighbouring_numbers(
        self, county: County, at_once: Callable[..., list[Any]]
    ) -> None:
        posting = county.openings.posting()
        commands = [county.to_issue(worker, posting) for worker in county.workers(20)]

        found = at_once([lambda command=command: county.hq.ask(command) for command in commands])

        numbers = sorted(number_of(order) for order in found)
        assert numbers == list(range(numbers[0], numbers[0] + 20))


class TestCancel:
    def test_cancel_and_reissue(self, county: County) -> None:
        order = county.issue()
        cancelled = county.hq.ask(c.CancelDispatchOrder(order_id=order.id, reason="改期", kind=c.CancelReason.reissued))
        again = county.issue(order.worker_id, order.posting_id, replaces=order.id)

        assert cancelled.state is c.OrderState.cancelled
        assert cancelled.cancel_reason == "改期"
        assert cancelled.version == order.version + 1
        assert again.replaces == order.id
        assert again.order_no != order.order_no

    def test_only_a_cancelled_order_of_the_same_worker_is_replaced(self, county: County) -> None:
        other = county.issue()
        with refused("order.replaces_not_cancelled"):
            county.issue(replaces=other.id)

    def test_cancelling_twice_is_refused(self, county: County) -> None:
        order = county.issue()
        county.hq.ask(c.CancelDispatchOrder(order_id=order.id, reason="改期"))
        with refused("state.illegal_transition") as problems:
            county.hq.ask(c.CancelDispatchOrder(order_id=order.id, reason="改期"))
        assert problems[0].facts["state"] == "cancelled"

    def test_an_order_on_the_way_is_not_cancelled(self, county: County) -> None:
        order, trip = county.issue(), county.trip()
        county.seat(trip, order)
        county.board(trip, order)

        with refused("state.illegal_transition"):
            county.hq.ask(c.CancelDispatchOrder(order_id=order.id, reason="太晚"))

    def test_postings_can_ask_whether_an_order_uses_its_opening(self, county: County) -> None:
        order = county.issue()
        asking = county.platform.as_service("postings")
        assert asking.ask(c.OrderExists(order_id=order.id)).holds_opening
        assert not asking.ask(c.OrderExists(order_id=new_id())).exists

        county.hq.ask(c.CancelDispatchOrder(order_id=order.id, reason="改期"))

        presence = asking.ask(c.OrderExists(order_id=order.id))
        assert presence.exists
        assert not presence.holds_opening


class TestImmutable:
    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE dispatch.dispatch_order SET outpost = 'wenling' WHERE id = :id",
            "UPDATE dispatch.dispatch_order SET order_no = 'PQ-1' WHERE id = :id",
            "UPDATE dispatch.dispatch_order SET depart_on = depart_on + 1 WHERE id = :id",
            "DELETE FROM dispatch.dispatch_order WHERE id = :id",
        ],
    )
    def test_the_database_refuses_to_change_an_issued_order(
        self, county: County, sql: Callable[..., Any], change: str
    ) -> None:
        order = county.issue()
        with pytest.raises(DBAPIError, match="never changed"):
            sql(change, id=order.id)


class TestSight:
    def test_an_outpost_sees_its_own_people_only(self, county: County) -> None:
        order = county.issue()

        assert county.at("dongguan").ask(c.GetDispatchOrder(order_id=order.id)).order_no == order.order_no
        with refused("resource.not_found"):
            county.at("wenling").ask(c.GetDispatchOrder(order_id=order.id))

    def test_an_employer_sees_who_is_sent_to_it_and_not_their_past(self, county: County) -> None:
        first = county.issue()
        county.hq.ask(c.CancelDispatchOrder(order_id=first.id, reason="改期"))
        county.platform.settle()
        second = county.issue(first.worker_id)

        seen = county.platform.partner(second.employer_id).ask(c.ListDispatchOrders())

        assert [row.id for row in seen.items] == [second.id]

    def test_a_grid_leader_sees_the_own_township(self, county: County) -> None:
        order = county.issue(county.worker("522631111205"))
        here = county.platform.area("522631111").ask(c.ListDispatchOrders())
        elsewhere = county.platform.area("522631112").ask(c.ListDispatchOrders())

        assert order.id in {row.id for row in here.items}
        assert order.id not in {row.id for row in elsewhere.items}

    def test_a_worker_sees_the_own_order(self, county: County) -> None:
        mine, other = county.issue(), county.issue()
        seen = county.platform.worker(mine.worker_id).ask(c.ListDispatchOrders())
        assert [row.id for row in seen.items] == [mine.id]
        with refused("resource.not_found"):
            county.platform.worker(mine.worker_id).ask(c.GetDispatchOrder(order_id=other.id))


class TestList:
    def test_filters_and_pages(self, county: County) -> None:
        posting = county.openings.posting()
        orders = [county.issue(posting_id=posting) for _ in range(5)]
        county.hq.ask(c.CancelDispatchOrder(order_id=orders[0].id, reason="改期"))

        first = county.hq.ask(c.ListDispatchOrders(posting_id=posting, state=c.OrderState.issued, limit=3))
        rest = county.hq.ask(
            c.ListDispatchOrders(posting_id=posting, state=c.OrderState.issued, limit=3, cursor=first.next_cursor)
        )

        assert [row.id for row in [*first.items, *rest.items]] == [order.id for order in reversed(orders[1:])]
        assert rest.next_cursor is None

    def test_an_order_without_a_receipt_for_a_week_is_overdue(self, county: County) -> None:
        late = county.issue(depart_on=today() - timedelta(days=9))
        overdue = county.hq.ask(c.ListDispatchOrders(is_receipt_overdue=True, limit=500))
        assert [row.id for row in overdue.items] == [late.id]
        assert overdue.items[0].is_receipt_overdue

    def test_who_goes_by_coach_and_has_no_seat(self, county: County) -> None:
        posting = county.openings.posting()
        seatless, seated = county.issue(posting_id=posting), county.issue(posting_id=posting)
        county.issue(posting_id=posting, transport=c.Transport.own_fare)
        county.seat(county.trip(), seated)

        found = county.hq.ask(c.ListDispatchOrders(posting_id=posting, is_without_seat=True))

        assert [row.id for row in found.items] == [seatless.id]


class TestPeople:
    def test_a_merged_worker_keeps_the_order_under_the_record_that_stays(self, county: County) -> None:
        order, stays = county.issue(), county.worker()
        county.announce(registry.WorkerMerged(worker_id=order.worker_id, into_worker_id=stays))

        assert county.hq.ask(c.GetDispatchOrder(order_id=order.id)).worker_id == stays
        with refused("order.worker_has_open_order"):
            county.issue(stays)
        with refused("order.worker_not_active"):
            county.issue(order.worker_id)

    def test_two_open_orders_of_one_person_become_one(self, county: County) -> None:
        merged, stays = county.issue(), county.issue()
        county.announce(registry.WorkerMerged(worker_id=merged.worker_id, into_worker_id=stays.worker_id))

        assert county.hq.ask(c.GetDispatchOrder(order_id=merged.id)).state is c.OrderState.cancelled
        assert county.hq.ask(c.GetDispatchOrder(order_id=stays.id)).state is c.OrderState.issued

    def test_erasure_blanks_what_was_written_about_somebody(self, county: County) -> None:
        order = county.issue(reason="家庭困难, 急需用钱")
        county.announce(registry.WorkerErased(worker_id=order.worker_id))

        kept = county.hq.ask(c.GetDispatchOrder(order_id=order.id))

        assert kept.reason is None
        assert kept.order_no == order.order_no


class TestContract:
    def test_its_facts_are_recorded_once(self, county: County) -> None:
        order = county.issue()
        county.started(order)
        missing = county.hq.ask(c.ListDispatchOrders(is_contract_missing=True, limit=500))
        facts = c.RecordLaborContract(
            order_id=order.id,
            starts_on=today(),
            wage_cents=480_000,
            has_social_insurance=True,
            has_injury_cover=True,
        )

        recorded = county.at("dongguan").ask(facts)

        assert order.id in {row.id for row in missing.items}
        assert county.hq.ask(c.GetDispatchOrder(order_id=order.id)).contract == recorded
        with refused("order.contract_exists"):
            county.hq.ask(facts)
