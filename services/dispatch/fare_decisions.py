"""Who may be repaid: approval in batches, by two officers above the policy's limit (双人复核), and rejection."""

from __future__ import annotations

from datetime import date
from enum import Enum, auto
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from services.dispatch.fare_bookings import take_back
from services.dispatch.fare_findings import findings_of
from services.dispatch.fares import months_after, policy_called
from services.dispatch.models import DispatchOrder, Placement, Reimbursement, ReimbursementLeg
from services.dispatch.reimbursements import legs_of, locked_claim, refuse_chartered, view
from services.dispatch.states import CLAIM_STEPS, after, today, who
from shared.contracts import dispatch as c
from shared.contracts.errors import NOT_FOUND, Problem
from shared.kit.session import Session


class Decision(Enum):
    approved = auto()
    awaits_second = auto()


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
    batch = c.BatchApproval(approved=[], amount_cents=0, refused=[])
    for claim_id in dict.fromkeys(command.reimbursement_ids):
        try:
            claim = claims.get(claim_id)
            if claim is None:
                raise NOT_FOUND(what="reimbursement", id=str(claim_id))
            decision = _approve(session, claim, has_seen_findings=command.has_seen_findings)
        except Problem as problem:
            batch.refused.append(c.RefusedClaim(id=claim_id, code=problem.code, zh=problem.body.zh, en=problem.body.en))
            continue
        if decision is Decision.approved:
            batch.approved.append(claim_id)
            batch.amount_cents += claim.payable_cents
        else:
            batch.awaiting_second.append(claim_id)
    return batch


def _approve(session: Session, claim: Reimbursement, *, has_seen_findings: bool) -> Decision:
    state = after(CLAIM_STEPS, claim.state, "approve")
    policy = policy_called(session, claim.policy, claim.policy_version)
    _check_worked(session, claim, policy.months_of_work)
    if policy.excludes_chartered_seat:
        order = session.get_one(DispatchOrder, claim.order_id)
        refuse_chartered(session, order, legs_of(session, claim.id))
    if not has_seen_findings and (findings := findings_of(session, claim)):
        raise c.REIMBURSEMENT_HAS_FINDINGS(findings=len(findings))
    claim.version += 1
    session.add(claim)
    if _needs_second(claim, policy):
        if claim.first_approved_by is None:
            claim.first_approved_at, claim.first_approved_by = session.now, who(session)
            return Decision.awaits_second
        if claim.first_approved_by == who(session):
            raise c.REIMBURSEMENT_NEEDS_ANOTHER(limit_cents=policy.four_eyes_above_cents)
    claim.state = state
    claim.decided_at = session.now
    claim.decided_by = who(session)
    session.publish(
        c.ReimbursementApproved(
            reimbursement_id=claim.id,
            order_id=claim.order_id,
            worker_id=claim.worker_id,
            amount_cents=claim.payable_cents,
        ),
        outpost=claim.outpost,
    )
    return Decision.approved


def _needs_second(claim: Reimbursement, policy: c.FarePolicy) -> bool:
    return policy.four_eyes_above_cents is not None and claim.payable_cents > policy.four_eyes_above_cents


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
    claim = locked_claim(session, command.reimbursement_id)
    claim.state = after(CLAIM_STEPS, claim.state, "reject")
    claim.reject_reason = command.reason
    claim.decided_at = session.now
    claim.decided_by = who(session)
    end_claim(session, claim)
    return view(session, claim)


def end_claim(session: Session, claim: Reimbursement) -> None:
    """A claim that is out of force: its tickets are free, and what was paid on it is booked as owed."""
    claim.version += 1
    session.add(claim)
    free_tickets(session, claim.id)
    take_back(session, claim)


def free_tickets(session: Session, claim_id: UUID) -> None:
    session.execute(
        update(ReimbursementLeg).where(col(ReimbursementLeg.reimbursement_id) == claim_id).values(is_live=False)
    )
