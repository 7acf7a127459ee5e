"""A feed run: fetch it if it is pulled, judge the whole file, then take it in a batch at a time.

The file is read twice. The first reading only counts, so that a file which is cut off, broken or a bomb is refused
before anything of it was used. A run that was interrupted goes on behind its last committed batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.postings.agreements import today
from services.postings.employers import find_employer
from services.postings.feed_models import Feed, FeedItem, FeedRun
from services.postings.feeds.batches import Batch, apply_batch
from services.postings.feeds.closing import Closing, close_missing, note_missing_again
from services.postings.feeds.findings import Findings, finding
from services.postings.feeds.normalising import Rules
from services.postings.feeds.pulling import Pulled, pull
from services.postings.feeds.reading import FeedReader, format_of, open_feed, unpacked
from services.postings.feeds.records import RULES, RawJob, Reading
from services.postings.recognition.remembering import decisions
from services.postings.staleness import feed_confirmed
from services.postings.withholding import withheld_by
from shared.contracts import postings as c
from shared.contracts.base import BlobRef
from shared.contracts.errors import Problem, ProblemCode
from shared.kit.jobs import JobRun, job
from shared.kit.session import Session

BATCH = 1000
COUNTED = ("jobs", "opened", "updated", "unchanged", "closed", "rejected", "doubled")


@job("feed_run")
def run_feed(run: JobRun) -> dict[str, Any]:
    """Carry out one run of one feed. Params: run_id, allow_shrink."""
    run_id = UUID(run.params["run_id"])
    try:
        with run.transaction() as session:
            row = _begin(session, run_id)
            pulled = row.blob is None
        if pulled and not _pull(run, run_id):
            return _result(run, run_id)
        _take_in(run, run_id)
    except Problem as problem:
        with run.transaction() as session:
            _fail(session, run_id, problem)
        raise
    return _result(run, run_id)


def _begin(session: Session, run_id: UUID) -> FeedRun:
    row = _row(session, run_id)
    row.state = "running"
    return row


def _pull(run: JobRun, run_id: UUID) -> bool:
    """Fetch the feed and keep it as a blob; False where the server says that nothing changed."""
    with run.transaction() as session:
        feed = _feed(session, run_id)
        url, etag, modified = feed.url or "", feed.etag, feed.last_modified
        settings = session.settings
    run.save(step="fetching")
    fetched = pull(url, etag=etag, last_modified=modified, allow_private=settings.allow_private_feeds)
    with run.transaction() as session:
        row, feed = _row(session, run_id), _feed(session, run_id)
        if fetched is None:
            _finish_unchanged(session, row, feed)
            return False
        _keep(session, row, feed, fetched)
    return True


def _keep(session: Session, row: FeedRun, feed: Feed, fetched: Pulled) -> None:
    with fetched.file as file:
        blob = session.blobs.put(iter(lambda: file.read(256 * 1024), b""), media_type=fetched.media_type)
    row.blob = blob.model_dump()
    row.counts = {**row.counts, "etag": fetched.etag, "last_modified": fetched.last_modified}


def _take_in(run: JobRun, run_id: UUID) -> None:
    with run.transaction() as session:
        row, feed = _row(session, run_id), _feed(session, run_id)
        blob = BlobRef.model_validate(row.blob)
        if not run.checkpoint and _is_the_same(session, row, feed, blob):
            _finish_unchanged(session, row, feed)
            return
        form = row.format or feed.format or format_of(blob.media_type, blob.filename)
        row.format = form
        batch = _batch(session, run, row, feed)
    with run.kit.blobs.open(blob) as stored, unpacked(stored) as file:
        reading = Reading()
        reader = open_feed(file, form, reading)
        run.save(step="checking")
        total = reader.count()
        if total == 0:
            raise c.FEED_EMPTY()
        _note_reading(batch, reading)
        live_before = _apply(run, batch, reader, total)
    closing = Closing("none", 0)
    if row.mode is c.FeedMode.snapshot:
        closing = close_missing(
            run,
            batch,
            live_before=live_before,
            expected=reading.expected,
            allow_shrink=bool(run.params["allow_shrink"]),
        )
    with run.transaction() as session:
        _finish(session, run_id, batch, closing, reading, live_before)


def _apply(run: JobRun, batch: Batch, reader: FeedReader, total: int) -> int:
    """Take the jobs in, a batch a transaction; the number of jobs that were live before the run began."""
    done = int(run.checkpoint.get("row", 0))
    live_before = run.checkpoint.get("live_before")
    if live_before is None:
        with run.transaction() as session:
            live_before = _live(session, batch.feed_id)
            run.save({"row": 0, "live_before": live_before, "counts": {}}, done=0, total=total, session=session)
    for jobs in _batches(reader, done):
        run.raise_if_cancelled()
        with run.transaction() as session:
            apply_batch(session, batch, jobs)
            done = jobs[-1].row
            _progress(session, run, batch, done, total, live_before)
    return int(live_before)


def _progress(session: Session, run: JobRun, batch: Batch, done: int, total: int, live_before: int) -> None:
    checkpoint = {
        "row": done,
        "live_before": live_before,
        "counts": dict(batch.counts),
        "found": dict(batch.findings.counts),
        "number": batch.findings.number,
    }
    run.save(checkpoint, done=done, total=total, step="taking in", session=session)
    row = _row(session, batch.run_id)
    row.counts = {**row.counts, **batch.counts, "total": total}


def _batches(reader: FeedReader, done: int) -> Iterator[list[RawJob]]:
    jobs = reader.jobs()
    if done:
        jobs = (raw for raw in jobs if raw.row > done)
    while batch := list(islice(jobs, BATCH)):
        yield batch


def _batch(session: Session, run: JobRun, row: FeedRun, feed: Feed) -> Batch:
    employer = find_employer(session, feed.employer_id)
    if employer.is_blocked:
        raise c.EMPLOYER_BLOCKED(employer_id=str(employer.id))
    findings = Findings(row.id, feed.employer_id)
    findings.counts.update(run.checkpoint.get("found", {}))
    findings.number = int(run.checkpoint.get("number", 0))
    return Batch(
        feed_id=feed.id,
        employer_id=feed.employer_id,
        run_id=row.id,
        agreement_id=None,
        is_withheld=withheld_by(session, feed.employer_id, {None})[None],
        mode=row.mode,
        rules=Rules(today(session.now), employer.name, decisions(session)),
        findings=findings,
        counts=Counter(run.checkpoint.get("counts", {})),
    )


def _note_reading(batch: Batch, reading: Reading) -> None:
    if reading.repairs and not batch.findings.number:
        batch.findings.add(
            c.FEED_REPAIRED, count=sum(reading.repairs.values()), detail="; ".join(sorted(reading.repairs))
        )


def _is_the_same(session: Session, row: FeedRun, feed: Feed, blob: BlobRef) -> bool:
    """Byte for byte what the last good run took in, under the same rules, with nothing left undone."""
    return feed.last_hash == _fingerprint(session, blob, row.mode) and feed.last_run_id is not None


def _fingerprint(session: Session, blob: BlobRef, mode: c.FeedMode) -> str:
    # A new day may end jobs by their date, so the same file is read again then.
    return f"{RULES}:{mode.value}:{today(session.now).isoformat()}:{blob.hash}"


def _finish_unchanged(session: Session, row: FeedRun, feed: Feed) -> None:
    last = session.get(FeedRun, feed.last_run_id) if feed.last_run_id else None
    counts = Counter(last.counts if last else {})
    jobs, lost = counts["jobs"], counts["rejected"] + counts["doubled"]
    row.counts = {"jobs": jobs, "unchanged": jobs - lost, "rejected": counts["rejected"], "doubled": counts["doubled"]}
    row.not_modified = True
    row.state = "succeeded"
    row.finished_at = feed.last_run_at = session.now
    if row.mode is c.FeedMode.snapshot:
        note_missing_again(session, feed.id)
    _confirmed(session, feed)


def _finish(session: Session, run_id: UUID, batch: Batch, closing: Closing, reading: Reading, live_before: int) -> None:
    row, feed = _row(session, run_id), _feed(session, run_id)
    batch.findings.write(session)
    validators = {name: row.counts.get(name) for name in ("etag", "last_modified")}
    row.counts = {
        **{name: batch.counts[name] for name in COUNTED},
        "expected": reading.expected,
        "live_before": live_before,
        "missing": closing.missing,
        "waiting": closing.waiting,
    }
    row.problem_counts = dict(batch.findings.counts)
    row.closing, row.closing_reason = closing.state, closing.reason
    row.state = "succeeded"
    row.finished_at = session.now
    feed.live_jobs = _live(session, feed.id)
    feed.last_run_id, feed.last_run_at = row.id, session.now
    _confirmed(session, feed)
    feed.format = row.format
    feed.etag, feed.last_modified = validators["etag"], validators["last_modified"]
    blob = BlobRef.model_validate(row.blob)
    feed.last_hash = _fingerprint(session, blob, row.mode) if closing.state != "skipped" else None
    if closing.state == "skipped":
        # The server's "not modified" must not hide jobs that still wait to be closed.
        feed.etag = feed.last_modified = None


def _confirmed(session: Session, feed: Feed) -> None:
    feed.last_good_at, feed.failures = session.now, 0
    session.flush()
    feed_confirmed(session, feed.id, feed.employer_id)


def _fail(session: Session, run_id: UUID, problem: Problem) -> None:
    """The whole file was refused: nothing of it was used, and the run says why."""
    row = _row(session, run_id)
    row.problem = finding(ProblemCode.declared.get(problem.code, c.FEED_NOT_WELLFORMED), **problem.facts)
    row.problem_counts = {problem.code: 1}
    row.state = "failed"
    row.finished_at = session.now
    feed = _feed(session, run_id)
    feed.last_run_at = session.now
    feed.failures += 1


def _result(run: JobRun, run_id: UUID) -> dict[str, Any]:
    with run.transaction() as session:
        row = _row(session, run_id)
        return {"run_id": str(run_id), "closing": row.closing, **{name: row.counts.get(name, 0) for name in COUNTED}}


def _row(session: Session, run_id: UUID) -> FeedRun:
    return session.exec(select(FeedRun).where(col(FeedRun.id) == run_id)).one()


def _feed(session: Session, run_id: UUID) -> Feed:
    return session.exec(
        select(Feed).join(FeedRun, col(FeedRun.feed_id) == col(Feed.id)).where(col(FeedRun.id) == run_id)
    ).one()


def _live(session: Session, feed_id: UUID) -> int:
    statement = (
        select(func.count()).select_from(FeedItem).where(col(FeedItem.feed_id) == feed_id, col(FeedItem.is_live))
    )
    return session.exec(statement).one()
