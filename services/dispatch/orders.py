"""派遣单: when one may be issued or cancelled, and what the others hear of it."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from sqlmodel import col, select

from services.dispatch import order_views, seats
from services.dispatch.models import (
    OPEN_STATES,
    DispatchOrder,
    EmploymentReceipt,
    KnownAnswer,
    KnownWorker,
    Placement,
)
from services.dispatch.numbers import ORDERS, next_number
from services.dispatch.refusals import refusing
from services.dispatch.states import ORDER_STEPS, after, today, who
from shared.contracts import dispatch as c
from shared.contracts import postings
from shared.contracts.base import Nothing
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import ConsentPurpose
from shared.kit.calls import Ask, Call
from shared.kit.session import Session
from shared.kit.tables import new_id, utc_now

RESERVATION = timedelta(minutes=2)


class Reserved(NamedTuple):
    """An opening that postings holds for the order about to be issued."""

    order_id: UUID
    opening: postings.OpeningReservation
    posting: postings.PostingView


class Grounds(NamedTuple):
    """Why the worker may be sent: who it is, and the accepted recommendation unless a reason was named."""

    worker: KnownWorker
    recommendation_id: UUID | None


def order_id_of(command_id: UUID | None) -> UUID:
    """The order's id follows from the command's, so that a retry reserves the same opening for the same order."""
    return uuid5(command_id, "dispatch_order") if command_id else new_id()


def reserve(ask: Ask, command: c.IssueDispatchOrder, call: Call) -> Reserved:
    """Take an opening for the order, before its transaction.

    What dispatch itself would refuse is refused first, so that no opening is held for an order that cannot be.
    """
    order_id = order_id_of(call.command_id)
    ask(c.CheckDispatchOrder.model_validate(command.model_dump(exclude={"outpost", "transport"})))
    posting = ask(postings.GetPosting(posting_id=command.posting_id))
    opening = ask(
        postings.ReserveOpening(posting_id=command.posting_id, order_id=order_id, expires_at=utc_now() + RESERVATION)
    )
    return Reserved(order_id, opening, posting)


def check_dispatch_order(session: Session, query: c.CheckDispatchOrder) -> Nothing:
    _grounds(session, query)
    return Nothing()


def issue_dispatch_order(session: Session, command: c.IssueDispatchOrder, reserved: Reserved) -> c.DispatchOrderView:
    """Issue the order and number it without a gap; frozen from now on.

    Raises ORDER_WORKER_HAS_OPEN_ORDER (also for the 50th at once: the index decides), ORDER_WORKER_IS_PLACED,
    ORDER_NEEDS_ACCEPTANCE, ORDER_WORKER_NOT_ACTIVE, ORDER_CONSENT_MISSING, ORDER_CONSENT_WITHDRAWN,
    ORDER_REPLACES_NOT_CANCELLED.
    """
    grounds = _grounds(session, command)
    posting = reserved.posting
    with refusing(session, {"dispatch_order_one_open": c.ORDER_WORKER_HAS_OPEN_ORDER()}):
        order = DispatchOrder(
            id=reserved.order_id,
            order_no=next_number(session, ORDERS),
            worker_id=command.worker_id,
            posting_id=command.posting_id,
            employer_id=reserved.opening.employer_id,
            agreement_id=reserved.opening.agreement_id,
            recommendation_id=grounds.recommendation_id,
            reason=command.reason,
            replaces=command.replaces,
            outpost=command.outpost,
            division=grounds.worker.division,
            depart_on=command.depart_on,
            transport=command.transport,
            posting_title=posting.title,
            employer_name=posting.company,
            wage_min_cents=posting.wage_min_cents,
            wage_max_cents=posting.wage_max_cents,
            wage_unit=posting.wage_unit,
            issued_at=session.now,
            issued_by=who(session),
            state=c.OrderState.issued,
        )
        session.add(order)
    session.publish(
        c.DispatchOrderIssued(
            order_id=order.id,
            order_no=order.order_no,
            worker_id=order.worker_id,
            posting_id=order.posting_id,
            employer_id=order.employer_id,
            agreement_id=order.agreement_id,
            outpost=order.outpost,
            depart_on=order.depart_on,
            division=order.division,
            recommendation_id=order.recommendation_id,
            replaces=order.replaces,
        )
    )
    return order_views.view(session, order)


def cancel_dispatch_order(session: Session, command: c.CancelDispatchOrder) -> c.DispatchOrderView:
    """Cancel an order before anybody has boarded with it; its opening and its seat are free again."""
    order = locked(session, command.order_id)
    cancel(session, order, command.kind, command.reason)
    return order_views.view(session, order)


def cancel(session: Session, order: DispatchOrder, kind: c.CancelReason, reason: str | None) -> None:
    order.state = after(ORDER_STEPS, order.state, "cancel")
    order.cancelled_at = session.now
    order.cancel_kind = kind
    order.cancel_reason = reason
    order.version += 1
    session.add(order)
    seats.give_back(session, order.id)
    session.publish(
        c.DispatchOrderCancelled(
            order_id=order.id,
            worker_id=order.worker_id,
            posting_id=order.posting_id,
            employer_id=order.employer_id,
            outpost=order.outpost,
            reason=kind,
        )
    )


def order_exists(session: Session, query: c.OrderExists) -> c.OrderPresence:
    """Whether the order was issued, and whether it still uses its opening."""
    order = session.get(DispatchOrder, query.order_id)
    if order is None:
        return c.OrderPresence(order_id=query.order_id, exists=False, holds_opening=False)
    holds = order.state in OPEN_STATES
    if order.state is c.OrderState.closed:
        receipt = session.exec(
            select(EmploymentReceipt.outcome).where(EmploymentReceipt.order_id == order.id)
        ).one_or_none()
        holds = receipt is c.ReceiptOutcome.started
    return c.OrderPresence(order_id=order.id, exists=True, state=order.state, holds_opening=holds)


def locked(session: Session, order_id: UUID) -> DispatchOrder:
    """The order, held for the rest of the transaction; raises NOT_FOUND outside what the caller sees."""
    order = session.exec(
        select(DispatchOrder)
        .where(DispatchOrder.id == order_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if order is None:
        raise NOT_FOUND(what="dispatch_order", id=str(order_id))
    return order


def _grounds(session: Session, wanted: c.IssueDispatchOrder | c.CheckDispatchOrder) -> Grounds:
    """Only an accepted recommendation or a named reason (对口派遣) sends somebody, and only who is free to go."""
    worker = session.get(KnownWorker, wanted.worker_id)
    if worker is None:
        raise NOT_FOUND(what="worker", id=str(wanted.worker_id))
    if not worker.is_active or worker.merged_into is not None:
        raise c.ORDER_WORKER_NOT_ACTIVE()
    if ConsentPurpose.share_with_employers.value in worker.withdrawn:
        raise c.ORDER_CONSENT_WITHDRAWN()
    if ConsentPurpose.dispatch.value not in (worker.consents or ()):
        raise c.ORDER_CONSENT_MISSING()
    if abs((wanted.depart_on - today(session)).days) > 366:
        raise c.ORDER_DEPARTURE_IMPOSSIBLE()
    _refuse_if_busy(session, wanted.worker_id)
    if wanted.replaces is not None:
        replaced = session.get(DispatchOrder, wanted.replaces)
        if replaced is None or replaced.worker_id != wanted.worker_id or replaced.state is not c.OrderState.cancelled:
            raise c.ORDER_REPLACES_NOT_CANCELLED()
    answer = session.exec(
        select(KnownAnswer)
        .where(KnownAnswer.worker_id == wanted.worker_id, KnownAnswer.posting_id == wanted.posting_id)
        .order_by(col(KnownAnswer.answered_at).desc())
        .limit(1)
    ).one_or_none()
    accepted = answer is not None and answer.is_accepted
    if not accepted and wanted.reason is None:
        raise c.ORDER_NEEDS_ACCEPTANCE()
    return Grounds(worker, answer.recommendation_id if answer and accepted else None)


def _refuse_if_busy(session: Session, worker_id: UUID) -> None:
    open_order = session.exec(
        select(DispatchOrder.id, DispatchOrder.order_no).where(
            DispatchOrder.worker_id == worker_id, col(DispatchOrder.state).in_(OPEN_STATES)
        )
    ).one_or_none()
    if open_order is not None:
        raise c.ORDER_WORKER_HAS_OPEN_ORDER(order_id=str(open_order[0]), order_no=open_order[1])
    at_work = session.exec(
        select(Placement.id).where(Placement.worker_id == worker_id, col(Placement.ended_on).is_(None)).limit(1)
    ).one_or_none()
    if at_work is not None:
        raise c.ORDER_WORKER_IS_PLACED(placement_id=str(at_work))
