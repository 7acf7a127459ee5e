"""A partner's bulk order: asked of one outpost at the day's prices; fulfilled out of that outpost's own stock."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from services.honey import sales
from services.honey.here import actor, next_number, today
from services.honey.models import HoneyOrder
from services.honey.skus import require_sold
from shared.contracts import honey as c
from shared.contracts.base import Page
from shared.contracts.errors import FORBIDDEN, ILLEGAL_TRANSITION, NOT_FOUND
from shared.contracts.scopes import Outpost, Partner
from shared.kit.paging import page
from shared.kit.session import Session


def place_honey_order(session: Session, command: c.PlaceHoneyOrder) -> c.HoneyOrderView:
    """Under the machinery's scope, since a partner writes no outpost's rows; the order is always the caller's own."""
    skus = require_sold(session, [line.sku for line in command.lines])
    order = HoneyOrder(
        order_no=next_number(session, f"TG-{today(session).year}", digits=5),
        employer_id=_own_employer(session),
        outpost=command.outpost,
        lines=[line.model_dump() for line in command.lines],
        prices={sku.sku: sku.price_cents for sku in skus.values()},
        amount_cents=sum(skus[line.sku].price_cents * line.quantity for line in command.lines),
        wanted_on=command.wanted_on,
        note=command.note,
        placed_at=session.now,
        placed_by=actor(session),
    )
    session.add(order)
    session.flush()
    return view(order)


def fulfil_honey_order(session: Session, command: c.FulfilHoneyOrder) -> c.HoneyOrderView:
    """By the outpost it was asked of. Raises INSUFFICIENT_STOCK; the order then stays requested."""
    order = _waiting(session, command.honey_order_id, action="fulfilment")
    lines = [c.SalesLineForm.model_validate(line) for line in order.lines]
    sold = sales.sell(session, order.outpost, lines, command.payment, prices=order.prices, honey_order_id=order.id)
    order.sales_order_id = sold.id
    return _answered(session, order, c.HoneyOrderState.fulfilled, None)


def refuse_honey_order(session: Session, command: c.RefuseHoneyOrder) -> c.HoneyOrderView:
    order = _waiting(session, command.honey_order_id, action="refusal")
    return _answered(session, order, c.HoneyOrderState.refused, command.reason)


def withdraw_honey_order(session: Session, command: c.WithdrawHoneyOrder) -> c.HoneyOrderView:
    """Under the machinery's scope, for the partner's own order alone."""
    order = _waiting(session, command.honey_order_id, action="withdrawal", employer_id=_own_employer(session))
    return _answered(session, order, c.HoneyOrderState.withdrawn, None)


def get_honey_order(session: Session, query: c.GetHoneyOrder) -> c.HoneyOrderView:
    order = session.get(HoneyOrder, query.honey_order_id)
    if order is None:
        raise NOT_FOUND(honey_order_id=str(query.honey_order_id))
    return view(order)


def list_honey_orders(session: Session, query: c.ListHoneyOrders) -> Page[c.HoneyOrderView]:
    statement = select(HoneyOrder)
    if query.state:
        statement = statement.where(HoneyOrder.state == query.state)
    return page(
        session,
        statement,
        order=(col(HoneyOrder.placed_at).desc(), col(HoneyOrder.id).desc()),
        request=query,
        view=view,
    )


def view(order: HoneyOrder) -> c.HoneyOrderView:
    return c.HoneyOrderView.model_validate(order.model_dump())


def _own_employer(session: Session) -> UUID:
    scope = session.caller.scope
    if not isinstance(scope, Partner):
        raise FORBIDDEN()
    return scope.employer_id


def _waiting(session: Session, honey_order_id: UUID, *, action: str, employer_id: UUID | None = None) -> HoneyOrder:
    order = session.exec(select(HoneyOrder).where(HoneyOrder.id == honey_order_id).with_for_update()).one_or_none()
    scope = session.caller.scope
    is_elsewhere = order is not None and isinstance(scope, Outpost) and order.outpost is not scope.code
    if order is None or is_elsewhere or (employer_id and order.employer_id != employer_id):
        raise NOT_FOUND(honey_order_id=str(honey_order_id))
    if order.state is not c.HoneyOrderState.requested:
        raise ILLEGAL_TRANSITION(state=order.state.value, action=action)
    return order


def _answered(session: Session, order: HoneyOrder, state: c.HoneyOrderState, note: str | None) -> c.HoneyOrderView:
    order.state, order.answer_note = state, note
    order.version += 1
    session.add(order)
    session.flush()
    return view(order)
