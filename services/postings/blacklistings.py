"""黑名单: put on with a reason by one person, confirmed by a second, appealed by the employer, taken off by decision.

Every time is kept.

It holds from the first person's word on, since meanwhile somebody might be sent there; what nobody confirms lapses.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from services.postings import employers
from services.postings.standing_models import Blacklisting
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.auditing import note_act
from shared.kit.paging import page
from shared.kit.session import Session

CONFIRMED_WITHIN = timedelta(days=7)
LAPSED = "七日内未经第二人复核, 自动解除"


def block(session: Session, command: c.BlockEmployer) -> c.EmployerView:
    found = employers.block_employer(session, command)
    note_act(session, "employer.blocked", "employer", found.id)
    session.add(
        Blacklisting(
            employer_id=found.id,
            reason=command.reason,
            blocked_at=session.now,
            blocked_by=session.caller.actor.id,
        )
    )
    session.flush()
    return found


def confirm(session: Session, command: c.ConfirmBlacklisting) -> c.BlacklistingView:
    """Raises BLACKLISTING_SECOND_PERSON, and ILLEGAL_TRANSITION once it is confirmed or lifted."""
    row = _lock(session, command.blacklisting_id)
    if row.lifted_at is not None or row.confirmed_at is not None:
        raise ILLEGAL_TRANSITION(state="lifted" if row.lifted_at else "confirmed", action="confirm")
    _require_second(session, row)
    row.confirmed_at, row.confirmed_by = session.now, session.caller.actor.id
    note_act(session, "employer.block_confirmed", "employer", row.employer_id)
    return _changed(session, row)


def lapse_unconfirmed(session: Session) -> None:
    """Take off what no second person confirmed within seven days (timer)."""
    due = (
        select(Blacklisting)
        .where(
            col(Blacklisting.lifted_at).is_(None),
            col(Blacklisting.confirmed_at).is_(None),
            col(Blacklisting.blocked_at) < session.now - CONFIRMED_WITHIN,
        )
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    for row in session.exec(due).all():
        employers.unblock_employer(session, c.UnblockEmployer(employer_id=row.employer_id, reason=LAPSED))
        _lift(session, row, LAPSED)


def unblock(session: Session, command: c.UnblockEmployer) -> c.EmployerView:
    """Without an appeal, by HQ's own insight; an appeal that waits is granted with it, by a second person then.

    Raises BLACKLISTING_SECOND_PERSON.
    """
    row = _in_force(session, command.employer_id)
    if row is not None and row.appeal_state is c.AppealState.pending:
        _require_second(session, row)
    found = employers.unblock_employer(session, command)
    if row is not None:
        if row.appeal_state is c.AppealState.pending:
            _decide(session, row, c.AppealState.granted, command.reason)
        _lift(session, row, command.reason)
    return found


def list_blacklistings(session: Session, query: c.ListBlacklistings) -> Page[c.BlacklistingView]:
    statement = select(Blacklisting)
    if query.employer_id is not None:
        statement = statement.where(col(Blacklisting.employer_id) == query.employer_id)
    if query.appeal_state is not None:
        statement = statement.where(col(Blacklisting.appeal_state) == query.appeal_state)
    if query.is_lifted is not None:
        is_lifted = col(Blacklisting.lifted_at).is_not(None)
        statement = statement.where(is_lifted if query.is_lifted else ~is_lifted)
    if query.is_confirmed is not None:
        is_confirmed = col(Blacklisting.confirmed_at).is_not(None)
        statement = statement.where(is_confirmed if query.is_confirmed else ~is_confirmed)
    return page(
        session,
        statement,
        order=(col(Blacklisting.blocked_at).desc(), col(Blacklisting.id).desc()),
        request=query,
        view=_view,
    )


def appeal(session: Session, command: c.AppealBlacklisting) -> c.BlacklistingView:
    """Raises APPEAL_PENDING, and ILLEGAL_TRANSITION once it is lifted."""
    row = _lock(session, command.blacklisting_id)
    if row.lifted_at is not None:
        raise ILLEGAL_TRANSITION(state="lifted", action="appeal")
    if row.appeal_state is c.AppealState.pending:
        raise c.APPEAL_PENDING()
    row.appeal_state, row.appeal, row.appealed_at = c.AppealState.pending, command.text, session.now
    row.decision = row.decided_at = row.decided_by = None
    return _changed(session, row)


def decide_appeal(session: Session, command: c.DecideAppeal) -> c.BlacklistingView:
    """Raises BLACKLISTING_SECOND_PERSON; ILLEGAL_TRANSITION where no appeal waits."""
    row = _lock(session, command.blacklisting_id)
    if row.appeal_state is not c.AppealState.pending:
        raise ILLEGAL_TRANSITION(state=row.appeal_state.value, action="decide")
    _require_second(session, row)
    if not command.is_granted:
        return _decide(session, row, c.AppealState.rejected, command.reason)
    _decide(session, row, c.AppealState.granted, command.reason)
    employers.unblock_employer(session, c.UnblockEmployer(employer_id=row.employer_id, reason=command.reason))
    return _lift(session, row, command.reason)


def _decide(session: Session, row: Blacklisting, state: c.AppealState, reason: str) -> c.BlacklistingView:
    row.appeal_state, row.decision = state, reason
    row.decided_at, row.decided_by = session.now, session.caller.actor.id
    return _changed(session, row)


def _lift(session: Session, row: Blacklisting, reason: str) -> c.BlacklistingView:
    row.lifted_at, row.lifted_reason = session.now, reason
    note_act(session, "employer.unblocked", "employer", row.employer_id)
    return _changed(session, row)


def _in_force(session: Session, employer_id: UUID) -> Blacklisting | None:
    return session.exec(
        select(Blacklisting)
        .where(col(Blacklisting.employer_id) == employer_id, col(Blacklisting.lifted_at).is_(None))
        .with_for_update()
    ).first()


def _lock(session: Session, blacklisting_id: UUID) -> Blacklisting:
    found = session.get(Blacklisting, blacklisting_id, with_for_update=True)
    if found is None:
        raise NOT_FOUND(what="blacklisting")
    return found


def _changed(session: Session, row: Blacklisting) -> c.BlacklistingView:
    row.version += 1
    session.flush()
    return _view(row)


def _require_second(session: Session, row: Blacklisting) -> None:
    if session.caller.actor.id == row.blocked_by:
        raise c.BLACKLISTING_SECOND_PERSON()


def _view(row: Blacklisting) -> c.BlacklistingView:
    waits = row.confirmed_at is None and row.lifted_at is None
    lapses_at = row.blocked_at + CONFIRMED_WITHIN if waits else None
    return c.BlacklistingView.model_validate({**row.model_dump(), "lapses_at": lapses_at})
