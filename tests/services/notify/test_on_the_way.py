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
from tests.support.asker import Asker, refused
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
    announce(dispatch.WorkerArrived(**who, arrived_at=at))
    announce(dispatch.WorkerHandedOver(**who, handed_over_at=at))
    work = {name: who[name] for name in ("worker_id", "order_id", "outpost")} | {"placement_id": new_id()}
    post = {"employer_id": new_id(), "posting_id": new_id(), "started_on": at.date(), "wage_cents": 480_050}
    announce(dispatch.PlacementStarted.model_validate({**work, **post}))

    items = worker(who["worker_id"]).ask(c.ListInbox()).items
    assert [item.title for item in reversed(items)] == [
        "乘车通知",
        "您没有赶上车",
        "已上车",
        "已到站",
        "已到达",
        "上岗已登记",
    ]
    assert items[0].text == "您在东莞市于 2026-03-02 上岗, 登记月工资 4800.5 元。不对请告诉当地服务站。"
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


@pytest.mark.parametrize("reason", list(dispatch.CancelReason))
def test_an_order_that_is_gone(
    reason: dispatch.CancelReason, announce: Announce, worker: Callable[[UUID], Asker]
) -> None:
    worker_id = new_id()
    announce(
        dispatch.DispatchOrderCancelled(
            worker_id=worker_id,
            order_id=new_id(),
            posting_id=new_id(),
            employer_id=new_id(),
            outpost=OutpostCode.wenling,
            reason=reason,
        )
    )
    told = [item.title for item in worker(worker_id).ask(c.ListInbox()).items]
    assert told == ([] if reason is dispatch.CancelReason.reissued else ["派遣单已取消"])


def test_headquarters_is_told_of_a_receipt_a_fortnight_late(announce: Announce, platform: TestPlatform) -> None:
    hq, order_id = platform.hq(), new_id()
    for level in (1, 2, 2):
        announce(
            dispatch.EmploymentReceiptOverdue(
                order_id=order_id,
                order_no="PQ-2026-00077",
                worker_id=new_id(),
                employer_id=new_id(),
                outpost=OutpostCode.guangzhou,
                level=level,
                depart_on=datetime(2026, 3, 2, tzinfo=UTC).date(),
            )
        )
    (item,) = hq.ask(c.ListInbox(is_unread=True)).items
    assert item.text == "派遣单 PQ-2026-00077(广州市) 出发已超过 14 天仍无就业回执单, 请督促服务站核实。"
    assert platform.outpost("guangzhou").ask(c.ListInbox()).items != []
    with refused("resource.not_found"):
        theirs = platform.outpost("guangzhou").ask(c.ListInbox()).items[0]
        hq.ask(c.MarkInboxRead(message_id=theirs.id))
    assert hq.ask(c.MarkInboxRead(message_id=item.id)).read_at is not None
    assert hq.ask(c.ListInbox(is_unread=True)).items == []
