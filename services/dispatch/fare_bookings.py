"""What was paid for fares, as bookings that are only added: their sum is the money, whatever became of the claims."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.dispatch.models import FareEntry, Reimbursement
from services.dispatch.states import ZONE, who
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.kit.paging import page
from shared.kit.session import Session


def net_paid(session: Session, claim: Reimbursement) -> int:
    """What the person has for this claim: its own bookings, and what the claims that it corrects had paid."""
    booked = session.exec(
        select(func.coalesce(func.sum(FareEntry.amount_cents), 0)).where(FareEntry.reimbursement_id == claim.id)
    ).one()
    return claim.carried_cents + int(booked)


def book(session: Session, claim: Reimbursement, amount_cents: int, payout_id: UUID | None = None) -> None:
    """Book a payment (positive) or what is owed back (negative); nothing is no booking."""
    if amount_cents == 0:
        return
    session.add(
        FareEntry(
            reimbursement_id=claim.id,
            worker_id=claim.worker_id,
            kind=c.FareEntryKind.paid if amount_cents > 0 else c.FareEntryKind.reversed,
            amount_cents=amount_cents,
            payout_id=payout_id,
            booked_at=session.now,
            booked_by=who(session),
        )
    )


def take_back(session: Session, claim: Reimbursement) -> None:
    """Book everything that was paid on a claim as owed back."""
    book(session, claim, -net_paid(session, claim))


def list_fare_entries(session: Session, query: c.ListFareEntries) -> Page[c.FareEntryView]:
    statement = select(FareEntry)
    for column, value in (
        (FareEntry.worker_id, query.worker_id),
        (FareEntry.reimbursement_id, query.reimbursement_id),
        (FareEntry.payout_id, query.payout_id),
    ):
        if value is not None:
            statement = statement.where(col(column) == value)
    if query.booked_from is not None:
        statement = statement.where(FareEntry.booked_at >= datetime.combine(query.booked_from, time.min, ZONE))
    if query.booked_to is not None:
        after = datetime.combine(query.booked_to + timedelta(days=1), time.min, ZONE)
        statement = statement.where(FareEntry.booked_at < after)
    return page(
        session,
        statement,
        order=(col(FareEntry.booked_at).desc(), col(FareEntry.id).desc()),
        request=query,
        view=c.FareEntryView.model_validate,
    )
