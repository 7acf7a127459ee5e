"""用工企业: registered once by its credit code, blocked and unblocked with a reason."""

from __future__ import annotations

from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, or_
from sqlmodel import col, select

from services.postings.models import Employer, JobPosting
from services.postings.uscc import read_uscc
from services.postings.withholding import withhold
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE
from shared.contracts.scopes import Partner
from shared.kit.paging import page
from shared.kit.privacy import seal, unseal
from shared.kit.session import Session
from shared.kit.tables import new_id

_contacts: TypeAdapter[list[c.EmployerContact]] = TypeAdapter(list[c.EmployerContact])


def register_employer(session: Session, command: c.RegisterEmployer) -> c.EmployerView:
    """Raises EMPLOYER_USCC_INVALID, or EMPLOYER_DUPLICATE with the id of the one that has the code."""
    uscc = read_uscc(command.uscc)
    known = session.exec(select(Employer.id).where(col(Employer.uscc) == uscc)).one_or_none()
    if known:
        raise c.EMPLOYER_DUPLICATE(employer_id=str(known))
    employer = Employer(
        id=new_id(),
        name=command.name,
        uscc=uscc,
        division=command.division,
        address=command.address,
        industry=command.industry,
        note=command.note,
        created_at=session.now,
        updated_at=session.now,
    )
    _write_contacts(session, employer, command.contacts)
    session.add(employer)
    session.flush()
    _tell(session, employer)
    return view(session, employer)


def update_employer(session: Session, command: c.UpdateEmployer) -> c.EmployerView:
    employer = find_employer(session, command.employer_id, lock=True)
    if command.expected_version is not None and command.expected_version != employer.version:
        raise STALE(version=employer.version)
    given = command.model_dump(exclude_none=True, exclude={"employer_id", "expected_version", "contacts"})
    for field, value in given.items():
        setattr(employer, field, value)
    if command.contacts is not None:
        _write_contacts(session, employer, command.contacts)
    _changed(session, employer)
    return view(session, employer)


def block_employer(session: Session, command: c.BlockEmployer) -> c.EmployerView:
    """黑名单. Its postings are no longer public and no opening of them can be reserved."""
    employer = find_employer(session, command.employer_id, lock=True)
    if employer.is_blocked:
        raise ILLEGAL_TRANSITION(state="blocked", action="block")
    employer.is_blocked, employer.blocked_reason, employer.blocked_at = True, command.reason, session.now
    _changed(session, employer)
    withhold(session, employer.id)
    return view(session, employer)


def unblock_employer(session: Session, command: c.UnblockEmployer) -> c.EmployerView:
    employer = find_employer(session, command.employer_id, lock=True)
    if not employer.is_blocked:
        raise ILLEGAL_TRANSITION(state="active", action="unblock")
    employer.is_blocked, employer.blocked_at = False, None
    employer.blocked_reason = f"{employer.blocked_reason} → {command.reason}"
    _changed(session, employer)
    withhold(session, employer.id)
    return view(session, employer)


def get_employer(session: Session, query: c.GetEmployer) -> c.EmployerView:
    return view(session, find_employer(session, own_employer_id(session, query.employer_id)))


def list_employers(session: Session, query: c.ListEmployers) -> Page[c.EmployerRow]:
    statement = select(Employer)
    if query.q:
        statement = statement.where(
            or_(
                col(Employer.name).contains(query.q, autoescape=True),
                col(Employer.uscc) == query.q.strip().upper(),
            )
        )
    is_merged = col(Employer.merged_into).is_not(None)
    statement = statement.where(is_merged if query.is_merged else ~is_merged)
    if query.is_blocked is not None:
        statement = statement.where(col(Employer.is_blocked).is_(query.is_blocked))
    found = page(
        session,
        statement,
        order=(col(Employer.created_at).desc(), col(Employer.id).desc()),
        request=query,
        view=c.EmployerRow.model_validate,
    )
    counts = _open_postings(session, [row.id for row in found.items])
    for row in found.items:
        row.open_postings = counts.get(row.id, 0)
    return found


def find_employer(session: Session, employer_id: UUID, *, lock: bool = False) -> Employer:
    """The employer, or the one that it was merged into. Raises NOT_FOUND, also for one outside the caller's scope."""
    found = session.get(Employer, employer_id, with_for_update=True if lock else None)
    while found is not None and found.merged_into is not None:
        found = session.get(Employer, found.merged_into, with_for_update=True if lock else None)
    if found is None:
        raise NOT_FOUND(what="employer")
    return found


def own_employer_id(session: Session, given: UUID | None) -> UUID:
    """Whom a message is about: a partner acts for itself alone; others must say. Raises NOT_FOUND."""
    scope = session.caller.scope
    if isinstance(scope, Partner):
        if given is not None and given != scope.employer_id:
            raise NOT_FOUND(what="employer")
        return scope.employer_id
    if given is None:
        raise NOT_FOUND(what="employer")
    return given


def view(session: Session, employer: Employer) -> c.EmployerView:
    shown = c.EmployerView.model_validate(
        {
            **employer.model_dump(exclude={"contacts"}),
            "contacts": _read_contacts(session, employer),
            "open_postings": _open_postings(session, [employer.id]).get(employer.id, 0),
        }
    )
    if isinstance(session.caller.scope, Partner):
        shown.note = None
    return shown


def _open_postings(session: Session, employers: list[UUID]) -> dict[UUID, int]:
    rows = session.exec(
        select(JobPosting.employer_id, func.count())
        .where(col(JobPosting.employer_id).in_(employers), col(JobPosting.state) == c.PostingState.open)
        .group_by(col(JobPosting.employer_id))
    )
    return dict(rows.all())


def _write_contacts(session: Session, employer: Employer, contacts: list[c.EmployerContact]) -> None:
    text = _contacts.dump_json(contacts).decode()
    employer.contacts = seal(session.keys, text, about=str(employer.id)) if contacts else None


def _read_contacts(session: Session, employer: Employer) -> list[c.EmployerContact]:
    if employer.contacts is None:
        return []
    return _contacts.validate_json(unseal(session.keys, employer.contacts, about=str(employer.id)))


def _changed(session: Session, employer: Employer) -> None:
    employer.version += 1
    employer.updated_at = session.now
    session.flush()
    _tell(session, employer)


def _tell(session: Session, employer: Employer) -> None:
    session.publish(
        c.EmployerChanged(
            employer_id=employer.id,
            name=employer.name,
            uscc=employer.uscc,
            division=employer.division,
            is_blocked=employer.is_blocked,
        )
    )
