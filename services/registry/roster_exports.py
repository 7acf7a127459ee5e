"""A roster as a spreadsheet, in the columns that township offices use."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import col

from services.registry.disclosures import disclosed
from services.registry.models import Worker, WorkerRevision
from services.registry.roster_pages import roster_rows
from services.registry.rosters import Moment, members, moment_of
from services.registry.vault import vault_of
from services.registry.words import ROSTER_WORDS, SEX_WORDS, SOURCE_WORDS
from shared.contracts import registry as c
from shared.contracts.base import BlobRef, JobState
from shared.kit.jobs import JobRun, job, job_state, submit
from shared.kit.session import Session
from shared.reference import division_name

BATCH = 1000
COLUMNS = (
    ("序号", 6),
    ("姓名", 10),
    ("性别", 6),
    ("年龄", 6),
    ("身份证号码", 22),
    ("街道(乡镇)", 16),
    ("社区(村)", 20),
    ("列入原因", 44),
    ("列入时间", 12),
    ("来源", 12),
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_roster(session: Session, command: c.ExportRoster) -> JobState:
    """Raises ROSTER_DATE_IN_FUTURE."""
    moment = moment_of(session, command.as_of)
    return submit(
        session,
        write_roster,
        {
            "kind": command.kind.value,
            "as_of": moment.day.isoformat(),
            "known_at": moment.known_at.isoformat(),
            "division": command.division,
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
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet(ROSTER_WORDS[kind][:31])
        bold = book.add_format({"bold": True, "border": 1, "align": "center"})
        text = book.add_format({"num_format": "@"})
        for place, (_, width) in enumerate(COLUMNS):
            sheet.set_column(place, place, width)
        sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, f"黎平县{ROSTER_WORDS[kind]}(截至{moment.day})", bold)
        sheet.write_row(1, 0, [title for title, _ in COLUMNS], bold)
        sheet.freeze_panes(2, 2)
        count = 0
        for row, number in _rows(run, kind, moment):
            count += 1
            values = (
                count,
                row.name,
                SEX_WORDS[row.sex],
                row.age,
                number,
                division_name(row.division[:9]),
                division_name(row.division) if len(row.division) == 12 else "",
                row.reason,
                row.since.isoformat(),
                SOURCE_WORDS[row.source],
            )
            for place, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(count + 1, place, value, text)
                else:
                    sheet.write(count + 1, place, value)
    return count


def _rows(run: JobRun, kind: c.RosterKind, moment: Moment) -> Iterator[tuple[c.RosterRow, str]]:
    """Every row with the identity number to print: masked, or whole for a named purpose and then recorded."""
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
            rows = roster_rows(session, kind, moment, found)
            numbers = [_number(session, worker, whole=bool(purpose)) for worker, _ in found]
            if purpose and found:
                disclosed(session, [worker.id for worker, _ in found], ["name", "id_number"], purpose)
        yield from zip(rows, (number or "" for number in numbers), strict=True)
        if len(found) < BATCH:
            return
        after = (found[-1][0].name_key, found[-1][0].id)


def _number(session: Session, worker: Worker, *, whole: bool) -> str | None:
    from services.registry.views import masked

    if whole and worker.id_sealed:
        return vault_of(session.keys, worker).open(worker.id_sealed, "id_number")
    return masked(session, worker)
