"""A certified beekeeper, honey in jars, and an outpost that received some of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from shared.contracts import honey as c
from shared.contracts import training
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.support.asker import Asker
from tests.support.events import announcer
from tests.support.platform import TestPlatform

CHINA = ZoneInfo("Asia/Shanghai")
SKU = "HONEY-500"


def days_ago(days: int) -> date:
    return datetime.now(CHINA).date() - timedelta(days=days)


def purchase(beekeeper_id: UUID, **given: Any) -> c.RecordHoneyPurchase:
    fields: dict[str, Any] = {
        "beekeeper_id": beekeeper_id,
        "grams": 25_000,
        "grade": c.HoneyGrade.first,
        "price_cents_per_kg": 6_600,
        "harvested_on": days_ago(20),
        "moisture": "18.5",
        "floral_source": "山花",
        "division": "522631104203",
    }
    return c.RecordHoneyPurchase(**{**fields, **given})


def passed() -> c.LotTestForm:
    return c.LotTestForm(
        report_no="QDN-1",
        laboratory="黔东南州检验检测院",
        tested_on=days_ago(3),
        has_passed=True,
        findings={"水分": "18.4%"},
    )


class Apiary:
    """The county's side of honey, in commands."""

    def __init__(self, platform: TestPlatform) -> None:
        self.hq: Asker = platform.hq()
        self._announce = announcer(platform, to="honey")

    def beekeeper(self, worker_id: UUID | None = None) -> c.BeekeeperView:
        """A worker whom training certified in 养蜂."""
        worker_id = worker_id or new_id()
        self._announce(
            training.CertificateIssued(
                certificate_id=new_id(),
                certificate_no="LPJY-2026-00001-1",
                worker_id=worker_id,
                course=training.BEEKEEPING,
                issued_on=days_ago(200),
            )
        )
        return self.hq.ask(c.ListBeekeepers(worker_id=worker_id)).items[0]

    def sku(self, sku: str = SKU, net_grams: int = 500, price_cents: int = 6_800) -> None:
        if sku not in {one.sku for one in self.hq.ask(c.ListSkus(limit=500)).items}:
            self.hq.ask(c.CreateSku(sku=sku, name="黎平土蜂蜜", net_grams=net_grams, price_cents=price_cents))

    def lot(self, grams: int = 25_000, best_before: date | None = None) -> c.HoneyLotView:
        bought = self.hq.ask(purchase(self.beekeeper().id, grams=grams))
        return self.hq.ask(
            c.CreateHoneyLot(purchase_ids=[bought.id], best_before=best_before or days_ago(-700), test=passed())
        )

    def jars(self, count: int, *, sku: str = SKU, best_before: date | None = None) -> c.HoneyLotView:
        """A lot with so many jars in the county's warehouse."""
        self.sku(sku)
        lot = self.lot(grams=count * 500, best_before=best_before)
        return self.hq.ask(c.BottleHoney(lot_id=lot.id, sku=sku, jars=count))

    def at(self, outpost: Asker, code: str, count: int, **given: Any) -> c.HoneyLotView:
        """So many jars received by an outpost."""
        lot = self.jars(count, **given)
        sku = given.get("sku", SKU)
        sent = self.hq.ask(
            c.SendStock(to_outpost=OutpostCode(code), lines=[c.TransferLine(lot_id=lot.id, sku=sku, jars=count)])
        )
        outpost.ask(c.ReceiveStock(transfer_id=sent.id))
        return lot


@pytest.fixture
def apiary(platform: TestPlatform) -> Apiary:
    return Apiary(platform)


As = Callable[[str], Asker]


def sale(quantity: int = 1, sku: str = SKU) -> c.PlaceSalesOrder:
    return c.PlaceSalesOrder(
        lines=[c.SalesLineForm(sku=sku, quantity=quantity)], payment=c.Payment(method=c.PaymentMethod.wechat)
    )
