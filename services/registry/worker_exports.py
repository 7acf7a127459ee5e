"""The people found by a search as a spreadsheet, in the columns that the import reads: it can be sent in again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.registry.days import today
from services.registry.disclosures import disclosed
from services.registry.importing.reports import TEMPLATE
from services.registry.listing import found_workers
from services.registry.models import Worker
from services.registry.records import Records, records_of
from services.registry.vault import vault_of
from services.registry.views import masked
from services.registry.village_pack_cells import cells_of
from shared.contracts import registry as c
from shared.contracts.base import JobState
from shared.contracts.errors import FORBIDDEN
from shared.kit.jobs import JobRun, job, submit
from shared.kit.session import Session
from shared.reference import division_name

BATCH = 1000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOUSEHOLDS = ((c.DifficultyKind.monitored, "监测户"), (c.DifficultyKind.out_of_poverty, "脱贫户"))


def export_workers(session: Session, command: c.ExportWorkers) -> JobState:
    """Raises FORBIDDEN where another than HQ asks for whole numbers."""
    if command.purpose and session.caller.scope.kind != "hq":
        raise FORBIDDEN()
    return submit(session, write_workers, command.model_dump(mode="json"))


@job("worker_export")
def write_workers(run: JobRun) -> dict[str, Any]:
    """Written anew from the start after a crash."""
    import xlsxwriter

    wanted = c.ExportWorkers.model_validate(run.params)
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workers.xlsx"
        with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
            text = book.add_format({"num_format": "@"})
            bold = book.add_format({"bold": True, "num_format": "@", "bg_color": "#E8F3EC", "border": 1})
            sheet = book.add_worksheet("劳动力名册")
            for place, (title, width, _) in enumerate(TEMPLATE):
                sheet.set_column(place, place, width, text)
                sheet.write_string(0, place, title, bold)
            sheet.freeze_panes(1, 2)
            for values in _rows(run, wanted):
                count += 1
                for place, (title, _, _) in enumerate(TEMPLATE):
                    sheet.write_string(count, place, values.get(title, ""), text)
        with path.open("rb") as written:
            blob = run.kit.blobs.put(
                iter(lambda: written.read(256 * 1024), b""), media_type=XLSX, filename="劳动力名册.xlsx"
            )
    return {"workers": count, "file": blob.model_dump()}


def _rows(run: JobRun, wanted: c.ExportWorkers) -> Iterator[dict[str, str]]:
    after: tuple[str, Any] | None = None
    while True:
        run.raise_if_cancelled()
        with run.transaction() as session:
            statement, (key, row_id) = found_workers(session, wanted)
            if after:
                statement = statement.where((key > after[0]) | ((key == after[0]) & (row_id > after[1])))
            found: list[Worker] = list(session.scalars(statement.order_by(key, row_id).limit(BATCH)))
            records = records_of(session, [worker.id for worker in found])
            rows = [_cells(session, worker, records[worker.id], whole=bool(wanted.purpose)) for worker in found]
            if wanted.purpose:
                disclosed(session, [worker.id for worker in found], ["name", "id_number", "phone"], wanted.purpose)
        yield from rows
        if len(found) < BATCH:
            return
        after = (found[-1].name_key, found[-1].id)


def _cells(session: Session, worker: Worker, records: Records, *, whole: bool) -> dict[str, str]:
    day = today(session)
    vault = vault_of(session.keys, worker)
    cells = cells_of(worker, records, vault, day)
    kinds = {status.kind for status in records.statuses_on(day)}
    number = vault.open(worker.id_sealed, "id_number") if whole and worker.id_sealed else masked(session, worker)
    return {
        "姓名": worker.name,
        "身份证号码": number or "",
        "联系电话": cells["phone"] if whole else f"*******{worker.phone_last4}" if worker.phone_last4 else "",
        "街道（乡镇）": division_name(worker.division[:9]),
        "社区（村）": division_name(worker.division) if len(worker.division) == 12 else "",
        "文化程度": cells["education"],
        "户类型": next((word for kind, word in HOUSEHOLDS if kind in kinds), "一般农户"),
        "就业状态": cells["emp_status"],
        "务工地点": cells["work_place"],
        "务工企业名称": cells["employer"],
        "从事工种": cells["job"],
        "务工月收入": cells["income_month"],
        "技能": cells["skill"],
        "是否打算外出就业": cells["want_work"],
        "意向务工地": cells["want_place"],
        "意向工种": cells["want_job"],
        "期望月薪": cells["want_salary"],
    }
