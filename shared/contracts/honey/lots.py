"""蜂蜜批次: honey that was mixed, tested and filled into jars together, traceable from the jar to the village."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import BlobRef, Command, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.types import ShortText

PURCHASE_NOT_FREE = ProblemCode(
    "honey_lot.purchase_not_free",
    ProblemKind.conflict,
    zh="有收购单已入其他批次、已作废或不存在。",
    en="A purchase among these is in another lot, voided or unknown.",
)
LOT_NOT_RELEASED = ProblemCode(
    "honey_lot.not_released",
    ProblemKind.conflict,
    zh="批次 {code} 没有合格的检验报告, 不能灌装。",
    en="Lot {code} has no passed test report and cannot be bottled.",
)
LOT_NOT_ENOUGH_HONEY = ProblemCode(
    "honey_lot.not_enough_honey",
    ProblemKind.conflict,
    zh="批次 {code} 只剩 {left} 克, 不够本次灌装的 {needed} 克。",
    en="Lot {code} has {left} g left, less than the {needed} g needed.",
)
SKU_EXISTS = ProblemCode("honey_sku.exists", ProblemKind.conflict, zh="规格 {sku} 已存在。", en="SKU {sku} exists.")
SKU_NOT_FOUND = ProblemCode(
    "honey_sku.not_found",
    ProblemKind.invalid,
    zh="没有规格 {sku}, 或已停售。",
    en="There is no SKU {sku}, or it is no longer sold.",
)


class SkuView(View):
    """A size of jar and its price."""

    sku: str = Field(examples=["HONEY-500"])
    name: str = Field(examples=["黎平土蜂蜜 500 克"])
    net_grams: int
    price_cents: int
    is_active: bool
    version: int


class CreateSku(Command[SkuView]):
    sku: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]{1,29}$", examples=["HONEY-500"])
    name: ShortText = Field(examples=["黎平土蜂蜜 500 克"])
    net_grams: int = Field(gt=0, le=25_000, examples=[500])
    price_cents: int = Field(gt=0, le=10**7, examples=[6800])


class SkuChange(BaseModel, extra="forbid"):
    name: ShortText | None = None
    price_cents: int | None = Field(default=None, gt=0, le=10**7)
    is_active: bool | None = None


class ChangeSku(SkuChange, Command[SkuView]):
    """The price counts for sales from now on."""

    sku: str
    expected_version: int | None = None


class ListSkus(PageRequest, Query[Page[SkuView]]):
    is_active: bool | None = None


class LotState(StrEnum):
    """`released` by a passed test; `recalled` stops every further sale."""

    open = "open"
    released = "released"
    rejected = "rejected"
    recalled = "recalled"


class LotTestForm(BaseModel, extra="forbid"):
    """检验报告."""

    report_no: ShortText = Field(examples=["QDN-SP-2026-1187"])
    laboratory: ShortText = Field(examples=["黔东南州检验检测院"])
    tested_on: date
    has_passed: bool
    findings: dict[str, str] = Field(default_factory=dict, max_length=50, examples=[{"水分": "18.4 %"}])
    document: BlobRef | None = None


class BottlingView(View):
    id: UUID
    sku: str
    jars: int
    net_grams: int
    loss_grams: int
    bottled_on: date


class HoneyLotView(View):
    """Mass balance: `grams_total = grams_bottled + grams_lost + grams_left`."""

    id: UUID
    code: str = Field(examples=["LP2611-0003"])
    state: LotState
    purchase_ids: list[UUID]
    grams_total: int
    grams_bottled: int
    grams_lost: int
    grams_left: int
    best_before: date
    places: list[str]
    harvest_months: list[str]
    grades: list[str]
    floral_sources: list[str]
    tests: list[LotTestForm]
    bottlings: list[BottlingView]
    created_at: datetime
    version: int


class HoneyLotForm(BaseModel, extra="forbid"):
    purchase_ids: list[UUID] = Field(min_length=1, max_length=500)
    best_before: date = Field(description="保质期至", examples=["2028-11-30"])
    test: LotTestForm | None = Field(default=None, description="a passed test releases the lot at once")


class CreateHoneyLot(HoneyLotForm, Command[HoneyLotView]):
    """Whole purchases: each belongs to at most one lot."""


class RecordLotTest(LotTestForm, Command[HoneyLotView]):
    lot_id: UUID


class BottlingForm(BaseModel, extra="forbid"):
    sku: str = Field(examples=["HONEY-500"])
    jars: int = Field(gt=0, le=100_000, examples=[48])
    loss_grams: int = Field(default=0, ge=0, le=10**7, description="left in tanks and filters")
    bottled_on: date | None = Field(default=None, description="left out: today")


class BottleHoney(BottlingForm, Command[HoneyLotView]):
    """The jars enter the county's stock."""

    lot_id: UUID


class RecallForm(BaseModel, extra="forbid"):
    reason: ShortText


class RecallHoneyLot(RecallForm, Command[HoneyLotView]):
    """Stops sales of this lot everywhere."""

    lot_id: UUID


class GetHoneyLot(Query[HoneyLotView]):
    lot_id: UUID


class ListHoneyLots(PageRequest, Query[Page[HoneyLotView]]):
    """Newest first."""

    state: LotState | None = None


class TraceTest(View):
    report_no: str
    laboratory: str
    tested_on: date
    has_passed: bool
    findings: dict[str, str]


class HoneyTraceView(View):
    """What a buyer reads behind the jar's QR code. No beekeeper is named."""

    code: str
    state: LotState
    places: list[str] = Field(examples=[["黎平县 岩洞镇 铜关村"]])
    harvest_months: list[str] = Field(examples=[["2026-10"]])
    grades: list[str]
    floral_sources: list[str]
    beekeepers: int = Field(description="how many households' honey is in the lot")
    bottled_on: list[date]
    best_before: date
    tests: list[TraceTest]
    moisture: list[Decimal] = Field(description="lowest and highest water content at purchase, per cent")


class GetHoneyTrace(Query[HoneyTraceView]):
    """By the code on the jar; only lots that were released (or recalled, and then says so)."""

    code: str = Field(max_length=40)
