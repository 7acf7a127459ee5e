"""One person's whole way, in commands: registered, offered, dispatched, aboard, arrived, at work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import TypeVar
from uuid import UUID

from shared.contracts import dispatch as d
from shared.contracts import honey, ledger, outposts, postings, registry
from shared.contracts.errors import Problem
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import utc_now
from tests.support.asker import Anybody
from tests.support.people import RegisterWorkerFactory
from tests.support.waiting import wait_for

AnswerT = TypeVar("AnswerT")

_PACKER = "6-31-05-00"
_serial = count(1)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def make_uscc(serial: int) -> str:
    """A valid, invented employer code (GB 32100)."""
    first = f"91440100MA5{serial:06d}"
    total = sum(_ALPHABET.index(sign) * weight for sign, weight in zip(first, _WEIGHTS, strict=True))
    return first + _ALPHABET[(31 - total % 31) % 31]


@dataclass
class Offer:
    """An employer with an agreement and open postings."""

    employer_id: UUID
    posting_ids: list[UUID]


def open_postings(world: Anybody, *, number: int = 2, openings: int = 3, salt: int = 0) -> Offer:
    """An employer, a live agreement and so many open postings in Dongguan."""
    serial = next(_serial) + salt
    today = utc_now().date()
    hq = world.hq()
    employer = hq.ask(postings.RegisterEmployer(name=f"东莞示例电子有限公司{serial}", uscc=make_uscc(serial)))
    agreement = hq.ask(
        postings.SignAgreement(employer_id=employer.id, valid_from=today, valid_to=today + timedelta(days=365))
    )
    made = [
        world.outpost("dongguan").ask(
            postings.OpenPosting(
                employer_id=employer.id,
                agreement_id=agreement.id,
                outpost=OutpostCode.dongguan,
                title=f"包装工 {index + 1} 班",
                occupation=_PACKER,
                openings=openings,
                wage_min_cents=450_000,
                wage_max_cents=600_000,
                wage_unit=postings.WageUnit.month,
                division="441900",
                valid_through=today + timedelta(days=60),
                requirements=postings.Requirements(board=True, lodging=True),
            )
        )
        for index in range(number)
    ]
    return Offer(employer.id, [posting.id for posting in made])


def register(world: Anybody, *, seed: int) -> UUID:
    """One person who wants to work in Dongguan, consents, and can pack."""
    person = RegisterWorkerFactory(seed).build(
        skills=[registry.SkillIn(occupation=_PACKER)],
        intention=registry.Intention(wants_out_work=True, destinations=[OutpostCode.dongguan]),
        consents=list(registry.ConsentPurpose),
    )
    return world.hq().ask(person).id


def accept(world: Anybody, worker_id: UUID, posting_id: UUID) -> UUID:
    """A posting recommended by staff and accepted by the worker; the recommendation."""
    made = eventually(
        lambda: world.hq().ask(
            postings.RecommendPosting(posting_id=posting_id, worker_id=worker_id, reason="招聘会上当面推荐")
        )
    )
    world.worker(worker_id).ask(
        postings.AnswerRecommendation(recommendation_id=made.id, answer=postings.Answer.accepted)
    )
    return made.id


def dispatch(world: Anybody, worker_id: UUID, posting_id: UUID, *, days: int = 3) -> d.DispatchOrderView:
    """The dispatch order of an accepted posting, once dispatch has heard of the acceptance."""
    return eventually(
        lambda: world.hq().ask(
            d.IssueDispatchOrder(
                worker_id=worker_id,
                posting_id=posting_id,
                outpost=OutpostCode.dongguan,
                depart_on=utc_now().date() + timedelta(days=days),
            )
        )
    )


def create_trip(world: Anybody, *, seats: int = 5, days: int = 3) -> d.TripView:
    return world.hq().ask(
        d.CreateTrip(
            coach_kind="53座大巴",
            seats=seats,
            plate="贵H12345",
            depart_at=utc_now() + timedelta(days=days),
            pickups=[d.Pickup(division="522631001")],
            outposts=[OutpostCode.dongguan],
        )
    )


def travel(world: Anybody, order: d.DispatchOrderView, trip: d.TripView) -> None:
    """Seat, boarding, departure, arrival and hand-over of one order."""
    hq, outpost = world.hq(), world.outpost("dongguan")
    hold = hq.ask(d.HoldSeat(trip_id=trip.id, order_id=order.id))
    hq.ask(d.ConfirmSeat(trip_id=trip.id, order_id=order.id, hold_id=hold.id))
    hq.ask(d.BoardWorker(trip_id=trip.id, order_id=order.id))
    hq.ask(d.DepartTrip(trip_id=trip.id))
    outpost.ask(d.RecordArrival(trip_id=trip.id, outpost=OutpostCode.dongguan))
    outpost.ask(d.HandOverWorkers(trip_id=trip.id, outpost=OutpostCode.dongguan))


def start_work(world: Anybody, order: d.DispatchOrderView) -> d.ReceiptView:
    """The outpost's receipt, once dispatch has heard that the worker is in the outpost's caseload."""
    return eventually(lambda: world.outpost("dongguan").ask(started(order)))


def started(order: d.DispatchOrderView) -> d.ReceiveReceipt:
    return d.ReceiveReceipt(
        order_id=order.id,
        outcome=d.ReceiptOutcome.started,
        started_on=utc_now().date(),
        wage_cents=480_000,
    )


def open_case(world: Anybody, worker_id: UUID) -> outposts.RightsCaseView:
    """A rights case, once the outpost has the worker in its caseload."""
    return eventually(
        lambda: world.outpost("dongguan").ask(
            outposts.OpenRightsCase(
                worker_id=worker_id,
                kind=outposts.RightsCaseKind.wage_dispute,
                facts_on=utc_now().date(),
                summary="工资少发两天",
                amount_claimed_cents=60_000,
            )
        )
    )


def send_honey(world: Anybody, *, jars: int, outpost: str, seed: int) -> tuple[str, str]:
    """Honey bought, tested, bottled, sent to an outpost and received there: the SKU, the lot's code."""
    hq, today = world.hq(), utc_now().date()
    worker_id = register(world, seed=seed)
    beekeeper = eventually(lambda: hq.ask(honey.EnrolBeekeeper(worker_id=worker_id)))
    purchase = hq.ask(
        honey.RecordHoneyPurchase(
            beekeeper_id=beekeeper.id,
            grams=jars * 500,
            grade=honey.HoneyGrade.first,
            price_cents_per_kg=6_000,
            harvested_on=today,
        )
    )
    lot = hq.ask(
        honey.CreateHoneyLot(
            purchase_ids=[purchase.id],
            best_before=today + timedelta(days=540),
            test=honey.LotTestForm(report_no=f"HT-{seed}", laboratory="县检测中心", tested_on=today, has_passed=True),
        )
    )
    sku = hq.ask(honey.CreateSku(sku=f"JAR-{seed}", name="百花蜜 500 克", net_grams=500, price_cents=6_800)).sku
    hq.ask(honey.BottleHoney(lot_id=lot.id, sku=sku, jars=jars))
    lines = [honey.TransferLine(lot_id=lot.id, sku=sku, jars=jars)]
    sent = hq.ask(honey.SendStock(to_outpost=OutpostCode(outpost), lines=lines))
    world.outpost(outpost).ask(honey.ReceiveStock(transfer_id=sent.id))
    return sku, lot.code


def ledger_topics(world: Anybody, worker_id: UUID) -> list[str]:
    found = world.hq().ask(ledger.ListLedgerEntries(worker_id=worker_id, limit=200))
    return [entry.topic for entry in found.items]


def eventually(ask: Callable[[], AnswerT], *, seconds: float = 30) -> AnswerT:
    """The answer, once what it depends on has been heard of; the last problem, when it never is."""
    last: list[Problem] = []

    def attempt() -> AnswerT | None:
        try:
            return ask()
        except Problem as problem:
            last[:] = [problem]
            return None

    try:
        return wait_for(attempt, seconds=seconds, every=0.1)
    except AssertionError:
        raise last[0] from None
