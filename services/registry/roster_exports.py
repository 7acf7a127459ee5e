"""A roster as a spreadsheet, in the columns that township offices use."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col

from services.registry.disclosures import disclosed
from services.registry.facts_then import FactsThen, facts_then
from services.registry.memberships import Known, known_of
from services.registry.models import Worker, WorkerRevision
from services.registry.roster_pages import rows_of
from services.registry.roster_sheets import OfficeRow, OfficeSheet
from services.registry.rosters import Moment, members, moment_of
from services.registry.vault import vault_of
from services.registry.words import DIFFICULTY_WORDS, EDUCATION_WORDS, ROSTER_WORDS, SPELL_WORDS, outpost_words
from shared.contracts import registry as c
from shared.contracts.base import BlobRef, JobState
from shared.contracts.errors import FORBIDDEN, Problem
from shared.contracts.identity import GetUser
from shared.kit.jobs import JobRun, job, job_state, submit
from shared.kit.session import Session
from shared.reference import division_path, occupation_name

BATCH = 1000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_roster(session: Session, command: c.ExportRoster) -> JobState:
    """An area account's holds its own area, masked. Raises ROSTER_DATE_IN_FUTURE; FORBIDDEN where others than HQ's
    officers name a purpose.
    """
    if command.purpose and session.caller.scope.kind != "hq":
        raise FORBIDDEN()
    moment = moment_of(session, command.as_of)
    return submit(
        session,
        write_roster,
        {
            "kind": command.kind.value,
            "as_of": moment.day.isoformat(),
            "known_at": moment.known_at.isoformat(),
            "division": command.division or getattr(session.caller.scope, "division", None),
            "purpose": command.purpose,
        },
    )


def get_roster_export(session: Session, query: c.GetRosterExport) -> c.RosterFile:
    """Raises JOB_NOT_FOUND, or IMPORT_NOT_FINISHED until the file is there."""
    state = job_state(session, query.job_id)
    if state.state != "succeeded" or "file" not in state.result:
        raise c.IMPORT_NOT_FINISHED(state=state.state)
    return c.RosterFile.model_validate(state.result)


@job("roster_export")
def write_roster(run: JobRun) -> dict[str, Any]:
    """Write the file anew from the start after a crash: nothing of it is shown before it is whole."""
    kind = c.RosterKind(run.params["kind"])
    moment = Moment(date.fromisoformat(run.params["as_of"]), datetime.fromisoformat(run.params["known_at"]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        count = _write(run, kind, moment, path)
        name = f"{ROSTER_WORDS[kind]}_{moment.day}.xlsx"
        with path.open("rb") as written:
            blob: BlobRef = run.kit.blobs.put(
                iter(lambda: written.read(256 * 1024), b""), media_type=XLSX, filename=name
            )
    return {"kind": kind.value, "as_of": moment.day.isoformat(), "members": count, "file": blob.model_dump()}


def _write(run: JobRun, kind: c.RosterKind, moment: Moment, path: Path) -> int:
    place = division_path(run.params["division"]) if run.params.get("division") else "黎平县"
    sheet = OfficeSheet(path, kind, place=place, day=moment.day.isoformat())
    names: dict[str, str] = {}
    for row in _rows(run, kind, moment):
        if row.verified_by not in names:
            names[row.verified_by] = _name_of(run, row.verified_by)
        sheet.add(replace(row, verified_by=names[row.verified_by]))
    sheet.close()
    return sheet.count


def _name_of(run: JobRun, actor: str) -> str:
    """核实人 as the office knows them; empty for the machinery and for accounts that are gone."""
    kind, _, user_id = actor.partition(":")
    try:
        return run.ask(GetUser(user_id=UUID(user_id))).display_name if kind == "user" else ""
    except (Problem, ValueError):
        return ""


def _rows(run: JobRun, kind: c.RosterKind, moment: Moment) -> Iterator[OfficeRow]:
    """Every row; number and phone masked, or whole for a named purpose and then recorded."""
    after: tuple[str, Any] | None = None
    purpose = run.params.get("purpose")
    while True:
        run.raise_if_cancelled()
        with run.transaction() as session:
            statement = members(kind, moment, run.params.get("division"))
            key, row_id = col(Worker.name_key), col(Worker.id)
            if after:
                statement = statement.where((key > after[0]) | ((key == after[0]) & (row_id > after[1])))
            found: list[tuple[Worker, WorkerRevision]] = [
                (worker, revision) for worker, revision in session.execute(statement.order_by(key, row_id).limit(BATCH))
            ]
            workers = [worker for worker, _ in found]
            known = known_of(session, workers, moment)
            facts = facts_then(session, workers, moment)
            rows = [
                _office_row(session, row, known[row.worker_id], facts[row.worker_id], moment, whole=bool(purpose))
                for row in rows_of(session, kind, moment, found, known)
            ]
            if purpose and workers:
                disclosed(session, [worker.id for worker in workers], ["name", "id_number", "phone"], purpose)
        yield from rows
        if len(found) < BATCH:
            return
        after = (workers[-1].name_key, workers[-1].id)


def _office_row(
    session: Session, row: c.RosterRow, known: Known, facts: FactsThen, moment: Moment, *, whole: bool
) -> OfficeRow:
    worker = known.worker
    phone = f"*******{worker.phone_last4}" if worker.phone_last4 else ""
    number = row.id_number_masked or ""
    if whole:
        vault = vault_of(session.keys, worker)
        number = vault.open(worker.id_sealed, "id_number") if worker.id_sealed else ""
        phone = vault.open(worker.phone_sealed, "phone").removeprefix("+86") if worker.phone_sealed else ""
    spell = known.spell_on(moment.day)
    wishes = [outpost_words(facts.destinations).strip("()"), *map(occupation_name, facts.wanted_occupations)]
    return OfficeRow(
        row=row,
        id_number=number,
        phone=phone,
        education=EDUCATION_WORDS[facts.education] if facts.education else "",
        hardship="、".join(dict.fromkeys(DIFFICULTY_WORDS[one.kind] for one in known.statuses_on(moment.day))),
        skills="、".join(map(occupation_name, facts.skills)),
        work=f"{SPELL_WORDS[spell.kind]} {spell.employer_name or spell.place or ''}".strip() if spell else "",
        wishes="、".join(filter(None, wishes)),
        verified_by=row.verified_by,
    )
