"""回执码: the printed order carries a signed code; whoever receives the worker at the gate closes the order with it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlmodel import select

from services.dispatch import receipts
from services.dispatch.models import OPEN_STATES, DispatchOrder, EmploymentReceipt
from services.dispatch.states import ZONE
from shared.contracts import dispatch as c
from shared.contracts.errors import NOT_FOUND
from shared.kit.links import make_link_token, read_link_token
from shared.kit.session import Session

# A receipt may come late, and a later one than this is taken by the outpost.
VALID_DAYS = 120


def receipt_token(session: Session, order: DispatchOrder) -> str:
    departs = datetime.combine(order.depart_on, time.min, ZONE)
    return make_link_token(
        session.keys,
        purpose=c.RECEIPT_PURPOSE,
        subject=str(order.id),
        expires_at=max(departs, order.issued_at) + timedelta(days=VALID_DAYS),
    )


def get_receipt_sheet(session: Session, query: c.GetReceiptSheet) -> c.ReceiptSheet:
    """Raises LINK_INVALID and LINK_EXPIRED."""
    return _sheet(session, _order(session, query.token))


def receive_receipt_by_sheet(session: Session, command: c.ReceiveReceiptBySheet) -> c.ReceiptSheet:
    """Close the order of a genuine code; the rules are those of any receipt.

    Runs as the service, since nobody has signed in: the token names the one order that it opens.
    """
    order = _order(session, command.token)
    receipts.receive_receipt(
        session, c.ReceiveReceipt(order_id=order.id, **command.model_dump(exclude={"token"})), received_from="paper"
    )
    return _sheet(session, order)


def _order(session: Session, token: str) -> DispatchOrder:
    claims = read_link_token(session.keys, token, purpose=c.RECEIPT_PURPOSE, now=session.now)
    order = session.get(DispatchOrder, UUID(claims.subject))
    if order is None:
        raise NOT_FOUND(what="dispatch_order")
    return order


def _sheet(session: Session, order: DispatchOrder) -> c.ReceiptSheet:
    receipt = session.exec(select(EmploymentReceipt).where(EmploymentReceipt.order_id == order.id)).one_or_none()
    return c.ReceiptSheet(
        order_no=order.order_no,
        posting_title=order.posting_title,
        employer_name=order.employer_name,
        outpost=order.outpost,
        depart_on=order.depart_on,
        state=order.state,
        receipt_no=receipt.receipt_no if receipt else None,
        outcome=receipt.outcome if receipt else None,
        started_on=receipt.started_on if receipt else None,
        is_open=receipt is None and order.state in OPEN_STATES,
    )
