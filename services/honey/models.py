"""Tables of honey. Buying and lots are the county's; stock and sales belong to the place where they are."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Numeric, UniqueConstraint
from sqlmodel import Field

from shared.contracts.honey import (
    HoneyGrade,
    HoneyOrderState,
    LotState,
    MovementKind,
    PaymentMethod,
    PurchaseState,
    SalesOrderState,
    StockTransferState,
)
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import jsonb, new_id, service_tables, text_enum, timestamp
from shared.kit.tenancy import Policy, hq_owned, outpost_owned

if TYPE_CHECKING:
    from shared.kit.tables import ServiceTable as Table
else:
    Table = service_tables("honey")

EVERYONE = ("outpost", "area", "partner", "worker", "public")
OWN_AS_WORKER = hq_owned(read=("worker",), where={"worker": "worker_id::text = {key}"})


class Beekeeper(Table, table=True):
    """养蜂人员: a worker with the county's certificate, or enrolled by HQ."""

    __tablename__ = "beekeeper"
    __policy__: ClassVar[Policy] = OWN_AS_WORKER

    id: UUID = Field(default_factory=new_id, primary_key=True)
    worker_id: UUID = Field(unique=True)
    division: str | None = Field(default=None, index=True)
    certificate_no: str | None = None
    since: date
    is_active: bool = True
    created_at: datetime = timestamp()
    version: int = 1


class HoneyPurchase(Table, table=True):
    """蜂蜜收购单. `lot_id` and `settlement_id` are set once each, so nothing is filled or paid twice."""

    __tablename__ = "honey_purchase"
    __policy__: ClassVar[Policy] = OWN_AS_WORKER
    __table_args__ = (
        CheckConstraint("grams > 0 AND price_cents_per_kg > 0 AND amount_cents >= 0", name="positive"),
        CheckConstraint("(settlement_id IS NOT NULL) = (state = 'settled')", name="settled_names_settlement"),
        CheckConstraint("state <> 'voided' OR lot_id IS NULL", name="voided_in_no_lot"),
        Index("ix_honey_purchase_recorded_at", "recorded_at", "id"),
        Index("ix_honey_purchase_beekeeper_id_state", "beekeeper_id", "state"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    purchase_no: str = Field(unique=True)
    beekeeper_id: UUID = Field(foreign_key="honey.beekeeper.id")
    worker_id: UUID = Field(index=True)
    grams: int
    grade: HoneyGrade = text_enum(HoneyGrade)
    price_cents_per_kg: int
    amount_cents: int = Field(sa_type=BigInteger)
    moisture: Decimal | None = Field(default=None, sa_type=Numeric(4, 1))
    floral_source: str | None = None
    harvested_on: date
    purchased_on: date
    division: str | None = None
    container: str | None = None
    state: PurchaseState = text_enum(PurchaseState, default=PurchaseState.recorded)
    lot_id: UUID | None = Field(default=None, foreign_key="honey.honey_lot.id", index=True)
    settlement_id: UUID | None = Field(default=None, foreign_key="honey.settlement.id", index=True)
    void_reason: str | None = None
    recorded_at: datetime = timestamp()
    recorded_by: str
    version: int = 1


class Settlement(Table, table=True):
    """蜂农结算."""

    __tablename__ = "settlement"
    __policy__: ClassVar[Policy] = OWN_AS_WORKER

    id: UUID = Field(default_factory=new_id, primary_key=True)
    settlement_no: str = Field(unique=True)
    beekeeper_id: UUID = Field(foreign_key="honey.beekeeper.id", index=True)
    worker_id: UUID
    grams: int = Field(sa_type=BigInteger)
    amount_cents: int = Field(sa_type=BigInteger)
    method: PaymentMethod = text_enum(PaymentMethod)
    reference: str | None = None
    paid_on: date
    created_at: datetime = timestamp()
    created_by: str


class Sku(Table, table=True):
    """A size of jar."""

    __tablename__ = "sku"
    __policy__: ClassVar[Policy] = hq_owned(read=EVERYONE)
    __table_args__ = (CheckConstraint("net_grams > 0 AND price_cents > 0", name="positive"),)

    sku: str = Field(primary_key=True)
    name: str
    net_grams: int
    price_cents: int
    is_active: bool = True
    version: int = 1


class HoneyLot(Table, table=True):
    """蜂蜜批次. Mass balance: what is left is what came in less what was bottled and lost; never below zero."""

    __tablename__ = "honey_lot"
    __policy__: ClassVar[Policy] = hq_owned(
        read=EVERYONE, where=dict.fromkeys(("partner", "area", "worker", "public"), "state IN ('released', 'recalled')")
    )
    __table_args__ = (
        CheckConstraint("grams_bottled >= 0 AND grams_lost >= 0", name="no_negative_use"),
        CheckConstraint("grams_bottled + grams_lost <= grams_total", name="mass_balance"),
        Index("ix_honey_lot_created_at", "created_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    code: str = Field(unique=True)
    state: LotState = text_enum(LotState, default=LotState.open)
    grams_total: int = Field(sa_type=BigInteger)
    grams_bottled: int = Field(default=0, sa_type=BigInteger)
    grams_lost: int = Field(default=0, sa_type=BigInteger)
    best_before: date
    trace: dict[str, Any] = jsonb()
    tests: list[dict[str, Any]] = jsonb(list)
    recall_reason: str | None = None
    created_at: datetime = timestamp()
    created_by: str
    version: int = 1


class Bottling(Table, table=True):
    __tablename__ = "bottling"
    __policy__: ClassVar[Policy] = hq_owned(read=EVERYONE)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    lot_id: UUID = Field(foreign_key="honey.honey_lot.id", index=True)
    sku: str = Field(foreign_key="honey.sku.sku")
    jars: int
    net_grams: int
    loss_grams: int
    bottled_on: date
    recorded_at: datetime = timestamp()
    recorded_by: str


class StockLevel(Table, table=True):
    """Jars of one lot and SKU at one place: the sum of the movements, kept beside them."""

    __tablename__ = "stock_level"
    __policy__: ClassVar[Policy] = outpost_owned(column="place", hq="write")
    __table_args__ = (
        CheckConstraint("jars >= 0", name="never_below_zero"),
        UniqueConstraint("place", "lot_id", "sku"),
        Index("ix_stock_level_place_sku", "place", "sku", "best_before"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    place: str
    lot_id: UUID = Field(foreign_key="honey.honey_lot.id", index=True)
    lot_code: str
    sku: str = Field(foreign_key="honey.sku.sku")
    jars: int
    best_before: date


class StockMovement(Table, table=True):
    """Why a level changed; append-only."""

    __tablename__ = "stock_movement"
    __policy__: ClassVar[Policy] = outpost_owned(column="place", hq="write")
    __table_args__ = (Index("ix_stock_movement_place_at", "place", "at", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    place: str
    lot_id: UUID = Field(foreign_key="honey.honey_lot.id", index=True)
    sku: str
    jars: int
    kind: MovementKind = text_enum(MovementKind)
    reference_id: UUID
    reason: str | None = None
    at: datetime = timestamp()
    made_by: str


class StockTransfer(Table, table=True):
    """调拨单: sender and receiver both see it. Its jars belong to neither place while they are on the way."""

    __tablename__ = "stock_transfer"
    __policy__: ClassVar[Policy] = outpost_owned(column="to_place", also=("from_place",), hq="write")
    __table_args__ = (Index("ix_stock_transfer_sent_at", "sent_at", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    transfer_no: str = Field(unique=True)
    from_place: str = Field(index=True)
    to_place: str = Field(index=True)
    state: StockTransferState = text_enum(StockTransferState, default=StockTransferState.on_the_way)
    lines: list[dict[str, Any]] = jsonb(list)
    carrier: str | None = None
    sent_at: datetime = timestamp()
    sent_by: str
    received_at: datetime | None = timestamp(nullable=True)
    note: str | None = None
    version: int = 1


class SalesOrder(Table, table=True):
    """销售订单."""

    __tablename__ = "sales_order"
    __policy__: ClassVar[Policy] = outpost_owned(hq="read")
    __table_args__ = (Index("ix_sales_order_outpost_placed_at", "outpost", "placed_at", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_no: str = Field(unique=True)
    outpost: OutpostCode = text_enum(OutpostCode)
    state: SalesOrderState = text_enum(SalesOrderState, default=SalesOrderState.placed)
    lines: list[dict[str, Any]] = jsonb(list)
    amount_cents: int = Field(sa_type=BigInteger)
    payment_method: PaymentMethod = text_enum(PaymentMethod)
    payment_reference: str | None = None
    honey_order_id: UUID | None = Field(default=None, unique=True)
    placed_at: datetime = timestamp()
    placed_by: str
    cancelled_at: datetime | None = timestamp(nullable=True)
    cancel_reason: str | None = None
    version: int = 1


class HoneyOrder(Table, table=True):
    """A partner's bulk order to one outpost."""

    __tablename__ = "honey_order"
    __policy__: ClassVar[Policy] = outpost_owned(hq="read", partner="employer_id")
    __table_args__ = (Index("ix_honey_order_placed_at", "placed_at", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_no: str = Field(unique=True)
    employer_id: UUID = Field(index=True)
    outpost: OutpostCode = text_enum(OutpostCode, index=True)
    state: HoneyOrderState = text_enum(HoneyOrderState, default=HoneyOrderState.requested)
    lines: list[dict[str, Any]] = jsonb(list)
    prices: dict[str, int] = jsonb()
    amount_cents: int = Field(sa_type=BigInteger)
    wanted_on: date | None = None
    note: str | None = None
    sales_order_id: UUID | None = None
    answer_note: str | None = None
    placed_at: datetime = timestamp()
    placed_by: str
    version: int = 1


class NumberSeries(Table, table=True):
    """The last number given in a series: papers are counted within the year (lots within the month)."""

    __tablename__ = "number_series"
    __policy__: ClassVar[Policy] = hq_owned(write=("outpost",))

    series: str = Field(primary_key=True)
    last: int
