"""Whatever is done in whatever order: no gram and no jar appears or vanishes, and nothing is paid twice."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from shared.contracts import honey as c
from shared.contracts.errors import Problem
from shared.contracts.scopes import OutpostCode
from tests.services.honey.conftest import Apiary, days_ago, passed, purchase, sale
from tests.support.platform import TestPlatform

SIZES = {"SMALL-250": 250, "LARGE-1000": 1000}
OUTPOSTS = ("dongguan", "wenling")


class Honey(RuleBasedStateMachine):
    """The commands of honey, and a model of grams and jars that is only added up."""

    platform: TestPlatform

    purchases = Bundle("purchases")
    lots = Bundle("lots")
    travelling = Bundle("travelling")
    sold = Bundle("sold")

    def __init__(self) -> None:
        super().__init__()
        self.apiary = Apiary(self.platform)
        self.hq = self.apiary.hq
        for sku, grams in SIZES.items():
            self.apiary.sku(sku, grams)
        self.beekeeper = self.apiary.beekeeper().id
        self.outposts = {code: self.platform.outpost(code) for code in OUTPOSTS}
        self.made: set[UUID] = set()
        self.bought: dict[UUID, int] = {}
        self.paid: Counter[UUID] = Counter()
        self.shelf: Counter[tuple[str, UUID, str]] = Counter()
        self.away: dict[UUID, tuple[str, str, UUID, str, int]] = {}
        self.gone: Counter[tuple[UUID, str]] = Counter()

    @rule(target=purchases, grams=st.integers(1, 9_000), price=st.integers(1, 20_000))
    def buy(self, grams: int, price: int) -> UUID:
        bought = self.hq.ask(purchase(self.beekeeper, grams=grams, price_cents_per_kg=price))
        self.bought[bought.id] = bought.amount_cents
        return bought.id

    @rule(target=lots, wanted=st.lists(consumes(purchases), min_size=1, max_size=3, unique=True))
    def mix(self, wanted: list[UUID]) -> Any:
        lot = self.hq.ask(c.CreateHoneyLot(purchase_ids=wanted, best_before=days_ago(-500), test=passed()))
        assert lot.grams_total == sum(self.hq.ask(c.GetHoneyPurchase(purchase_id=one)).grams for one in wanted)
        self.made.add(lot.id)
        return lot.id

    @rule(lot=lots, sku=st.sampled_from(list(SIZES)), jars=st.integers(1, 12), lost=st.integers(0, 300))
    def bottle(self, lot: UUID, sku: str, jars: int, lost: int) -> None:
        before = self.hq.ask(c.GetHoneyLot(lot_id=lot)).grams_left
        try:
            after = self.hq.ask(c.BottleHoney(lot_id=lot, sku=sku, jars=jars, loss_grams=lost)).grams_left
        except Problem as problem:
            self.refused(problem, "honey_lot.not_enough_honey", rightly=before < jars * SIZES[sku] + lost)
            return
        assert before - after == jars * SIZES[sku] + lost
        self.shelf[c.COUNTY, lot, sku] += jars

    @rule(
        target=travelling,
        lot=lots,
        sku=st.sampled_from(list(SIZES)),
        jars=st.integers(1, 8),
        code=st.sampled_from(OUTPOSTS),
        is_return=st.booleans(),
    )
    def send(self, lot: UUID, sku: str, jars: int, code: str, is_return: bool) -> Any:
        line = c.TransferLine(lot_id=lot, sku=sku, jars=jars)
        start, end = (code, c.COUNTY) if is_return else (c.COUNTY, code)
        try:
            if is_return:
                sent = self.outposts[code].ask(c.ReturnStock(lines=[line]))
            else:
                sent = self.hq.ask(c.SendStock(to_outpost=OutpostCode(code), lines=[line]))
        except Problem as problem:
            self.refused(problem, "honey.insufficient_stock", rightly=self.shelf[start, lot, sku] < jars)
            return multiple()
        self.shelf[start, lot, sku] -= jars
        self.away[sent.id] = (start, end, lot, sku, jars)
        return sent.id

    @rule(transfer=consumes(travelling), broken=st.integers(0, 3), called_back=st.booleans())
    def arrive(self, transfer: UUID, broken: int, called_back: bool) -> None:
        start, end, lot, sku, jars = self.away.pop(transfer)
        if called_back:
            self._at(start).ask(c.CallBackStock(transfer_id=transfer, note="装错"))
            self.shelf[start, lot, sku] += jars
            return
        arrived = max(jars - broken, 0)
        line = c.ReceivedLine(lot_id=lot, sku=sku, jars=arrived)
        self._at(end).ask(c.ReceiveStock(transfer_id=transfer, lines=[line]))
        self.shelf[end, lot, sku] += arrived
        self.gone[lot, sku] += jars - arrived

    @rule(target=sold, code=st.sampled_from(OUTPOSTS), sku=st.sampled_from(list(SIZES)), jars=st.integers(1, 6))
    def sell(self, code: str, sku: str, jars: int) -> Any:
        on_shelf = sum(n for (place, _, size), n in self.shelf.items() if (place, size) == (code, sku))
        try:
            order = self.outposts[code].ask(sale(jars, sku))
        except Problem as problem:
            self.refused(problem, "honey.insufficient_stock", rightly=on_shelf < jars)
            return multiple()
        for lot in order.lines[0].lots:
            self.shelf[code, lot.lot_id, sku] -= lot.jars
            self.gone[lot.lot_id, sku] += lot.jars
        return order

    @rule(order=consumes(sold))
    def give_back(self, order: c.SalesOrderView) -> None:
        self.outposts[order.outpost.value].ask(c.CancelSalesOrder(sales_order_id=order.id, reason="退货"))
        for line in order.lines:
            for lot in line.lots:
                self.shelf[order.outpost.value, lot.lot_id, line.sku] += lot.jars
                self.gone[lot.lot_id, line.sku] -= lot.jars

    @rule()
    def settle(self) -> None:
        try:
            paid = self.hq.ask(c.PaySettlement(beekeeper_id=self.beekeeper))
        except Problem as problem:
            self.refused(problem, "settlement.nothing_to_settle", rightly=set(self.paid) == set(self.bought))
            return
        self.paid.update(paid.purchase_ids)
        assert paid.amount_cents == sum(self.bought[one] for one in paid.purchase_ids)

    @invariant()
    def shelves_are_what_was_moved(self) -> None:
        rows = [row for row in self.hq.ask(c.GetStock()).items if row.lot_id in self.made]
        assert {(row.place, row.lot_id, row.sku): row.jars for row in rows} == {
            key: jars for key, jars in self.shelf.items() if jars
        }

    @invariant()
    def every_gram_is_somewhere(self) -> None:
        for lot in self.hq.ask(c.ListHoneyLots(limit=max(len(self.made), 1))).items:
            lot_id = lot.id
            if lot_id not in self.made:
                continue
            assert lot.grams_total == lot.grams_bottled + lot.grams_lost + lot.grams_left
            counted: Counter[str] = Counter()
            for (_, of, sku), jars in self.shelf.items():
                counted[sku] += jars if of == lot_id else 0
            for _, _, of, sku, jars in self.away.values():
                counted[sku] += jars if of == lot_id else 0
            for (of, sku), jars in self.gone.items():
                counted[sku] += jars if of == lot_id else 0
            assert sum(SIZES[sku] * jars for sku, jars in counted.items()) == lot.grams_bottled

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        assert not self.paid or max(self.paid.values()) == 1

    @staticmethod
    def refused(problem: Problem, code: str, *, rightly: bool) -> None:
        assert problem.code == code
        assert rightly

    def _at(self, place: str) -> Any:
        return self.hq if place == c.COUNTY else self.outposts[place]


@pytest.mark.parametrize("examples", [5, pytest.param(60, marks=pytest.mark.full)])
def test_grams_and_jars_are_conserved(platform: TestPlatform, examples: int) -> None:
    run_state_machine_as_test(
        type("HoneyHere", (Honey,), {"platform": platform}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )


def test_a_levels_movements_add_up_to_it(apiary: Apiary, platform: TestPlatform) -> None:
    wenling = platform.outpost("wenling")
    apiary.at(wenling, "wenling", 7, sku="SUM-500")
    order = wenling.ask(sale(3, "SUM-500"))
    wenling.ask(c.CancelSalesOrder(sales_order_id=order.id, reason="退货"))
    wenling.ask(sale(2, "SUM-500"))
    moved = sum(row.jars for row in wenling.ask(c.ListMovements(limit=500)).items if row.sku == "SUM-500")
    assert moved == wenling.ask(c.GetStock()).totals["SUM-500"] == 5
