"""收购 and 蜂农结算: what is bought from whom for how much, and that each purchase is paid once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from services.honey.beekeepers import require_beekeeper
from services.honey.here import actor, next_number, today
from services.honey.models import HoneyPurchase, Settlement
from shared.contracts import honey as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session


def amount_of(grams: int, price_cents_per_kg: int) -> int:
    """Grams x price / 1000 in whole fen, half a fen rounded up (四舍五入到分), in integers throughout."""
    return (grams * price_cents_per_kg + 500) // 1000


def record_purchase(session: Session, command: c.RecordHoneyPurchase) -> c.HoneyPurchaseView:
    """Raises NOT_FOUND for an unknown beekeeper, BEEKEEPER_INACTIVE, HARVEST_IN_FUTURE for a day still to come."""
    beekeeper = require_beekeeper(session, command.beekeeper_id)
    if not beekeeper.is_active:
        raise c.BEEKEEPER_INACTIVE(beekeeper_id=str(beekeeper.id))
    purchased_on = command.purchased_on or today(session)
    for day in (command.harvested_on, purchased_on):
        _require_past(day, today(session))
    purchase = HoneyPurchase(
        **command.model_dump(exclude={"purchased_on", "division"}),
        purchase_no=next_number(session, f"FM-{purchased_on.year}", digits=5),
        worker_id=beekeeper.worker_id,
        amount_cents=amount_of(command.grams, command.price_cents_per_kg),
        purchased_on=purchased_on,
        division=command.division or beekeeper.division,
        recorded_at=session.now,
        recorded_by=actor(session),
    )
    session.add(purchase)
    session.flush()
    session.publish(
        c.HoneyPurchaseRecorded(
            purchase_id=purchase.id,
            beekeeper_id=beekeeper.id,
            worker_id=purchase.worker_id,
            grams=purchase.grams,
            grade=purchase.grade,
            amount_cents=purchase.amount_cents,
        )
    )
    return view(purchase)


def void_purchase(session: Session, command: c.VoidHoneyPurchase) -> c.HoneyPurchaseView:
    """Raises PURCHASE_IN_USE once it is part of a lot, settled, or voided already."""
    purchase = session.exec(
        select(HoneyPurchase).where(HoneyPurchase.id == command.purchase_id).with_for_update()
    ).one_or_none()
    if purchase is None:
        raise NOT_FOUND(purchase_id=str(command.purchase_id))
    if purchase.lot_id or purchase.state is not c.PurchaseState.recorded:
        raise c.PURCHASE_IN_USE(purchase_no=purchase.purchase_no, state=purchase.state.value)
    purchase.state, purchase.void_reason = c.PurchaseState.voided, command.reason
    purchase.version += 1
    session.add(purchase)
    session.flush()
    return view(purchase)


def get_purchase(session: Session, query: c.GetHoneyPurchase) -> c.HoneyPurchaseView:
    purchase = session.get(HoneyPurchase, query.purchase_id)
    if purchase is None:
        raise NOT_FOUND(purchase_id=str(query.purchase_id))
    return view(purchase)


def list_purchases(session: Session, query: c.ListHoneyPurchases) -> Page[c.HoneyPurchaseView]:
    statement = select(HoneyPurchase)
    if query.beekeeper_id:
        statement = statement.where(HoneyPurchase.beekeeper_id == query.beekeeper_id)
    if query.state:
        statement = statement.where(HoneyPurchase.state == query.state)
    if query.is_in_lot is not None:
        in_lot = col(HoneyPurchase.lot_id).is_not(None)
        statement = statement.where(in_lot if query.is_in_lot else ~in_lot)
    if query.from_date:
        statement = statement.where(HoneyPurchase.purchased_on >= query.from_date)
    if query.until_date:
        statement = statement.where(HoneyPurchase.purchased_on <= query.until_date)
    return page(
        session,
        statement,
        order=(col(HoneyPurchase.recorded_at).desc(), col(HoneyPurchase.id).desc()),
        request=query,
        view=view,
    )


def pay_settlement(session: Session, command: c.PaySettlement) -> c.SettlementView:
    """Pay a beekeeper for the named purchases, or for all that wait.

    One conditional update claims them, so that two officers at once cannot pay the same purchase. Raises
    PURCHASE_ALREADY_SETTLED if any named one cannot be claimed (nothing is paid then), NOTHING_TO_SETTLE if none waits.
    """
    beekeeper = require_beekeeper(session, command.beekeeper_id)
    paid_on = command.paid_on or today(session)
    _require_past(paid_on, today(session))
    settlement = Settlement(
        settlement_no=next_number(session, f"JS-{paid_on.year}", digits=5),
        beekeeper_id=beekeeper.id,
        worker_id=beekeeper.worker_id,
        grams=0,
        amount_cents=0,
        method=command.payment.method,
        reference=command.payment.reference,
        paid_on=paid_on,
        created_at=session.now,
        created_by=actor(session),
    )
    session.add(settlement)
    session.flush()
    claim = update(HoneyPurchase).where(
        col(HoneyPurchase.beekeeper_id) == beekeeper.id,
        col(HoneyPurchase.state) == c.PurchaseState.recorded,
    )
    if command.purchase_ids is not None:
        claim = claim.where(col(HoneyPurchase.id).in_(command.purchase_ids))
    claimed = session.execute(
        claim.values(
            state=c.PurchaseState.settled, settlement_id=settlement.id, version=HoneyPurchase.version + 1
        ).returning(col(HoneyPurchase.id), col(HoneyPurchase.grams), col(HoneyPurchase.amount_cents))
    ).all()
    if command.purchase_ids is not None and len(claimed) != len(set(command.purchase_ids)):
        raise c.PURCHASE_ALREADY_SETTLED()
    if not claimed:
        raise c.NOTHING_TO_SETTLE()
    settlement.grams = sum(row.grams for row in claimed)
    settlement.amount_cents = sum(row.amount_cents for row in claimed)
    session.add(settlement)
    session.flush()
    session.publish(
        c.SettlementPaid(
            settlement_id=settlement.id, worker_id=settlement.worker_id, amount_cents=settlement.amount_cents
        )
    )
    return _settlement_view(settlement, [row.id for row in claimed])


def list_settlements(session: Session, query: c.ListSettlements) -> Page[c.SettlementView]:
    statement = select(Settlement)
    if query.beekeeper_id:
        statement = statement.where(Settlement.beekeeper_id == query.beekeeper_id)
    found: Page[Settlement] = page(
        session,
        statement,
        order=(col(Settlement.created_at).desc(), col(Settlement.id).desc()),
        request=query,
        view=lambda settlement: settlement,
    )
    purchases: dict[UUID, list[UUID]] = {}
    for row in session.exec(
        select(HoneyPurchase).where(col(HoneyPurchase.settlement_id).in_([one.id for one in found.items]))
    ):
        if row.settlement_id:
            purchases.setdefault(row.settlement_id, []).append(row.id)
    return Page(
        items=[_settlement_view(one, purchases.get(one.id, [])) for one in found.items],
        next_cursor=found.next_cursor,
    )


def view(purchase: HoneyPurchase) -> c.HoneyPurchaseView:
    return c.HoneyPurchaseView.model_validate(purchase.model_dump())


def _settlement_view(settlement: Settlement, purchase_ids: list[UUID]) -> c.SettlementView:
    payment = c.Payment(method=settlement.method, reference=settlement.reference)
    return c.SettlementView.model_validate(
        {**settlement.model_dump(), "payment": payment, "purchase_ids": sorted(purchase_ids)}
    )


def _require_past(day: date, now: date) -> None:
    if day > now:
        raise c.HARVEST_IN_FUTURE(on=day.isoformat())
