"""The end of a snapshot run: what the feed no longer names is closed, unless the feed itself looks broken.

A feed that suddenly has a third fewer jobs is more often half a file than half a factory: nothing is closed then, and
the run says why. What stays missing for 48 hours over at least two runs is believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, update
from sqlmodel import col, select

from services.postings.feed_models import FeedItem
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
    reason: dict[str, Any] | None = None


def close_missing(run: JobRun, batch: Batch, *, live_before: int, expected: int | None, allow_shrink: bool) -> Closing:
    """Close what the snapshot no longer names, or only note it as missing."""
    with run.transaction() as session:
        missing = _count(session, _missing(batch))
        overdue = _count(session, and_(_missing(batch), _believed(session)))
    if missing == 0:
        return Closing("done", 0)
    jobs = batch.counts["jobs"]
    fresh = missing - overdue
    too_few = expected is not None and jobs < expected
    shrank = fresh > ALWAYS_BELIEVED and fresh > MOST_MISSING * max(live_before - overdue, 1)
    if (too_few or shrank) and not allow_shrink:
        reason = finding(c.FEED_TOO_FEW_JOBS, jobs=jobs, expected=expected if too_few else live_before)
        batch.findings.add(c.FEED_TOO_FEW_JOBS, jobs=jobs, expected=expected if too_few else live_before)
        _close(run, batch, only_believed=True)
        with run.transaction() as session:
            _note_missing(session, batch)
            batch.findings.write(session)
        return Closing("skipped", missing, reason)
    _close(run, batch, only_believed=False)
    return Closing("done", missing)


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


def _note_missing(session: Session, batch: Batch) -> None:
    session.execute(
        update(FeedItem)
        .where(_missing(batch))
        .values(
            missing_since=func.coalesce(col(FeedItem.missing_since), session.now),
            missed_runs=FeedItem.missed_runs + 1,
        )
        .execution_options(synchronize_session=False)
    )


def _missing(batch: Batch) -> ColumnElement[bool]:
    return and_(col(FeedItem.feed_id) == batch.feed_id, col(FeedItem.is_live), col(FeedItem.run_id) != batch.run_id)


def _believed(session: Session) -> ColumnElement[bool]:
    return or_(and_(col(FeedItem.missed_runs) >= 1, col(FeedItem.missing_since) < session.now - GRACE))


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(FeedItem).where(condition)).one()
