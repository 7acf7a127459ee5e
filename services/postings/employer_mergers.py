"""One employer registered twice: what the doubled record holds goes over to the one that stays, and can go back.

The doubled record stays as a signpost: whoever names it is led to the other. Rows that belong to a posting or a feed
follow it both ways, also those that came after the merger.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, or_, update
from sqlmodel import col, select

from services.postings.changes import changed
from services.postings.employer_merger_models import EmployerMerger, EmployerMergerRow
from services.postings.fair_models import FairBooth, FairInterview
from services.postings.feed_models import Feed, FeedItem, FeedRun, FeedRunProblem
from services.postings.models import Employer, FrameworkAgreement, JobPosting, OpeningReservation
from services.postings.offers import Recommendation
from services.postings.standing_models import Blacklisting, EmployerCase, EmployerHire
from services.postings.visit_models import EmployerVisit
from services.postings.withholding import withhold
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.auditing import note_act
from shared.kit.paging import page
from shared.kit.session import Session

# Moved one by one, with their keys noted.
MOVED: tuple[tuple[Any, str], ...] = (
    (JobPosting, "id"),
    (FrameworkAgreement, "id"),
    (EmployerVisit, "id"),
    (EmployerCase, "case_id"),
    (Blacklisting, "id"),
)
OF_POSTING: tuple[Any, ...] = (Recommendation, OpeningReservation, EmployerHire, FairInterview)
OF_FEED: tuple[Any, ...] = (FeedItem, FeedRun)


def merge_employers(session: Session, command: c.MergeEmployers) -> c.EmployerMergerView:
    """Raises NOT_FOUND, EMPLOYER_MERGE_REFUSED, EMPLOYER_MERGE_BLOCKED. Both are locked in the order of their ids."""
    doubled, kept = _both(session, command.employer_id, command.into_employer_id)
    if doubled is kept or doubled.merged_into or kept.merged_into:
        raise c.EMPLOYER_MERGE_REFUSED()
    if doubled.is_blocked != kept.is_blocked:
        raise c.EMPLOYER_MERGE_BLOCKED()
    merger = EmployerMerger(
        employer_id=doubled.id,
        into_employer_id=kept.id,
        reason=command.reason,
        merged_at=session.now,
        merged_by=session.caller.actor.id,
    )
    session.add(merger)
    session.flush()
    moved = {table.__tablename__: _move(session, merger, table, key) for table, key in MOVED}
    moved["feed"] = _move_feeds(session, merger)
    moved["fair_booth"] = _move_booths(session, merger)
    for table in (*OF_POSTING, *OF_FEED, FeedRunProblem):
        _hand_over(session, table, doubled.id, kept.id)
    merger.moved = {name: count for name, count in moved.items() if count}
    doubled.merged_into, doubled.updated_at, doubled.version = kept.id, session.now, doubled.version + 1
    session.flush()
    withhold(session, kept.id)
    session.publish(c.EmployerMerged(employer_id=doubled.id, into_employer_id=kept.id))
    note_act(session, "employer.merged", "employer", doubled.id, into=str(kept.id), **merger.moved)
    return c.EmployerMergerView.model_validate(merger)


def undo_merger(session: Session, command: c.UndoEmployerMerger) -> c.EmployerMergerView:
    """Raises ILLEGAL_TRANSITION where it is undone already, or the one that stayed was merged on since."""
    merger = session.get(EmployerMerger, command.merger_id, with_for_update=True)
    if merger is None:
        raise NOT_FOUND(what="merger")
    doubled, kept = _both(session, merger.employer_id, merger.into_employer_id)
    if merger.undone_at is not None or kept.merged_into is not None:
        raise ILLEGAL_TRANSITION(state="undone" if merger.undone_at else "merged", action="undo")
    feeds = _rows(merger, Feed)
    later = session.exec(
        select(JobPosting.id).where(
            col(JobPosting.feed_id).in_(feeds), col(JobPosting.id).not_in(_rows(merger, JobPosting))
        )
    ).all()
    _note(session, merger, JobPosting, ((posting_id, None) for posting_id in later))
    postings = _rows(merger, JobPosting)
    for table, key in (*MOVED, (FairBooth, "id")):
        _hand_over(session, table, kept.id, doubled.id, getattr(table, key).in_(_rows(merger, table)))
    for table in OF_POSTING:
        _hand_over(session, table, kept.id, doubled.id, table.posting_id.in_(postings))
    runs = select(FeedRun.id).where(col(FeedRun.feed_id).in_(feeds))
    _hand_over(session, FeedRunProblem, kept.id, doubled.id, col(FeedRunProblem.run_id).in_(runs))
    for table in OF_FEED:
        _hand_over(session, table, kept.id, doubled.id, table.feed_id.in_(feeds))
    _give_feeds_back(session, merger)
    merger.undone_at, merger.undone_by, merger.undone_reason = session.now, session.caller.actor.id, command.reason
    doubled.merged_into, doubled.updated_at, doubled.version = None, session.now, doubled.version + 1
    session.flush()
    for employer_id in (doubled.id, kept.id):
        withhold(session, employer_id)
    session.publish(
        c.EmployerMergeUndone(
            employer_id=doubled.id, into_employer_id=kept.id, posting_ids=sorted(session.execute(postings).scalars())
        )
    )
    note_act(session, "employer.merge_undone", "employer", doubled.id, into=str(kept.id))
    return c.EmployerMergerView.model_validate(merger)


def list_mergers(session: Session, query: c.ListEmployerMergers) -> Page[c.EmployerMergerView]:
    statement = select(EmployerMerger)
    if query.employer_id is not None:
        either = (EmployerMerger.employer_id, EmployerMerger.into_employer_id)
        statement = statement.where(or_(*(col(one) == query.employer_id for one in either)))
    return page(
        session,
        statement,
        order=(col(EmployerMerger.merged_at).desc(), col(EmployerMerger.id).desc()),
        request=query,
        view=c.EmployerMergerView.model_validate,
    )


def _both(session: Session, first: UUID, second: UUID) -> tuple[Employer, Employer]:
    found = {each: session.get(Employer, each, with_for_update=True) for each in sorted({first, second})}
    one, other = found[first], found[second]
    if one is None or other is None:
        raise NOT_FOUND(what="employer")
    return one, other


def _hand_over(session: Session, table: Any, old: UUID, new: UUID, *which: Any) -> None:
    values: dict[str, Any] = {"employer_id": new}
    if table is JobPosting:
        values |= changed(session)
    session.execute(
        update(table)
        .where(table.employer_id == old, *which)
        .values(values)
        .execution_options(synchronize_session=False)
    )


def _move(session: Session, merger: EmployerMerger, table: Any, key: str) -> int:
    ids = session.exec(select(getattr(table, key)).where(table.employer_id == merger.employer_id)).all()
    _note(session, merger, table, ((row_id, None) for row_id in ids))
    _hand_over(session, table, merger.employer_id, merger.into_employer_id)
    return len(ids)


def _move_feeds(session: Session, merger: EmployerMerger) -> int:
    """A source's name that is taken there gets a number."""
    feeds = session.exec(select(Feed).where(col(Feed.employer_id) == merger.employer_id)).all()
    taken = set(session.exec(select(Feed.source).where(col(Feed.employer_id) == merger.into_employer_id)).all())
    _note(session, merger, Feed, ((feed.id, feed.source) for feed in feeds))
    for feed in feeds:
        number, name = 1, feed.source
        while name in taken:
            number += 1
            name = f"{feed.source}-{number}"
        taken.add(name)
        feed.source, feed.employer_id = name, merger.into_employer_id
    session.flush()
    return len(feeds)


def _give_feeds_back(session: Session, merger: EmployerMerger) -> None:
    rows = session.exec(
        select(Feed, EmployerMergerRow.former)
        .join(EmployerMergerRow, col(EmployerMergerRow.row_id) == col(Feed.id))
        .where(col(EmployerMergerRow.merger_id) == merger.id, col(EmployerMergerRow.kind) == Feed.__tablename__)
    ).all()
    for feed, former in rows:
        feed.employer_id, feed.source = merger.employer_id, former or feed.source
    session.flush()


def _move_booths(session: Session, merger: EmployerMerger) -> int:
    """At a fair where both have a booth each keeps its own: that is how they stood there."""
    theirs = select(FairBooth.fair_id).where(col(FairBooth.employer_id) == merger.into_employer_id)
    ids = session.exec(
        select(FairBooth.id).where(
            col(FairBooth.employer_id) == merger.employer_id, col(FairBooth.fair_id).not_in(theirs)
        )
    ).all()
    _note(session, merger, FairBooth, ((row_id, None) for row_id in ids))
    _hand_over(session, FairBooth, merger.employer_id, merger.into_employer_id, col(FairBooth.id).in_(ids))
    return len(ids)


def _note(session: Session, merger: EmployerMerger, table: Any, rows: Iterable[tuple[UUID, str | None]]) -> None:
    noted = [
        {"merger_id": merger.id, "kind": table.__tablename__, "row_id": row_id, "former": former}
        for row_id, former in rows
    ]
    if noted:
        session.execute(insert(EmployerMergerRow), noted)


def _rows(merger: EmployerMerger, table: Any) -> Select[Any]:
    return select(EmployerMergerRow.row_id).where(
        col(EmployerMergerRow.merger_id) == merger.id, col(EmployerMergerRow.kind) == table.__tablename__
    )
