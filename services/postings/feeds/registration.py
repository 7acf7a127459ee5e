"""Feeds as their owners see them: registered, pushed, pulled, stopped; their runs and what those found."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case
from sqlmodel import col, select

from services.postings.employers import find_employer, own_employer_id
from services.postings.feed_models import Feed, FeedRun, FeedRunProblem
from services.postings.feeds.pulling import host_of
from services.postings.feeds.reading import MAX_FEED_MB, format_of
from services.postings.feeds.runs import COUNTED, run_feed
from shared.contracts import postings as c
from shared.contracts.base import BlobRef, Page
from shared.contracts.errors import NOT_FOUND, STALE, Problem
from shared.kit.jobs import cancel, job_state, submit
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id

SHOWN = 100
LONGEST_PAUSE = timedelta(days=1)
_GRAVEST_FIRST = case(
    (col(FeedRunProblem.severity) == c.Severity.error, 0),
    (col(FeedRunProblem.severity) == c.Severity.warning, 1),
    else_=2,
)


def register_feed(session: Session, command: c.RegisterFeed) -> c.FeedView:
    """Raises FEED_SOURCE_TAKEN, FEED_URL_REFUSED, EMPLOYER_BLOCKED."""
    employer_id = _working_employer(session, command.employer_id)
    host = host_of(command.url, allow_private=session.settings.allow_private_feeds)
    source = command.source or _source_from(host, session, employer_id)
    if _find(session, employer_id, source) is not None:
        raise c.FEED_SOURCE_TAKEN(source=source)
    feed = Feed(
        id=new_id(),
        employer_id=employer_id,
        source=source,
        kind=c.FeedKind.pulled,
        format=command.format,
        mode=command.mode,
        url=command.url,
        every_minutes=command.every_minutes,
        next_pull_at=session.now,
        created_at=session.now,
    )
    session.add(feed)
    session.flush()
    return c.FeedView.model_validate(feed)


def push_feed(session: Session, command: c.PushFeed) -> c.FeedRunView:
    """Queue a run of a pushed file. Raises FEED_FORMAT_UNKNOWN, FEED_TOO_LARGE, FEED_BUSY, EMPLOYER_BLOCKED."""
    employer_id = _working_employer(session, command.employer_id)
    if command.blob.size > MAX_FEED_MB * 1024 * 1024:
        raise c.FEED_TOO_LARGE(limit_mb=MAX_FEED_MB)
    form = command.format or format_of(command.blob.media_type, command.blob.filename)
    feed = _find(session, employer_id, command.source)
    if feed is None:
        feed = Feed(
            id=new_id(),
            employer_id=employer_id,
            source=command.source,
            kind=c.FeedKind.pushed,
            format=form,
            mode=command.mode,
            created_at=session.now,
        )
        session.add(feed)
        session.flush()
    return _start(session, feed, form, command.blob, mode=command.mode, allow_shrink=command.allow_shrink)


def pull_feed(session: Session, command: c.PullFeed) -> c.FeedRunView:
    """Pull a registered feed now. Raises NOT_FOUND for one that has no address."""
    employer_id = _working_employer(session, command.employer_id)
    feed = _require(session, employer_id, command.source)
    if feed.url is None:
        raise NOT_FOUND(what="feed address")
    return _start(session, feed, feed.format, None, mode=feed.mode, allow_shrink=command.allow_shrink)


def stop_feed(session: Session, command: c.StopFeed) -> c.FeedView:
    feed = _require(session, own_employer_id(session, command.employer_id), command.source)
    feed.is_active, feed.next_pull_at = False, None
    feed.version += 1
    session.flush()
    return c.FeedView.model_validate(feed)


def change_feed(session: Session, command: c.ChangeFeed) -> c.FeedView:
    """Raises STALE, FEED_URL_REFUSED, NOT_FOUND for one without address. A new address is asked without conditions."""
    feed = _require(session, own_employer_id(session, command.employer_id), command.source)
    if command.expected_version is not None and command.expected_version != feed.version:
        raise STALE(version=feed.version)
    if feed.url is None:
        raise NOT_FOUND(what="feed address")
    if command.url is not None and command.url != feed.url:
        host_of(command.url, allow_private=session.settings.allow_private_feeds)
        feed.url, feed.etag, feed.last_modified, feed.last_hash = command.url, None, None, None
    feed.format = command.format or feed.format
    feed.every_minutes = command.every_minutes or feed.every_minutes
    feed.mode = command.mode or feed.mode
    if command.is_active is not None and command.is_active is not feed.is_active:
        feed.is_active, feed.failures = command.is_active, 0
        feed.next_pull_at = session.now if command.is_active else None
    elif feed.is_active:
        feed.next_pull_at = min(feed.next_pull_at or session.now, session.now + _pause(feed))
    feed.version += 1
    session.flush()
    return c.FeedView.model_validate(feed)


def _pause(feed: Feed) -> timedelta:
    """Until the next pull: as agreed, and twice as long after each failure, up to a day."""
    agreed = timedelta(minutes=feed.every_minutes or 60)
    return max(agreed, min(agreed * (1 << min(feed.failures, 10)), LONGEST_PAUSE))


def pull_due(session: Session) -> None:
    """Queue a run of each feed whose time has come (timer); one whose run has not ended waits for the next time."""
    due = (
        select(Feed)
        .where(col(Feed.is_active), col(Feed.next_pull_at) <= session.now)
        .order_by(col(Feed.next_pull_at))
        .limit(50)
        .with_for_update(skip_locked=True)
    )
    for feed in session.exec(due).all():
        feed.next_pull_at = session.now + _pause(feed)
        try:
            _start(session, feed, feed.format, None, mode=feed.mode, allow_shrink=False)
        except Problem as problem:
            if problem.code != c.FEED_BUSY.code:
                raise


def get_feed(session: Session, query: c.GetFeed) -> c.FeedView:
    return c.FeedView.model_validate(_require(session, own_employer_id(session, query.employer_id), query.source))


def list_feeds(session: Session, query: c.ListFeeds) -> Page[c.FeedView]:
    employer_id = own_employer_id(session, query.employer_id)
    return page(
        session,
        select(Feed).where(col(Feed.employer_id) == employer_id),
        order=(col(Feed.source),),
        request=query,
        view=c.FeedView.model_validate,
    )


def get_feed_run(session: Session, query: c.GetFeedRun) -> c.FeedRunView:
    feed = _require(session, own_employer_id(session, query.employer_id), query.source)
    return _run_view(session, feed, _run_of(session, feed, query.run_id))


def list_feed_runs(session: Session, query: c.ListFeedRuns) -> Page[c.FeedRunRow]:
    feed = _require(session, own_employer_id(session, query.employer_id), query.source)
    return page(
        session,
        select(FeedRun).where(col(FeedRun.feed_id) == feed.id),
        order=(col(FeedRun.created_at).desc(), col(FeedRun.id).desc()),
        request=query,
        view=lambda row: c.FeedRunRow.model_validate(_run_fields(session, feed, row)),
    )


def list_feed_problems(session: Session, query: c.ListFeedProblems) -> Page[c.FeedProblem]:
    feed = _require(session, own_employer_id(session, query.employer_id), query.source)
    row = _run_of(session, feed, query.run_id)
    statement = select(FeedRunProblem).where(col(FeedRunProblem.run_id) == row.id)
    if query.severity is not None:
        statement = statement.where(col(FeedRunProblem.severity) == query.severity)
    if query.code is not None:
        statement = statement.where(col(FeedRunProblem.code) == query.code)
    return page(
        session,
        statement,
        order=(col(FeedRunProblem.number),),
        request=query,
        view=lambda found: _problem(session, found.model_dump()),
    )


def _start(
    session: Session,
    feed: Feed,
    form: c.FeedFormat | None,
    blob: BlobRef | None,
    *,
    mode: c.FeedMode,
    allow_shrink: bool,
) -> c.FeedRunView:
    """Queue a run. A snapshot still waiting is replaced by the newer one; one that is running makes this FEED_BUSY."""
    waiting = session.exec(
        select(FeedRun).where(col(FeedRun.feed_id) == feed.id, col(FeedRun.state).in_(("queued", "running")))
    ).all()
    for earlier in waiting:
        state = _job_state(session, earlier)
        if state == "running" or (state == "queued" and earlier.mode is c.FeedMode.delta):
            raise c.FEED_BUSY(source=feed.source)
        if state == "queued" and earlier.job_id is not None:
            cancel(session, earlier.job_id)
            state = "cancelled"
        earlier.state = state
        earlier.finished_at = session.now
    row = FeedRun(
        id=new_id(),
        feed_id=feed.id,
        employer_id=feed.employer_id,
        mode=mode,
        format=form,
        blob=blob.model_dump() if blob else None,
        created_at=session.now,
    )
    session.add(row)
    session.flush()
    job = submit(session, run_feed, {"run_id": str(row.id), "allow_shrink": allow_shrink})
    row.job_id = UUID(job.id.rpartition(".")[2])
    session.flush()
    return _run_view(session, feed, row)


def _job_state(session: Session, row: FeedRun) -> str:
    """The state of the job that carries the run out. A pulled run's job is the machinery's and may be out of sight."""
    if row.job_id is None:
        return "failed"
    try:
        return job_state(session, row.job_id).state
    except Problem:
        return row.state


def _run_view(session: Session, feed: Feed, row: FeedRun) -> c.FeedRunView:
    fields = _run_fields(session, feed, row)
    found = session.exec(
        select(FeedRunProblem)
        .where(col(FeedRunProblem.run_id) == row.id)
        .order_by(_GRAVEST_FIRST, col(FeedRunProblem.number))
        .limit(SHOWN)
    ).all()
    problems = [_problem(session, problem.model_dump()) for problem in found]
    refused = _problem(session, row.problem) if row.problem else None
    return c.FeedRunView.model_validate(
        {
            **fields,
            "expected_jobs": row.counts.get("expected"),
            "live_before": row.counts.get("live_before") or 0,
            "missing": row.counts.get("missing") or 0,
            "waiting": row.counts.get("waiting") or 0,
            "closing": row.closing,
            "closing_reason": _problem(session, row.closing_reason) if row.closing_reason else None,
            "problem": refused,
            "problem_counts": row.problem_counts,
            "problems": [refused, *problems] if refused else problems,
        }
    )


def _run_fields(session: Session, feed: Feed, row: FeedRun) -> dict[str, Any]:
    state = row.state
    if state in ("queued", "running"):
        state = _job_state(session, row)
    total, done = row.counts.get("total"), row.counts.get("jobs", 0)
    share = 1.0 if state == "succeeded" else min(done / total, 1.0) if total else 0.0
    return {
        **row.model_dump(include={"id", "feed_id", "mode", "format", "not_modified", "created_at", "finished_at"}),
        "source": feed.source,
        "state": state,
        "progress": share,
        **{name: row.counts.get(name) or 0 for name in COUNTED},
    }


def _problem(session: Session, found: dict[str, Any]) -> c.FeedProblem:
    language = "message_en" if session.caller.locale == "en" else "message_zh"
    return c.FeedProblem.model_validate({**found, "message": found[language]})


def _working_employer(session: Session, given: UUID | None) -> UUID:
    employer = find_employer(session, own_employer_id(session, given))
    if employer.is_blocked:
        raise c.EMPLOYER_BLOCKED(employer_id=str(employer.id))
    return employer.id


def _find(session: Session, employer_id: UUID, source: str) -> Feed | None:
    statement = select(Feed).where(col(Feed.employer_id) == employer_id, col(Feed.source) == source)
    return session.exec(statement.with_for_update()).one_or_none()


def _require(session: Session, employer_id: UUID, source: str) -> Feed:
    statement = select(Feed).where(col(Feed.employer_id) == employer_id, col(Feed.source) == source)
    found = session.exec(statement).one_or_none()
    if found is None:
        raise NOT_FOUND(what="feed")
    return found


def _run_of(session: Session, feed: Feed, run_id: UUID) -> FeedRun:
    found = session.get(FeedRun, run_id)
    if found is None or found.feed_id != feed.id:
        raise NOT_FOUND(what="feed run")
    return found


def _source_from(host: str, session: Session, employer_id: UUID) -> str:
    stem = re.sub(r"[^a-z0-9.-]+", "-", host.lower()).strip("-.")[:50] or "feed"
    source, number = stem, 1
    while _find(session, employer_id, source) is not None:
        number += 1
        source = f"{stem}-{number}"
    return source
