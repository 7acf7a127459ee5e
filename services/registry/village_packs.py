"""村级离线包: what is taken along to a village without a network, given out under a signature."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func
from sqlmodel import col, select

from services.registry.days import day_of
from services.registry.disclosures import disclosed
from services.registry.intake import actor_of
from services.registry.models import Worker
from services.registry.records import records_of
from services.registry.vault import vault_of
from services.registry.views import masked
from services.registry.village_pack_cells import cells_of
from services.registry.village_pack_files import XLSX, Claim, PackRow, write_pack
from services.registry.village_pack_models import VillagePack, VillagePackFinding
from shared.contracts import registry as c
from shared.contracts.base import BlobRef, JobState, Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import FindingKind, FindingState
from shared.kit.jobs import JobRun, job, job_state, submit
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import division_name, division_path, find_division

BATCH = 500
PURPOSE = "村级离线包"
# 最短必要 (个人信息保护法 §19): half a year after it left, a pack is not merged any more and its files are deleted.
KEPT = timedelta(days=180)


def issue_village_pack(session: Session, command: c.IssueVillagePack) -> JobState:
    """Raises DIVISION_UNKNOWN; NOT_FOUND for a place outside the caller's area."""
    if find_division(command.division) is None:
        raise c.DIVISION_UNKNOWN(given=command.division, suggestions=[], suggestion_zh="", suggestion_en="")
    own = getattr(session.caller.scope, "division", "")
    if not command.division.startswith(own):
        raise NOT_FOUND(division=command.division)
    state = submit(session, write_village_pack, {"division": command.division})
    session.add(
        VillagePack(
            id=UUID(state.id.rpartition(".")[2]),
            division=command.division,
            actor=actor_of(session),
            issued_at=session.now,
        )
    )
    return state


@job("village_pack")
def write_village_pack(run: JobRun) -> dict[str, Any]:
    """Written anew from the start after a crash; nobody has it before it is whole."""
    division = str(run.params["division"])
    rows = list(_people(run, division))
    base = run.kit.blobs.put_bytes(
        orjson.dumps([asdict(row) for row in rows]), media_type="application/json", filename="base.json"
    )
    with tempfile.TemporaryDirectory() as folder, run.transaction() as session:
        path = Path(folder) / "pack.xlsx"
        day = day_of(session.now)
        claim = Claim(run.id, base.hash)
        write_pack(path, rows, title=division_path(division), day=day, claim=claim, keys=run.kit.keys)
        name = f"{division_name(division)}离线包_{day}.xlsx"
        with path.open("rb") as written:
            blob = run.kit.blobs.put(iter(lambda: written.read(256 * 1024), b""), media_type=XLSX, filename=name)
        pack = session.get_one(VillagePack, run.id)
        pack.rows, pack.base, pack.file = len(rows), base.model_dump(), blob.model_dump()
        session.add(pack)
        disclosed(session, [UUID(row.worker_id) for row in rows], ["name", "phone"], PURPOSE)
    return {"rows": len(rows), "file": blob.model_dump()}


def _people(run: JobRun, division: str) -> Any:
    after: tuple[str, UUID] | None = None
    number = 0
    below = division[:-1] + chr(ord(division[-1]) + 1)
    while True:
        run.raise_if_cancelled()
        with run.transaction() as session:
            statement: Any = select(Worker).where(
                col(Worker.division) >= division,
                col(Worker.division) < below,
                col(Worker.is_active),
                col(Worker.erased_at).is_(None),
            )
            if after:
                key, row_id = col(Worker.name_key), col(Worker.id)
                statement = statement.where((key > after[0]) | ((key == after[0]) & (row_id > after[1])))
            ordered = statement.order_by(col(Worker.name_key), col(Worker.id)).limit(BATCH)
            workers = list(session.exec(ordered))
            records = records_of(session, [worker.id for worker in workers])
            for worker in workers:
                number += 1
                yield PackRow(
                    number=number,
                    worker_id=str(worker.id),
                    name=worker.name,
                    masked=masked(session, worker) or "",
                    place=division_name(worker.division),
                    cells=cells_of(worker, records[worker.id], vault_of(session.keys, worker), day_of(session.now)),
                )
        if len(workers) < BATCH:
            return
        after = (workers[-1].name_key, workers[-1].id)


def forget_old_packs(session: Session) -> None:
    """Delete the files of packs that are past their time; what was found in them stays, sealed."""
    old = select(VillagePack).where(
        col(VillagePack.issued_at) < session.now - KEPT, func.jsonb_typeof(col(VillagePack.file)) == "object"
    )
    for pack in session.exec(old.limit(BATCH).with_for_update(skip_locked=True)).all():
        for ref in (pack.file, pack.base):
            if ref and ref["size"] > len("[]"):
                session.blobs.delete(ref["hash"])
        pack.file = pack.base = None
        session.add(pack)


def found_pack(session: Session, pack_id: UUID) -> VillagePack:
    pack = session.get(VillagePack, pack_id)
    if pack is None:
        raise NOT_FOUND(pack_id=str(pack_id))
    return pack


def get_village_pack(session: Session, query: c.GetVillagePack) -> c.VillagePackView:
    """Raises NOT_FOUND."""
    return _view(session, found_pack(session, query.pack_id))


def list_village_packs(session: Session, query: c.ListVillagePacks) -> Page[c.VillagePackView]:
    statement: Any = select(VillagePack)
    if query.division:
        statement = statement.where(col(VillagePack.division).startswith(query.division))
    order = (col(VillagePack.issued_at).desc(), col(VillagePack.id).desc())
    return page(session, statement, order=order, request=query, view=lambda pack: _view(session, pack))


def get_village_pack_file(session: Session, query: c.GetVillagePackFile) -> c.VillagePackFile:
    """Raises NOT_FOUND or PACK_NOT_ISSUED."""
    pack = found_pack(session, query.pack_id)
    if pack.file is None:
        raise c.PACK_NOT_ISSUED()
    return c.VillagePackFile(file=BlobRef.model_validate(pack.file))


def _view(session: Session, pack: VillagePack) -> c.VillagePackView:
    waiting = select(func.count()).where(
        col(VillagePackFinding.pack_id) == pack.id,
        col(VillagePackFinding.kind) == FindingKind.conflict,
        col(VillagePackFinding.state) == FindingState.open,
    )
    is_old = pack.issued_at < session.now - KEPT
    state = "expired" if is_old else "returned" if pack.returned_at else "issued" if pack.file else "preparing"
    # An area account does not see the jobs that HQ submitted.
    is_hq = session.caller.scope.kind == "hq"
    if state == "preparing" and is_hq and job_state(session, pack.id).state in ("failed", "cancelled"):
        state = "failed"
    return c.VillagePackView(
        **pack.model_dump(exclude={"base", "file", "actor"}),
        state=state,
        division_name=division_path(pack.division),
        content_hash=pack.base["hash"] if pack.base else None,
        issued_by=pack.actor,
        open_conflicts=int(session.execute(waiting).scalar_one()),
    )
