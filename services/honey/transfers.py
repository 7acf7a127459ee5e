"""调拨单: jars leave the sender when sent and stand at the receiver when received; between, they are on the way."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, or_, select

from services.honey import stock
from services.honey.here import actor, next_number, own_place, today
from services.honey.models import Sku, StockTransfer
from shared.contracts import honey as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.contracts.scopes import OutpostCode
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id


def send_stock(session: Session, command: c.SendStock) -> c.StockTransferView:
    """From the county's warehouse. Raises INSUFFICIENT_STOCK; then nothing is sent."""
    return _send(session, c.COUNTY, command.to_outpost.value, command.lines, command.carrier)


def return_stock(session: Session, command: c.ReturnStock) -> c.StockTransferView:
    """From the caller's outpost back to the county."""
    return _send(session, own_place(session), c.COUNTY, command.lines, command.carrier)


def receive_stock(session: Session, command: c.ReceiveStock) -> c.StockTransferView:
    """By the receiver, once. What was sent and did not arrive stays written in the transfer's lines.

    Raises NOT_FOUND, ILLEGAL_TRANSITION, RECEIVED_MORE_THAN_SENT (also for a lot that was not sent).
    """
    transfer = _require(session, command.transfer_id)
    place = own_place(session)
    if transfer.to_place != place:
        raise NOT_FOUND(transfer_id=str(command.transfer_id))
    if transfer.state is not c.StockTransferState.on_the_way:
        raise ILLEGAL_TRANSITION(state=transfer.state.value, action="receipt")
    received = None if command.lines is None else {(str(one.lot_id), one.sku): one.jars for one in command.lines}
    sent = {(line["lot_id"], line["sku"]): line["jars"] for line in transfer.lines}
    if received is not None and any(count > sent.get(key, 0) for key, count in received.items()):
        raise c.RECEIVED_MORE_THAN_SENT()
    net_grams = dict(session.exec(select(Sku.sku, Sku.net_grams)).all())
    lines = []
    for jars, line in zip(stock.find(session, _lines(transfer)), transfer.lines, strict=True):
        count = line["jars"] if received is None else received.get((line["lot_id"], line["sku"]), 0)
        lines.append({**line, "received": count})
        if count:
            arrived = stock.Jars(jars.lot_id, jars.lot_code, jars.sku, count, jars.best_before)
            stock.put(session, place=place, jars=arrived, kind=c.MovementKind.received, reference_id=transfer.id)
            session.publish(_transferred(transfer, arrived, net_grams[jars.sku] * count))
    transfer.lines = lines
    transfer.state, transfer.received_at = c.StockTransferState.received, session.now
    transfer.note = command.note or transfer.note
    transfer.version += 1
    session.add(transfer)
    session.flush()
    return view(transfer)


def call_back(session: Session, command: c.CallBackStock) -> c.StockTransferView:
    """By the sender while it is on the way: every jar is back on the sender's shelf."""
    transfer = _require(session, command.transfer_id)
    place = own_place(session)
    if transfer.from_place != place:
        raise NOT_FOUND(transfer_id=str(command.transfer_id))
    if transfer.state is not c.StockTransferState.on_the_way:
        raise ILLEGAL_TRANSITION(state=transfer.state.value, action="cancellation")
    for jars in stock.find(session, _lines(transfer)):
        stock.put(session, place=place, jars=jars, kind=c.MovementKind.returned, reference_id=transfer.id)
    transfer.state, transfer.note = c.StockTransferState.cancelled, command.note
    transfer.version += 1
    session.add(transfer)
    session.flush()
    return view(transfer)


def get_transfer(session: Session, query: c.GetStockTransfer) -> c.StockTransferView:
    transfer = session.get(StockTransfer, query.transfer_id)
    if transfer is None:
        raise NOT_FOUND(transfer_id=str(query.transfer_id))
    return view(transfer)


def list_transfers(session: Session, query: c.ListStockTransfers) -> Page[c.StockTransferView]:
    statement = select(StockTransfer)
    if query.state:
        statement = statement.where(StockTransfer.state == query.state)
    if query.place:
        either = or_(col(StockTransfer.from_place) == query.place, col(StockTransfer.to_place) == query.place)
        statement = statement.where(either)
    return page(
        session,
        statement,
        order=(col(StockTransfer.sent_at).desc(), col(StockTransfer.id).desc()),
        request=query,
        view=view,
    )


def view(transfer: StockTransfer) -> c.StockTransferView:
    return c.StockTransferView.model_validate(transfer.model_dump())


def _send(
    session: Session, from_place: str, to_place: str, lines: Sequence[c.TransferLine], carrier: str | None
) -> c.StockTransferView:
    transfer = StockTransfer(
        id=new_id(),
        transfer_no=next_number(session, f"DB-{today(session).year}", digits=5),
        from_place=from_place,
        to_place=to_place,
        carrier=carrier,
        sent_at=session.now,
        sent_by=actor(session),
    )
    for jars in stock.find(session, lines):
        stock.take(session, place=from_place, jars=jars, kind=c.MovementKind.sent, reference_id=transfer.id)
        transfer.lines.append(
            {
                "lot_id": str(jars.lot_id),
                "lot_code": jars.lot_code,
                "sku": jars.sku,
                "jars": jars.count,
                "received": None,
            }
        )
    session.add(transfer)
    session.flush()
    return view(transfer)


def _lines(transfer: StockTransfer) -> list[c.TransferLine]:
    return [c.TransferLine(lot_id=line["lot_id"], sku=line["sku"], jars=line["jars"]) for line in transfer.lines]


def _require(session: Session, transfer_id: UUID) -> StockTransfer:
    transfer = session.exec(
        select(StockTransfer).where(StockTransfer.id == transfer_id).with_for_update()
    ).one_or_none()
    if transfer is None:
        raise NOT_FOUND(transfer_id=str(transfer_id))
    return transfer


def _transferred(transfer: StockTransfer, jars: stock.Jars, grams: int) -> c.StockTransferred:
    def outpost(place: str) -> OutpostCode | None:
        return None if place == c.COUNTY else OutpostCode(place)

    return c.StockTransferred(
        transfer_id=transfer.id,
        lot_id=jars.lot_id,
        outpost=outpost(transfer.to_place),
        from_outpost=outpost(transfer.from_place),
        sku=jars.sku,
        jars=jars.count,
        grams=grams,
    )
