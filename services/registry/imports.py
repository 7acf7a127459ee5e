"""名册导入 as long work: preview or take in, a transaction every two thousand rows, going on where a crash left it.

While one batch is being stored the next is read and prepared: the database and this process work at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.registry.days import day_of
from services.registry.drafts import division_code
from services.registry.importing.batches import Batch, ReadRow, prepare, store_problems, take_batch
from services.registry.importing.reading import Reading, Walk, open_reading
from services.registry.importing.reports import problem_file, template_file
from services.registry.intake import actor_of
from services.registry.models import WorkerImport, WorkerImportProblem
from shared.contracts import registry as c
from shared.contracts.base import BlobRef, JobState, Page
from shared.contracts.registry import OnExisting, Severity
from shared.kit.jobs import JobRun, job, job_state, submit
from shared.kit.paging import page
from shared.kit.session import Session

BATCH = 2000
SHOWN_PROBLEMS = 200
COUNTED = ("rows", "accepted", "updated", "unchanged", "rejected", "warnings")


def start_worker_import(session: Session, command: c.StartWorkerImport) -> JobState:
    """Raises DIVISION_UNKNOWN for a default place that does not exist."""
    place = division_code(command.default_division) if command.default_division else None
    return _start(
        session,
        file=command.file.model_dump(),
        dry_run=command.dry_run,
        on_existing=command.on_existing,
        default_division=place,
        consents=[purpose.value for purpose in command.consents],
    )


def accept_worker_import(session: Session, command: c.AcceptWorkerImport) -> JobState:
    """Raises IMPORT_NOT_FOUND, IMPORT_NOT_A_PREVIEW, or IMPORT_NOT_FINISHED while the preview runs."""
    preview = session.get(WorkerImport, command.import_id, with_for_update=True)
    if preview is None:
        raise c.IMPORT_NOT_FOUND()
    if not preview.dry_run:
        raise c.IMPORT_NOT_A_PREVIEW()
    if preview.taken_as:
        return job_state(session, preview.taken_as)
    if (state := job_state(session, preview.id).state) != "succeeded":
        raise c.IMPORT_NOT_FINISHED(state=state)
    started = _start(
        session,
        file=preview.file,
        dry_run=False,
        on_existing=command.on_existing or preview.on_existing,
        default_division=preview.default_division,
        consents=preview.consents,
    )
    preview.taken_as = job_row(started.id)
    session.add(preview)
    return started


def _start(session: Session, **given: Any) -> JobState:
    state = submit(session, import_roster, {})
    session.add(WorkerImport(id=job_row(state.id), actor=actor_of(session), created_at=session.now, **given))
    return state


def job_row(job_id: str) -> UUID:
    """`registry.0197…` -> its row"""
    return UUID(job_id.rpartition(".")[2])


@dataclass(frozen=True)
class Given:
    """What an import was asked to do."""

    ref: BlobRef
    dry_run: bool
    on_existing: OnExisting
    default_division: str | None
    consents: list[c.ConsentPurpose]
    actor: str
    started_at: datetime


def _given(run: JobRun) -> Given:
    with run.transaction() as session:
        row = session.get_one(WorkerImport, run.id)
        return Given(
            ref=BlobRef.model_validate(row.file),
            dry_run=row.dry_run,
            on_existing=row.on_existing,
            default_division=row.default_division,
            consents=[c.ConsentPurpose(purpose) for purpose in row.consents],
            actor=actor_of(session),
            started_at=row.created_at,
        )


@job("roster_import")
def import_roster(run: JobRun) -> dict[str, Any]:
    """Read, check and take in one file. Its checkpoint is written in the transaction of each batch."""
    given = _given(run)
    with run.kit.blobs.open(given.ref) as file:
        reading = open_reading(file)
        with run.transaction() as session:
            _note_columns(session, run.id, reading)
        run.save(total=reading.height, step="checking" if given.dry_run else "taking_in")
        walk = Walk(
            reading,
            # A preview and its import, or an import resumed after midnight, see the same day.
            today=day_of(given.started_at),
            default_division=given.default_division,
            source_name=f"名册《{Path(given.ref.filename or '名册').stem}》",
        )
        with ThreadPoolExecutor(1, thread_name_prefix="import") as storing:
            stored: Future[None] | None = None
            for batch, after in _batches(run, walk, given):
                if stored:
                    stored.result()
                run.raise_if_cancelled()
                stored = storing.submit(copy_context().run, _store, run, batch, after, given)
            if stored:
                stored.result()
    return _finish(run, given.ref)


def _batches(run: JobRun, walk: Walk, given: Given) -> Iterator[tuple[Batch, tuple[int, int]]]:
    """The file's people in batches, each with the place it reaches."""
    people = walk.people(_place(run.checkpoint.get("after")))
    while part := list(islice(people, BATCH)):
        rows: list[ReadRow] = [row for _, row in part]
        for row in rows:
            row.draft.consents = given.consents
        yield prepare(rows, run.kit.keys, actor=given.actor, now=datetime.now(UTC)), part[-1][0]


def _store(run: JobRun, batch: Batch, after: tuple[int, int], given: Given) -> None:
    with run.transaction() as session:
        outcome = take_batch(session, batch, given.on_existing, dry_run=given.dry_run)
        row = session.get_one(WorkerImport, run.id)
        first = int(run.checkpoint.get("problems", 0))
        store_problems(session, run.id, first, outcome.problems)
        for name in COUNTED:
            setattr(row, name, getattr(row, name) + outcome.counts[name])
        session.add(row)
        run.save({"after": list(after), "problems": first + len(outcome.problems)}, done=row.rows, session=session)


def _place(after: Any) -> tuple[int, int]:
    return (int(after[0]), int(after[1])) if after else (0, 0)


def _note_columns(session: Session, import_id: UUID, reading: Reading) -> None:
    given = session.get_one(WorkerImport, import_id)
    given.columns, given.skipped_sheets = reading.columns, reading.skipped
    session.add(given)


def _finish(run: JobRun, ref: BlobRef) -> dict[str, Any]:
    """Write the refused rows for download; the figures become the job's result."""
    run.save(step="reporting")
    with run.transaction() as session:
        wanted: dict[tuple[str | None, int], list[str]] = {}
        statement = (
            select(WorkerImportProblem)
            .where(col(WorkerImportProblem.import_id) == run.id)
            .order_by(col(WorkerImportProblem.number))
        )
        problems = session.exec(statement).all()
        refused = {(found.sheet, found.row) for found in problems if found.severity is Severity.error}
        for found in problems:
            if (found.sheet, found.row) in refused:
                wanted.setdefault((found.sheet, found.row), []).append(found.message_zh)
    report = None
    if wanted:
        with run.kit.blobs.open(ref) as file:
            report = problem_file(run.kit.blobs, file, wanted, ref.filename)
    with run.transaction() as session:
        given = session.get_one(WorkerImport, run.id)
        given.problem_file = report.model_dump() if report else None
        session.add(given)
        return {name: getattr(given, name) for name in COUNTED}


def _found(session: Session, import_id: UUID) -> tuple[WorkerImport, JobState]:
    given = session.get(WorkerImport, import_id)
    if given is None:
        raise c.IMPORT_NOT_FOUND()
    return given, job_state(session, import_id)


def get_worker_import(session: Session, query: c.GetWorkerImport) -> c.WorkerImportView:
    """Raises IMPORT_NOT_FOUND."""
    given, state = _found(session, query.import_id)
    statement = (
        select(WorkerImportProblem)
        .where(col(WorkerImportProblem.import_id) == given.id)
        .order_by(col(WorkerImportProblem.number))
        .limit(SHOWN_PROBLEMS)
    )
    return c.WorkerImportView(
        id=state.id,
        state=state.state,
        progress=state.progress,
        filename=given.file.get("filename"),
        dry_run=given.dry_run,
        on_existing=given.on_existing,
        **{name: getattr(given, name) for name in COUNTED},
        columns=[c.RecognisedColumn(**column) for column in given.columns],
        skipped_sheets=[c.SkippedSheet(**sheet) for sheet in given.skipped_sheets],
        problems=[_problem(session, found) for found in session.exec(statement)],
        has_problem_file=given.problem_file is not None,
        taken_as=f"registry.{given.taken_as}" if given.taken_as else None,
        problem=state.problem,
        created_at=given.created_at,
        finished_at=state.finished_at,
    )


def list_worker_imports(session: Session, query: c.ListWorkerImports) -> Page[c.WorkerImportRow]:
    statement: Any = select(WorkerImport)
    order = (col(WorkerImport.created_at).desc(), col(WorkerImport.id).desc())

    def row(given: WorkerImport) -> c.WorkerImportRow:
        state = job_state(session, given.id)
        counts = {name: getattr(given, name) for name in ("rows", "accepted", "updated", "rejected")}
        return c.WorkerImportRow(
            id=state.id,
            filename=given.file.get("filename"),
            dry_run=given.dry_run,
            state=state.state,
            created_at=given.created_at,
            **counts,
        )

    return page(session, statement, order=order, request=query, view=row)


def list_import_problems(session: Session, query: c.ListImportProblems) -> Page[c.ImportProblem]:
    """Raises IMPORT_NOT_FOUND."""
    _found(session, query.import_id)
    statement: Any = select(WorkerImportProblem).where(col(WorkerImportProblem.import_id) == query.import_id)
    order = (col(WorkerImportProblem.number),)
    return page(session, statement, order=order, request=query, view=lambda found: _problem(session, found))


def get_problem_file(session: Session, query: c.GetProblemFile) -> c.ImportFile:
    """Raises IMPORT_NOT_FOUND, or IMPORT_NOT_FINISHED where there is no such file (yet)."""
    given, state = _found(session, query.import_id)
    if given.problem_file is None:
        raise c.IMPORT_NOT_FINISHED(state=state.state)
    return c.ImportFile(file=BlobRef.model_validate(given.problem_file))


def get_import_template(session: Session, query: c.GetImportTemplate) -> c.ImportFile:
    return c.ImportFile(file=template_file(session.blobs))


def _problem(session: Session, found: WorkerImportProblem) -> c.ImportProblem:
    message = found.message_en if session.caller.locale == "en" else found.message_zh
    return c.ImportProblem(**found.model_dump(exclude={"import_id", "number"}), message=message)
