"""库存: jars by place, lot and SKU; every change is a movement; 调拨单 between county and outposts."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import ShortText

INSUFFICIENT_STOCK = ProblemCode(
    "honey.insufficient_stock",
    ProblemKind.conflict,
    zh="库存不足: {sku} 只剩 {left} 瓶, 需要 {needed} 瓶。",
    en="Not enough stock: {left} jars of {sku} left, {needed} needed.",
)
RECEIVED_MORE_THAN_SENT = ProblemCode(
    "stock_transfer.received_more_than_sent",
    ProblemKind.invalid,
    zh="签收数量超过发出数量。",
    en="More jars were received than were sent.",
)

COUNTY = "county"


class MovementKind(StrEnum):
    bottled = "bottled"
    sent = "sent"
    received = "received"
    returned = "returned"
    sold = "sold"
    sale_reversed = "sale_reversed"
    counted = "counted"


class StockRow(View):
    """Jars of one lot and SKU at one place."""

    place: str = Field(description="outpost code, or `county` for the company's warehouse", examples=["dongguan"])
    lot_id: UUID
    lot_code: str
    sku: str
    jars: int = Field(ge=0)
    best_before: date
    price_cents: int | None


class StockView(View):
    """`totals`: jars a SKU that may be sold today."""

    items: list[StockRow]
    totals: dict[str, int] = Field(examples=[{"HONEY-500": 36}])
    on_the_way: dict[str, int] = Field(description="jars a SKU sent to this place and not yet received")


class GetStock(Query[StockView]):
    """At the caller's outpost; HQ names the place, or sees every place."""

    place: str | None = None


class MovementRow(View):
    id: UUID
    place: str
    lot_id: UUID
    sku: str
    jars: int = Field(description="signed")
    kind: MovementKind
    reference_id: UUID
    at: datetime
    made_by: str


class ListMovements(PageRequest, Query[Page[MovementRow]]):
    """Newest first; the sum of a place's movements is its level."""

    place: str | None = None
    lot_id: UUID | None = None


class CountForm(BaseModel, extra="forbid"):
    """盘点: what was counted on the shelf."""

    lot_id: UUID
    sku: str
    jars: int = Field(ge=0, le=10**6)
    reason: ShortText = Field(examples=["破损 2 瓶"])


class CorrectStock(CountForm, Command[StockView]):
    """At the caller's place; writes the difference as a movement with its reason."""


class StockTransferState(StrEnum):
    """`cancelled`: called back by the sender before it was received."""

    on_the_way = "on_the_way"
    received = "received"
    cancelled = "cancelled"


class TransferLine(BaseModel, extra="forbid"):
    lot_id: UUID
    sku: str = Field(examples=["HONEY-500"])
    jars: int = Field(gt=0, le=10**6, examples=[24])


class TransferLineView(View):
    lot_id: UUID
    lot_code: str
    sku: str
    jars: int
    received: int | None = Field(description="null until received; the rest was lost on the way")


class StockTransferView(View):
    """调拨单."""

    id: UUID
    transfer_no: str = Field(examples=["DB-2026-00014"])
    from_place: str
    to_place: str
    state: StockTransferState
    lines: list[TransferLineView]
    carrier: str | None
    sent_at: datetime
    received_at: datetime | None
    note: str | None
    version: int


class StockTransferForm(BaseModel, extra="forbid"):
    to_outpost: OutpostCode = Field(examples=["dongguan"])
    lines: list[TransferLine] = Field(min_length=1, max_length=200)
    carrier: ShortText | None = Field(default=None, examples=["随 11 月 25 日东莞包车"])


class SendStock(StockTransferForm, Command[StockTransferView]):
    """From the county's warehouse; the jars leave it now."""


class StockReturnForm(BaseModel, extra="forbid"):
    lines: list[TransferLine] = Field(min_length=1, max_length=200)
    carrier: ShortText | None = None


class ReturnStock(StockReturnForm, Command[StockTransferView]):
    """From the caller's outpost back to the county."""


class ReceivedLine(BaseModel, extra="forbid"):
    lot_id: UUID
    sku: str
    jars: int = Field(ge=0, le=10**6)


class StockReceiptForm(BaseModel, extra="forbid"):
    """Without `lines` everything arrived whole."""

    lines: list[ReceivedLine] | None = Field(default=None, max_length=200)
    note: ShortText | None = None


class ReceiveStock(StockReceiptForm, Command[StockTransferView]):
    """By the place it was sent to."""

    transfer_id: UUID


class CallBackForm(BaseModel, extra="forbid"):
    note: ShortText = Field(examples=["装错批次"])


class CallBackStock(CallBackForm, Command[StockTransferView]):
    """By the sender, before it is received: the jars are back in the sender's stock."""

    transfer_id: UUID


class GetStockTransfer(Query[StockTransferView]):
    transfer_id: UUID


class ListStockTransfers(PageRequest, Query[Page[StockTransferView]]):
    """Newest first."""

    state: StockTransferState | None = None
    place: str | None = Field(default=None, description="sent from or to this place")


class StockTransferred(Event):
    """Jars of one lot reached a place (`outpost` null: came back to the county)."""

    topic: ClassVar[str] = "stock.transferred"
    aggregate: ClassVar[str] = "transfer_id"
    about_worker: ClassVar[str | None] = None
    transfer_id: UUID
    lot_id: UUID
    outpost: OutpostCode | None
    from_outpost: OutpostCode | None = None
    sku: str
    jars: int
    grams: int
