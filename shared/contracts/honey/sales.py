"""销售订单: what an outpost sells over the counter, and what an employer orders in bulk."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.honey.beekeepers import Payment
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import ShortText


class SalesLineForm(BaseModel, extra="forbid"):
    sku: str = Field(examples=["HONEY-500"])
    quantity: int = Field(gt=0, le=10_000, examples=[2])


class SoldLot(View):
    lot_id: UUID
    lot_code: str
    jars: int


class SalesLineView(View):
    sku: str
    quantity: int
    unit_price_cents: int
    amount_cents: int
    lots: list[SoldLot]


class SalesOrderState(StrEnum):
    placed = "placed"
    cancelled = "cancelled"


class SalesOrderView(View):
    id: UUID
    order_no: str = Field(examples=["XS-DG-2026-00058"])
    outpost: OutpostCode
    state: SalesOrderState
    lines: list[SalesLineView]
    amount_cents: int
    payment: Payment
    honey_order_id: UUID | None
    placed_at: datetime
    placed_by: str
    cancelled_at: datetime | None
    cancel_reason: str | None
    version: int


class SalesOrderForm(BaseModel, extra="forbid"):
    lines: list[SalesLineForm] = Field(min_length=1, max_length=50)
    payment: Payment


class PlaceSalesOrder(SalesOrderForm, Command[SalesOrderView]):
    """At the caller's outpost: takes the jars that expire first; all lines or none."""


class CancellationForm(BaseModel, extra="forbid"):
    reason: ShortText = Field(examples=["顾客退货"])


class CancelSalesOrder(CancellationForm, Command[SalesOrderView]):
    """Gives the very jars back to the outpost's stock."""

    sales_order_id: UUID


class GetSalesOrder(Query[SalesOrderView]):
    sales_order_id: UUID


class ListSalesOrders(PageRequest, Query[Page[SalesOrderView]]):
    """Newest first."""

    state: SalesOrderState | None = None
    from_date: date | None = None
    until_date: date | None = None
    outpost: OutpostCode | None = Field(default=None, description="HQ: one outpost only")


class HoneyOrderState(StrEnum):
    requested = "requested"
    fulfilled = "fulfilled"
    refused = "refused"
    withdrawn = "withdrawn"


class HoneyOrderView(View):
    """A partner's bulk order."""

    id: UUID
    order_no: str = Field(examples=["TG-2026-00004"])
    employer_id: UUID
    outpost: OutpostCode
    state: HoneyOrderState
    lines: list[SalesLineForm]
    amount_cents: int = Field(description="at the prices of the day it was placed")
    wanted_on: date | None
    note: str | None
    sales_order_id: UUID | None
    answer_note: str | None
    placed_at: datetime
    version: int


class HoneyOrderForm(BaseModel, extra="forbid"):
    outpost: OutpostCode = Field(examples=["dongguan"])
    lines: list[SalesLineForm] = Field(min_length=1, max_length=50)
    wanted_on: date | None = None
    note: ShortText | None = Field(default=None, examples=["春节员工福利"])


class PlaceHoneyOrder(HoneyOrderForm, Command[HoneyOrderView]):
    """By a partner; nothing is reserved until the outpost fulfils it."""


class FulfilmentForm(BaseModel, extra="forbid"):
    payment: Payment


class FulfilHoneyOrder(FulfilmentForm, Command[HoneyOrderView]):
    """By the outpost: becomes a sales order at the prices agreed when it was placed."""

    honey_order_id: UUID


class RefuseHoneyOrder(CancellationForm, Command[HoneyOrderView]):
    honey_order_id: UUID


class WithdrawHoneyOrder(Command[HoneyOrderView]):
    """By the partner, before it is answered."""

    honey_order_id: UUID


class GetHoneyOrder(Query[HoneyOrderView]):
    honey_order_id: UUID


class ListHoneyOrders(PageRequest, Query[Page[HoneyOrderView]]):
    """Newest first."""

    state: HoneyOrderState | None = None


class SalesOrderPlaced(Event):
    topic: ClassVar[str] = "sales_order.placed"
    aggregate: ClassVar[str] = "sales_order_id"
    about_worker: ClassVar[str | None] = None
    sales_order_id: UUID
    outpost: OutpostCode
    amount_cents: int
    lines: int
    jars: int
    grams: int
