"""A county whose workers can be sent.

postings is outside this bounded context: its news is announced, and its two answers that an order needs are given
here. Everything else is real.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from shared.contracts import dispatch as c
from shared.contracts import postings
from shared.contracts.errors import Problem, ProblemKind
from shared.contracts.scopes import OutpostCode
from shared.kit.context import service_context
from shared.kit.tables import new_id
from tests.support.asker import Asker
from tests.support.events import Announce, announcer
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

HOME = "522631104202"
CHINA = ZoneInfo("Asia/Shanghai")
_SEEDS = itertools.count(1)


def today() -> date:
    return datetime.now(CHINA).date()


class Openings:
    """Answers for postings: every posting exists, and has as many openings as were given to it."""

    def __init__(self, platform: TestPlatform) -> None:
        self._call = platform.caller.call
        self._lock = threading.Lock()
        self.employer_of: dict[UUID, UUID] = {}
        self.free: Counter[UUID] = Counter()
        self.held: dict[UUID, UUID] = {}

    def posting(self, *, openings: int = 1000, employer_id: UUID | None = None) -> UUID:
        posting_id = new_id()
        self.employer_of[posting_id] = employer_id or new_id()
        self.free[posting_id] = openings
        return posting_id

    def call(self, service: str, method: str, body: Any, headers: dict[str, str], timeout: float) -> Any:
        if service != "postings" or UUID(body.get("posting_id") or str(new_id())) not in self.employer_of:
            return self._call(service, method, body, headers, timeout)
        posting_id = UUID(body["posting_id"])
        if method == "get_posting":
            return self._view(posting_id).model_dump(mode="json")
        return self._reserve(posting_id, UUID(body["order_id"])).model_dump(mode="json")

    def _view(self, posting_id: UUID) -> postings.PostingView:
        return postings.PostingView(
            id=posting_id,
            employer_id=self.employer_of[posting_id],
            source=postings.PostingSource.hq,
            title="电子装配工",
            company="东莞市长安鑫源电子有限公司",
            openings=1000,
            openings_free=self.free[posting_id],
            wage_min_cents=450_000,
            wage_max_cents=600_000,
            wage_unit=postings.WageUnit.month,
            state=postings.PostingState.open,
            version=1,
            updated_at=datetime.now(UTC),
            created_at=datetime.now(UTC),
        )

    def _reserve(self, posting_id: UUID, order_id: UUID) -> postings.OpeningReservation:
        with self._lock:
            if order_id not in self.held:
                if self.free[posting_id] <= 0:
                    raise postings.OPENING_NONE_FREE(openings=0)
                self.free[posting_id] -= 1
                self.held[order_id] = posting_id
        return postings.OpeningReservation(
            order_id=order_id,
            posting_id=posting_id,
            employer_id=self.employer_of[posting_id],
            agreement_id=new_id(),
            state=postings.ReservationState.held,
            expires_at=datetime.now(UTC) + timedelta(minutes=2),
            openings_free=self.free[posting_id],
        )


class County:
    """The county's side of a journey, in commands."""

    def __init__(self, platform: TestPlatform, announce: Announce, openings: Openings) -> None:
        self.platform, self.announce, self.openings = platform, announce, openings
        self.hq = platform.hq()
        self.people = RegisterWorkerFactory(next(_SEEDS))

    def worker(self, division: str = HOME) -> UUID:
        return self.workers(1, division)[0]

    def workers(self, count: int, division: str = HOME) -> list[UUID]:
        workers = [self.hq.ask(command).id for command in self.people.batch(count, division=division)]
        self.platform.settle()
        return workers

    def accepts(self, worker_id: UUID, posting_id: UUID, answer: str = "accepted") -> UUID:
        recommendation_id = new_id()
        self.announce(
            postings.RecommendationAnswered(
                recommendation_id=recommendation_id,
                worker_id=worker_id,
                posting_id=posting_id,
                answer=postings.AnswerGiven(answer),
            )
        )
        return recommendation_id

    def issue(self, worker_id: UUID | None = None, posting_id: UUID | None = None, **given: Any) -> c.DispatchOrderView:
        """An order for a reason, settled, so that the outpost and the employer know of it."""
        order = self.hq.ask(self.to_issue(worker_id or self.worker(), posting_id or self.openings.posting(), **given))
        self.platform.settle()
        return order

    def issue_many(self, count: int, **given: Any) -> list[c.DispatchOrderView]:
        posting = self.openings.posting()
        orders = [self.hq.ask(self.to_issue(worker, posting, **given)) for worker in self.workers(count)]
        self.platform.settle()
        return orders

    def to_issue(self, worker_id: UUID, posting_id: UUID, **given: Any) -> c.IssueDispatchOrder:
        fields: dict[str, Any] = {
            "outpost": OutpostCode.dongguan,
            "depart_on": today() + timedelta(days=3),
            "reason": "本人到站要求前往",
        }
        return c.IssueDispatchOrder(worker_id=worker_id, posting_id=posting_id, **{**fields, **given})

    def trip(self, **given: Any) -> c.TripView:
        fields: dict[str, Any] = {
            "coach_kind": "49座大巴",
            "seats": 49,
            "depart_at": datetime.now(UTC) + timedelta(days=3),
            "pickups": [c.Pickup(division="522631104")],
            "outposts": [OutpostCode.dongguan],
        }
        return self.hq.ask(c.CreateTrip(**{**fields, **given}))

    def seat(self, trip: c.TripView, order: c.DispatchOrderView, **given: Any) -> c.SeatView:
        return self.hq.ask(c.HoldSeat(trip_id=trip.id, order_id=order.id, **given))

    def board(self, trip: c.TripView, order: c.DispatchOrderView) -> c.BoardingView:
        return self.hq.ask(c.BoardWorker(trip_id=trip.id, order_id=order.id))

    def receipt(self, order: c.DispatchOrderView, **given: Any) -> c.ReceiveReceipt:
        fields: dict[str, Any] = {"outcome": "started", "started_on": today(), "wage_cents": 480_000}
        return c.ReceiveReceipt.model_validate({"order_id": order.id, **fields, **given})

    def started(self, order: c.DispatchOrderView, **given: Any) -> c.ReceiptView:
        found = self.at(order.outpost).ask(self.receipt(order, **given))
        self.platform.settle()
        return found

    def at(self, outpost: str) -> Asker:
        return self.platform.outpost(outpost)


@pytest.fixture
def announce(platform: TestPlatform) -> Announce:
    return announcer(platform)


@pytest.fixture
def openings(platform: TestPlatform, monkeypatch: pytest.MonkeyPatch) -> Openings:
    stand_in = Openings(platform)
    monkeypatch.setattr(platform.caller, "call", stand_in.call)
    return stand_in


@pytest.fixture
def county(platform: TestPlatform, announce: Announce, openings: Openings) -> County:
    return County(platform, announce, openings)


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Run calls at the same moment in threads of their own; each one's result or the problem it was refused with."""

    def run(calls: list[Callable[[], Any]]) -> list[Any]:
        ready = threading.Barrier(len(calls))
        found: list[Any] = [None] * len(calls)

        def one(number: int, call: Callable[[], Any]) -> None:
            ready.wait()
            until = time.monotonic() + 120
            while found[number] is None:
                try:
                    found[number] = call()
                except Problem as problem:
                    # A busy machine may answer 503, and a client comes again.
                    if problem.kind is not ProblemKind.unavailable or time.monotonic() > until:
                        found[number] = problem

        threads = [threading.Thread(target=one, args=(n, call)) for n, call in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    return run


@pytest.fixture
def sql(platform: TestPlatform) -> Callable[..., Any]:
    """A statement under dispatch's own machinery scope, committed: to move a clock, or to try what only SQL could."""

    def run(statement: str, **given: Any) -> Any:
        with platform.hosted["dispatch"].runtime.database.transaction(service_context("dispatch")) as session:
            found = session.connection().execute(text(statement), given)
            return found.fetchall() if found.returns_rows else found.rowcount

    return run
