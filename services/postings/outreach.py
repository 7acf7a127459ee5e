"""送岗下村: planned, held, closed; which postings go along under which number; what came of it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.postings.county_events import between, change, count, require_state, require_version, staff_of
from services.postings.event_places import settle_place
from services.postings.models import JobPosting
from services.postings.offers import Engagement, EngagementState, Recommendation, Seeker, SlipBatch, SlipPrinting
from services.postings.outreach_models import OutreachAttendance, OutreachPosting, OutreachWish, VillageOutreach
from services.postings.posting_views import known_division, posting_row
from services.postings.presences import actor_of, require_area, require_open_postings
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session

CHANGEABLE = (c.OutreachState.planned, c.OutreachState.under_way)
ENTERABLE = (c.OutreachState.planned, c.OutreachState.under_way)


def plan_outreach(session: Session, command: c.PlanOutreach) -> c.OutreachView:
    """Raises POSTING_UNKNOWN_DIVISION, EVENT_VILLAGE_UNKNOWN; NOT_FOUND for a place outside the caller's area."""
    require_area(session, command.division, inside=True)
    division, name = settle_place(session, command.division, command.village)
    day = command.starts_at.astimezone(c.COUNTY_ZONE)
    found = VillageOutreach(
        **command.model_dump(exclude={"division", "title", "staff"}),
        division=division,
        title=command.title or f"{name}送岗下村 {day.month}月{day.day}日",
        staff=staff_of(command.staff),
        planned_by=actor_of(session),
        created_at=session.now,
    )
    session.add(found)
    session.flush()
    return _told(session, found)


def update_outreach(session: Session, command: c.UpdateOutreach) -> c.OutreachView:
    """Raises STALE, ILLEGAL_TRANSITION once it is over, EVENT_TIMES_INVALID."""
    found = find_outreach(session, command.outreach_id, lock=True, inside=True)
    require_version(found, command.expected_version)
    require_state(found, CHANGEABLE, "update")
    given = command.model_dump(exclude_none=True, exclude={"outreach_id", "expected_version", "staff"})
    if command.staff is not None:
        given["staff"] = staff_of(command.staff)
    return _told(session, found) if change(found, given) else view(session, found)


def start_outreach(session: Session, command: c.StartOutreach) -> c.OutreachView:
    found = find_outreach(session, command.outreach_id, lock=True, inside=True)
    require_state(found, (c.OutreachState.planned,), "start")
    found.state, found.version = c.OutreachState.under_way, found.version + 1
    return _told(session, found)


def cancel_outreach(session: Session, command: c.CancelOutreach) -> c.OutreachView:
    found = find_outreach(session, command.outreach_id, lock=True, inside=True)
    require_state(found, (c.OutreachState.planned,), "cancel")
    found.state, found.version = c.OutreachState.cancelled, found.version + 1
    found.cancelled_because = command.reason
    return _told(session, found)


def close_outreach(session: Session, command: c.CloseOutreach) -> c.OutreachView:
    """Whoever closes it reports what no row says: how many came who are in no roster, and how it went."""
    found = find_outreach(session, command.outreach_id, lock=True, inside=True)
    require_state(found, CHANGEABLE, "close")
    found.state, found.closed_at, found.version = c.OutreachState.closed, session.now, found.version + 1
    found.summary, found.walk_ins = command.summary or found.summary, command.walk_ins
    return _told(session, found)


def reopen_outreach(session: Session, command: c.ReopenOutreach) -> c.OutreachView:
    found = find_outreach(session, command.outreach_id, lock=True, inside=True)
    require_state(found, (c.OutreachState.closed,), "reopen")
    found.state, found.closed_at, found.version = c.OutreachState.under_way, None, found.version + 1
    return _told(session, found)


def get_outreach(session: Session, query: c.GetOutreach) -> c.OutreachView:
    return view(session, find_outreach(session, query.outreach_id))


def list_outreaches(session: Session, query: c.ListOutreaches) -> Page[c.OutreachView]:
    statement = select(VillageOutreach)
    if query.state:
        statement = statement.where(VillageOutreach.state == query.state)
    if query.division:
        statement = statement.where(col(VillageOutreach.division).startswith(query.division))
    statement = between(statement, VillageOutreach, query)
    return page(
        session,
        statement,
        order=(col(VillageOutreach.starts_at).desc(), col(VillageOutreach.id).desc()),
        request=query,
        view=lambda found: view(session, found),
    )


def choose_outreach_postings(session: Session, command: c.ChooseOutreachPostings) -> c.OutreachPostingList:
    """Fix the pack. What is left out keeps its number, so that paper that is under way stays true.

    Raises EVENT_POSTING_NOT_OPEN.
    """
    outreach = find_outreach(session, command.outreach_id, lock=True, inside=True)
    require_state(outreach, CHANGEABLE, "choose postings")
    wanted = list(dict.fromkeys(command.posting_ids or _suitable(session, outreach.division, command.at_most)))
    if command.posting_ids:
        require_open_postings(session, wanted)
    known = {row.posting_id: row for row in _pack(session, outreach.id, dropped=True)}
    number = max((row.number for row in known.values()), default=0)
    for row in known.values():
        row.is_dropped = row.posting_id not in wanted
    for posting_id in wanted:
        if posting_id not in known:
            number += 1
            session.add(
                OutreachPosting(
                    outreach_id=outreach.id, posting_id=posting_id, number=number, division=outreach.division
                )
            )
    outreach.version += 1
    session.flush()
    return list_outreach_postings(session, c.ListOutreachPostings(outreach_id=outreach.id))


def list_outreach_postings(session: Session, query: c.ListOutreachPostings) -> c.OutreachPostingList:
    outreach = find_outreach(session, query.outreach_id)
    return c.OutreachPostingList(
        items=[
            c.OutreachPostingRow(number=row.number, posting=posting_row(posting))
            for row, posting in pack_postings(session, outreach.id)
        ]
    )


def pack_postings(session: Session, outreach_id: UUID) -> list[tuple[OutreachPosting, JobPosting]]:
    rows = session.exec(
        select(OutreachPosting, JobPosting)
        .join(JobPosting, col(JobPosting.id) == col(OutreachPosting.posting_id))
        .where(col(OutreachPosting.outreach_id) == outreach_id, col(OutreachPosting.is_dropped).is_(False))
        .order_by(col(OutreachPosting.number))
    ).all()
    return [(row, posting) for row, posting in rows]


def get_outreach_result(session: Session, query: c.GetOutreachResult) -> c.OutreachResult:
    """活动成效: nothing is typed in but the walk-ins."""
    found = find_outreach(session, query.outreach_id)
    came = select(OutreachAttendance.worker_id).where(col(OutreachAttendance.outreach_id) == found.id)
    accepted = select(OutreachWish.recommendation_id).where(
        col(OutreachWish.outreach_id) == found.id, col(OutreachWish.outcome) == c.WishOutcome.accepted
    )
    return c.OutreachResult(
        outreach_id=found.id,
        seekers=count(session, Seeker, col(Seeker.division).startswith(found.division), col(Seeker.is_active)),
        walk_ins=found.walk_ins,
        **_counts(session, found.id),
        accepted=count(session, OutreachWish, col(OutreachWish.recommendation_id).in_(accepted)),
        ordered=count(
            session,
            Recommendation,
            col(Recommendation.id).in_(accepted),
            col(Recommendation.state) == c.RecommendationState.ordered,
        ),
        working=count(
            session,
            Engagement,
            col(Engagement.worker_id).in_(came),
            col(Engagement.state) == EngagementState.working,
            col(Engagement.updated_at) >= found.starts_at,
        ),
    )


def find_outreach(session: Session, outreach_id: UUID, *, lock: bool = False, inside: bool = False) -> VillageOutreach:
    """The event, where the caller may see it; `inside`: where the caller keeps it. Raises NOT_FOUND."""
    found = session.get(VillageOutreach, outreach_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NOT_FOUND(what="outreach")
    require_area(session, found.division, inside=inside)
    return found


def require_enterable(found: VillageOutreach, action: str) -> None:
    require_state(found, ENTERABLE, action)


def view(session: Session, found: VillageOutreach) -> c.OutreachView:
    return c.OutreachView(
        **found.model_dump(),
        division_name=known_division(found.division),
        postings=len(_pack(session, found.id)),
    )


def _told(session: Session, found: VillageOutreach) -> c.OutreachView:
    session.flush()
    session.publish(
        c.OutreachChanged(
            outreach_id=found.id,
            division=found.division,
            state=found.state,
            starts_at=found.starts_at,
            ends_at=found.ends_at,
            walk_ins=found.walk_ins,
            **_counts(session, found.id),
        )
    )
    return view(session, found)


def _counts(session: Session, outreach_id: UUID) -> dict[str, int]:
    batches = select(SlipBatch.id).where(col(SlipBatch.outreach_id) == outreach_id)
    printed = select(func.count(func.distinct(SlipPrinting.worker_id))).where(col(SlipPrinting.batch_id).in_(batches))
    return {
        "attended": count(session, OutreachAttendance, col(OutreachAttendance.outreach_id) == outreach_id),
        "slips": session.exec(printed).one(),
        "wishes": count(session, OutreachWish, col(OutreachWish.outreach_id) == outreach_id),
    }


def _suitable(session: Session, division: str, at_most: int) -> list[UUID]:
    """Postings for a place: those offered most often to its seekers, then the newest with openings left."""
    offered = (
        select(Recommendation.posting_id, func.count().label("offers"))
        .where(col(Recommendation.division).startswith(division), col(Recommendation.state).in_(c.LIVE_STATES))
        .group_by(col(Recommendation.posting_id))
        .subquery()
    )
    return list(
        session.exec(
            select(JobPosting.id)
            .outerjoin(offered, offered.c.posting_id == col(JobPosting.id))
            .where(
                col(JobPosting.state) == c.PostingState.open,
                col(JobPosting.is_withheld).is_(False),
                col(JobPosting.openings_taken) < col(JobPosting.openings),
            )
            .order_by(func.coalesce(offered.c.offers, 0).desc(), col(JobPosting.created_at).desc(), col(JobPosting.id))
            .limit(at_most)
        ).all()
    )


def _pack(session: Session, outreach_id: UUID, *, dropped: bool = False) -> list[OutreachPosting]:
    statement = select(OutreachPosting).where(col(OutreachPosting.outreach_id) == outreach_id)
    if not dropped:
        statement = statement.where(col(OutreachPosting.is_dropped).is_(False))
    return list(session.exec(statement.order_by(col(OutreachPosting.number))).all())
