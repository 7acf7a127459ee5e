"""重复报销: what in other people's live claims resembles this one. The same ticket is refused before; this is for a
person to look at: one photo for two people, one number under another kind of transport, a number that only looks other.
"""

from __future__ import annotations

from sqlalchemy import or_
from sqlmodel import col, select

from services.dispatch.models import Reimbursement, ReimbursementLeg
from shared.contracts import dispatch as c
from shared.contracts.errors import NOT_FOUND
from shared.kit.session import Session

# Letters and digits that are taken for one another when a ticket is typed.
_LOOKALIKES = str.maketrans("OQDILZSBG", "000112586")


def find_fare_duplicates(session: Session, query: c.FindFareDuplicates) -> c.FareFindings:
    claim = session.get(Reimbursement, query.reimbursement_id)
    if claim is None:
        raise NOT_FOUND(what="reimbursement", id=str(query.reimbursement_id))
    return c.FareFindings(items=findings_of(session, claim))


def findings_of(session: Session, claim: Reimbursement) -> list[c.FareFinding]:
    legs = session.exec(
        select(ReimbursementLeg)
        .where(ReimbursementLeg.reimbursement_id == claim.id)
        .order_by(col(ReimbursementLeg.position))
    ).all()
    days = {leg.travelled_on for leg in legs}
    photos = {leg.photo_hash for leg in legs if leg.photo_hash}
    others = session.exec(
        select(ReimbursementLeg)
        .where(col(ReimbursementLeg.is_live).is_(True), ReimbursementLeg.worker_id != claim.worker_id)
        .where(or_(col(ReimbursementLeg.travelled_on).in_(days), col(ReimbursementLeg.photo_hash).in_(photos)))
    ).all()
    return [
        c.FareFinding(
            kind=kind,
            position=leg.position,
            other_reimbursement_id=other.reimbursement_id,
            other_position=other.position,
        )
        for leg in legs
        for other in others
        for kind in _resemblances(leg, other)
    ]


def _resemblances(leg: ReimbursementLeg, other: ReimbursementLeg) -> list[c.FindingKind]:
    found = []
    if leg.photo_hash and leg.photo_hash == other.photo_hash:
        found.append(c.FindingKind.same_photo)
    if leg.ticket_key == other.ticket_key:
        found.append(c.FindingKind.same_number_other_mode)
    elif lookalike(leg.ticket_key) == lookalike(other.ticket_key):
        found.append(c.FindingKind.lookalike_number)
    return found


def lookalike(ticket_key: str) -> str:
    return ticket_key.translate(_LOOKALIKES)
