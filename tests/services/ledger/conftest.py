"""News from every service, as the ledger hears it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from shared.contracts import dispatch, outposts, postings, registry, training
from shared.contracts.base import Envelope, Event
from shared.contracts.scopes import Actor, OutpostCode
from shared.kit import envelopes, inbox
from shared.kit.context import service_context
from shared.kit.session import Session
from shared.kit.tables import new_id
from tests.support.platform import TestPlatform

HOME = "522631104202"
CHINA = ZoneInfo("Asia/Shanghai")
TEST = Actor(kind="user", id="officer-1")
_versions = itertools.count(1)


def today() -> date:
    return datetime.now(CHINA).date()


class News:
    """What happened, told to the ledger alone, as its owner would tell it."""

    def __init__(self, platform: TestPlatform) -> None:
        self.platform, self.hq = platform, platform.hq()
        self.ledger = platform.hosted["ledger"]

    def announce(self, *events: Event, actor: Actor = TEST, at: datetime | None = None) -> None:
        sealed = [self.sealed(event, actor, at or datetime.now(UTC)) for event in events]
        with self.ledger.runtime.database.transaction(service_context("ledger")) as session:
            inbox.receive(session, sealed)
        while self.ledger.drainer.drain():
            pass

    def sealed(self, event: Event, actor: Actor, at: datetime) -> envelopes.Sealed:
        named = getattr(event, "outpost", None)
        return envelopes.seal(
            self.platform.keys,
            Envelope(
                event_id=new_id(),
                topic=event.topic,
                publisher=type(event).__module__.split(".")[2],
                aggregate_id=event.aggregate_id(),
                version=next(_versions),
                at=at,
                actor=actor,
                outpost=named if isinstance(named, OutpostCode) else None,
                worker_id=event.worker(),
                body=event.model_dump(mode="json"),
            ),
        )

    def registered(self, division: str = HOME, worker_id: UUID | None = None) -> UUID:
        worker_id = worker_id or new_id()
        self.announce(
            registry.WorkerRegistered(
                worker_id=worker_id, version=1, division=division, sex=registry.Sex.female, birth_year=1990
            )
        )
        return worker_id

    def sent(
        self, worker_id: UUID, outpost: str = "dongguan", agreement_id: UUID | None = None, number: int = 1
    ) -> dispatch.DispatchOrderIssued:
        event = dispatch.DispatchOrderIssued(
            order_id=new_id(),
            order_no=f"PQ-2026-{number:05d}",
            worker_id=worker_id,
            posting_id=new_id(),
            employer_id=new_id(),
            agreement_id=agreement_id,
            outpost=OutpostCode(outpost),
            depart_on=today(),
            division=HOME,
        )
        self.announce(event)
        return event

    def cancelled(self, order: dispatch.DispatchOrderIssued) -> None:
        self.announce(
            dispatch.DispatchOrderCancelled(
                order_id=order.order_id,
                worker_id=order.worker_id,
                posting_id=order.posting_id,
                employer_id=order.employer_id,
                outpost=order.outpost,
                reason=dispatch.CancelReason.other,
            )
        )

    def started(self, order: dispatch.DispatchOrderIssued, on: date | None = None, wage_cents: int = 480_000) -> None:
        same = {
            "order_id": order.order_id,
            "worker_id": order.worker_id,
            "posting_id": order.posting_id,
            "employer_id": order.employer_id,
            "outpost": order.outpost,
            "started_on": on or today(),
            "wage_cents": wage_cents,
        }
        self.announce(
            dispatch.EmploymentReceiptReceived.model_validate({**same, "receipt_id": new_id(), "outcome": "started"})
        )
        self.announce(dispatch.PlacementStarted.model_validate({**same, "placement_id": new_id()}))

    def granted(self, worker_id: UUID, outpost: str) -> None:
        self.announce(
            outposts.CaseloadOpened(worker_id=worker_id, outpost=OutpostCode(outpost), from_at=datetime.now(UTC))
        )

    def agreed(self) -> UUID:
        agreement_id = new_id()
        self.announce(
            postings.AgreementChanged(
                agreement_id=agreement_id,
                employer_id=new_id(),
                valid_from=date(2026, 1, 1),
                valid_to=date(2027, 12, 31),
                state=postings.AgreementState.active,
            )
        )
        return agreement_id

    def trained(self, worker_id: UUID) -> None:
        self.announce(
            training.EnrolmentConfirmed(
                enrolment_id=new_id(), session_id=new_id(), worker_id=worker_id, course="电子装配"
            )
        )

    def contracted(self, order: dispatch.DispatchOrderIssued) -> None:
        self.announce(
            dispatch.LaborContractRecorded(
                contract_id=new_id(),
                order_id=order.order_id,
                worker_id=order.worker_id,
                employer_id=order.employer_id,
                outpost=order.outpost,
                starts_on=today(),
                ends_on=None,
                wage_cents=480_000,
            )
        )


@pytest.fixture
def news(platform: TestPlatform) -> News:
    return News(platform)


@pytest.fixture
def inside(platform: TestPlatform) -> Callable[[Callable[[Session], Any]], Any]:
    """Do something in the ledger's own machinery scope, committed."""

    def run(what: Callable[[Session], Any]) -> Any:
        with platform.hosted["ledger"].runtime.database.transaction(service_context("ledger")) as session:
            return what(session)

    return run
