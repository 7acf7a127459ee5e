"""暖心屋: a slot never takes more than it holds; visits of one's own people."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from shared.contracts import outposts as c
from shared.contracts.errors import Problem
from tests.services.outposts.conftest import Send
from tests.support.asker import Asker, refused

As = Callable[[str], Asker]
EVENING = datetime(2030, 1, 15, 10, tzinfo=UTC)


def beds(days: int, capacity: int) -> c.OpenWarmHouseSlot:
    starts_at = EVENING + timedelta(days=days)
    return c.OpenWarmHouseSlot(
        use=c.WarmHouseUse.bed, starts_at=starts_at, ends_at=starts_at + timedelta(hours=14), capacity=capacity
    )


def test_ten_at_once_on_three_beds_gives_three(send: Send, outpost: As) -> None:
    workers = [send("dongguan").worker_id for _ in range(10)]
    dongguan = outpost("dongguan")
    slot = dongguan.ask(beds(0, 3))

    def book(worker_id: object) -> bool:
        try:
            dongguan.ask(c.RecordWarmHouseVisit(worker_id=worker_id, slot_id=slot.id, is_booking=True))
        except Problem as problem:
            return problem.code != "warm_house.slot_full"
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(book, workers)) == 3
    assert next(one.booked for one in dongguan.ask(c.ListWarmHouseSlots()).items if one.id == slot.id) == 3


def test_a_cancelled_booking_gives_the_place_back(send: Send, outpost: As) -> None:
    dongguan = outpost("dongguan")
    slot = dongguan.ask(beds(1, 1))
    booking = c.RecordWarmHouseVisit(worker_id=send("dongguan").worker_id, slot_id=slot.id, is_booking=True)
    visit = dongguan.ask(booking)
    with refused("warm_house.slot_full"):
        dongguan.ask(booking)
    assert dongguan.ask(c.CancelWarmHouseVisit(visit_id=visit.id)).state is c.WarmHouseVisitState.cancelled
    again = dongguan.ask(booking)
    came = dongguan.ask(c.ConfirmWarmHouseVisit(visit_id=again.id, services=[c.WarmHouseService.rest]))
    assert (came.state, came.services) == (c.WarmHouseVisitState.visited, [c.WarmHouseService.rest])
    with refused("state.illegal_transition"):
        dongguan.ask(c.CancelWarmHouseVisit(visit_id=again.id))


def test_the_same_use_is_not_offered_twice_at_once(outpost: As) -> None:
    hangzhou = outpost("hangzhou")
    hangzhou.ask(beds(5, 2))
    with refused("warm_house.slot_overlaps"):
        hangzhou.ask(beds(5, 2))
    outpost("wenling").ask(beds(5, 2))


def test_a_passer_by_needs_no_name_and_strangers_are_not_found(send: Send, outpost: As) -> None:
    walked_in = outpost("guiyang").ask(c.RecordWarmHouseVisit(people=2, services=[c.WarmHouseService.legal_advice]))
    assert (walked_in.worker_id, walked_in.people) == (None, 2)
    with refused("resource.not_found"):
        outpost("guiyang").ask(c.RecordWarmHouseVisit(worker_id=send("dongguan").worker_id))
    slot = outpost("shenzhen").ask(beds(9, 1))
    with refused("resource.not_found"):
        outpost("guiyang").ask(c.RecordWarmHouseVisit(slot_id=slot.id))


def test_the_directory_starts_with_the_national_numbers(outpost: As) -> None:
    wenling = outpost("wenling")
    wenling.ask(c.AddReceivingAuthority(kind=c.AuthorityKind.arbitration_commission, name="温岭市劳动人事争议仲裁院"))
    listed = wenling.ask(c.ListReceivingAuthorities()).items
    assert [one.phone for one in listed[:3]] == ["12333", "12348", "12345"]
    assert listed[-1].name == "温岭市劳动人事争议仲裁院"
    assert all(one.outpost is None for one in outpost("guiyang").ask(c.ListReceivingAuthorities()).items)
