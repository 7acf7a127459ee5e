"""No opening is lost or given out twice, with postings itself and not a stand-in: whatever happens to the orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.postings import openings as reservations
from shared.contracts import dispatch as c
from shared.contracts import postings
from shared.contracts.base import Message
from shared.contracts.errors import Problem, ProblemKind
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from shared.kit.ticking import Ticker
from tests.behaviour.journey import open_postings
from tests.services.dispatch.conftest import today
from tests.support.asker import Asker
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

OPENINGS = 2
some = st.integers(min_value=0, max_value=63)
# What each posting's openings are used for, beside what postings counts.
HELD = """
    SELECT o.posting_id, count(*) FROM dispatch.dispatch_order o
    LEFT JOIN dispatch.employment_receipt r ON r.order_id = o.id
    WHERE o.state IN ('issued', 'on_the_way') OR r.outcome = 'started' GROUP BY 1"""


class Openings(RuleBasedStateMachine):
    """Three people and two postings of two openings each."""

    def __init__(self, platform: TestPlatform, sql: Callable[..., Any]) -> None:
        super().__init__()
        self.platform, self.sql, self.hq = platform, sql, platform.hq()
        self.dongguan = platform.outpost("dongguan")
        self.postings: list[UUID] = []
        self.workers: list[UUID] = []
        self.orders: list[UUID] = []
        self.placements: list[UUID] = []

    @initialize()
    def begin(self) -> None:
        self.postings = open_postings(self.platform, openings=OPENINGS, salt=40_000).posting_ids
        people = RegisterWorkerFactory(new_id().int % 10**9).batch(OPENINGS + 1)
        self.workers = [self.hq.ask(command).id for command in people]
        self.platform.settle()

    def tell(self, asker: Asker, message: Message[Any], twice: bool) -> Any:
        command_id, found = new_id(), None
        for _ in range(2 if twice else 1):
            try:
                found = asker.ask(message, command_id=command_id)
            except Problem as problem:
                if problem.kind is ProblemKind.internal:
                    raise
                found = None
        self.platform.settle()
        return found

    def one(self, given: list[UUID], chosen: int) -> UUID:
        return given[chosen % len(given)] if given else new_id()

    @rule(worker=some, posting=some, twice=st.booleans())
    def issue(self, worker: int, posting: int, twice: bool) -> None:
        command = c.IssueDispatchOrder(
            worker_id=self.one(self.workers, worker),
            posting_id=self.one(self.postings, posting),
            outpost=OutpostCode.dongguan,
            depart_on=today() + timedelta(days=3),
            reason="本人到站要求前往",
        )
        order = self.tell(self.hq, command, twice)
        if order:
            self.orders.append(order.id)

    @rule(order=some, twice=st.booleans())
    def cancel(self, order: int, twice: bool) -> None:
        self.tell(self.hq, c.CancelDispatchOrder(order_id=self.one(self.orders, order), reason="改期"), twice)

    @rule(order=some, started=st.booleans(), twice=st.booleans())
    def receive(self, order: int, started: bool, twice: bool) -> None:
        said = (
            {"outcome": "started", "started_on": today()} if started else {"outcome": "not_started", "reason": "未到"}
        )
        command = c.ReceiveReceipt.model_validate({"order_id": self.one(self.orders, order), **said})
        receipt = self.tell(self.dongguan, command, twice)
        if receipt and receipt.placement_id:
            self.placements.append(receipt.placement_id)

    @rule(placement=some)
    def leave(self, placement: int) -> None:
        command = c.EndPlacement(
            placement_id=self.one(self.placements, placement), ended_on=today(), reason=c.EndReason.worker_left
        )
        self.tell(self.hq, command, False)

    @rule(posting=some)
    def hold_and_let_run_out(self, posting: int) -> None:
        """An opening reserved for an order that never came is free again once dispatch has said so."""
        order_id = new_id()
        reserve = postings.ReserveOpening(
            posting_id=self.one(self.postings, posting), order_id=order_id, expires_at=self.long_ago()
        )
        self.tell(self.platform.as_service("dispatch"), reserve, False)
        reservations.release_expired(Ticker(self.platform.hosted["postings"].runtime))

    def long_ago(self) -> Any:
        (found,) = self.sql("SELECT now() - interval '1 hour'")
        return found[0]

    @invariant()
    def every_opening_is_accounted_for(self) -> None:
        held = dict(self.sql(HELD))
        for posting_id in self.postings:
            posting = self.hq.ask(postings.GetPosting(posting_id=posting_id))
            taken = posting.openings - posting.openings_free
            assert taken == held.get(posting_id, 0)
            assert 0 <= taken <= posting.openings
            is_full = taken == posting.openings
            assert posting.state is (postings.PostingState.filled if is_full else postings.PostingState.open)


def test_no_opening_is_lost(platform: TestPlatform, sql: Callable[..., Any]) -> None:
    run_state_machine_as_test(
        lambda: Openings(platform, sql),  # type: ignore[arg-type]
        settings=settings(
            max_examples=5,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
