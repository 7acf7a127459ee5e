"""退订 of a phone, and taking it back: on the worker's word, given to the staff, with the reason in the audit trail."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import col, select

from services.notify.models import SmsOptOut
from shared.contracts import notify as c
from shared.contracts import registry
from shared.contracts.errors import NOT_FOUND
from shared.kit.auditing import note_act
from shared.kit.calls import Ask, Call
from shared.kit.privacy import lookup_hashes
from shared.kit.session import Session


def phone_of(ask: Ask, message: c.GetSmsStanding | c.ResumeSms, call: Call) -> str:
    """The phone, asked as the caller: registry says whom an area may see. Empty where there is none.

    Raises NOT_FOUND.
    """
    purpose = registry.PeoplePurpose.message
    people = ask(registry.GetPeople(worker_ids=[message.worker_id], purpose=purpose)).people
    if not people:
        raise NOT_FOUND(what="worker")
    return people[0].phone or ""


def get_sms_standing(session: Session, query: c.GetSmsStanding, phone: str) -> c.SmsStanding:
    hashes = lookup_hashes(session.keys, phone, purpose="sms") if phone else []
    found = session.exec(select(SmsOptOut).where(col(SmsOptOut.phone_hash).in_(hashes))).first()
    return c.SmsStanding(
        worker_id=query.worker_id,
        has_phone=bool(phone),
        is_opted_out=found is not None,
        since=found.since if found else None,
    )


def resume_sms(session: Session, command: c.ResumeSms, phone: str) -> c.SmsStanding:
    """Taking back what was never said changes nothing."""
    hashes = lookup_hashes(session.keys, phone, purpose="sms") if phone else []
    gone = session.execute(
        delete(SmsOptOut).where(col(SmsOptOut.phone_hash).in_(hashes)).returning(col(SmsOptOut.phone_hash))
    ).all()
    if gone:
        note_act(session, "sms.resumed", "worker", command.worker_id, purpose=command.reason)
    return c.SmsStanding(worker_id=command.worker_id, has_phone=bool(phone), is_opted_out=False)
