"""车费报销: which fares are repaid, once, by whose decision, and never for a leg that a chartered seat covered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from unicodedata import normalize
from uuid import UUID

from sqlmodel import col, select

from services.dispatch.fares import policy_for
from services.dispatch.models import DispatchOrder, KnownWorker, Reimbursement, ReimbursementLeg, SeatHold, Trip
from services.dispatch.refusals import refusing
from services.dispatch.states import ZONE, who
from shared.contracts import dispatch as c
from shared.contracts.base import BlobRef, Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import outpost_place

# A seat that was used, or is still going to be, pays for its leg; one that was missed does not.
RIDES = (c.SeatState.held, c.SeatState.confirmed, c.SeatState.boarded)


def submit_reimbursement(session: Session, command: c.SubmitReimbursement) -> c.ReimbursementView:
    """Claim the legs of an order's journey.

    Raises REIMBURSEMENT_CHARTERED_SEAT, REIMBURSEMENT_TICKET_USED (also by somebody else), _ALREADY_THIS_YEAR,
    _UNDER_AGE, _NO_POLICY, and ILLEGAL_TRANSITION for a cancelled order.
    """
    order = session.get(DispatchOrder, command.order_id)
    if order is None:
        raise NOT_FOUND(what="dispatch_order", id=str(command.order_id))
    return view(session, claim_legs(session, order, command.legs))


def claim_legs(
    session: Session,
    order: DispatchOrder,
    legs: Sequence[c.Leg],
    *,
    corrects: UUID | None = None,
    carried_cents: int = 0,
) -> Reimbursement:
    if order.state is c.OrderState.cancelled:
        raise ILLEGAL_TRANSITION(state=order.state.value, action="claim_fare")
    first = min(leg.travelled_on for leg in legs)
    policy = policy_for(session, order.outpost, first)
    _refuse_under_age(session, order.worker_id, policy, first)
    if policy.excludes_chartered_seat:
        refuse_chartered(session, order, legs)
    keys = [(leg.mode, ticket_key(leg.ticket_no)) for leg in legs]
    repeated = next((leg for number, leg in enumerate(legs) if keys[number] in keys[:number]), None)
    if repeated is not None:
        raise c.REIMBURSEMENT_TICKET_USED(ticket_no=repeated.ticket_no)
    claimed = sum(leg.amount_cents for leg in legs)
    with refusing(session, {"reimbursement_once": c.REIMBURSEMENT_ALREADY_THIS_YEAR(year=first.year)}):
        claim = Reimbursement(
            order_id=order.id,
            worker_id=order.worker_id,
            outpost=order.outpost,
            policy=policy.code,
            policy_version=policy.version,
            once_key=str(first.year) if policy.per == "year" else str(order.id),
            year=first.year,
            state=c.ReimbursementState.submitted,
            claimed_cents=claimed,
            payable_cents=min(claimed, policy.cap_cents),
            carried_cents=carried_cents,
            corrects=corrects,
            submitted_at=session.now,
            submitted_by=who(session),
        )
        session.add(claim)
    for position, leg in enumerate(legs, start=1):
        with refusing(session, {"reimbursement_leg_ticket": c.REIMBURSEMENT_TICKET_USED(ticket_no=leg.ticket_no)}):
            session.add(_leg_row(claim, position, leg))
    return claim


def _refuse_under_age(session: Session, worker_id: UUID, policy: c.FarePolicy, day: date) -> None:
    """年满 16 周岁, as far as the year of birth tells."""
    known = session.get(KnownWorker, worker_id)
    if known is not None and known.birth_year is not None and day.year - known.birth_year < policy.minimum_age:
        raise c.REIMBURSEMENT_UNDER_AGE(minimum_age=policy.minimum_age)


def _leg_row(claim: Reimbursement, position: int, leg: c.Leg) -> ReimbursementLeg:
    return ReimbursementLeg(
        reimbursement_id=claim.id,
        position=position,
        worker_id=claim.worker_id,
        mode=leg.mode,
        from_place=leg.from_place,
        to_place=leg.to_place,
        travelled_on=leg.travelled_on,
        amount_cents=leg.amount_cents,
        ticket_no=leg.ticket_no,
        ticket_key=ticket_key(leg.ticket_no),
        photo=leg.photo.model_dump(mode="json") if leg.photo else None,
        photo_hash=leg.photo.hash if leg.photo else None,
    )


def ticket_key(ticket_no: str) -> str:
    """The same ticket however it was typed: full width, spaces, dashes and case do not make another one."""
    return re.sub(r"[^0-9A-Z]", "", normalize("NFKC", ticket_no).upper()) or ticket_no


def refuse_chartered(session: Session, order: DispatchOrder, legs: Sequence[c.Leg]) -> None:
    """组织包车不重复享受: a leg on the days of the order's coach, or into the city it goes to, is that coach's leg."""
    ride = session.exec(
        select(Trip)
        .join(SeatHold, col(SeatHold.trip_id) == col(Trip.id))
        .where(SeatHold.order_id == order.id, col(SeatHold.state).in_(RIDES))
    ).one_or_none()
    if ride is None:
        return
    first, last = ride.depart_at.astimezone(ZONE).date(), ride.arrive_at.astimezone(ZONE).date()
    city = outpost_place(order.outpost).name
    for leg in legs:
        if first <= leg.travelled_on <= last or city in leg.to_place:
            raise c.REIMBURSEMENT_CHARTERED_SEAT(trip_no=ride.trip_no, on=leg.travelled_on.isoformat())


def get_reimbursement(session: Session, query: c.GetReimbursement) -> c.ReimbursementView:
    claim = session.get(Reimbursement, query.reimbursement_id)
    if claim is None:
        raise NOT_FOUND(what="reimbursement", id=str(query.reimbursement_id))
    return view(session, claim)


def list_reimbursements(session: Session, query: c.ListReimbursements) -> Page[c.ReimbursementRow]:
    statement = select(Reimbursement)
    for column, value in (
        (Reimbursement.state, query.state),
        (Reimbursement.outpost, query.outpost),
        (Reimbursement.worker_id, query.worker_id),
        (Reimbursement.order_id, query.order_id),
    ):
        if value is not None:
            statement = statement.where(col(column) == value)
    return page(
        session,
        statement,
        order=(col(Reimbursement.submitted_at).desc(), col(Reimbursement.id).desc()),
        request=query,
        view=row,
    )


def locked_claim(session: Session, claim_id: UUID) -> Reimbursement:
    """The claim, held for the rest of the transaction; raises NOT_FOUND."""
    claim = session.exec(
        select(Reimbursement)
        .where(Reimbursement.id == claim_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if claim is None:
        raise NOT_FOUND(what="reimbursement", id=str(claim_id))
    return claim


def row(claim: Reimbursement) -> c.ReimbursementRow:
    return c.ReimbursementRow.model_validate({**claim.model_dump(), **_standing(claim)})


def _standing(claim: Reimbursement) -> dict[str, Any]:
    is_due = claim.state in (c.ReimbursementState.submitted, c.ReimbursementState.approved)
    return {
        "due_cents": claim.payable_cents - claim.carried_cents if is_due else 0,
        "awaits_second": claim.state is c.ReimbursementState.submitted and claim.first_approved_at is not None,
    }


def legs_of(session: Session, claim_id: UUID) -> list[c.Leg]:
    rows = session.exec(
        select(ReimbursementLeg)
        .where(ReimbursementLeg.reimbursement_id == claim_id)
        .order_by(col(ReimbursementLeg.position))
    )
    return [
        c.Leg(
            mode=row.mode,
            from_place=row.from_place,
            to_place=row.to_place,
            travelled_on=row.travelled_on,
            amount_cents=row.amount_cents,
            ticket_no=row.ticket_no,
            photo=BlobRef.model_validate(row.photo) if row.photo else None,
        )
        for row in rows
    ]


def view(session: Session, claim: Reimbursement) -> c.ReimbursementView:
    return c.ReimbursementView.model_validate(
        {
            **claim.model_dump(),
            **_standing(claim),
            "payout_id": str(claim.payout_id) if claim.payout_id else None,
            "legs": legs_of(session, claim.id),
        }
    )
