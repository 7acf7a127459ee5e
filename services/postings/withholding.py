"""Which open postings are neither shown nor offered: those of a blocked employer, those without an agreement, what
nobody confirms any more, and what another source told of first.

A lapsed framework agreement stops new offers, also of postings that stay in the employer's feed.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, true, update
from sqlmodel import col, select

from services.postings.changes import changed
from services.postings.models import Employer, FrameworkAgreement, JobPosting
from shared.contracts import postings as c
from shared.kit.session import Session

HOLDING = (c.AgreementState.pending, c.AgreementState.active)


def withhold(session: Session, employer_id: UUID) -> None:
    """Bring `is_withheld` of an employer's postings up to date, after it or an agreement of it changed."""
    withheld = _condition(session, employer_id, session.now.astimezone(c.COUNTY_ZONE).date())
    session.execute(
        update(JobPosting)
        .where(col(JobPosting.employer_id) == employer_id, col(JobPosting.is_withheld) != withheld)
        .values(is_withheld=withheld, **changed(session))
        .execution_options(synchronize_session=False)
    )


def withheld_by(session: Session, employer_id: UUID, agreement_ids: set[UUID | None]) -> dict[UUID | None, bool]:
    """Whether postings under each of these agreements (None: under none) would be withheld today."""
    day = session.now.astimezone(c.COUNTY_ZONE).date()
    blocked = session.exec(select(Employer.is_blocked).where(col(Employer.id) == employer_id)).one_or_none()
    in_force, known = _agreements(session, employer_id, day)
    return {
        agreement_id: bool(blocked)
        or (agreement_id not in in_force if agreement_id is not None else known and not in_force)
        for agreement_id in agreement_ids
    }


def _condition(session: Session, employer_id: UUID, day: date) -> ColumnElement[bool]:
    blocked = session.exec(select(Employer.is_blocked).where(col(Employer.id) == employer_id)).one_or_none()
    if blocked:
        return true()
    in_force, known = _agreements(session, employer_id, day)
    named = col(JobPosting.agreement_id)
    under_none = true() if known and not in_force else false()
    without = func.coalesce(
        or_(and_(named.is_(None), under_none), and_(named.is_not(None), named.not_in(in_force))), false()
    )
    return or_(col(JobPosting.stale_since).is_not(None), col(JobPosting.duplicate_of).is_not(None), without)


def _agreements(session: Session, employer_id: UUID, day: date) -> tuple[set[UUID], bool]:
    """Those in force that day, and whether there ever was one."""
    found = session.exec(select(FrameworkAgreement).where(col(FrameworkAgreement.employer_id) == employer_id)).all()
    holding = {a.id for a in found if a.state in HOLDING and a.valid_from <= day <= a.valid_to}
    return holding, bool(found)
