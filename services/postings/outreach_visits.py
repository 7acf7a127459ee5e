"""Who came to an event in a village, and what they wanted: entered on the spot, or from paper afterwards."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.postings.county_events import record_presences
from services.postings.offers import Seeker
from services.postings.outreach import find_outreach, require_enterable
from services.postings.outreach_models import OutreachAttendance, OutreachPosting, OutreachWish, VillageOutreach
from services.postings.presences import actor_of, recognise, refused_row, take_wish
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import Problem
from shared.kit.paging import page
from shared.kit.session import Session

REASON = "送岗下村现场意向"


def record_outreach_attendance(session: Session, command: c.RecordOutreachAttendance) -> c.PresenceReport:
    """签到. The first one to come opens the event; who is not recognised is named, the others are recorded."""
    outreach = find_outreach(session, command.outreach_id, lock=True)
    require_enterable(outreach, "record attendance")
    return record_presences(session, command.people, lambda seeker: _attend(session, outreach, seeker, command.came_by))


def list_outreach_attendance(session: Session, query: c.ListOutreachAttendance) -> Page[c.PresenceView]:
    find_outreach(session, query.outreach_id)
    return page(
        session,
        select(OutreachAttendance).where(col(OutreachAttendance.outreach_id) == query.outreach_id),
        order=(col(OutreachAttendance.came_at), col(OutreachAttendance.worker_id)),
        request=query,
        view=c.PresenceView.model_validate,
    )


def record_outreach_wishes(session: Session, command: c.RecordOutreachWishes) -> c.WishReport:
    """现场意向. Each row stands for itself: one that gate or cap forbids is noted with its reason, for the staff."""
    outreach = find_outreach(session, command.outreach_id, lock=True)
    require_enterable(outreach, "record wishes")
    numbers = dict(
        session.exec(
            select(OutreachPosting.number, OutreachPosting.posting_id).where(
                col(OutreachPosting.outreach_id) == outreach.id
            )
        ).all()
    )
    rows = [
        _wish(session, outreach, numbers, number, wish, command.came_by)
        for number, wish in enumerate(command.wishes, start=1)
    ]
    accepted = sum(row.is_accepted for row in rows)
    return c.WishReport(accepted=accepted, refused=len(rows) - accepted, rows=rows)


def list_outreach_wishes(session: Session, query: c.ListOutreachWishes) -> Page[c.WishView]:
    find_outreach(session, query.outreach_id)
    return page(
        session,
        select(OutreachWish).where(col(OutreachWish.outreach_id) == query.outreach_id),
        order=(
            col(OutreachWish.recorded_at).desc(),
            col(OutreachWish.worker_id).desc(),
            col(OutreachWish.posting_id).desc(),
        ),
        request=query,
        view=c.WishView.model_validate,
    )


def _wish(
    session: Session,
    outreach: VillageOutreach,
    numbers: dict[int, UUID],
    row: int,
    wish: c.OutreachWish,
    came_by: c.EntryWay,
) -> c.WishRow:
    try:
        posting_id = _posting_of(wish, numbers)
        seeker = recognise(session, wish)
    except Problem as problem:
        return c.WishRow(is_accepted=False, posting_id=wish.posting_id, **refused_row(row, problem))
    _attend(session, outreach, seeker, came_by)
    told = len(session.published)
    try:
        # What is refused leaves nothing of the offer behind, and nothing of it is told.
        with session.begin_nested():
            offer = take_wish(session, seeker, posting_id, REASON)
    except Problem as problem:
        del session.published[told:]
        if problem.code != "resource.not_found":
            _note(session, outreach, seeker, posting_id, came_by, None, problem.code)
        return c.WishRow(
            is_accepted=False, worker_id=seeker.worker_id, posting_id=posting_id, **refused_row(row, problem)
        )
    _note(session, outreach, seeker, posting_id, came_by, offer.id, None)
    return c.WishRow(
        row=row, worker_id=seeker.worker_id, posting_id=posting_id, recommendation_id=offer.id, is_accepted=True
    )


def _posting_of(wish: c.OutreachWish, numbers: dict[int, UUID]) -> UUID:
    """Raises OUTREACH_NUMBER_UNKNOWN. A number that was dropped from the pack may still stand on paper."""
    found = wish.posting_id if wish.number is None else numbers.get(wish.number)
    if found is None:
        raise c.OUTREACH_NUMBER_UNKNOWN(number=wish.number)
    return found


def _attend(session: Session, outreach: VillageOutreach, seeker: Seeker, came_by: c.EntryWay) -> bool:
    """Whether it was the first time. Coming to a planned event begins it."""
    if outreach.state is c.OutreachState.planned:
        outreach.state, outreach.version = c.OutreachState.under_way, outreach.version + 1
    row = insert(OutreachAttendance).values(
        outreach_id=outreach.id,
        worker_id=seeker.worker_id,
        division=seeker.division,
        came_by=came_by,
        came_at=session.now,
        recorded_by=actor_of(session),
    )
    is_new = session.execute(row.on_conflict_do_nothing().returning(col(OutreachAttendance.worker_id))).first()
    if is_new is None:
        return False
    session.publish(c.OutreachAttended(outreach_id=outreach.id, worker_id=seeker.worker_id, division=seeker.division))
    return True


def _note(
    session: Session,
    outreach: VillageOutreach,
    seeker: Seeker,
    posting_id: UUID,
    came_by: c.EntryWay,
    recommendation_id: UUID | None,
    code: str | None,
) -> None:
    outcome = c.WishOutcome.accepted if recommendation_id else c.WishOutcome.refused
    found = {"outcome": outcome, "recommendation_id": recommendation_id, "code": code}
    row = insert(OutreachWish).values(
        outreach_id=outreach.id,
        worker_id=seeker.worker_id,
        posting_id=posting_id,
        division=seeker.division,
        came_by=came_by,
        recorded_at=session.now,
        recorded_by=actor_of(session),
        **found,
    )
    session.execute(row.on_conflict_do_update(index_elements=["outreach_id", "worker_id", "posting_id"], set_=found))
