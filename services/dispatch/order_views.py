"""How an order is shown and listed, with what happened to it, and which ones wait too long for their receipt."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists
from sqlmodel import col, select

from services.dispatch.models import (
    ACTIVE,
    OPEN_STATES,
    CustodyRecord,
    DispatchOrder,
    EmploymentReceipt,
    LaborContract,
    SeatHold,
)
from services.dispatch.states import today
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session

# 回执: seven days after the departure a missing receipt is somebody's business.
RECEIPT_DAYS = 7


def get_dispatch_order(session: Session, query: c.GetDispatchOrder) -> c.DispatchOrderView:
    order = session.get(DispatchOrder, query.order_id)
    if order is None:
        raise NOT_FOUND(what="dispatch_order", id=str(query.order_id))
    return view(session, order)


def view(session: Session, order: DispatchOrder) -> c.DispatchOrderView:
    seat = session.exec(
        select(SeatHold).where(SeatHold.order_id == order.id, col(SeatHold.state).in_(ACTIVE))
    ).one_or_none()
    receipt_id = session.exec(select(EmploymentReceipt.id).where(EmploymentReceipt.order_id == order.id)).one_or_none()
    contract = session.exec(
        select(LaborContract).where(LaborContract.order_id == order.id, col(LaborContract.is_latest).is_(True))
    ).one_or_none()
    custody = session.exec(
        select(CustodyRecord).where(CustodyRecord.order_id == order.id).order_by(col(CustodyRecord.at))
    )
    return c.DispatchOrderView.model_validate(
        {
            **order.model_dump(),
            "is_receipt_overdue": _is_overdue(session, order),
            "receipt_id": receipt_id,
            "trip_id": seat.trip_id if seat else None,
            "seat_no": seat.seat_no if seat else None,
            "contract": c.LaborContractView.model_validate(contract.model_dump()) if contract else None,
            "custody": [c.CustodyEvent.model_validate(step) for step in custody],
        }
    )


def list_dispatch_orders(session: Session, query: c.ListDispatchOrders) -> Page[c.DispatchOrderRow]:
    """Newest first; every filter narrows what the caller may see anyway."""
    return page(
        session,
        _filtered(session, select(DispatchOrder), query),
        order=(col(DispatchOrder.issued_at).desc(), col(DispatchOrder.id).desc()),
        request=query,
        view=lambda order: c.DispatchOrderRow.model_validate(
            {**order.model_dump(), "is_receipt_overdue": _is_overdue(session, order)}
        ),
    )


def _filtered(session: Session, statement: Select[Any], query: c.ListDispatchOrders) -> Select[Any]:
    for column, value in (
        (DispatchOrder.state, query.state),
        (DispatchOrder.outpost, query.outpost),
        (DispatchOrder.worker_id, query.worker_id),
        (DispatchOrder.employer_id, query.employer_id),
        (DispatchOrder.posting_id, query.posting_id),
    ):
        if value is not None:
            statement = statement.where(col(column) == value)
    if query.division:
        statement = statement.where(col(DispatchOrder.division).startswith(query.division, autoescape=True))
    if query.depart_from:
        statement = statement.where(col(DispatchOrder.depart_on) >= query.depart_from)
    if query.depart_to:
        statement = statement.where(col(DispatchOrder.depart_on) <= query.depart_to)
    if query.order_ids is not None:
        statement = statement.where(col(DispatchOrder.id).in_(query.order_ids))
    if query.is_receipt_overdue is not None:
        overdue = and_(
            col(DispatchOrder.state).in_(OPEN_STATES),
            col(DispatchOrder.depart_on) < today(session) - timedelta(days=RECEIPT_DAYS),
        )
        statement = statement.where(overdue if query.is_receipt_overdue else ~overdue)
    if query.is_contract_missing is not None:
        missing = and_(
            exists().where(
                col(EmploymentReceipt.order_id) == col(DispatchOrder.id),
                col(EmploymentReceipt.outcome) == c.ReceiptOutcome.started,
            ),
            ~exists().where(col(LaborContract.order_id) == col(DispatchOrder.id)),
        )
        statement = statement.where(missing if query.is_contract_missing else ~missing)
    if query.is_without_seat is not None:
        seatless = without_seat()
        statement = statement.where(seatless if query.is_without_seat else ~seatless)
    return statement


def without_seat() -> Any:
    """An issued order of somebody who goes by coach and has neither a seat nor a waiting place."""
    return and_(
        col(DispatchOrder.state) == c.OrderState.issued,
        col(DispatchOrder.transport) == c.Transport.coach,
        ~exists().where(col(SeatHold.order_id) == col(DispatchOrder.id), col(SeatHold.state).in_(ACTIVE)),
    )


def _is_overdue(session: Session, order: DispatchOrder) -> bool:
    return order.state in OPEN_STATES and order.depart_on < today(session) - timedelta(days=RECEIPT_DAYS)


def order_numbers(session: Session, order_ids: set[UUID]) -> dict[UUID, DispatchOrder]:
    """The orders that the caller sees of those ids."""
    if not order_ids:
        return {}
    rows = session.exec(select(DispatchOrder).where(col(DispatchOrder.id).in_(order_ids)))
    return {order.id: order for order in rows}
