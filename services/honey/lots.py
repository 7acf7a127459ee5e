"""蜂蜜批次: what goes into a lot, whether it may be bottled, and that no gram is bottled twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.honey import stock
from services.honey.here import actor, next_number, today
from services.honey.models import Bottling, HoneyLot, HoneyPurchase
from services.honey.skus import require_sold
from shared.contracts import honey as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, INVALID, NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session

SELLABLE = c.LotState.released


def create_lot(session: Session, command: c.CreateHoneyLot) -> c.HoneyLotView:
    """Mix whole purchases. Raises PURCHASE_NOT_FREE if one is voided, in another lot, or unknown."""
    if command.best_before <= today(session):
        raise INVALID(field="best_before")
    wanted = set(command.purchase_ids)
    purchases = session.exec(
        select(HoneyPurchase)
        .where(
            col(HoneyPurchase.id).in_(wanted),
            col(HoneyPurchase.lot_id).is_(None),
            HoneyPurchase.state != c.PurchaseState.voided,
        )
        .order_by(col(HoneyPurchase.id))
        .with_for_update()
    ).all()
    if len(purchases) != len(wanted):
        raise c.PURCHASE_NOT_FREE(purchase_ids=sorted(str(one) for one in wanted - {p.id for p in purchases}))
    lot = HoneyLot(
        code=next_number(session, f"LP{today(session):%y%m}", digits=4),
        grams_total=sum(purchase.grams for purchase in purchases),
        best_before=command.best_before,
        trace=_trace(list(purchases)),
        created_at=session.now,
        created_by=actor(session),
    )
    if command.test:
        _judge(lot, command.test)
    session.add(lot)
    session.flush()
    for purchase in purchases:
        purchase.lot_id = lot.id
        purchase.version += 1
        session.add(purchase)
    session.flush()
    return view(session, lot)


def record_test(session: Session, command: c.RecordLotTest) -> c.HoneyLotView:
    """检验报告: a passed one releases the lot, a failed one rejects it; a recalled lot stays recalled."""
    lot = _require(session, command.lot_id)
    if lot.state is c.LotState.recalled:
        raise ILLEGAL_TRANSITION(state=lot.state.value, action="test")
    _judge(lot, c.LotTestForm(**command.model_dump(exclude={"lot_id"})))
    lot.version += 1
    session.add(lot)
    session.flush()
    return view(session, lot)


def bottle(session: Session, command: c.BottleHoney) -> c.HoneyLotView:
    """Fill jars; they enter the county's stock.

    The lot is locked, so that two bottlings at once cannot fill the same honey. Raises
    LOT_NOT_RELEASED, SKU_NOT_FOUND, LOT_NOT_ENOUGH_HONEY.
    """
    lot = _require(session, command.lot_id)
    if lot.state is not SELLABLE:
        raise c.LOT_NOT_RELEASED(code=lot.code, state=lot.state.value)
    sku = require_sold(session, [command.sku])[command.sku]
    net_grams = command.jars * sku.net_grams
    left = lot.grams_total - lot.grams_bottled - lot.grams_lost
    needed = net_grams + command.loss_grams
    if needed > left:
        raise c.LOT_NOT_ENOUGH_HONEY(code=lot.code, left=left, needed=needed)
    lot.grams_bottled += net_grams
    lot.grams_lost += command.loss_grams
    lot.version += 1
    bottling = Bottling(
        lot_id=lot.id,
        sku=sku.sku,
        jars=command.jars,
        net_grams=net_grams,
        loss_grams=command.loss_grams,
        bottled_on=command.bottled_on or today(session),
        recorded_at=session.now,
        recorded_by=actor(session),
    )
    session.add_all([lot, bottling])
    session.flush()
    stock.put(
        session,
        place=c.COUNTY,
        jars=stock.Jars(lot_id=lot.id, lot_code=lot.code, sku=sku.sku, count=command.jars, best_before=lot.best_before),
        kind=c.MovementKind.bottled,
        reference_id=bottling.id,
    )
    return view(session, lot)


def recall(session: Session, command: c.RecallHoneyLot) -> c.HoneyLotView:
    """From now on no jar of it is sold or bottled; the trace page says so."""
    lot = _require(session, command.lot_id)
    if lot.state is not c.LotState.released:
        raise ILLEGAL_TRANSITION(state=lot.state.value, action="recall")
    lot.state, lot.recall_reason = c.LotState.recalled, command.reason
    lot.version += 1
    session.add(lot)
    session.flush()
    return view(session, lot)


def get_lot(session: Session, query: c.GetHoneyLot) -> c.HoneyLotView:
    lot = session.get(HoneyLot, query.lot_id)
    if lot is None:
        raise NOT_FOUND(lot_id=str(query.lot_id))
    return view(session, lot)


def list_lots(session: Session, query: c.ListHoneyLots) -> Page[c.HoneyLotView]:
    statement = select(HoneyLot)
    if query.state:
        statement = statement.where(HoneyLot.state == query.state)
    return page(
        session,
        statement,
        order=(col(HoneyLot.created_at).desc(), col(HoneyLot.id).desc()),
        request=query,
        view=lambda lot: view(session, lot),
    )


def view(session: Session, lot: HoneyLot) -> c.HoneyLotView:
    bottlings = session.exec(select(Bottling).where(Bottling.lot_id == lot.id).order_by(col(Bottling.id))).all()
    shown = {name: lot.trace[name] for name in ("places", "harvest_months", "grades", "floral_sources")}
    return c.HoneyLotView.model_validate(
        {
            **lot.model_dump(exclude={"trace"}),
            **shown,
            "purchase_ids": lot.trace["purchase_ids"],
            "grams_left": lot.grams_total - lot.grams_bottled - lot.grams_lost,
            "bottlings": [c.BottlingView.model_validate(one.model_dump()) for one in bottlings],
        }
    )


def _trace(purchases: list[HoneyPurchase]) -> dict[str, Any]:
    """What the jar's page may tell, fixed when the lot is made: villages, months and grades, no person."""
    water = sorted(purchase.moisture for purchase in purchases if purchase.moisture is not None)
    return {
        "purchase_ids": sorted(str(purchase.id) for purchase in purchases),
        "beekeepers": len({purchase.beekeeper_id for purchase in purchases}),
        "places": sorted({purchase.division for purchase in purchases if purchase.division}),
        "harvest_months": sorted({f"{purchase.harvested_on:%Y-%m}" for purchase in purchases}),
        "grades": sorted({purchase.grade.value for purchase in purchases}),
        "floral_sources": sorted({purchase.floral_source for purchase in purchases if purchase.floral_source}),
        "moisture": [str(water[0]), str(water[-1])] if water else [],
    }


def _judge(lot: HoneyLot, test: c.LotTestForm) -> None:
    lot.tests = [*lot.tests, test.model_dump(mode="json")]
    lot.state = c.LotState.released if test.has_passed else c.LotState.rejected


def _require(session: Session, lot_id: UUID) -> HoneyLot:
    lot = session.exec(select(HoneyLot).where(HoneyLot.id == lot_id).with_for_update()).one_or_none()
    if lot is None:
        raise NOT_FOUND(lot_id=str(lot_id))
    return lot
