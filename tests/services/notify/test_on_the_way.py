"""On the way to work a person is told every step, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.contracts import dispatch
from shared.contracts import notify as c
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.support.asker import Asker
from tests.support.events import Announce, announcer
from tests.support.platform import TestPlatform


@pytest.fixture
def announce(platform: TestPlatform) -> Announce:
    return announcer(platform, to="notify")


def test_from_the_seat_to_the_arrival(announce: Announce, worker: Callable[[UUID], Asker]) -> None:
    who: dict[str, Any] = {
        "worker_id": new_id(),
        "order_id": new_id(),
        "trip_id": new_id(),
        "outpost": OutpostCode.dongguan,
    }
    at = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    seat: dict[str, Any] = {"seat_no": 12, "boards_at": at, "pickup": "522631104"}

    announce(dispatch.SeatConfirmed(**who, **seat, is_moved_up=False))
    announce(dispatch.WorkerMissed(**who, missed_at=at))
    announce(dispatch.WorkerBoarded(**who, boarded_at=at))
    announce(dispatch.WorkerHandedOver(**who, handed_over_at=at))

    items = worker(who["worker_id"]).ask(c.ListInbox()).items
    assert [item.title for item in reversed(items)] == ["乘车通知", "您没有赶上车", "已上车", "已到达"]
    assert items[-1].text == "您去东莞市的座位已定: 12 号, 03-03 06:30 在敖市镇上车。请带身份证和乘车码。"
    assert {item.link for item in items} == {"/worker/trip"}


@pytest.mark.parametrize(
    ("because", "titles"),
    [
        (dispatch.SeatLost.expired, ["座位未保留"]),
        (dispatch.SeatLost.trip_left, ["座位未保留"]),
        (dispatch.SeatLost.trip_cancelled, ["班次取消"]),
        (dispatch.SeatLost.released, []),
    ],
)
def test_a_seat_that_is_gone(
    because: dispatch.SeatLost, titles: list[str], announce: Announce, worker: Callable[[UUID], Asker]
) -> None:
    worker_id = new_id()
    event = dispatch.SeatReleased(
        worker_id=worker_id, order_id=new_id(), trip_id=new_id(), outpost=OutpostCode.wenling, because=because
    )
    announce(event)
    announce(event.model_copy())
    assert [item.title for item in worker(worker_id).ask(c.ListInbox()).items] == titles
