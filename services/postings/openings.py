"""Openings: reserved before an order is issued, confirmed by it, given back when it falls through.

How many are taken is counted from the reservations under the posting's row lock, so that no order of commands can give
out one opening twice. An expired hold is released only after dispatch was asked whether the order exists after all.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.postings.agreements import agreement_in_force, today
from services.postings.changes import transaction_id
from services.postings.models import Employer, JobPosting, OpeningReservation
from services.postings.telling import tell_changed
from shared.contracts import dispatch
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.ticking import Ticker

TAKING = (c.ReservationState.held, c.ReservationState.confirmed)
# An order whose transaction began within its hold may still be committing when the hold ends.
GRACE = timedelta(minutes=2)


def reserve_opening(session: Session, command: c.ReserveOpening) -> c.OpeningReservation:
    """Hold an opening for an order; the same order again keeps what it has.

    Raises POSTING_NOT_OPEN, POSTING_EXPIRED, OPENING_NONE_FREE, EMPLOYER_BLOCKED, AGREEMENT_LAPSED,
    OPENING_ORDER_HOLDS_ANOTHER, ILLEGAL_TRANSITION for an order that gave its opening back.
    """
    posting = lock_posting(session, command.posting_id)
    known = _find(session, command.order_id)
    if known is not None:
        if known.posting_id != posting.id:
            raise c.OPENING_ORDER_HOLDS_ANOTHER(order_id=str(command.order_id))
        if known.state is c.ReservationState.given_back:
            raise ILLEGAL_TRANSITION(state=known.state.value, action="reserve")
        if known.state in TAKING:
            known.expires_at = max(known.expires_at, command.expires_at)
            known.updated_at = session.now
            session.flush()
            return _view(posting, known)
    agreement_id = _may_place(session, posting)
    _require_free(session, posting)
    reservation = known or OpeningReservation(
        order_id=command.order_id,
        posting_id=posting.id,
        employer_id=posting.employer_id,
        state=c.ReservationState.held,
        expires_at=command.expires_at,
        created_at=session.now,
    )
    reservation.state = c.ReservationState.held
    reservation.agreement_id = agreement_id
    reservation.expires_at = command.expires_at
    reservation.updated_at = session.now
    session.add(reservation)
    _recount(session, posting)
    return _view(posting, reservation)


def release_opening(session: Session, command: c.ReleaseOpening) -> c.OpeningReservation:
    """Raises NOT_FOUND, and ILLEGAL_TRANSITION once the order was issued. Releasing twice is the same release."""
    found = _find(session, command.order_id)
    if found is None:
        raise NOT_FOUND(what="opening reservation")
    posting = lock_posting(session, found.posting_id)
    found = _find(session, command.order_id) or found
    if found.state is c.ReservationState.held:
        _move(session, posting, found, c.ReservationState.released)
    elif found.state is not c.ReservationState.released:
        raise ILLEGAL_TRANSITION(state=found.state.value, action="release")
    return _view(posting, found)


def confirm_opening(session: Session, event: dispatch.DispatchOrderIssued) -> None:
    """An issued order takes its opening for good.

    An order without a hold (it was released meanwhile) takes a free one; where none is left this raises
    OPENING_NONE_FREE, so that the event waits among the parked ones until a person finds the order a place.
    """
    posting = lock_posting(session, event.posting_id)
    found = _find(session, event.order_id)
    if found is not None and found.state is c.ReservationState.confirmed:
        return
    if found is not None and found.state is c.ReservationState.given_back:
        return
    if found is None or found.state is c.ReservationState.released:
        _require_free(session, posting)
    if found is None:
        found = OpeningReservation(
            order_id=event.order_id,
            posting_id=posting.id,
            employer_id=posting.employer_id,
            agreement_id=event.agreement_id,
            state=c.ReservationState.confirmed,
            expires_at=session.now,
            created_at=session.now,
        )
        session.add(found)
    _move(session, posting, found, c.ReservationState.confirmed)


def give_back_opening(session: Session, order_id: UUID) -> None:
    """The order was cancelled, or its receipt says not started: the opening is free again."""
    found = _find(session, order_id)
    if found is None:
        return
    posting = lock_posting(session, found.posting_id)
    found = _find(session, order_id) or found
    if found.state is not c.ReservationState.given_back:
        _move(session, posting, found, c.ReservationState.given_back)


def release_expired(ticker: Ticker) -> None:
    """Release holds that ended, each after asking dispatch; an order that exists is confirmed instead (timer)."""
    with ticker.transaction() as session:
        due = session.exec(
            select(OpeningReservation.order_id)
            .where(
                col(OpeningReservation.state) == c.ReservationState.held,
                col(OpeningReservation.expires_at) < session.now - GRACE,
            )
            .order_by(col(OpeningReservation.expires_at))
            .limit(200)
        ).all()
    for order_id in due:
        presence = ticker.ask(dispatch.OrderExists(order_id=order_id))
        with ticker.transaction() as session:
            _settle_expired(session, order_id, presence)


def _settle_expired(session: Session, order_id: UUID, presence: dispatch.OrderPresence) -> None:
    found = _find(session, order_id)
    if found is None:
        return
    posting = lock_posting(session, found.posting_id)
    found = _find(session, order_id) or found
    if found.state is not c.ReservationState.held or found.expires_at >= session.now - GRACE:
        return
    if not presence.exists:
        _move(session, posting, found, c.ReservationState.released)
    elif presence.holds_opening:
        _move(session, posting, found, c.ReservationState.confirmed)
    else:
        _move(session, posting, found, c.ReservationState.given_back)


def list_reservations(session: Session, query: c.ListReservations) -> Page[c.ReservationRow]:
    statement = select(OpeningReservation).where(col(OpeningReservation.posting_id) == query.posting_id)
    return page(
        session,
        statement,
        order=(col(OpeningReservation.created_at).desc(), col(OpeningReservation.order_id).desc()),
        request=query,
        view=c.ReservationRow.model_validate,
    )


def lock_posting(session: Session, posting_id: UUID) -> JobPosting:
    """The posting's row, locked and fresh. Every change of its openings goes through this lock. Raises NOT_FOUND."""
    found = session.get(JobPosting, posting_id, with_for_update=True)
    if found is None:
        raise NOT_FOUND(what="posting")
    return found


def refill(session: Session, posting: JobPosting) -> bool:
    """Move between open and filled as the openings say; whether it moved. The posting must be locked."""
    if posting.state is c.PostingState.open and posting.openings_free == 0:
        posting.state = c.PostingState.filled
    elif posting.state is c.PostingState.filled and posting.openings_free > 0:
        posting.state = c.PostingState.open
    else:
        return False
    return True


def _may_place(session: Session, posting: JobPosting) -> UUID | None:
    """The agreement under which somebody may be placed there today."""
    day = today(session.now)
    if posting.valid_through is not None and posting.valid_through < day:
        raise c.POSTING_EXPIRED(valid_through=posting.valid_through.isoformat())
    if posting.state is c.PostingState.filled:
        raise c.OPENING_NONE_FREE(openings=posting.openings)
    if posting.state is not c.PostingState.open:
        raise c.POSTING_NOT_OPEN(state=posting.state.value)
    employer = session.get(Employer, posting.employer_id)
    if employer is None or employer.is_blocked:
        raise c.EMPLOYER_BLOCKED(employer_id=str(posting.employer_id))
    return agreement_in_force(session, posting.employer_id, posting.agreement_id, day)


def _require_free(session: Session, posting: JobPosting) -> None:
    if _count_taken(session, posting.id) >= posting.openings:
        raise c.OPENING_NONE_FREE(openings=posting.openings)


def _count_taken(session: Session, posting_id: UUID) -> int:
    return session.exec(
        select(func.count()).where(
            col(OpeningReservation.posting_id) == posting_id, col(OpeningReservation.state).in_(TAKING)
        )
    ).one()


def _find(session: Session, order_id: UUID) -> OpeningReservation | None:
    """Read fresh, without a lock of its own: the posting's lock stands for its reservations too."""
    return session.get(OpeningReservation, order_id, populate_existing=True)


def _move(session: Session, posting: JobPosting, reservation: OpeningReservation, state: c.ReservationState) -> None:
    reservation.state = state
    reservation.updated_at = session.now
    _recount(session, posting)


def _recount(session: Session, posting: JobPosting) -> None:
    session.flush()
    taken = _count_taken(session, posting.id)
    if taken == posting.openings_taken:
        return
    posting.openings_taken = taken
    posting.changed_in = transaction_id(session)
    posting.changed_at = session.now
    moved = refill(session, posting)
    if moved:
        posting.version += 1
        posting.updated_at = session.now
    session.flush()
    if moved:
        tell_changed(session, posting, ["state"])


def _view(posting: JobPosting, reservation: OpeningReservation) -> c.OpeningReservation:
    return c.OpeningReservation(
        **reservation.model_dump(include=set(c.OpeningReservation.model_fields)),
        openings_free=posting.openings_free,
    )
