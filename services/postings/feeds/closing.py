"""The end of a snapshot run: what the feed no longer names is noted as missing, and closed after 48 hours of that.

A feed that suddenly has a third fewer jobs is more often half a file than half a factory: then the run says so, and the
clock alone closes nothing, only a later run that still does not name them. A person who says that the feed is meant so
is believed at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, update
from sqlmodel import col, select

from services.postings.feed_models import Feed, FeedItem, FeedRun
from services.postings.feeds.batches import Batch
from services.postings.feeds.findings import finding
from services.postings.feeds.storing import StoredItem, close_items
from shared.contracts import postings as c
from shared.kit.jobs import JobRun
from shared.kit.session import Session

# domain: abort the closing when the snapshot shrank by more than 30%, keep a grace of 48 hours.
MOST_MISSING = 0.3
# One or two jobs fewer are an employer's ordinary day, whatever share of its feed they are.
ALWAYS_BELIEVED = 2
GRACE = timedelta(hours=48)
BATCH = 500


@dataclass
class Closing:
    """What was done about the missing jobs, and why if nothing was."""

    state: str
    missing: int
    waiting: int = 0
    reason: dict[str, Any] | None = None


def close_missing(run: JobRun, batch: Batch, *, live_before: int, expected: int | None, allow_shrink: bool) -> Closing:
    """Close what the snapshot has not named for 48 hours, and note what it does not name since now."""
    with run.transaction() as session:
        missing = _count(session, _missing(batch))
        overdue = _count(session, and_(_missing(batch), _believed(session)))
    if missing == 0:
        return Closing("done", 0)
    jobs = batch.counts["jobs"]
    fresh = missing - overdue
    too_few = expected is not None and jobs < expected
    shrank = fresh > ALWAYS_BELIEVED and fresh > MOST_MISSING * max(live_before - overdue, 1)
    if allow_shrink:
        _close(run, batch, only_believed=False)
        return Closing("done", missing)
    reason = None
    if too_few or shrank:
        reason = finding(c.FEED_TOO_FEW_JOBS, jobs=jobs, expected=expected if too_few else live_before)
        batch.findings.add(c.FEED_TOO_FEW_JOBS, jobs=jobs, expected=expected if too_few else live_before)
    _close(run, batch, only_believed=True)
    with run.transaction() as session:
        _note_missing(session, _missing(batch))
        batch.findings.write(session)
    return Closing("skipped" if reason else "done", missing, missing - overdue, reason)


def note_missing_again(session: Session, feed_id: UUID) -> None:
    """The same file again names the same jobs: what was missing from it is missing once more."""
    _note_missing(session, and_(_live_of(feed_id), col(FeedItem.missing_since).is_not(None)))


def close_overdue(session: Session) -> None:
    """Close what its feed has not named for 48 hours, also where no run came since (timer). Not after a run that was
    not believed itself."""
    due = (
        select(FeedItem)
        .join(Feed, col(Feed.id) == col(FeedItem.feed_id))
        .join(FeedRun, col(FeedRun.id) == col(Feed.last_run_id))
        .where(col(FeedItem.is_live), _believed(session), col(FeedRun.closing) != "skipped")
        .order_by(col(FeedItem.feed_id), col(FeedItem.reference))
        .limit(BATCH)
        .with_for_update(of=FeedItem, skip_locked=True)
    )
    for feed_id, rows in groupby(session.exec(due).all(), key=lambda row: row.feed_id):
        items = [StoredItem.of(row) for row in rows]
        close_items(session, items, c.CloseReason.missing_from_feed, items[0].run_id)
        session.execute(
            update(Feed).where(col(Feed.id) == feed_id).values(live_jobs=_count(session, _live_of(feed_id)))
        )


def _close(run: JobRun, batch: Batch, *, only_believed: bool) -> None:
    while True:
        run.raise_if_cancelled()
        with run.transaction() as session:
            condition = and_(_missing(batch), _believed(session)) if only_believed else _missing(batch)
            rows = session.exec(select(FeedItem).where(condition).order_by(col(FeedItem.reference)).limit(BATCH)).all()
            if not rows:
                return
            items = [StoredItem.of(row) for row in rows]
            batch.counts["closed"] += close_items(session, items, c.CloseReason.missing_from_feed, batch.run_id)
            run.save({**run.checkpoint, "counts": dict(batch.counts)}, step="closing", session=session)


def _note_missing(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(
        update(FeedItem)
        .where(which)
        .values(
            missing_since=func.coalesce(col(FeedItem.missing_since), session.now),
            missed_runs=FeedItem.missed_runs + 1,
        )
        .execution_options(synchronize_session=False)
    )


def _missing(batch: Batch) -> ColumnElement[bool]:
    return and_(_live_of(batch.feed_id), col(FeedItem.run_id) != batch.run_id)


def _believed(session: Session) -> ColumnElement[bool]:
    return and_(col(FeedItem.missed_runs) >= 1, col(FeedItem.missing_since) < session.now - GRACE)


def _live_of(feed_id: UUID) -> ColumnElement[bool]:
    return and_(col(FeedItem.feed_id) == feed_id, col(FeedItem.is_live))


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(FeedItem).where(condition)).one()
