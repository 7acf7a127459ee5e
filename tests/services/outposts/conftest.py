"""A worker who was sent to Dongguan, and the askers who may and may not know of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from shared.contracts import dispatch
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.support.events import Announce, announcer
from tests.support.platform import TestPlatform

Send = Callable[..., dispatch.DispatchOrderIssued]


@pytest.fixture
def announce(platform: TestPlatform) -> Announce:
    return announcer(platform, to="outposts")


CHINA = ZoneInfo("Asia/Shanghai")


def days_ago(days: int) -> date:
    return datetime.now(CHINA).date() - timedelta(days=days)


@pytest.fixture
def send(announce: Announce) -> Send:
    """A dispatch order was issued: `send("dongguan")`, `send("wenling", worker_id=…)`."""

    def sent(outpost: str = "dongguan", worker_id: UUID | None = None) -> dispatch.DispatchOrderIssued:
        event = dispatch.DispatchOrderIssued(
            order_id=new_id(),
            order_no="PQ-2026-00001",
            worker_id=worker_id or new_id(),
            posting_id=new_id(),
            employer_id=new_id(),
            outpost=OutpostCode(outpost),
            depart_on=days_ago(0),
            division="522631104203",
        )
        announce(event)
        return event

    return sent


def started(order: dispatch.DispatchOrderIssued, on: date) -> dispatch.PlacementStarted:
    return dispatch.PlacementStarted(
        placement_id=new_id(),
        order_id=order.order_id,
        worker_id=order.worker_id,
        employer_id=order.employer_id,
        posting_id=order.posting_id,
        outpost=order.outpost,
        started_on=on,
        wage_cents=480_000,
    )
