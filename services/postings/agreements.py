"""劳务合作框架协议: in force from its first to its last day; a lapsed one stops new offers."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import col, select

from services.postings.employers import find_employer
from services.postings.models import FrameworkAgreement
from services.postings.withholding import withhold
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id

LIVE = (c.AgreementState.pending, c.AgreementState.active)


def sign_agreement(session: Session, command: c.SignAgreement) -> c.AgreementView:
    """Raises AGREEMENT_DATES_INVALID, AGREEMENT_DUPLICATE, EMPLOYER_BLOCKED."""
    if command.valid_to < command.valid_from:
        raise c.AGREEMENT_DATES_INVALID().with_fields([c.AGREEMENT_DATES_INVALID.at("/valid_to")])
    employer = find_employer(session, command.employer_id)
    if employer.is_blocked:
        raise c.EMPLOYER_BLOCKED(employer_id=str(employer.id))
    agreement_id = new_id()
    number = command.number or f"LWHZ-{command.valid_from.year}-{agreement_id.hex[-8:].upper()}"
    taken = select(FrameworkAgreement.id).where(col(FrameworkAgreement.number) == number)
    if session.exec(taken).first():
        raise c.AGREEMENT_DUPLICATE(number=number)
    agreement = FrameworkAgreement(
        id=agreement_id,
        employer_id=employer.id,
        number=number,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        state=state_by_date(command.valid_from, command.valid_to, today(session.now)),
        scan=command.scan.model_dump() if command.scan else None,
        note=command.note,
        created_at=session.now,
    )
    session.add(agreement)
    session.flush()
    withhold(session, employer.id)
    _tell(session, agreement)
    return c.AgreementView.model_validate(agreement)


def attach_agreement_scan(session: Session, command: c.AttachAgreementScan) -> c.AgreementView:
    """Put the signed scan to its agreement. One that is there already is replaced; its hash stays in the blob store."""
    agreement = _find(session, command.agreement_id, lock=True)
    agreement.scan = command.scan.model_dump()
    agreement.version += 1
    session.flush()
    return c.AgreementView.model_validate(agreement)


def terminate_agreement(session: Session, command: c.TerminateAgreement) -> c.AgreementView:
    agreement = _find(session, command.agreement_id, lock=True)
    if agreement.state not in LIVE:
        raise ILLEGAL_TRANSITION(state=agreement.state.value, action="terminate")
    agreement.terminated_reason = command.reason
    _move(session, agreement, c.AgreementState.terminated)
    return c.AgreementView.model_validate(agreement)


def get_agreement(session: Session, query: c.GetAgreement) -> c.AgreementView:
    return c.AgreementView.model_validate(_find(session, query.agreement_id))


def list_agreements(session: Session, query: c.ListAgreements) -> Page[c.AgreementView]:
    statement = select(FrameworkAgreement)
    if query.employer_id is not None:
        statement = statement.where(col(FrameworkAgreement.employer_id) == query.employer_id)
    if query.state is not None:
        statement = statement.where(col(FrameworkAgreement.state) == query.state)
    if query.lapsing_before is not None:
        statement = statement.where(
            col(FrameworkAgreement.valid_to) < query.lapsing_before, col(FrameworkAgreement.state).in_(LIVE)
        )
    return page(
        session,
        statement,
        order=(col(FrameworkAgreement.created_at).desc(), col(FrameworkAgreement.id).desc()),
        request=query,
        view=c.AgreementView.model_validate,
    )


def agreement_in_force(session: Session, employer_id: UUID, agreement_id: UUID | None, on: date) -> UUID | None:
    """The agreement under which somebody may be placed that day; raises AGREEMENT_LAPSED.

    A posting that names an agreement needs that one. One that names none takes any that is in force; an employer that
    never signed one may still offer postings, but one whose agreements have all ended may not.
    """
    statement = select(FrameworkAgreement).where(col(FrameworkAgreement.employer_id) == employer_id)
    if agreement_id is not None:
        statement = statement.where(col(FrameworkAgreement.id) == agreement_id)
    known = session.exec(statement.order_by(col(FrameworkAgreement.valid_to).desc())).all()
    holding = [a for a in known if a.state in LIVE and a.valid_from <= on <= a.valid_to]
    if holding:
        return holding[0].id
    if known or agreement_id is not None:
        raise c.AGREEMENT_LAPSED(employer_id=str(employer_id))
    return None


def follow_dates(session: Session) -> None:
    """Let agreements begin and lapse by their dates (timer). Due rows are claimed, so replicas do not collide."""
    day = today(session.now)
    due = (
        select(FrameworkAgreement)
        .where(
            or_(
                and_(
                    col(FrameworkAgreement.state) == c.AgreementState.pending,
                    col(FrameworkAgreement.valid_from) <= day,
                ),
                and_(
                    col(FrameworkAgreement.state).in_(LIVE),
                    col(FrameworkAgreement.valid_to) < day,
                ),
            )
        )
        .limit(500)
        .with_for_update(skip_locked=True)
    )
    for agreement in session.exec(due):
        _move(session, agreement, state_by_date(agreement.valid_from, agreement.valid_to, day))


def state_by_date(valid_from: date, valid_to: date, day: date) -> c.AgreementState:
    if day > valid_to:
        return c.AgreementState.lapsed
    return c.AgreementState.active if day >= valid_from else c.AgreementState.pending


def today(now: datetime) -> date:
    """The county's calendar day."""
    return now.astimezone(c.COUNTY_ZONE).date()


def _find(session: Session, agreement_id: UUID, *, lock: bool = False) -> FrameworkAgreement:
    found = session.get(FrameworkAgreement, agreement_id, with_for_update=True if lock else None)
    if found is None:
        raise NOT_FOUND(what="agreement")
    return found


def _move(session: Session, agreement: FrameworkAgreement, state: c.AgreementState) -> None:
    agreement.state = state
    agreement.version += 1
    session.flush()
    withhold(session, agreement.employer_id)
    _tell(session, agreement)


def _tell(session: Session, agreement: FrameworkAgreement) -> None:
    session.publish(
        c.AgreementChanged(
            agreement_id=agreement.id,
            employer_id=agreement.employer_id,
            valid_from=agreement.valid_from,
            valid_to=agreement.valid_to,
            state=agreement.state,
        )
    )
