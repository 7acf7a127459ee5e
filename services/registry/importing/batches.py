"""A few hundred checked rows in one transaction: new people taken in, known ones changed where the roster says more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from services.registry.bulk import insert_rows
from services.registry.changes import Change
from services.registry.drafts import Draft
from services.registry.history import known_segments
from services.registry.importing.findings import Finding, Findings
from services.registry.intake import Intake
from services.registry.models import Worker, WorkerImportProblem
from services.registry.records import records_of
from services.registry.search import ID_PURPOSE
from shared.contracts import registry as c
from shared.contracts.registry import OnExisting, Severity
from shared.kit.privacy import lookup_hashes
from shared.kit.session import Session


@dataclass
class ReadRow:
    """A row that was read: its place in the file, what it says, what is wrong with it."""

    sheet: str | None
    row: int
    draft: Draft
    findings: Findings


@dataclass
class Outcome:
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[ReadRow, Finding]] = field(default_factory=list)


def take_rows(session: Session, rows: Sequence[ReadRow], on_existing: OnExisting, *, dry_run: bool) -> Outcome:
    """Take the good rows in. A dry run does the very same and undoes it, so that its figures are the true ones.

    Somebody registering one of the people at the same moment makes the batch run once more; then they are known.
    """
    if not dry_run:
        try:
            with session.begin_nested():
                return _take(session, rows, on_existing)
        except IntegrityError:
            session.published.clear()
            return _take(session, rows, on_existing)
    trial = session.begin_nested()
    try:
        return _take(session, rows, on_existing)
    finally:
        trial.rollback()
        session.published.clear()
        session.expunge_all()


def _take(session: Session, rows: Sequence[ReadRow], on_existing: OnExisting) -> Outcome:
    outcome = Outcome(Counter(rows=len(rows)))
    good = [row for row in rows if not row.findings.refused]
    known = _known(session, good)
    records = records_of(session, [worker.id for worker in known.values()])
    segments = known_segments(session, [worker.id for worker in known.values()]) if known else {}
    intake = Intake(session, c.RecordSource.roster_import)
    for place, row in enumerate(good):
        worker = known.get(place)
        if worker is None:
            intake.add(row.draft)
            outcome.counts["accepted"] += 1
        elif on_existing is OnExisting.refuse:
            row.findings.refuse("id_number", c.WORKER_DUPLICATE())
        else:
            change = Change(
                session, worker, records[worker.id], c.RecordSource.roster_import, segments=segments[worker.id]
            )
            changed = change.apply(row.draft, replaces_lists=False)
            outcome.counts["updated" if changed else "unchanged"] += 1
    intake.store()
    for row in rows:
        outcome.problems.extend((row, finding) for finding in row.findings.items)
        outcome.counts["rejected"] += row.findings.refused
    outcome.counts["warnings"] = sum(finding.severity is Severity.warning for _, finding in outcome.problems)
    return outcome


def _known(session: Session, rows: Sequence[ReadRow]) -> dict[int, Worker]:
    """Who of a batch is registered, by place in it: one query, under every key of the ring, the found rows locked."""
    by_hash: dict[str, int] = {}
    for place, row in enumerate(rows):
        if row.draft.number:
            for digest in lookup_hashes(session.keys, row.draft.number.value, purpose=ID_PURPOSE):
                by_hash[digest] = place
    if not by_hash:
        return {}
    statement = select(Worker).where(col(Worker.id_hash).in_(list(by_hash))).order_by(col(Worker.id)).with_for_update()
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
