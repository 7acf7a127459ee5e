"""库存: every change of a level is a movement, and no level falls below zero.

`put` and `take` are the only ways to change a level. `take` is a conditional update, and the table has a CHECK besides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.honey.here import actor, own_place, today
from services.honey.models import HoneyLot, Sku, StockLevel, StockMovement, StockTransfer
from shared.contracts import honey as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.scopes import Hq
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id


@dataclass(frozen=True)
class Jars:
    """Some jars of one lot and SKU."""

    lot_id: UUID
    lot_code: str
    sku: str
    count: int
    best_before: date


def put(session: Session, *, place: str, jars: Jars, kind: c.MovementKind, reference_id: UUID) -> None:
    """More jars stand at a place."""
    row = insert(StockLevel).values(
        id=new_id(),
        place=place,
        lot_id=jars.lot_id,
        lot_code=jars.lot_code,
        sku=jars.sku,
        jars=jars.count,
        best_before=jars.best_before,
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["place", "lot_id", "sku"], set_={"jars": StockLevel.jars + row.excluded.jars}
        )
    )
    _moved(session, place, jars, jars.count, kind, reference_id)


def take(session: Session, *, place: str, jars: Jars, kind: c.MovementKind, reference_id: UUID) -> None:
    """Fewer jars stand at a place; raises INSUFFICIENT_STOCK rather than fall below zero."""
    taken = session.execute(
        update(StockLevel)
        .where(
            col(StockLevel.place) == place,
            col(StockLevel.lot_id) == jars.lot_id,
            col(StockLevel.sku) == jars.sku,
            col(StockLevel.jars) >= jars.count,
        )
        .values(jars=StockLevel.jars - jars.count)
        .returning(col(StockLevel.id))
    ).one_or_none()
    if taken is None:
        left = session.exec(
            select(StockLevel.jars).where(
                StockLevel.place == place, StockLevel.lot_id == jars.lot_id, StockLevel.sku == jars.sku
            )
        ).one_or_none()
        raise c.INSUFFICIENT_STOCK(sku=jars.sku, left=left or 0, needed=jars.count)
    _moved(session, place, jars, -jars.count, kind, reference_id)


def choose(session: Session, place: str, wanted: dict[str, int]) -> dict[str, list[Jars]]:
    """Which jars to sell: of released lots within their date, those that expire first. Locks what it looks at.

    SKUs are locked in the order of their names and lots in the order of their dates, so that sales at once wait for
    each other rather than deadlock. Raises INSUFFICIENT_STOCK.
    """
    chosen: dict[str, list[Jars]] = {}
    for sku in sorted(wanted):
        levels = session.exec(
            select(StockLevel)
            .join(HoneyLot, col(HoneyLot.id) == StockLevel.lot_id)
            .where(
                StockLevel.place == place,
                StockLevel.sku == sku,
                StockLevel.jars > 0,
                StockLevel.best_before >= today(session),
                HoneyLot.state == c.LotState.released,
            )
            .order_by(col(StockLevel.best_before), col(StockLevel.id))
            .with_for_update(of=StockLevel)
            .execution_options(populate_existing=True)
        ).all()
        missing = wanted[sku]
        chosen[sku] = []
        for level in levels:
            count = min(missing, level.jars)
            if count:
                chosen[sku].append(replace(_jars(level), count=count))
                missing -= count
        if missing:
            raise c.INSUFFICIENT_STOCK(sku=sku, left=wanted[sku] - missing, needed=wanted[sku])
    return chosen


def find(session: Session, lines: Sequence[c.TransferLine]) -> list[Jars]:
    """The jars that transfer lines name; the same lot and SKU twice is one. Raises NOT_FOUND for an unknown lot."""
    counts: Counter[tuple[UUID, str]] = Counter()
    for line in lines:
        counts[line.lot_id, line.sku] += line.jars
    lots = {
        lot.id: lot
        for lot in session.exec(select(HoneyLot).where(col(HoneyLot.id).in_({lot_id for lot_id, _ in counts})))
    }
    found = []
    for (lot_id, sku), count in sorted(counts.items(), key=lambda item: (str(item[0][0]), item[0][1])):
        lot = lots.get(lot_id)
        if lot is None:
            raise NOT_FOUND(lot_id=str(lot_id))
        found.append(Jars(lot_id, lot.code, sku, count, lot.best_before))
    return found


def get_stock(session: Session, query: c.GetStock) -> c.StockView:
    """At the caller's place; HQ sees every place unless it names one."""
    place = query.place if isinstance(session.caller.scope, Hq) else own_place(session)
    statement = select(StockLevel, Sku, HoneyLot.state).join(Sku, col(Sku.sku) == StockLevel.sku)
    statement = statement.join(HoneyLot, col(HoneyLot.id) == StockLevel.lot_id).where(StockLevel.jars > 0)
    coming = select(StockTransfer).where(StockTransfer.state == c.StockTransferState.on_the_way)
    if place:
        statement = statement.where(StockLevel.place == place)
        coming = coming.where(StockTransfer.to_place == place)
    items, totals, on_the_way = [], Counter[str](), Counter[str]()
    ordered = statement.order_by(col(StockLevel.place), col(StockLevel.sku), col(StockLevel.best_before))
    for level, sku, state in session.exec(ordered):
        price = sku.price_cents if sku.is_active else None
        items.append(c.StockRow.model_validate({**level.model_dump(), "price_cents": price}))
        if sku.is_active and state is c.LotState.released and level.best_before >= today(session):
            totals[level.sku] += level.jars
    for transfer in session.exec(coming):
        for line in transfer.lines:
            on_the_way[line["sku"]] += line["jars"]
    return c.StockView(items=items, totals=dict(totals), on_the_way=dict(on_the_way))


def list_movements(session: Session, query: c.ListMovements) -> Page[c.MovementRow]:
    place = query.place if isinstance(session.caller.scope, Hq) else own_place(session)
    statement = select(StockMovement)
    if place:
        statement = statement.where(StockMovement.place == place)
    if query.lot_id:
        statement = statement.where(StockMovement.lot_id == query.lot_id)
    return page(
        session,
        statement,
        order=(col(StockMovement.at).desc(), col(StockMovement.id).desc()),
        request=query,
        view=lambda row: c.MovementRow.model_validate(row.model_dump()),
    )


def correct_stock(session: Session, command: c.CorrectStock) -> c.StockView:
    """盘点: the level becomes what was counted; the difference is a movement with its reason."""
    place = own_place(session)
    level = session.exec(
        select(StockLevel)
        .where(StockLevel.place == place, StockLevel.lot_id == command.lot_id, StockLevel.sku == command.sku)
        .with_for_update()
    ).one_or_none()
    if level is None:
        raise NOT_FOUND(lot_id=str(command.lot_id), sku=command.sku)
    difference = command.jars - level.jars
    level.jars = command.jars
    session.add(level)
    if difference:
        _moved(session, place, _jars(level), difference, c.MovementKind.counted, level.id, command.reason)
    session.flush()
    return get_stock(session, c.GetStock(place=place))


def _jars(level: StockLevel) -> Jars:
    return Jars(level.lot_id, level.lot_code, level.sku, level.jars, level.best_before)


def _moved(
    session: Session,
    place: str,
    jars: Jars,
    count: int,
    kind: c.MovementKind,
    reference_id: UUID,
    reason: str | None = None,
) -> None:
    session.add(
        StockMovement(
            place=place,
            lot_id=jars.lot_id,
            sku=jars.sku,
            jars=count,
            kind=kind,
            reference_id=reference_id,
            reason=reason,
            at=session.now,
            made_by=actor(session),
        )
    )
