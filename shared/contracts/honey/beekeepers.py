"""养蜂人员 and 收购: who keeps bees, what the company buys from them, how they are paid."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.types import DivisionCode, Grams, ShortText

BEEKEEPER_ENROLLED = ProblemCode(
    "beekeeper.already_enrolled",
    ProblemKind.conflict,
    zh="该劳动力已登记为养蜂人员。",
    en="This worker is already enrolled as a beekeeper.",
)
BEEKEEPER_INACTIVE = ProblemCode(
    "beekeeper.inactive",
    ProblemKind.conflict,
    zh="该养蜂人员的结业证书已撤销, 不在养蜂人员名册中; 重新取得证书或由县公司登记后才能收购。",
    en="This beekeeper's certificate was revoked; buy again after a new certificate, or once HQ has enrolled them.",
)
HARVEST_IN_FUTURE = ProblemCode(
    "honey.harvest_in_future",
    ProblemKind.invalid,
    zh="采收日期 {on} 还没有到。",
    en="The harvest date {on} is still to come.",
)
PURCHASE_IN_USE = ProblemCode(
    "honey_purchase.in_use",
    ProblemKind.conflict,
    zh="收购单 {purchase_no} 已入批次或已结算, 不能作废。",
    en="Purchase {purchase_no} is already part of a lot or settled and cannot be voided.",
)
PURCHASE_ALREADY_SETTLED = ProblemCode(
    "honey_purchase.already_settled",
    ProblemKind.conflict,
    zh="有收购单已经结算过或已作废, 不能再次结算。",
    en="A purchase among these is already settled or voided and cannot be settled again.",
)
NOTHING_TO_SETTLE = ProblemCode(
    "settlement.nothing_to_settle",
    ProblemKind.conflict,
    zh="该养蜂人员没有待结算的收购单。",
    en="This beekeeper has no purchase waiting to be settled.",
)

Moisture = Annotated[
    Decimal,
    Field(ge=5, le=40, max_digits=4, decimal_places=1, description="water content in per cent", examples=["18.5"]),
]


class HoneyGrade(StrEnum):
    """As graded at purchase; the buyer's price list follows it."""

    special = "special"
    first = "first"
    second = "second"
    industrial = "industrial"


class BeekeeperView(View):
    id: UUID
    worker_id: UUID
    division: str | None = Field(description="where the hives usually stand", examples=["522631104203"])
    certificate_no: str | None
    since: date
    is_active: bool
    purchased_grams: int
    unsettled_cents: int
    version: int


class BeekeeperForm(BaseModel, extra="forbid"):
    worker_id: UUID
    division: DivisionCode | None = Field(default=None, description="left out: the worker's own")


class EnrolBeekeeper(BeekeeperForm, Command[BeekeeperView]):
    """A worker who keeps bees without the county's certificate."""


class GetBeekeeper(Query[BeekeeperView]):
    beekeeper_id: UUID


class ListBeekeepers(PageRequest, Query[Page[BeekeeperView]]):
    worker_id: UUID | None = None
    division: DivisionCode | None = Field(default=None, description="this division and everything under it")


class PurchaseState(StrEnum):
    recorded = "recorded"
    settled = "settled"
    voided = "voided"


class HoneyPurchaseView(View):
    """蜂蜜收购单."""

    id: UUID
    purchase_no: str = Field(examples=["FM-2026-00031"])
    beekeeper_id: UUID
    worker_id: UUID
    grams: int
    grade: HoneyGrade
    price_cents_per_kg: int
    amount_cents: int = Field(description="grams x price / 1000, to the nearest fen, halves up (四舍五入到分)")
    moisture: Decimal | None
    floral_source: str | None
    harvested_on: date
    purchased_on: date
    division: str | None
    container: str | None
    state: PurchaseState
    lot_id: UUID | None
    settlement_id: UUID | None
    void_reason: str | None
    recorded_at: datetime
    version: int


class HoneyPurchaseForm(BaseModel, extra="forbid"):
    beekeeper_id: UUID
    grams: Grams = Field(examples=[25500])
    grade: HoneyGrade = Field(examples=["first"])
    price_cents_per_kg: int = Field(gt=0, le=10**7, description="integer fen a kilogram", examples=[6600])
    harvested_on: date = Field(examples=["2026-10-12"])
    purchased_on: date | None = Field(default=None, description="left out: today")
    moisture: Moisture | None = None
    floral_source: ShortText | None = Field(default=None, examples=["山花"])
    division: DivisionCode | None = Field(default=None, description="where it was harvested; left out: the beekeeper's")
    container: ShortText | None = Field(default=None, examples=["25 kg 食品级塑料桶"])


class RecordHoneyPurchase(HoneyPurchaseForm, Command[HoneyPurchaseView]):
    """Numbered within the year."""


class GetHoneyPurchase(Query[HoneyPurchaseView]):
    purchase_id: UUID


class ListHoneyPurchases(PageRequest, Query[Page[HoneyPurchaseView]]):
    """Newest first."""

    beekeeper_id: UUID | None = None
    state: PurchaseState | None = None
    is_in_lot: bool | None = None
    from_date: date | None = Field(default=None, description="purchased on this day or later")
    until_date: date | None = None


class VoidForm(BaseModel, extra="forbid"):
    reason: ShortText = Field(examples=["称重录入有误"])


class VoidHoneyPurchase(VoidForm, Command[HoneyPurchaseView]):
    """A purchase entered wrongly; only before it enters a lot or a settlement."""

    purchase_id: UUID


class PaymentMethod(StrEnum):
    cash = "cash"
    bank_transfer = "bank_transfer"
    social_security_card = "social_security_card"
    wechat = "wechat"
    alipay = "alipay"
    card = "card"


class Payment(BaseModel, extra="forbid"):
    method: PaymentMethod = Field(examples=["wechat"])
    reference: ShortText | None = Field(default=None, examples=["4200002345202611230012"])


class SettlementForm(BaseModel, extra="forbid"):
    """Without `purchase_ids` everything that is not yet settled."""

    beekeeper_id: UUID
    purchase_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=500)
    payment: Payment = Field(default_factory=lambda: Payment(method=PaymentMethod.bank_transfer))
    paid_on: date | None = Field(default=None, description="left out: today")


class SettlementView(View):
    """蜂农结算."""

    id: UUID
    settlement_no: str = Field(examples=["JS-2026-00009"])
    beekeeper_id: UUID
    worker_id: UUID
    purchase_ids: list[UUID]
    grams: int
    amount_cents: int
    payment: Payment
    paid_on: date
    created_at: datetime


class PaySettlement(SettlementForm, Command[SettlementView]):
    """Every purchase is settled once."""


class ListSettlements(PageRequest, Query[Page[SettlementView]]):
    """Newest first."""

    beekeeper_id: UUID | None = None


class HoneyPurchaseRecorded(Event):
    topic: ClassVar[str] = "honey_purchase.recorded"
    aggregate: ClassVar[str] = "purchase_id"
    purchase_id: UUID
    beekeeper_id: UUID
    worker_id: UUID
    grams: int
    grade: HoneyGrade
    amount_cents: int


class SettlementPaid(Event):
    topic: ClassVar[str] = "settlement.paid"
    aggregate: ClassVar[str] = "settlement_id"
    settlement_id: UUID
    worker_id: UUID
    amount_cents: int
