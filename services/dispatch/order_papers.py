"""派遣单 on paper: one A4 page an order, with the worker's real name and the signed seat or order code."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.dispatch.boarding import seat_token
from services.dispatch.models import ACTIVE, DispatchOrder, SeatHold, Trip
from services.dispatch.order_views import order_numbers
from services.dispatch.people import people
from services.dispatch.receipt_sheets import receipt_token
from services.dispatch.receipts import receipt_no
from services.dispatch.states import ZONE
from shared.contracts import dispatch as c
from shared.contracts.base import JobState
from shared.contracts.errors import NOT_FOUND
from shared.contracts.identity import ENTRY_PURPOSES
from shared.contracts.registry import PeoplePurpose, Person
from shared.kit.jobs import JobRun, job, submit
from shared.kit.links import make_link_token
from shared.kit.session import Session
from shared.reference import division_path, outpost_place

PAPER = Path(__file__).parent / "papers" / "dispatch_order.typ"
STATES = {
    c.OrderState.issued: "已开具",
    c.OrderState.on_the_way: "在途",
    c.OrderState.closed: "已回执",
    c.OrderState.cancelled: "已作废",
}
UNITS = {"hour": "小时", "day": "天", "week": "周", "month": "月", "year": "年", "piece": "件"}


def print_dispatch_orders(session: Session, command: c.PrintDispatchOrders) -> JobState:
    """Queue the printing; raises NOT_FOUND where any of the orders is outside what the caller sees."""
    found = order_numbers(session, set(command.order_ids))
    for order_id in command.order_ids:
        if order_id not in found:
            raise NOT_FOUND(what="dispatch_order", id=str(order_id))
    return submit(session, make_order_papers, {"order_ids": [str(order_id) for order_id in command.order_ids]})


@job("dispatch_order_papers")
def make_order_papers(run: JobRun) -> dict[str, Any]:
    from shared.kit.papers import qr_svg, render

    wanted = [UUID(order_id) for order_id in run.params["order_ids"]]
    with run.transaction() as session:
        orders = order_numbers(session, set(wanted))
        codes = {order.id: paper_code(session, order) for order in orders.values()}
        receipt_codes = {order.id: receipt_token(session, order) for order in orders.values()}
        base_url = session.settings.base_url
    names = people(run.ask, (order.worker_id for order in orders.values()), PeoplePurpose.dispatch_order)
    run.save(step="render", done=0, total=len(orders))
    facts = [
        {
            **_facts(orders[order_id], names.get(orders[order_id].worker_id)),
            "qr": qr_svg(f"{base_url}/w/{codes[order_id]}"),
            "receipt_qr": qr_svg(f"{base_url}/r/{receipt_codes[order_id]}"),
        }
        for order_id in wanted
        if order_id in orders
    ]
    pdf = render(PAPER, {"orders": facts})
    filename = f"{facts[0]['order_no']}.pdf" if len(facts) == 1 else "派遣单.pdf"
    with run.transaction() as session:
        ref = session.blobs.put_bytes(pdf, media_type="application/pdf", filename=filename)
        run.save(done=len(orders), session=session)
    return {"orders": len(facts), "file": ref.model_dump(mode="json")}


def paper_code(session: Session, order: DispatchOrder) -> str:
    """The seat's token where there is a seat, else one that opens the worker's own page."""
    row = session.exec(
        select(Trip)
        .join(SeatHold, col(SeatHold.trip_id) == col(Trip.id))
        .where(SeatHold.order_id == order.id, col(SeatHold.seat_no).is_not(None), col(SeatHold.state).in_(ACTIVE))
    ).one_or_none()
    if row is not None:
        return seat_token(session, row, order.id)
    return make_link_token(
        session.keys,
        purpose=ENTRY_PURPOSES[0],
        subject=str(order.worker_id),
        expires_at=session.now + timedelta(days=60),
    )


def _facts(order: DispatchOrder, person: Person | None) -> dict[str, Any]:
    place = outpost_place(order.outpost)
    return {
        "order_no": order.order_no,
        "receipt_no": receipt_no(order),
        "state": STATES[order.state],
        "is_cancelled": order.state is c.OrderState.cancelled,
        "name": person.name if person else "(已注销)",
        "sex": {"male": "男", "female": "女"}.get(person.sex.value, "") if person else "",
        "id_number": person.id_number_masked if person else "",
        "phone": (person.phone or "") if person else "",
        "home": division_path(order.division),
        "employer": order.employer_name or "",
        "title": order.posting_title,
        "wage": _wage(order),
        "outpost": f"{place.name}({place.city})",
        "depart_on": order.depart_on.isoformat(),
        "transport": "组织包车" if order.transport is c.Transport.coach else "自行前往(车费按规定报销)",
        "reason": order.reason or "",
        "issued_at": f"{order.issued_at.astimezone(ZONE):%Y-%m-%d %H:%M}",
    }


def _wage(order: DispatchOrder) -> str:
    low, high = order.wage_min_cents, order.wage_max_cents
    if low is None and high is None:
        return "面议"
    amounts = "-".join(f"{cents / 100:g}" for cents in dict.fromkeys(x for x in (low, high) if x is not None))
    return f"{amounts} 元/{UNITS.get(order.wage_unit or 'month', order.wage_unit or '月')}"
