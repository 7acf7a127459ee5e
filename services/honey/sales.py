"""推广销售: a sale takes real jars of the outpost's shelf, all its lines or none; a cancelled one gives them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.honey import stock
from services.honey.here import CHINA, SHORT, actor, next_number, own_outpost, today
from services.honey.models import SalesOrder
from services.honey.skus import require_sold
from shared.contracts import honey as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.contracts.scopes import OutpostCode
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id


def place_sales_order(session: Session, command: c.PlaceSalesOrder) -> c.SalesOrderView:
    """Raises SKU_NOT_FOUND, INSUFFICIENT_STOCK; then nothing is sold."""
    return view(sell(session, own_outpost(session), command.lines, command.payment))


def sell(
    session: Session,
    outpost: OutpostCode,
    lines: Sequence[c.SalesLineForm],
    payment: c.Payment,
    *,
    prices: Mapping[str, int] | None = None,
    honey_order_id: UUID | None = None,
) -> SalesOrder:
    """Take the jars that expire first; prices are today's unless others were agreed. The same SKU twice is one line."""
    wanted = Counter[str]()
    for line in lines:
        wanted[line.sku] += line.quantity
    skus = require_sold(session, wanted)
    chosen = stock.choose(session, outpost.value, dict(wanted))
    order = SalesOrder(
        id=new_id(),
        order_no=next_number(session, f"XS-{SHORT[outpost]}-{today(session).year}", digits=5),
        outpost=outpost,
        amount_cents=0,
        payment_method=payment.method,
        payment_reference=payment.reference,
        honey_order_id=honey_order_id,
        placed_at=session.now,
        placed_by=actor(session),
    )
    grams = 0
    for sku in sorted(wanted):
        for jars in chosen[sku]:
            stock.take(session, place=outpost.value, jars=jars, kind=c.MovementKind.sold, reference_id=order.id)
        price = (prices or {}).get(sku, skus[sku].price_cents)
        order.lines.append(_line(sku, wanted[sku], price, chosen[sku]))
        order.amount_cents += price * wanted[sku]
        grams += skus[sku].net_grams * wanted[sku]
    session.add(order)
    session.flush()
    session.publish(
        c.SalesOrderPlaced(
            sales_order_id=order.id,
            outpost=outpost,
            amount_cents=order.amount_cents,
            lines=len(order.lines),
            jars=wanted.total(),
            grams=grams,
        )
    )
    return order


def cancel_sales_order(session: Session, command: c.CancelSalesOrder) -> c.SalesOrderView:
    """Once; the very jars that were sold stand on the shelf again."""
    order = session.exec(
        select(SalesOrder).where(SalesOrder.id == command.sales_order_id).with_for_update()
    ).one_or_none()
    if order is None:
        raise NOT_FOUND(sales_order_id=str(command.sales_order_id))
    if order.state is not c.SalesOrderState.placed:
        raise ILLEGAL_TRANSITION(state=order.state.value, action="cancellation")
    sold = [
        c.TransferLine(lot_id=lot["lot_id"], sku=line["sku"], jars=lot["jars"])
        for line in order.lines
        for lot in line["lots"]
    ]
    for jars in stock.find(session, sold):
        stock.put(
            session,
            place=order.outpost.value,
            jars=jars,
            kind=c.MovementKind.sale_reversed,
            reference_id=order.id,
        )
    order.state, order.cancelled_at, order.cancel_reason = c.SalesOrderState.cancelled, session.now, command.reason
    order.version += 1
    session.add(order)
    session.flush()
    return view(order)


def get_sales_order(session: Session, query: c.GetSalesOrder) -> c.SalesOrderView:
    order = session.get(SalesOrder, query.sales_order_id)
    if order is None:
        raise NOT_FOUND(sales_order_id=str(query.sales_order_id))
    return view(order)


def list_sales_orders(session: Session, query: c.ListSalesOrders) -> Page[c.SalesOrderView]:
    statement = select(SalesOrder)
    if query.state:
        statement = statement.where(SalesOrder.state == query.state)
    if query.outpost:
        statement = statement.where(SalesOrder.outpost == query.outpost)
    if query.from_date:
        statement = statement.where(SalesOrder.placed_at >= datetime.combine(query.from_date, time.min, CHINA))
    if query.until_date:
        after = datetime.combine(query.until_date + timedelta(days=1), time.min, CHINA)
        statement = statement.where(SalesOrder.placed_at < after)
    return page(
        session,
        statement,
        order=(col(SalesOrder.placed_at).desc(), col(SalesOrder.id).desc()),
        request=query,
        view=view,
    )


def view(order: SalesOrder) -> c.SalesOrderView:
    payment = c.Payment(method=order.payment_method, reference=order.payment_reference)
    return c.SalesOrderView.model_validate({**order.model_dump(), "payment": payment})


def _line(sku: str, quantity: int, price: int, lots: Sequence[stock.Jars]) -> dict[str, Any]:
    return {
        "sku": sku,
        "quantity": quantity,
        "unit_price_cents": price,
        "amount_cents": price * quantity,
        "lots": [{"lot_id": str(one.lot_id), "lot_code": one.lot_code, "jars": one.count} for one in lots],
    }
