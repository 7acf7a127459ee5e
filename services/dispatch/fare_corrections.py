"""更正与冲销: a claim is never edited. It is reversed, or replaced by a corrected one that carries what it had paid."""

from __future__ import annotations

from sqlmodel import select

from services.dispatch.fare_bookings import net_paid
from services.dispatch.fare_decisions import end_claim, free_tickets
from services.dispatch.models import DispatchOrder, Reimbursement, ReimbursementLeg
from services.dispatch.reimbursements import claim_legs, locked_claim, view
from services.dispatch.states import CLAIM_STEPS, after, who
from shared.contracts import dispatch as c
from shared.contracts.errors import ILLEGAL_TRANSITION
from shared.contracts.scopes import WorkerSelf
from shared.kit.session import Session

TOLD = (c.ReimbursementState.approved, c.ReimbursementState.paid)


def reverse_reimbursement(session: Session, command: c.ReverseReimbursement) -> c.ReimbursementView:
    """Take an approval or a payment back; raises ILLEGAL_TRANSITION for a claim that was never approved."""
    claim = locked_claim(session, command.reimbursement_id)
    was = claim.state
    claim.state = after(CLAIM_STEPS, was, "reverse")
    claim.reverse_reason = command.reason
    end_claim(session, claim)
    _tell_reversed(session, claim, was)
    return view(session, claim)


def correct_reimbursement(session: Session, command: c.CorrectReimbursement) -> c.ReimbursementView:
    """The corrected claim, submitted anew and decided like any other. A worker corrects what is undecided."""
    old = locked_claim(session, command.reimbursement_id)
    was = old.state
    if was is not c.ReimbursementState.submitted and isinstance(session.caller.scope, WorkerSelf):
        raise ILLEGAL_TRANSITION(state=was.value, action="correct")
    old.state = after(CLAIM_STEPS, was, "correct")
    old.reverse_reason = command.reason
    old.decided_at, old.decided_by = session.now, who(session)
    old.version += 1
    session.add(old)
    free_tickets(session, old.id)
    session.flush()
    _tell_reversed(session, old, was)
    order = session.get_one(DispatchOrder, old.order_id)
    claim = claim_legs(session, order, command.legs, corrects=old.id, carried_cents=net_paid(session, old))
    return view(session, claim)


def attach_ticket_photo(session: Session, command: c.AttachTicketPhoto) -> c.ReimbursementView:
    """Keep the photo of a ticket while the claim is undecided; raises REIMBURSEMENT_NO_SUCH_LEG."""
    claim = locked_claim(session, command.reimbursement_id)
    if claim.state is not c.ReimbursementState.submitted:
        raise ILLEGAL_TRANSITION(state=claim.state.value, action="attach_ticket_photo")
    leg = session.exec(
        select(ReimbursementLeg).where(
            ReimbursementLeg.reimbursement_id == claim.id, ReimbursementLeg.position == command.position
        )
    ).one_or_none()
    if leg is None:
        raise c.REIMBURSEMENT_NO_SUCH_LEG(position=command.position)
    leg.photo = command.photo.model_dump(mode="json")
    leg.photo_hash = command.photo.hash
    claim.version += 1
    claim.first_approved_at = claim.first_approved_by = None
    session.add_all((leg, claim))
    session.flush()
    return view(session, claim)


def _tell_reversed(session: Session, claim: Reimbursement, was: c.ReimbursementState) -> None:
    """Only of what was approved has anybody heard."""
    if was in TOLD:
        session.publish(
            c.ReimbursementReversed(
                reimbursement_id=claim.id,
                order_id=claim.order_id,
                worker_id=claim.worker_id,
                amount_cents=claim.payable_cents,
            ),
            outpost=claim.outpost,
        )
