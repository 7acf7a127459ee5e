"""Some thousand checked rows in one transaction: new people taken in, known ones changed where the roster says more.

What needs no database is prepared before the transaction: each sound row as if it were a new person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import JSON, Text, bindparam, cast, func
from sqlalchemy import select as select_from
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from services.registry.bulk import insert_rows
from services.registry.changes import Change, Following
from services.registry.drafts import Draft
from services.registry.history import known_segments
from services.registry.importing.findings import Finding, Findings
from services.registry.importing.likely import registered_alike
from services.registry.intake import Intake
from services.registry.models import Worker, WorkerImportProblem
from services.registry.records import records_of
from services.registry.search import ID_PURPOSE
from shared.contracts import registry as c
from shared.contracts.registry import OnExisting, Severity
from shared.kit.keys import Keys
from shared.kit.privacy import lookup_hash
from shared.kit.session import Session

LIKELY = {c.LIKELY_REGISTERED.code, c.LIKELY_TWICE_IN_FILE.code}


@dataclass
class ReadRow:
    """A row that was read: its place in the file, what it says, what is wrong with it."""

    sheet: str | None
    row: int
    draft: Draft
    findings: Findings


@dataclass
class Batch:
    """Rows ready to be stored. `ids` are those of the sound rows' people, should they be new."""

    rows: list[ReadRow]
    good: list[ReadRow]
    ids: list[UUID]
    by_hash: dict[str, int]
    intake: Intake


@dataclass
class Outcome:
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[ReadRow, Finding]] = field(default_factory=list)


def prepare(rows: list[ReadRow], keys: Keys, *, actor: str, now: datetime) -> Batch:
    """Hash, seal and spell out everything that a new person's rows and event hold."""
    good = [row for row in rows if not row.findings.refused]
    intake = Intake(keys, actor=actor, now=now, source=c.RecordSource.roster_import)
    ids = [intake.add(row.draft) for row in good]
    by_hash = {worker["id_hash"]: place for place, worker in enumerate(intake.workers)}
    for former in keys.ids[1:]:
        for place, row in enumerate(good):
            if row.draft.number:
                by_hash[lookup_hash(keys, row.draft.number.value, purpose=ID_PURPOSE, key_id=former)] = place
    return Batch(rows, good, ids, by_hash, intake)


def take_batch(session: Session, batch: Batch, on_existing: OnExisting, *, dry_run: bool) -> Outcome:
    """Take the good rows in. A dry run does the very same and undoes it, so that its figures are the true ones.

    Somebody registering one of the people at the same moment makes the batch run once more; then they are known.
    """
    if not dry_run:
        try:
            with session.begin_nested():
                return _take(session, batch, on_existing)
        except IntegrityError:
            session.published.clear()
            return _take(session, batch, on_existing)
    trial = session.begin_nested()
    try:
        return _take(session, batch, on_existing)
    finally:
        trial.rollback()
        session.published.clear()
        session.expunge_all()


def _take(session: Session, batch: Batch, on_existing: OnExisting) -> Outcome:
    outcome = Outcome(Counter(rows=len(batch.rows)))
    known = _known(session, batch.by_hash)
    records = records_of(session, [worker.id for worker in known.values()])
    segments = known_segments(session, [worker.id for worker in known.values()]) if known else {}
    following = Following()
    for place, worker in known.items():
        row = batch.good[place]
        if on_existing is OnExisting.refuse:
            row.findings.refuse("id_number", c.WORKER_DUPLICATE())
            continue
        change = Change(
            session,
            worker,
            records[worker.id],
            c.RecordSource.roster_import,
            segments=segments[worker.id],
            following=following,
        )
        changed = change.apply(row.draft, replaces_lists=False)
        outcome.counts["updated" if changed else "unchanged"] += 1
    following.carry_out(session)
    _warn_of_likely(session, [row for place, row in enumerate(batch.good) if place not in known])
    batch.intake.store(session, without={batch.ids[place] for place in known})
    outcome.counts["accepted"] = len(batch.good) - len(known)
    for row in batch.rows:
        outcome.problems.extend((row, finding) for finding in row.findings.items)
        outcome.counts["rejected"] += row.findings.refused
    outcome.counts["warnings"] = sum(finding.severity is Severity.warning for _, finding in outcome.problems)
    return outcome


def _warn_of_likely(session: Session, new: list[ReadRow]) -> None:
    unsuspected = [row for row in new if not LIKELY & {finding.code for finding in row.findings.items}]
    for place in sorted(registered_alike(session, [row.draft for row in unsuspected])):
        unsuspected[place].findings.warn("name", c.LIKELY_REGISTERED)


def _known(session: Session, by_hash: dict[str, int]) -> dict[int, Worker]:
    """Who of a batch is registered, by place in it: one query, under every key of the ring, the found rows locked."""
    if not by_hash:
        return {}
    hashes = bindparam("hashes", orjson.dumps(list(by_hash)).decode(), type_=Text)
    wanted = select_from(func.json_array_elements_text(cast(hashes, JSON)).column_valued("hash"))
    statement = select(Worker).where(col(Worker.id_hash).in_(wanted)).order_by(col(Worker.id)).with_for_update()
    return {by_hash[worker.id_hash]: worker for worker in session.exec(statement) if worker.id_hash}


def store_problems(
    session: Session, import_id: Any, first_number: int, problems: Sequence[tuple[ReadRow, Finding]]
) -> None:
    insert_rows(
        session,
        WorkerImportProblem,
        [
            {
                "import_id": import_id,
                "number": first_number + place,
                "sheet": row.sheet,
                "row": row.row,
                "field": finding.field,
                "code": finding.code,
                "severity": finding.severity,
                "message_zh": finding.message_zh,
                "message_en": finding.message_en,
            }
            for place, (row, finding) in enumerate(problems)
        ],
    )
