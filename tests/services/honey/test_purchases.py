"""收购, 批次 and 结算: exact amounts, mass balance, each purchase once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.honey.purchases import amount_of
from shared.contracts import honey as c
from shared.contracts import registry, training
from shared.contracts.errors import Problem
from shared.kit.tables import new_id
from tests.services.honey.conftest import SKU, Apiary, days_ago, passed, purchase
from tests.support.asker import Asker, refused
from tests.support.events import announcer
from tests.support.platform import TestPlatform


@settings(deadline=None)
@given(grams=st.integers(1, 10**9), price=st.integers(1, 10**7))
def test_the_amount_is_the_exact_one_rounded_to_the_fen_halves_up(grams: int, price: int) -> None:
    exact = Fraction(grams * price, 1000)
    assert -Fraction(1, 2) < amount_of(grams, price) - exact <= Fraction(1, 2)


def test_half_a_fen_is_rounded_up() -> None:
    assert [amount_of(1, price) for price in (499, 500, 501, 1499, 1500)] == [0, 1, 1, 1, 2]


def test_a_certificate_in_beekeeping_makes_a_beekeeper_once(apiary: Apiary) -> None:
    worker_id = new_id()
    first, again = apiary.beekeeper(worker_id), apiary.beekeeper(worker_id)
    assert first.id == again.id
    assert first.certificate_no == "LPJY-2026-00001-1"


def test_nothing_is_bought_on_a_revoked_certificate(apiary: Apiary, platform: TestPlatform) -> None:
    beekeeper = apiary.beekeeper()
    revoked = training.CertificateRevoked(
        certificate_id=new_id(),
        certificate_no=str(beekeeper.certificate_no),
        worker_id=beekeeper.worker_id,
        course=training.BEEKEEPING,
        revoked_on=days_ago(0),
    )
    announcer(platform, to="honey")(revoked)
    with refused("beekeeper.inactive"):
        apiary.hq.ask(purchase(beekeeper.id))
    again = apiary.beekeeper(beekeeper.worker_id)
    assert (again.id, again.is_active) == (beekeeper.id, True)
    apiary.hq.ask(purchase(beekeeper.id))


def test_two_records_of_one_beekeeper_become_one(apiary: Apiary, platform: TestPlatform) -> None:
    doubled, kept = apiary.beekeeper(), apiary.beekeeper()
    bought = apiary.hq.ask(purchase(doubled.id))
    merged = registry.WorkerMerged(worker_id=doubled.worker_id, into_worker_id=kept.worker_id)
    announcer(platform, to="honey")(merged)
    moved = apiary.hq.ask(c.GetHoneyPurchase(purchase_id=bought.id))
    assert (moved.beekeeper_id, moved.worker_id) == (kept.id, kept.worker_id)
    with refused("beekeeper.inactive"):
        apiary.hq.ask(purchase(doubled.id))


def test_a_purchase_is_numbered_and_computed(apiary: Apiary) -> None:
    bought = apiary.hq.ask(purchase(apiary.beekeeper().id, grams=25_555, price_cents_per_kg=6_601))
    assert bought.purchase_no.startswith(f"FM-{days_ago(0).year}-")
    assert bought.amount_cents == 168_689  # 168,688.555 fen
    assert bought.moisture == Decimal("18.5")
    with refused("resource.not_found"):
        apiary.hq.ask(purchase(new_id()))
    with refused("honey.harvest_in_future"):
        apiary.hq.ask(purchase(bought.beekeeper_id, harvested_on=days_ago(-1)))


def test_only_hq_buys_and_a_beekeeper_reads_the_own_purchases(
    apiary: Apiary, outpost: Callable[[str], Asker], worker: Callable[[UUID], Asker]
) -> None:
    beekeeper = apiary.beekeeper()
    bought = apiary.hq.ask(purchase(beekeeper.id))
    with refused("scope.forbidden"):
        outpost("dongguan").ask(purchase(beekeeper.id))
    assert worker(beekeeper.worker_id).ask(c.ListHoneyPurchases()).items == [bought]
    assert worker(new_id()).ask(c.ListHoneyPurchases()).items == []
    with refused("resource.not_found"):
        worker(new_id()).ask(c.GetHoneyPurchase(purchase_id=bought.id))


def test_a_purchase_is_settled_once_also_by_two_officers_at_once(apiary: Apiary) -> None:
    beekeeper = apiary.beekeeper()
    bought = [apiary.hq.ask(purchase(beekeeper.id)) for _ in range(3)]

    def pay(_: int) -> c.SettlementView | str:
        try:
            return apiary.hq.ask(c.PaySettlement(beekeeper_id=beekeeper.id))
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(pay, range(6)))
    paid = [one for one in answers if isinstance(one, c.SettlementView)]
    assert len(paid) == 1
    assert [one for one in answers if isinstance(one, str)] == ["settlement.nothing_to_settle"] * 5
    assert paid[0].amount_cents == sum(one.amount_cents for one in bought)
    assert set(paid[0].purchase_ids) == {one.id for one in bought}
    with refused("honey_purchase.already_settled"):
        apiary.hq.ask(c.PaySettlement(beekeeper_id=beekeeper.id, purchase_ids=[bought[0].id]))
    assert apiary.hq.ask(c.ListSettlements(beekeeper_id=beekeeper.id)).items == paid
    assert apiary.hq.ask(c.GetBeekeeper(beekeeper_id=beekeeper.id)).unsettled_cents == 0


def test_a_refused_settlement_pays_nothing(apiary: Apiary) -> None:
    beekeeper = apiary.beekeeper()
    first, second = (apiary.hq.ask(purchase(beekeeper.id)) for _ in range(2))
    apiary.hq.ask(c.PaySettlement(beekeeper_id=beekeeper.id, purchase_ids=[first.id]))
    with refused("honey_purchase.already_settled"):
        apiary.hq.ask(c.PaySettlement(beekeeper_id=beekeeper.id, purchase_ids=[first.id, second.id]))
    assert apiary.hq.ask(c.GetHoneyPurchase(purchase_id=second.id)).state is c.PurchaseState.recorded


def test_a_purchase_goes_into_one_lot_and_is_then_not_voided(apiary: Apiary) -> None:
    bought = apiary.hq.ask(purchase(apiary.beekeeper().id))
    make = c.CreateHoneyLot(purchase_ids=[bought.id], best_before=days_ago(-700))
    lot = apiary.hq.ask(make)
    assert (lot.state, lot.grams_left, lot.purchase_ids) == (c.LotState.open, 25_000, [bought.id])
    with refused("honey_lot.purchase_not_free"):
        apiary.hq.ask(make)
    with refused("honey_purchase.in_use"):
        apiary.hq.ask(c.VoidHoneyPurchase(purchase_id=bought.id, reason="录入有误"))
    other = apiary.hq.ask(purchase(bought.beekeeper_id))
    apiary.hq.ask(c.VoidHoneyPurchase(purchase_id=other.id, reason="录入有误"))
    with refused("honey_lot.purchase_not_free"):
        apiary.hq.ask(c.CreateHoneyLot(purchase_ids=[other.id], best_before=days_ago(-700)))


def test_bottling_needs_a_passed_test_and_honey_that_is_there(apiary: Apiary) -> None:
    apiary.sku()
    bought = apiary.hq.ask(purchase(apiary.beekeeper().id, grams=5_200))
    lot = apiary.hq.ask(c.CreateHoneyLot(purchase_ids=[bought.id], best_before=days_ago(-700)))
    bottle = c.BottleHoney(lot_id=lot.id, sku=SKU, jars=10, loss_grams=150)
    with refused("honey_lot.not_released"):
        apiary.hq.ask(bottle)
    apiary.hq.ask(c.RecordLotTest(lot_id=lot.id, **passed().model_dump()))
    filled = apiary.hq.ask(bottle)
    assert (filled.grams_bottled, filled.grams_lost, filled.grams_left) == (5_000, 150, 50)
    with refused("honey_lot.not_enough_honey") as caught:
        apiary.hq.ask(c.BottleHoney(lot_id=lot.id, sku=SKU, jars=1))
    assert caught[0].facts["left"] == 50
    with refused("honey_sku.not_found"):
        apiary.hq.ask(c.BottleHoney(lot_id=lot.id, sku="NO-SUCH", jars=1))


def test_anybody_reads_a_released_lots_trace_and_no_person_in_it(apiary: Apiary, public: Asker) -> None:
    lot = apiary.jars(4)
    trace = public.ask(c.GetHoneyTrace(code=lot.code.lower()))
    assert trace.places
    assert trace.places[0].startswith("黎平县 ")
    assert (trace.beekeepers, trace.grades, trace.floral_sources) == (1, ["first"], ["山花"])
    assert trace.harvest_months == [f"{days_ago(20):%Y-%m}"]
    assert "worker" not in trace.model_dump_json()
    hidden = apiary.hq.ask(
        c.CreateHoneyLot(purchase_ids=[apiary.hq.ask(purchase(apiary.beekeeper().id)).id], best_before=days_ago(-700))
    )
    with refused("resource.not_found"):
        public.ask(c.GetHoneyTrace(code=hidden.code))
    apiary.hq.ask(c.RecallHoneyLot(lot_id=lot.id, reason="标签有误"))
    assert public.ask(c.GetHoneyTrace(code=lot.code)).state is c.LotState.recalled


def test_other_certificates_make_no_beekeeper(apiary: Apiary, platform: TestPlatform) -> None:
    from shared.contracts import training

    worker_id = new_id()
    announcer(platform, to="honey")(
        training.CertificateIssued(
            certificate_id=new_id(), certificate_no="X", worker_id=worker_id, course="catering", issued_on=days_ago(1)
        )
    )
    assert apiary.hq.ask(c.ListBeekeepers(worker_id=worker_id)).items == []
