"""Rows of the invented county: orders, trips and offers as the services would give them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from gateway.web.formats import today
from shared.contracts import dispatch, postings
from shared.contracts.scopes import OutpostCode

WORKER = UUID("0198c1d2-1111-7a5b-8c6d-7e8f90a1b2c3")


def order(at: int, message: dispatch.ListDispatchOrders) -> dispatch.DispatchOrderRow:
    codes = list(OutpostCode)
    return dispatch.DispatchOrderRow(
        id=uuid4(),
        order_no=f"PQ-2026-{at + 412:05d}",
        worker_id=uuid4(),
        posting_id=uuid4(),
        employer_id=uuid4(),
        posting_title=("电子装配工", "缝纫工", "包装工", "注塑工")[at % 4],
        outpost=message.outpost or codes[(at * at) % 5],
        division="522631106",
        depart_on=today() - timedelta(days=at),
        transport=dispatch.Transport.coach,
        state=dispatch.OrderState.on_the_way,
        issued_at=datetime.now(UTC),
        is_receipt_overdue=at > 7,
    )


def trip(at: int) -> dispatch.TripView:
    leaves = datetime.now(UTC).replace(hour=22, minute=30, second=0, microsecond=0) + timedelta(days=at - 1)
    arrives = leaves + timedelta(hours=11, minutes=20)
    has_come = at == 0 and arrives < datetime.now(UTC)
    stops = [
        dispatch.StopView(
            position=0,
            kind=dispatch.StopKind.pickup,
            division="522631106",
            arrive_at=leaves,
            leave_at=leaves,
            km_from_start=0,
        ),
        dispatch.StopView(
            position=1,
            kind=dispatch.StopKind.dropoff,
            outpost=OutpostCode.dongguan,
            arrive_at=arrives,
            leave_at=arrives,
            km_from_start=812,
            arrived_at=arrives if has_come else None,
        ),
    ]
    return dispatch.TripView(
        id=UUID(int=at),
        trip_no=f"BC-2026-{at + 31:05d}",
        state=dispatch.TripState.departed if at == 0 else dispatch.TripState.planned,
        coach_kind="49座大巴",
        plate="贵H12345" if at < 2 else None,
        outposts=[OutpostCode.dongguan],
        depart_at=leaves,
        seats=49,
        seats_taken=41,
        waiting=0,
        boarded=0,
        drivers=2,
        stops=stops,
        distance_km=812,
        driving_minutes=600,
        cost_cents=0,
        version=1,
    )


def offers() -> list[postings.RecommendationView]:
    jobs = (
        ("电子装配工", "东莞市长安鑫源电子有限公司", "广东省东莞市长安镇", 450_000, 600_000, "会电子装配，包吃住"),
        ("缝纫工", "温岭市横峰鞋业有限公司", "浙江省温岭市横峰街道", 520_000, 780_000, "会缝纫，同村 3 人在该厂"),
        ("包装工", "佛山市禅城区南庄陶瓷厂", "广东省佛山市禅城区", 420_000, None, "不需要经验，月薪合适"),
    )
    return [
        postings.RecommendationView(
            id=uuid4(),
            worker_id=WORKER,
            posting_id=uuid4(),
            employer_id=uuid4(),
            state=postings.RecommendationState.offered,
            source=postings.RecommendationSource.matching,
            score=0.8,
            parts={},
            reason=reason,
            made_at=datetime.now(UTC),
            posting=postings.OfferedPosting(
                title=title,
                employer_name=employer,
                place=place,
                wage_min_cents=low,
                wage_max_cents=high,
                wage_unit="month",
                has_board=True,
                has_lodging=True,
                valid_through=today() + timedelta(days=12),
                state="open",
            ),
        )
        for title, employer, place, low, high, reason in jobs
    ]


def claim() -> dispatch.ReimbursementRow:
    return dispatch.ReimbursementRow(
        id=uuid4(),
        order_id=uuid4(),
        worker_id=WORKER,
        outpost=OutpostCode.dongguan,
        policy="guizhou-2026",
        year=today().year,
        state=dispatch.ReimbursementState.submitted,
        claimed_cents=38_000,
        payable_cents=38_000,
        submitted_at=datetime.now(UTC),
    )
