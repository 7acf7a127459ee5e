"""就业回执单: exactly one closes an order, and says whether the worker started."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlmodel import col, select

from services.dispatch import seats
from services.dispatch.models import OPEN_STATES, DispatchOrder, EmploymentReceipt, Placement
from services.dispatch.order_views import RECEIPT_DAYS
from services.dispatch.orders import locked
from services.dispatch.refusals import refusing
from services.dispatch.states import ORDER_STEPS, after, today, who
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id

# An employer may send the receipt when the first day is agreed, a little ahead of it.
DAYS_AHEAD = 31
DAYS_BEFORE_ISSUE = 366
OVERDUE_DAYS = {1: RECEIPT_DAYS, 2: 2 * RECEIPT_DAYS}
AT_ONCE = 200


def receive_receipt(session: Session, command: c.ReceiveReceipt, *, received_from: str | None = None) -> c.ReceiptView:
    """Close the order: started opens the placement, not started returns the opening and the worker.

    Who travels by own fare goes from issued to closed. Raises ORDER_RECEIPT_EXISTS for any second receipt,
    ILLEGAL_TRANSITION for a cancelled order, RECEIPT_START_IMPOSSIBLE.
    """
    order = locked(session, command.order_id)
    earlier = session.exec(
        select(EmploymentReceipt.receipt_no).where(EmploymentReceipt.order_id == order.id)
    ).one_or_none()
    if earlier is not None:
        raise c.ORDER_RECEIPT_EXISTS(receipt_no=earlier)
    state = after(ORDER_STEPS, order.state, "receive_receipt")
    _check_start(session, order, command)
    receipt = _receipt(session, order, command)
    receipt.received_from = received_from or session.caller.scope.kind
    with refusing(session, {"employment_receipt_one_an_order": c.ORDER_RECEIPT_EXISTS()}):
        session.add(receipt)
        order.state = state
        order.closed_at = session.now
        order.version += 1
        session.add(order)
    seats.give_back(session, order.id)
    session.publish(
        c.EmploymentReceiptReceived(
            receipt_id=receipt.id,
            order_id=order.id,
            worker_id=order.worker_id,
            posting_id=order.posting_id,
            employer_id=order.employer_id,
            outpost=order.outpost,
            outcome=receipt.outcome,
            started_on=receipt.started_on,
            wage_cents=receipt.wage_cents,
            reason=receipt.reason_kind,
        )
    )
    if receipt.placement_id is not None and receipt.started_on is not None:
        _start_placement(session, order, receipt, receipt.placement_id, receipt.started_on)
    return c.ReceiptView.model_validate(receipt)


def _check_start(session: Session, order: DispatchOrder, command: c.ReceiveReceipt) -> None:
    if command.started_on is None:
        return
    earliest = order.issued_at.date() - timedelta(days=DAYS_BEFORE_ISSUE)
    latest = today(session) + timedelta(days=DAYS_AHEAD)
    if not earliest <= command.started_on <= latest:
        raise c.RECEIPT_START_IMPOSSIBLE(started_on=command.started_on.isoformat())


def receipt_no(order: DispatchOrder) -> str:
    """The order's number with HZ: one order, one receipt."""
    return "HZ" + order.order_no.removeprefix("PQ")


def _receipt(session: Session, order: DispatchOrder, command: c.ReceiveReceipt) -> EmploymentReceipt:
    started = command.outcome is c.ReceiptOutcome.started
    return EmploymentReceipt(
        receipt_no=receipt_no(order),
        order_id=order.id,
        order_no=order.order_no,
        worker_id=order.worker_id,
        posting_id=order.posting_id,
        employer_id=order.employer_id,
        outpost=order.outpost,
        outcome=command.outcome,
        started_on=command.started_on,
        wage_cents=command.wage_cents,
        reason_kind=None if started else command.reason_kind or c.NotStartedReason.other,
        reason=command.reason,
        received_at=session.now,
        received_from=session.caller.scope.kind,
        received_by=who(session),
        placement_id=new_id() if started else None,
    )


def _start_placement(
    session: Session, order: DispatchOrder, receipt: EmploymentReceipt, placement_id: UUID, started_on: date
) -> None:
    session.add(
        Placement(
            id=placement_id,
            order_id=order.id,
            worker_id=order.worker_id,
            employer_id=order.employer_id,
            posting_id=order.posting_id,
            outpost=order.outpost,
            started_on=started_on,
            wage_cents=receipt.wage_cents,
        )
    )
    session.publish(
        c.PlacementStarted(
            placement_id=placement_id,
            order_id=order.id,
            worker_id=order.worker_id,
            employer_id=order.employer_id,
            posting_id=order.posting_id,
            outpost=order.outpost,
            started_on=started_on,
            wage_cents=receipt.wage_cents,
        )
    )


def escalate_overdue(session: Session) -> None:
    """逾期未回执: after seven days the outpost is asked, after fourteen headquarters; each once."""
    for level, days in OVERDUE_DAYS.items():
        late = session.exec(
            select(DispatchOrder)
            .where(
                col(DispatchOrder.state).in_(OPEN_STATES),
                col(DispatchOrder.overdue_level) < level,
                col(DispatchOrder.depart_on) < today(session) - timedelta(days=days),
            )
            .order_by(col(DispatchOrder.id))
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        for order in late:
            order.overdue_level = level
            session.add(order)
            session.publish(
                c.EmploymentReceiptOverdue(
                    order_id=order.id,
                    order_no=order.order_no,
                    worker_id=order.worker_id,
                    employer_id=order.employer_id,
                    outpost=order.outpost,
                    level=level,
                    depart_on=order.depart_on,
                )
            )


def get_receipt(session: Session, query: c.GetReceipt) -> c.ReceiptView:
    receipt = session.get(EmploymentReceipt, query.receipt_id)
    if receipt is None:
        raise NOT_FOUND(what="receipt", id=str(query.receipt_id))
    return c.ReceiptView.model_validate(receipt)


def list_receipts(session: Session, query: c.ListReceipts) -> Page[c.ReceiptView]:
    statement = select(EmploymentReceipt)
    for column, value in (
        (EmploymentReceipt.outpost, query.outpost),
        (EmploymentReceipt.employer_id, query.employer_id),
        (EmploymentReceipt.worker_id, query.worker_id),
        (EmploymentReceipt.outcome, query.outcome),
    ):
        if value is not None:
            statement = statement.where(col(column) == value)
    return page(
        session,
        statement,
        order=(col(EmploymentReceipt.received_at).desc(), col(EmploymentReceipt.id).desc()),
        request=query,
        view=c.ReceiptView.model_validate,
    )
