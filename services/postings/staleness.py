"""Which postings nobody confirms any more, and who is reminded before one ends.

A posting of a feed is confirmed by each run that names it, one that a person collected by that person. What is not
confirmed is withheld, not closed: half the jobs that others pull are dead ("half the jobs pulled were dead").
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, update
from sqlmodel import col, select

from services.postings.agreements import today
from services.postings.changes import changed
from services.postings.feed_models import Feed, FeedItem
from services.postings.models import JobPosting
from services.postings.openings import lock_posting
from services.postings.posting_views import posting_view
from services.postings.withholding import withhold
from shared.contracts import postings as c
from shared.contracts.errors import ILLEGAL_TRANSITION
from shared.contracts.scopes import OutpostCode
from shared.kit.session import Session

LIVE = (c.PostingState.open, c.PostingState.filled)
# domain: stale when a feed was not seen in two polls; one that is pushed or stopped has no poll to miss.
MISSED_POLLS = 2
FEED_GRACE = timedelta(hours=48)
PUSHED_HOLDS = timedelta(days=14)
COLLECTED_HOLDS = timedelta(days=30)
REMIND_BEFORE = timedelta(days=5)
AT_ONCE = 500
FED_AT_ONCE = 5000


def confirm_posting(session: Session, command: c.ConfirmPosting) -> c.PostingView:
    """Raises POSTING_OWNED_BY_FEED, and ILLEGAL_TRANSITION for one that is not live."""
    posting = lock_posting(session, command.posting_id)
    if posting.source is c.PostingSource.feed:
        raise c.POSTING_OWNED_BY_FEED(posting_id=str(posting.id))
    if posting.state not in LIVE:
        raise ILLEGAL_TRANSITION(state=posting.state.value, action="confirm")
    posting.confirmed_at = session.now
    was_stale, posting.stale_since = posting.stale_since is not None, None
    posting.version += 1
    session.flush()
    if was_stale:
        withhold(session, posting.employer_id)
        session.refresh(posting)
    return posting_view(session, posting)


def mark_stale(session: Session) -> None:
    """Withhold what nobody confirmed for too long (timer)."""
    collected = and_(
        col(JobPosting.source) != c.PostingSource.feed,
        func.coalesce(col(JobPosting.confirmed_at), col(JobPosting.opened_at)) < session.now - COLLECTED_HOLDS,
    )
    due = select(JobPosting.id).where(_live(), collected).limit(AT_ONCE).with_for_update(skip_locked=True)
    for row in _mark(session, col(JobPosting.id).in_(due)):
        posting_id, employer_id, outpost = row
        session.publish(
            c.PostingStale(
                posting_id=posting_id,
                employer_id=employer_id,
                outpost=outpost,
                because=c.StaleBecause.not_confirmed,
            )
        )
    for feed in session.exec(select(Feed).where(_is_silent(session), _has_fresh()).limit(20)).all():
        if _mark(session, and_(col(JobPosting.feed_id) == feed.id, _live())):
            session.publish(
                c.FeedStale(
                    feed_id=feed.id,
                    employer_id=feed.employer_id,
                    live_jobs=feed.live_jobs,
                    last_run_at=feed.last_run_at,
                )
            )
    missed = select(FeedItem.posting_id).where(col(FeedItem.is_live), col(FeedItem.missed_runs) >= MISSED_POLLS)
    _mark(session, and_(_live(), col(JobPosting.id).in_(missed)))


def feed_confirmed(session: Session, feed_id: UUID, employer_id: UUID) -> None:
    """A run named these jobs: what was stale of them is offered again."""
    missing = exists().where(col(FeedItem.posting_id) == col(JobPosting.id), col(FeedItem.missed_runs) > 0)
    freed = session.execute(
        update(JobPosting)
        .where(col(JobPosting.feed_id) == feed_id, col(JobPosting.stale_since).is_not(None), ~missing)
        .values(stale_since=None, **changed(session))
        .returning(col(JobPosting.id))
        .execution_options(synchronize_session=False)
    ).all()
    if freed:
        withhold(session, employer_id)


def remind_of_expiry(session: Session) -> None:
    """Tell the keepers of postings that end within five days, once for each last day (timer): one by one where a person
    keeps them, once for all jobs of a feed, whose owner prolongs them in its own system."""
    day = today(session.now)
    _remind_of_feeds(session, day)
    due = (
        select(JobPosting)
        .where(_ends_soon(day), col(JobPosting.source) != c.PostingSource.feed)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    for posting in session.exec(due).all():
        if posting.valid_through is None:
            continue
        posting.reminded_of = posting.valid_through
        session.publish(
            c.PostingExpiryNear(
                posting_id=posting.id,
                employer_id=posting.employer_id,
                outpost=posting.outpost,
                valid_through=posting.valid_through,
                days_left=(posting.valid_through - day).days,
                openings_free=posting.openings_free,
            )
        )


def _remind_of_feeds(session: Session, day: date) -> None:
    due = (
        select(JobPosting.id)
        .where(_ends_soon(day), col(JobPosting.source) == c.PostingSource.feed)
        .limit(FED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    reminded = session.execute(
        update(JobPosting)
        .where(col(JobPosting.id).in_(due))
        .values(reminded_of=JobPosting.valid_through)
        .returning(col(JobPosting.feed_id), col(JobPosting.employer_id), col(JobPosting.valid_through))
        .execution_options(synchronize_session=False)
    )
    ending: dict[tuple[UUID, UUID], list[date]] = {}
    for feed_id, employer_id, valid_through in reminded:
        ending.setdefault((feed_id, employer_id), []).append(valid_through)
    for (feed_id, employer_id), days in ending.items():
        session.publish(
            c.FeedExpiryNear(feed_id=feed_id, employer_id=employer_id, jobs=len(days), first_ends_on=min(days))
        )


def _ends_soon(day: date) -> ColumnElement[bool]:
    """Live, within its last days, and nobody was told of this last day."""
    return and_(
        col(JobPosting.state).in_(LIVE),
        col(JobPosting.valid_through) >= day,
        col(JobPosting.valid_through) <= day + REMIND_BEFORE,
        col(JobPosting.reminded_of).is_distinct_from(col(JobPosting.valid_through)),
    )


def _live() -> ColumnElement[bool]:
    return and_(col(JobPosting.state).in_(LIVE), col(JobPosting.stale_since).is_(None))


def _is_silent(session: Session) -> ColumnElement[bool]:
    """Feeds that have not run well for two polls, and never less than two days."""
    last = func.coalesce(col(Feed.last_good_at), col(Feed.created_at))
    polls = func.make_interval(0, 0, 0, 0, 0, MISSED_POLLS * func.coalesce(col(Feed.every_minutes), 0))
    is_pulled = and_(col(Feed.kind) == c.FeedKind.pulled, col(Feed.is_active))
    return or_(
        and_(is_pulled, last < session.now - FEED_GRACE, last < session.now - polls),
        and_(~is_pulled, last < session.now - PUSHED_HOLDS),
    )


def _has_fresh() -> ColumnElement[bool]:
    return exists().where(col(JobPosting.feed_id) == col(Feed.id), _live())


def _mark(session: Session, which: ColumnElement[bool]) -> list[tuple[UUID, UUID, OutpostCode | None]]:
    return [
        (posting_id, employer_id, outpost)
        for posting_id, employer_id, outpost in session.execute(
            update(JobPosting)
            .where(which)
            .values(stale_since=session.now, is_withheld=True, **changed(session))
            .returning(col(JobPosting.id), col(JobPosting.employer_id), col(JobPosting.outpost))
            .execution_options(synchronize_session=False)
        ).all()
    ]
