"""展位: which employer stands where at a fair, with which of its postings."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.postings.county_events import require_state
from services.postings.employers import find_employer
from services.postings.fair_models import FairBooth, FairInterview
from services.postings.job_fairs import CHANGEABLE, OFFERED, find_fair, view
from services.postings.models import Employer, JobPosting
from services.postings.presences import require_open_postings
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session


def place_booth(session: Session, command: c.PlaceBooth) -> c.BoothView:
    """Raises EMPLOYER_BLOCKED, EVENT_POSTING_NOT_OPEN, FAIR_NOT_AT_BOOTH, FAIR_BOOTH_TAKEN."""
    fair = find_fair(session, command.fair_id, lock=True, inside=True)
    require_state(fair, CHANGEABLE, "place booth")
    employer = find_employer(session, command.employer_id)
    if employer.is_blocked:
        raise c.EMPLOYER_BLOCKED(employer_id=str(employer.id))
    _require_own_postings(session, employer.id, command.posting_ids)
    booths = session.exec(select(FairBooth).where(col(FairBooth.fair_id) == fair.id)).all()
    number = command.number or max((booth.number for booth in booths), default=0) + 1
    if any(booth.number == number or booth.employer_id == employer.id for booth in booths):
        raise c.FAIR_BOOTH_TAKEN(number=number)
    booth = FairBooth(
        fair_id=fair.id,
        division=fair.division,
        number=number,
        employer_id=employer.id,
        posting_ids=_ids(command.posting_ids),
        note=command.note,
    )
    session.add(booth)
    session.flush()
    return booth_view(session, booth)


def change_booth(session: Session, command: c.ChangeBooth) -> c.BoothView:
    fair = find_fair(session, command.fair_id, lock=True, inside=True)
    require_state(fair, CHANGEABLE, "change booth")
    booth = find_booth(session, fair.id, command.booth_id)
    if command.posting_ids is not None:
        _require_own_postings(session, booth.employer_id, command.posting_ids)
        booth.posting_ids = _ids(command.posting_ids)
    if command.number is not None and command.number != booth.number:
        taken = select(FairBooth.id).where(col(FairBooth.fair_id) == fair.id, FairBooth.number == command.number)
        if session.exec(taken).first() is not None:
            raise c.FAIR_BOOTH_TAKEN(number=command.number)
        booth.number = command.number
    booth.note = command.note or booth.note
    session.flush()
    return booth_view(session, booth)


def remove_booth(session: Session, command: c.RemoveBooth) -> c.JobFairView:
    """Raises ILLEGAL_TRANSITION once somebody was interviewed there."""
    fair = find_fair(session, command.fair_id, lock=True, inside=True)
    require_state(fair, CHANGEABLE, "remove booth")
    booth = find_booth(session, fair.id, command.booth_id)
    if booth_view(session, booth).interviews:
        raise ILLEGAL_TRANSITION(state="interviewed", action="remove booth")
    session.delete(booth)
    session.flush()
    return view(session, fair)


def list_booths(session: Session, query: c.ListBooths) -> Page[c.BoothView]:
    find_fair(session, query.fair_id)
    return page(
        session,
        select(FairBooth).where(col(FairBooth.fair_id) == query.fair_id),
        order=(col(FairBooth.number), col(FairBooth.id)),
        request=query,
        view=lambda booth: booth_view(session, booth),
    )


def booth_view(session: Session, booth: FairBooth) -> c.BoothView:
    employer = session.get(Employer, booth.employer_id)
    at = col(FairInterview.booth_id) == booth.id
    interviews = session.exec(select(func.count()).select_from(FairInterview).where(at)).one()
    offers = session.exec(
        select(func.count()).select_from(FairInterview).where(at, col(FairInterview.state).in_(OFFERED))
    ).one()
    return c.BoothView(
        **booth.model_dump(), employer_name=employer.name if employer else "", interviews=interviews, offers=offers
    )


def find_booth(session: Session, fair_id: UUID, booth_id: UUID) -> FairBooth:
    booth = session.get(FairBooth, booth_id, with_for_update=True)
    if booth is None or booth.fair_id != fair_id:
        raise NOT_FOUND(what="booth")
    return booth


def _require_own_postings(session: Session, employer_id: UUID, posting_ids: list[UUID]) -> None:
    require_open_postings(session, posting_ids)
    owners = session.exec(select(JobPosting.employer_id).where(col(JobPosting.id).in_(posting_ids))).all()
    if set(owners) != {employer_id}:
        raise c.FAIR_NOT_AT_BOOTH()


def _ids(posting_ids: list[UUID]) -> list[str]:
    return [str(posting_id) for posting_id in dict.fromkeys(posting_ids)]
