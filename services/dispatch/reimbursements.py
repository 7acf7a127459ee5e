"""车费报销: which fares are repaid, once, by whose decision, and never for a leg that a chartered seat covered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from unicodedata import normalize
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from services.dispatch.fares import fare_policies, months_after, policy_called, policy_for
from services.dispatch.models import DispatchOrder, Placement, Reimbursement, ReimbursementLeg, SeatHold, Trip
from services.dispatch.refusals import refusing
from services.dispatch.states import CLAIM_STEPS, ZONE, after, today, who
from shared.contracts import dispatch as c
from shared.contracts.base import BlobRef, Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, Problem
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import outpost_place

# A seat that was used, or is still going to be, pays for its leg; one that was missed does not.
RIDES = (c.SeatState.held, c.SeatState.confirmed, c.SeatState.boarded)


def submit_reimbursement(session: Session, command: c.SubmitReimbursement) -> c.ReimbursementView:
    """Claim the legs of an order's journey.

    Raises REIMBURSEMENT_CHARTERED_SEAT, REIMBURSEMENT_TICKET_USED (also by somebody else), _ALREADY_THIS_YEAR,
    _NO_POLICY, and ILLEGAL_TRANSITION for a cancelled order.
    """
    order = session.get(DispatchOrder, command.order_id)
    if order is None:
        raise NOT_FOUND(what="dispatch_order", id=str(command.order_id))
    if order.state is c.OrderState.cancelled:
        raise ILLEGAL_TRANSITION(state=order.state.value, action="claim_fare")
    first = min(leg.travelled_on for leg in command.legs)
    policy = policy_for(order.outpost, first)
    if policy.excludes_chartered_seat:
        _refuse_chartered(session, order, command.legs)
    keys = [(leg.mode, ticket_key(leg.ticket_no)) for leg in command.legs]
    repeated = next((leg for number, leg in enumerate(command.legs) if keys[number] in keys[:number]), None)
    if repeated is not None:
        raise c.REIMBURSEMENT_TICKET_USED(ticket_no=repeated.ticket_no)
    claimed = sum(leg.amount_cents for leg in command.legs)
    with refusing(session, {"reimbursement_once": c.REIMBURSEMENT_ALREADY_THIS_YEAR(year=first.year)}):
        claim = Reimbursement(
            order_id=order.id,
            worker_id=order.worker_id,
            outpost=order.outpost,
            policy=policy.code,
            once_key=str(first.year) if policy.per == "year" else str(order.id),
            year=first.year,
            state=c.ReimbursementState.submitted,
            claimed_cents=claimed,
            payable_cents=min(claimed, policy.cap_cents),
            submitted_at=session.now,
            submitted_by=who(session),
        )
        session.add(claim)
    for position, leg in enumerate(command.legs, start=1):
        with refusing(session, {"reimbursement_leg_ticket": c.REIMBURSEMENT_TICKET_USED(ticket_no=leg.ticket_no)}):
            session.add(_leg_row(claim, position, leg))
    return _view(session, claim)


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
    )


def ticket_key(ticket_no: str) -> str:
    """The same ticket however it was typed: full width, spaces, dashes and case do not make another one."""
    return re.sub(r"[^0-9A-Z]", "", normalize("NFKC", ticket_no).upper()) or ticket_no


def _refuse_chartered(session: Session, order: DispatchOrder, legs: Sequence[c.Leg]) -> None:
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


def approve_reimbursements(session: Session, command: c.ApproveReimbursements) -> c.BatchApproval:
    """Approve a batch. Each claim stands by itself: one that fails its check is named and stays submitted."""
    claims = {
        claim.id: claim
        for claim in session.exec(
            select(Reimbursement)
            .where(col(Reimbursement.id).in_(command.reimbursement_ids))
            .order_by(col(Reimbursement.id))
            .with_for_update()
        )
    }
    approved: list[UUID] = []
    amount = 0
    refused: list[c.RefusedClaim] = []
    for claim_id in dict.fromkeys(command.reimbursement_ids):
        try:
            claim = claims.get(claim_id)
            if claim is None:
                raise NOT_FOUND(what="reimbursement", id=str(claim_id))
            _approve(session, claim)
        except Problem as problem:
            refused.append(c.RefusedClaim(id=claim_id, code=problem.code, zh=problem.body.zh, en=problem.body.en))
        else:
            approved.append(claim_id)
            amount += claim.payable_cents
    return c.BatchApproval(approved=approved, amount_cents=amount, refused=refused)


def _approve(session: Session, claim: Reimbursement) -> None:
    state = after(CLAIM_STEPS, claim.state, "approve")
    policy = policy_called(claim.policy)
    _check_worked(session, claim, policy.months_of_work)
    if policy.excludes_chartered_seat:
        order = session.get_one(DispatchOrder, claim.order_id)
        _refuse_chartered(session, order, _legs(session, claim.id))
    claim.state = state
    claim.decided_at = session.now
    claim.decided_by = who(session)
    claim.version += 1
    session.add(claim)
    session.publish(
        c.ReimbursementApproved(
            reimbursement_id=claim.id,
            order_id=claim.order_id,
            worker_id=claim.worker_id,
            amount_cents=claim.payable_cents,
        ),
        outpost=claim.outpost,
    )


def _check_worked(session: Session, claim: Reimbursement, months: int) -> None:
    """连续务工: the placement of the claim's order must have lasted as long as the policy asks."""
    placement = session.exec(select(Placement).where(Placement.order_id == claim.order_id)).one_or_none()
    if placement is None:
        raise c.REIMBURSEMENT_NOT_STARTED()
    reached: date = months_after(placement.started_on, months)
    if reached > min(placement.ended_on or today(session), today(session)):
        raise c.REIMBURSEMENT_MONTHS_NOT_REACHED(months=months, from_on=reached.isoformat())


def reject_reimbursement(session: Session, command: c.RejectReimbursement) -> c.ReimbursementView:
    """Refuse a claim; its tickets and its year are free for a corrected one."""
    claim = session.exec(
        select(Reimbursement).where(Reimbursement.id == command.reimbursement_id).with_for_update()
    ).one_or_none()
    if claim is None:
        raise NOT_FOUND(what="reimbursement", id=str(command.reimbursement_id))
    claim.state = after(CLAIM_STEPS, claim.state, "reject")
    claim.reject_reason = command.reason
    claim.decided_at = session.now
    claim.decided_by = who(session)
    claim.version += 1
    session.add(claim)
    session.execute(
        update(ReimbursementLeg).where(col(ReimbursementLeg.reimbursement_id) == claim.id).values(is_live=False)
    )
    return _view(session, claim)


def get_reimbursement(session: Session, query: c.GetReimbursement) -> c.ReimbursementView:
    claim = session.get(Reimbursement, query.reimbursement_id)
    if claim is None:
        raise NOT_FOUND(what="reimbursement", id=str(query.reimbursement_id))
    return _view(session, claim)


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
        view=c.ReimbursementRow.model_validate,
    )


def list_fare_policies() -> c.FarePolicies:
    return c.FarePolicies(items=list(fare_policies()))


def _legs(session: Session, claim_id: UUID) -> list[c.Leg]:
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


def _view(session: Session, claim: Reimbursement) -> c.ReimbursementView:
    return c.ReimbursementView.model_validate(
        {
            **claim.model_dump(),
            "payout_id": str(claim.payout_id) if claim.payout_id else None,
            "legs": _legs(session, claim.id),
        }
    )
