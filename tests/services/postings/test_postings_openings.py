"""Openings: never given out twice, whatever comes in which order; given back when an order falls through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from shared.contracts import dispatch
from shared.contracts import postings as c
from shared.contracts.errors import Problem
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.services.postings.employer_factory import posting_for, register, today
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=10)


def reserve(posting_id: UUID, order_id: UUID | None = None) -> c.ReserveOpening:
    return c.ReserveOpening(posting_id=posting_id, order_id=order_id or new_id(), expires_at=soon())


class Orders:
    """What dispatch would tell postings, and what it would answer when asked."""

    def __init__(self, platform: TestPlatform, posting: c.PostingView) -> None:
        self.platform, self.posting = platform, posting

    def issued(self, order_id: UUID) -> None:
        self._hear(
            "dispatch_order_issued",
            dispatch.DispatchOrderIssued(
                order_id=order_id,
                order_no="PQ-1",
                worker_id=new_id(),
                posting_id=self.posting.id,
                employer_id=self.posting.employer_id,
                outpost=OutpostCode.dongguan,
                depart_on=date(2030, 1, 1),
                division="522631104",
            ),
        )

    def cancelled(self, order_id: UUID) -> None:
        self._hear(
            "dispatch_order_cancelled",
            dispatch.DispatchOrderCancelled(
                order_id=order_id,
                worker_id=new_id(),
                posting_id=self.posting.id,
                employer_id=self.posting.employer_id,
                outpost=OutpostCode.dongguan,
                reason=dispatch.CancelReason.other,
            ),
        )

    def receipt(self, order_id: UUID, outcome: dispatch.ReceiptOutcome) -> None:
        self._hear(
            "employment_receipt_received",
            dispatch.EmploymentReceiptReceived(
                receipt_id=new_id(),
                order_id=order_id,
                worker_id=new_id(),
                posting_id=self.posting.id,
                employer_id=self.posting.employer_id,
                outpost=OutpostCode.dongguan,
                outcome=outcome,
            ),
        )

    def _hear(self, method: str, event: Any) -> None:
        hosted = self.platform.hosted["postings"]
        with hosted.runtime.database.transaction(hosted.runtime.own_context()) as session:
            getattr(hosted.service, method)(None, session, event)


def taken(hq: Asker, posting_id: UUID) -> int:
    seen = hq.ask(c.GetPosting(posting_id=posting_id))
    rows = hq.ask(c.ListReservations(posting_id=posting_id, limit=500)).items
    counted = sum(1 for row in rows if row.state in ("held", "confirmed"))
    assert seen.openings - seen.openings_free == min(counted, seen.openings)
    return counted


@pytest.fixture
def posting(hq: Asker) -> c.PostingView:
    return hq.ask(posting_for(register(hq).id, openings=2))


class TestReserving:
    def test_an_order_reserves_once_however_often_it_asks(self, hq: Asker, posting: c.PostingView) -> None:
        order_id = new_id()
        answers = [hq.ask(reserve(posting.id, order_id)) for _ in range(3)]
        assert {answer.openings_free for answer in answers} == {1}
        assert taken(hq, posting.id) == 1

    def test_the_last_opening_fills_the_posting(self, hq: Asker, public: Asker, posting: c.PostingView) -> None:
        hq.ask(reserve(posting.id))
        assert hq.ask(reserve(posting.id)).openings_free == 0
        assert hq.ask(c.GetPosting(posting_id=posting.id)).state is c.PostingState.filled
        with refused("opening.none_free"):
            hq.ask(reserve(posting.id))
        with refused("resource.not_found"):
            public.ask(c.GetPublicPosting(posting_id=posting.id))

    def test_more_openings_make_a_filled_posting_open_again(self, hq: Asker, posting: c.PostingView) -> None:
        hq.ask(reserve(posting.id))
        hq.ask(reserve(posting.id))
        assert hq.ask(c.UpdatePosting(posting_id=posting.id, openings=3)).state is c.PostingState.open

    def test_fewer_openings_take_nothing_away(self, hq: Asker, posting: c.PostingView) -> None:
        hq.ask(reserve(posting.id))
        hq.ask(reserve(posting.id))
        seen = hq.ask(c.UpdatePosting(posting_id=posting.id, openings=1))
        assert (seen.state, seen.openings_free, taken(hq, posting.id)) == ("filled", 0, 2)

    def test_an_order_cannot_hold_two_postings(self, hq: Asker, posting: c.PostingView) -> None:
        other = hq.ask(posting_for(posting.employer_id))
        order_id = new_id()
        hq.ask(reserve(posting.id, order_id))
        with refused("opening.order_holds_another"):
            hq.ask(reserve(other.id, order_id))

    def test_an_outpost_reserves_without_seeing_the_others_orders(
        self, hq: Asker, outpost: Callable[..., Asker], posting: c.PostingView
    ) -> None:
        outpost("dongguan").ask(reserve(posting.id))
        outpost("wenling").ask(reserve(posting.id))
        with refused("opening.none_free"):
            outpost("hangzhou").ask(reserve(posting.id))
        with refused("scope.forbidden"):
            outpost("dongguan").ask(c.ListReservations(posting_id=posting.id))

    def test_nothing_is_reserved_at_a_closed_or_blocked_or_lapsed_place(
        self, hq: Asker, posting: c.PostingView
    ) -> None:
        agreement = hq.ask(
            c.SignAgreement(employer_id=posting.employer_id, valid_from=today(), valid_to=today() + timedelta(days=9))
        )
        hq.ask(c.TerminateAgreement(agreement_id=agreement.id, reason="违约"))
        with refused("agreement.lapsed"):
            hq.ask(reserve(posting.id))
        hq.ask(c.BlockEmployer(employer_id=posting.employer_id, reason="拖欠工资"))
        with refused("employer.blocked"):
            hq.ask(reserve(posting.id))
        hq.ask(c.ClosePosting(posting_id=posting.id))
        with refused("posting.not_open"):
            hq.ask(reserve(posting.id))

    def test_a_reservation_names_the_agreement_it_is_under(self, hq: Asker, posting: c.PostingView) -> None:
        agreement = hq.ask(
            c.SignAgreement(employer_id=posting.employer_id, valid_from=today(), valid_to=today() + timedelta(days=9))
        )
        assert hq.ask(reserve(posting.id)).agreement_id == agreement.id

    def test_of_fifty_at_once_exactly_the_openings_succeed(self, hq: Asker) -> None:
        posting = hq.ask(posting_for(register(hq).id, openings=7))

        def attempt(_: int) -> str:
            try:
                hq.ask(reserve(posting.id))
            except Problem as problem:
                return problem.code
            return "held"

        with ThreadPoolExecutor(10) as pool:
            answers = Counter(pool.map(attempt, range(50)))
        assert answers == {"held": 7, "opening.none_free": 43}
        assert taken(hq, posting.id) == 7


class TestSettling:
    def test_an_issued_order_keeps_its_opening(self, platform: TestPlatform, hq: Asker, posting: c.PostingView) -> None:
        order_id = new_id()
        hq.ask(reserve(posting.id, order_id))
        Orders(platform, posting).issued(order_id)
        with refused("state.illegal_transition"):
            hq.ask(c.ReleaseOpening(order_id=order_id))

    def test_a_cancelled_order_gives_its_opening_back(
        self, platform: TestPlatform, hq: Asker, posting: c.PostingView
    ) -> None:
        orders, order_id = Orders(platform, posting), new_id()
        hq.ask(reserve(posting.id, order_id))
        hq.ask(reserve(posting.id))
        orders.issued(order_id)
        orders.cancelled(order_id)
        orders.cancelled(order_id)
        seen = hq.ask(c.GetPosting(posting_id=posting.id))
        assert (seen.state, seen.openings_free) == ("open", 1)
        with refused("state.illegal_transition"):
            hq.ask(reserve(posting.id, order_id))

    def test_a_receipt_gives_back_only_what_was_not_started(
        self, platform: TestPlatform, hq: Asker, posting: c.PostingView
    ) -> None:
        orders, stays, leaves = Orders(platform, posting), new_id(), new_id()
        for order_id in (stays, leaves):
            hq.ask(reserve(posting.id, order_id))
            orders.issued(order_id)
        orders.receipt(stays, dispatch.ReceiptOutcome.started)
        orders.receipt(leaves, dispatch.ReceiptOutcome.not_started)
        assert taken(hq, posting.id) == 1

    def test_an_order_that_finds_no_opening_is_not_forced_in(
        self, platform: TestPlatform, hq: Asker, posting: c.PostingView
    ) -> None:
        hq.ask(reserve(posting.id))
        hq.ask(reserve(posting.id))
        with refused("opening.none_free"):
            Orders(platform, posting).issued(new_id())
        assert taken(hq, posting.id) == 2


class TestExpiring:
    @pytest.mark.parametrize(
        ("presence", "state"),
        [
            ({"exists": False, "holds_opening": False}, "released"),
            ({"exists": True, "holds_opening": True}, "confirmed"),
            ({"exists": True, "holds_opening": False}, "given_back"),
        ],
    )
    def test_dispatch_is_asked_before_a_hold_is_given_up(
        self,
        platform: TestPlatform,
        hq: Asker,
        posting: c.PostingView,
        monkeypatch: pytest.MonkeyPatch,
        presence: dict[str, bool],
        state: str,
    ) -> None:
        order_id, fresh = new_id(), new_id()
        hq.ask(reserve(posting.id, order_id))
        hq.ask(reserve(posting.id, fresh))
        _age(platform, order_id)
        ask, asked = platform.caller.call, []

        def answer(service: str, method: str, body: Any, headers: dict[str, str], timeout: float) -> Any:
            if (service, method) != ("dispatch", "order_exists"):
                return ask(service, method, body, headers, timeout)
            asked.append(body["order_id"])
            return {"order_id": body["order_id"], "state": None, **presence}

        monkeypatch.setattr(platform.caller, "call", answer)
        platform.hosted["postings"].clockwork.run_now("release_expired_openings")
        states = {row.order_id: row.state for row in hq.ask(c.ListReservations(posting_id=posting.id)).items}
        assert (asked, states[order_id], states[fresh]) == ([str(order_id)], state, "held")

    def test_a_released_hold_may_be_taken_again(self, hq: Asker, posting: c.PostingView) -> None:
        order_id = new_id()
        hq.ask(reserve(posting.id, order_id))
        assert hq.ask(c.ReleaseOpening(order_id=order_id)).openings_free == 2
        assert hq.ask(c.ReleaseOpening(order_id=order_id)).state is c.ReservationState.released
        assert hq.ask(reserve(posting.id, order_id)).openings_free == 1


STEPS = ("reserve", "issue", "cancel", "release", "not_started", "more", "fewer", "close", "reopen")


class TestNeverOversold:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), max_size=25))
    def test_in_any_order_of_commands(self, platform: TestPlatform, hq: Asker, steps: list[tuple[str, int]]) -> None:
        """Openings given out beyond those there were when the last one was given: never."""
        posting = hq.ask(posting_for(register(hq).id, openings=3))
        orders, ids = Orders(platform, posting), [new_id() for _ in range(6)]
        before = 0
        for step, number in steps:
            try:
                _carry_out(hq, orders, posting.id, step, ids[number])
            except Problem as problem:
                assert problem.code.startswith(("opening.", "posting.", "state.", "resource."))  # noqa: PT017
            now = taken(hq, posting.id)
            openings = hq.ask(c.GetPosting(posting_id=posting.id)).openings
            assert now <= max(openings, before)
            before = now


def _carry_out(hq: Asker, orders: Orders, posting_id: UUID, step: str, order_id: UUID) -> None:
    match step:
        case "reserve":
            hq.ask(reserve(posting_id, order_id))
        case "issue":
            orders.issued(order_id)
        case "cancel":
            orders.cancelled(order_id)
        case "release":
            hq.ask(c.ReleaseOpening(order_id=order_id))
        case "not_started":
            orders.receipt(order_id, dispatch.ReceiptOutcome.not_started)
        case "more":
            hq.ask(c.UpdatePosting(posting_id=posting_id, openings=5))
        case "fewer":
            hq.ask(c.UpdatePosting(posting_id=posting_id, openings=1))
        case "close":
            hq.ask(c.ClosePosting(posting_id=posting_id))
        case "reopen":
            hq.ask(c.ReopenPosting(posting_id=posting_id, valid_through=today() + timedelta(days=3)))


def _age(platform: TestPlatform, order_id: UUID) -> None:
    """Let an hour pass for one hold."""
    runtime = platform.hosted["postings"].runtime
    with runtime.database.transaction(runtime.own_context()) as session:
        session.connection().execute(
            text("UPDATE postings.opening_reservation SET expires_at = now() - interval '1 hour' WHERE order_id = :id"),
            {"id": order_id},
        )
