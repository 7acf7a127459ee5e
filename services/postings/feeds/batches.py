"""One batch of feed jobs in one transaction: opened, updated, unchanged, removed; told to the others in one flush."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, Text, func, literal, select, update
from sqlmodel import col

from services.postings.feed_models import FeedItem
from services.postings.feeds.findings import Findings
from services.postings.feeds.normalising import ReadPosting, Rules, is_removal, read_posting, reference_of
from services.postings.feeds.records import RawJob
from services.postings.feeds.storing import (
    ITEM_COLUMNS,
    StoredItem,
    close_items,
    insert_items,
    insert_postings,
    one_of,
    update_postings,
)
from services.postings.recognition.remembering import await_decisions
from shared.contracts import postings as c
from shared.contracts.errors import ProblemCode
from shared.kit.session import Session
from shared.kit.tables import new_id


@dataclass
class Batch:
    """What every batch of one run works with. `counts`: jobs, opened, updated, unchanged, closed, rejected, doubled."""

    feed_id: UUID
    employer_id: UUID
    run_id: UUID
    agreement_id: UUID | None
    is_withheld: bool
    mode: c.FeedMode
    rules: Rules
    findings: Findings
    counts: Counter[str] = field(default_factory=Counter)


def apply_batch(session: Session, batch: Batch, jobs: list[RawJob]) -> None:
    """Take a batch in. It is safe to repeat: what this run has already seen counts as doubled only within the file."""
    entries = _undoubled(batch, jobs)
    listed = {reference: raw.content_hash() for reference, raw in entries if not is_removal(raw)}
    seen = _mark_seen(session, batch, listed)
    batch.counts["jobs"] += len(seen)
    batch.counts["unchanged"] += len(seen)
    others = [(reference, raw) for reference, raw in entries if reference not in seen]
    known = _known(session, batch.feed_id, [reference for reference, _ in others]) if others else {}
    fresh: list[tuple[str, RawJob, StoredItem | None]] = []
    gone: list[StoredItem] = []
    for reference, raw in others:
        item = known.get(reference)
        if item is not None and item.run_id == batch.run_id:
            _note_doubled(batch, raw.row, reference)
        elif reference not in listed:
            batch.counts["jobs"] += 1
            if item is not None and item.is_live:
                gone.append(item)
            else:
                batch.counts["unchanged"] += 1
        else:
            batch.counts["jobs"] += 1
            fresh.append((reference, raw, item))
    if gone:
        close_items(session, gone, c.CloseReason.removed_by_feed, batch.run_id)
        batch.counts["closed"] += len(gone)
    if fresh:
        _store(session, batch, fresh)
    batch.findings.write(session)


def _undoubled(batch: Batch, jobs: list[RawJob]) -> list[tuple[str, RawJob]]:
    """The first of each reference within the batch."""
    entries: dict[str, RawJob] = {}
    for raw in jobs:
        reference, is_own = reference_of(raw)
        if reference in entries:
            _note_doubled(batch, raw.row, reference)
            continue
        entries[reference] = raw
        if not is_own and raw.fields:
            batch.findings.add(c.FEED_REFERENCE_MISSING, row=raw.row, reference=reference, field="identifier")
    return list(entries.items())


def _note_doubled(batch: Batch, row: int, reference: str) -> None:
    batch.counts["jobs"] += 1
    batch.counts["doubled"] += 1
    batch.findings.add(c.FEED_REFERENCE_DOUBLED, row=row, reference=reference, field="identifier")


def _known(session: Session, feed_id: UUID, references: list[str]) -> dict[str, StoredItem]:
    statement = select(*ITEM_COLUMNS).where(col(FeedItem.feed_id) == feed_id, one_of(FeedItem, "reference", references))
    return {row.reference: StoredItem.of(row) for row in session.execute(statement)}


def _mark_seen(session: Session, batch: Batch, listed: dict[str, bytes]) -> set[str]:
    """Note the live jobs whose content is what it was; their references. The database compares, so that a feed in which
    nothing changed costs one statement a batch."""
    texts, digests = literal(list(listed), ARRAY(Text)), literal(list(listed.values()), ARRAY(LargeBinary))
    given = func.unnest(texts, digests).table_valued("reference", "content_hash", name="given").render_derived()
    statement = (
        update(FeedItem)
        .where(
            col(FeedItem.feed_id) == batch.feed_id,
            col(FeedItem.reference) == given.c.reference,
            col(FeedItem.content_hash) == given.c.content_hash,
            col(FeedItem.is_live),
            col(FeedItem.run_id) != batch.run_id,
        )
        .values(run_id=batch.run_id, missing_since=None, missed_runs=0)
        .returning(col(FeedItem.reference))
        .execution_options(synchronize_session=False)
    )
    return set(session.execute(statement).scalars())


def _store(session: Session, batch: Batch, fresh: list[tuple[str, RawJob, StoredItem | None]]) -> None:
    opened: list[tuple[UUID, str, RawJob, ReadPosting]] = []
    changed: list[tuple[StoredItem, RawJob, ReadPosting]] = []
    dropped: list[StoredItem] = []
    for reference, raw, item in fresh:
        read = read_posting(raw, batch.rules, _noting(batch, raw.row, reference))
        if read is None:
            batch.counts["rejected"] += 1
            if item is not None and item.is_live:
                dropped.append(item)
        elif item is not None and item.posting_id is not None:
            changed.append((item, raw, read))
        else:
            opened.append((new_id(), reference, raw, read))
    await_decisions(session, [one[3].columns for one in opened] + [one[2].columns for one in changed])
    if opened:
        insert_postings(session, batch, [(posting_id, reference, read) for posting_id, reference, _, read in opened])
        insert_items(
            session, batch, [(reference, posting_id, raw.content_hash()) for posting_id, reference, raw, _ in opened]
        )
        batch.counts["opened"] += len(opened)
    if changed:
        update_postings(session, batch, [(item, raw.content_hash(), read) for item, raw, read in changed])
        batch.counts["updated"] += len(changed)
    if dropped:
        # What became faulty is no longer offered: its last good version may be wrong by now.
        close_items(session, dropped, c.CloseReason.removed_by_feed, batch.run_id)
        batch.counts["closed"] += len(dropped)


def _noting(batch: Batch, row: int, reference: str) -> Any:
    def note(code: ProblemCode, field: str, **facts: Any) -> None:
        batch.findings.add(code, row=row, reference=reference, field=field, **facts)

    return note
