"""Writing many postings at once: by COPY into a staging table, then one INSERT or UPDATE under the row policies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, Column, ColumnElement, Table, any_, cast, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.postings.changes import changed, moved
from services.postings.feed_models import FeedItem
from services.postings.models import JobPosting
from services.postings.telling import TOLD_COLUMNS, told_event
from shared.contracts import postings as c
from shared.kit.privacy import seal
from shared.kit.session import Session
from shared.kit.staging import stage

if TYPE_CHECKING:
    from services.postings.feeds.batches import Batch
    from services.postings.feeds.normalising import ReadPosting

# Columns that a feed tells, with their types in the staging table.
CONTENT = {
    "title": "text", "title_phrase": "text", "company": "text", "occupation": "text", "occupation_confidence": "float8",
    "division": "text", "division_confidence": "float8", "place": "text", "place_phrase": "text", "address": "text",
    "description": "text", "requirements": "jsonb", "openings": "int", "apply_url": "text", "posted_on": "date",
    "valid_through": "date", "wage_min_cents": "bigint", "wage_max_cents": "bigint", "wage_unit": "text",
    "wage_month_cents": "bigint", "wage_text": "text", "joint_key": "text",
}  # fmt: skip
_STATE = {"state": "text", "close_reason": "text", "closed_at": "timestamptz"}
_LIVE = (c.PostingState.open, c.PostingState.filled)
# What a feed closed, or the calendar, a feed may open again; what a person ended it may not.
_REOPENS = (c.CloseReason.missing_from_feed, c.CloseReason.removed_by_feed, c.CloseReason.expired)
# A person's correction, certainty 1.0, outlives how the feed is read.
_CORRECTED = 1.0


class StoredItem(NamedTuple):
    """A feed item as it was before the batch."""

    feed_id: UUID
    reference: str
    posting_id: UUID | None
    content_hash: bytes
    is_live: bool
    run_id: UUID

    @classmethod
    def of(cls, row: Any) -> Self:
        return cls(row.feed_id, row.reference, row.posting_id, bytes(row.content_hash), row.is_live, row.run_id)


ITEM_COLUMNS = tuple(FeedItem.__table__.c[name] for name in StoredItem._fields)  # type: ignore[attr-defined]


def insert_postings(session: Session, batch: Batch, read: Sequence[tuple[UUID, str, ReadPosting]]) -> None:
    """Open new postings and tell of them."""
    names = ["id", "reference", "contact", *CONTENT]
    types = {"id": "uuid", "reference": "text", "contact": "bytea", **CONTENT}
    staged = stage(
        session,
        "fed_new",
        types,
        (
            (posting_id, reference, _sealed(session, posting_id, posting.contact), *_values(posting.columns))
            for posting_id, reference, posting in read
        ),
    )
    constant = {
        "employer_id": batch.employer_id,
        "agreement_id": batch.agreement_id,
        "feed_id": batch.feed_id,
        "source": c.PostingSource.feed,
        "is_kept_apart": False,
        "state": c.PostingState.open,
        "is_withheld": batch.is_withheld,
        "openings_taken": 0,
        "opened_at": session.now,
        "created_at": session.now,
        "version": 1,
        **changed(session),
    }
    fixed = [cast(value, _column(JobPosting, name).type) for name, value in constant.items()]
    chosen = select(*(staged.c[name] for name in names), *fixed)
    session.execute(insert(JobPosting).from_select([*names, *constant], chosen))
    shared_by_all = {"employer_id": batch.employer_id, "agreement_id": batch.agreement_id, "outpost": None}
    for posting_id, _, posting in read:
        told = {**posting.columns, **shared_by_all, "id": posting_id, "state": c.PostingState.open}
        session.publish(told_event(c.PostingOpened, told))


def update_postings(session: Session, batch: Batch, read: Sequence[tuple[StoredItem, bytes, ReadPosting]]) -> None:
    """Change postings to what the feed says now; open again those that a feed had closed. Tell what matters."""
    before = _lock(session, [item.posting_id for item, _, _ in read if item.posting_id is not None])
    rows: list[tuple[Any, ...]] = []
    for item, _, posting in read:
        old = before.get(item.posting_id)
        if old is None:
            continue
        columns = _keep_corrections(old, posting.columns)
        state = _state_after(old, columns["openings"])
        ended = (old.close_reason, old.closed_at) if state not in _LIVE else (None, None)
        contact = _sealed(session, old.id, posting.contact)
        rows.append((old.id, contact, *_values(columns), state.value, ended[0], ended[1]))
        _tell_update(session, old, columns, state)
    types = {"id": "uuid", "contact": "bytea", **CONTENT, **_STATE}
    staged = stage(session, "fed_changed", types, rows)
    keeps_off = or_(col(JobPosting.stale_since).is_not(None), col(JobPosting.duplicate_of).is_not(None))
    session.execute(
        update(JobPosting)
        .where(col(JobPosting.id) == staged.c.id)
        .values(
            {name: staged.c[name] for name in types if name != "id"}
            | {
                "version": JobPosting.version + 1,
                "former_divisions": moved(staged.c.division),
                "is_withheld": or_(literal(batch.is_withheld), keeps_off),
                **changed(session),
            }
        )
        .execution_options(synchronize_session=False)
    )
    _write_items(session, batch, [(item.reference, item.posting_id, digest) for item, digest, _ in read])


def insert_items(session: Session, batch: Batch, rows: Sequence[tuple[str, UUID, bytes]]) -> None:
    _write_items(session, batch, rows)


def close_items(session: Session, items: Sequence[StoredItem], reason: c.CloseReason, run_id: UUID) -> int:
    """End the open postings of these items, tell of it, and mark the items; how many postings were ended."""
    ids = sorted(item.posting_id for item in items if item.posting_id is not None)
    closing = (
        update(JobPosting)
        .where(one_of(JobPosting, "id", ids), col(JobPosting.state).in_(_LIVE))
        .values(
            state=c.PostingState.closed,
            close_reason=reason,
            closed_at=session.now,
            version=JobPosting.version + 1,
            **changed(session),
        )
        .returning(col(JobPosting.id), col(JobPosting.employer_id), col(JobPosting.outpost))
        .execution_options(synchronize_session=False)
    )
    ended = session.execute(closing).all()
    for posting_id, employer_id, outpost in ended:
        session.publish(c.PostingClosed(posting_id=posting_id, employer_id=employer_id, outpost=outpost, reason=reason))
    session.execute(
        update(FeedItem)
        .where(
            col(FeedItem.feed_id) == items[0].feed_id,
            one_of(FeedItem, "reference", [item.reference for item in items]),
        )
        .values(is_live=False, run_id=run_id)
        .execution_options(synchronize_session=False)
    )
    return len(ended)


def _write_items(session: Session, batch: Batch, rows: Iterable[tuple[str, UUID | None, bytes]]) -> None:
    staged = stage(session, "fed_items", {"reference": "text", "posting_id": "uuid", "content_hash": "bytea"}, rows)
    constant = {
        "feed_id": batch.feed_id,
        "employer_id": batch.employer_id,
        "run_id": batch.run_id,
        "is_live": True,
        "missed_runs": 0,
    }
    names = ["reference", "posting_id", "content_hash", *constant]
    fixed = [cast(value, _column(FeedItem, name).type) for name, value in constant.items()]
    statement = upsert(FeedItem).from_select(
        names, select(staged.c.reference, staged.c.posting_id, staged.c.content_hash, *fixed)
    )
    changing = ("posting_id", "content_hash", "run_id", "is_live", "missed_runs")
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["feed_id", "reference"],
            set_={name: statement.excluded[name] for name in changing} | {"missing_since": None},
        )
    )


def _lock(session: Session, ids: Sequence[UUID]) -> dict[UUID | None, Any]:
    wanted = {*TOLD_COLUMNS, "openings_taken", "close_reason", "closed_at", "requirements", "company"}
    wanted |= {"occupation_confidence", "division_confidence"}
    statement = (
        select(*(_column(JobPosting, name) for name in sorted(wanted)))
        .where(one_of(JobPosting, "id", ids))
        .order_by(col(JobPosting.id))
        .with_for_update()
    )
    return {row.id: row for row in session.execute(statement)}


def _keep_corrections(old: Any, columns: dict[str, Any]) -> dict[str, Any]:
    kept = dict(columns)
    if old.occupation_confidence == _CORRECTED and old.title == columns["title"]:
        kept |= {"occupation": old.occupation, "occupation_confidence": _CORRECTED}
    if old.division_confidence == _CORRECTED and columns["division_confidence"] != _CORRECTED:
        kept |= {"division": old.division, "division_confidence": _CORRECTED}
    return kept


def _state_after(old: Any, openings: int) -> c.PostingState:
    if old.state not in _LIVE and old.close_reason not in _REOPENS:
        return c.PostingState(old.state)
    return c.PostingState.open if old.openings_taken < openings else c.PostingState.filled


def _tell_update(session: Session, old: Any, columns: dict[str, Any], state: c.PostingState) -> None:
    told = {name: getattr(old, name) for name in TOLD_COLUMNS} | columns | {"state": state}
    if state not in _LIVE:
        return
    if old.state not in _LIVE:
        session.publish(told_event(c.PostingOpened, told))
        return
    watched = (TOLD_COLUMNS | {"requirements", "company"}) - {"id"}
    fields = sorted(name for name in watched if getattr(old, name) != told[name])
    if fields:
        session.publish(told_event(c.PostingChanged, told, changed=fields))


def one_of(model: type[Any], name: str, values: Sequence[Any]) -> ColumnElement[bool]:
    """`= ANY(array)`: one parameter however many values, where IN has a thousand to compile."""
    column = _column(model, name)
    return column == any_(literal(list(values), ARRAY(column.type)))


def _values(columns: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(
        orjson.dumps(columns[name]).decode() if name == "requirements" else _plain(columns[name]) for name in CONTENT
    )


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, c.WageUnit) else value


def _sealed(session: Session, posting_id: UUID, contact: str | None) -> bytes | None:
    return seal(session.keys, contact, about=str(posting_id)) if contact else None


def _column(model: type[Any], name: str) -> Column[Any]:
    table: Table = model.__table__
    return table.c[name]
