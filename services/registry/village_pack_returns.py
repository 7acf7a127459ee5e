"""A pack that came back: each changed cell is merged by three-way comparison, and what cannot be is listed.

Nothing is lost silently: a conflict, an emptied cell, a row that cannot be read or did not come back is a finding.
Nobody is doubled: a new person who is registered already is compared as one about whom the pack said nothing.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import col, select

from services.registry.days import today
from services.registry.intake import source_of
from services.registry.models import Worker
from services.registry.village_pack_files import PackRow, ReturnedRow, read_pack
from services.registry.village_pack_merging import PackMerger
from services.registry.village_pack_models import VillagePack, VillagePackFinding
from services.registry.village_packs import found_pack
from shared.contracts import registry as c
from shared.contracts.base import BlobRef, JobState
from shared.kit.jobs import JobRun, job, submit
from shared.kit.session import Session

BATCH = 200
COUNTED = ("updated", "added", "unchanged", "missing", "refused")


def return_village_pack(session: Session, command: c.ReturnVillagePack) -> JobState:
    return submit(session, merge_village_pack, {"file": command.file.model_dump()})


@job("village_pack_return")
def merge_village_pack(run: JobRun) -> dict[str, Any]:
    """Merge a returned file; its checkpoint is written in the transaction of each batch.

    Raises PACK_NOT_GENUINE; NOT_FOUND for a pack of another area.
    """
    with run.kit.blobs.open(BlobRef.model_validate(run.params["file"])) as file:
        claim, rows = read_pack(file, run.kit.keys)
        with run.transaction() as session:
            pack = found_pack(session, claim.pack_id)
            if pack.base is None or pack.base["hash"] != claim.content_hash:
                raise c.PACK_NOT_GENUINE()
            base = _base(run, pack)
        returned = list(rows)
    run.save(total=len(returned), step="merging")
    counts: Counter[str] = Counter(run.checkpoint.get("counts", {}))
    after = int(run.checkpoint.get("after", 0))
    seen = {row.number for row in returned[:after] if row.number is not None}
    waiting = iter(returned[after:])
    while batch := list(islice(waiting, BATCH)):
        run.raise_if_cancelled()
        with run.transaction() as session:
            pack = session.get_one(VillagePack, claim.pack_id)
            merger = _merger(session, pack, base, batch)
            for row in batch:
                counts[merger.take(row, is_repeated=row.number in seen)] += 1
                if row.number is not None:
                    seen.add(row.number)
            after += len(batch)
            run.save({"after": after, "counts": dict(counts)}, done=after, session=session)
    return _finish(run, claim.pack_id, base, seen, counts)


def _base(run: JobRun, pack: VillagePack) -> dict[int, PackRow]:
    content = run.kit.blobs.read(BlobRef.model_validate(pack.base))
    rows = [PackRow(**row) for row in orjson.loads(content)]
    return {row.number: row for row in rows}


def _merger(session: Session, pack: VillagePack, base: dict[int, PackRow], batch: list[ReturnedRow]) -> PackMerger:
    ids = [UUID(base[row.number].worker_id) for row in batch if row.number in base]
    workers = session.exec(select(Worker).where(col(Worker.id).in_(ids)).order_by(col(Worker.id)).with_for_update())
    known = session.exec(select(VillagePackFinding).where(col(VillagePackFinding.pack_id) == pack.id)).all()
    return PackMerger(
        session,
        pack=pack,
        base=base,
        workers={worker.id: worker for worker in workers},
        known=list(known),
        source=source_of(session),
        day=today(session),
    )


def _finish(
    run: JobRun, pack_id: UUID, base: dict[int, PackRow], seen: set[int], counts: Counter[str]
) -> dict[str, Any]:
    with run.transaction() as session:
        pack = session.get_one(VillagePack, pack_id)
        merger = _merger(session, pack, base, [])
        lost = sorted(set(base) - seen)
        for number in lost:
            merger.note_missing(base[number])
        counts["missing"] = len(lost)
        for name in COUNTED:
            setattr(pack, name, counts[name])
        pack.returned_at = session.now
        session.add(pack)
    return {"pack_id": str(pack_id), **{name: counts[name] for name in COUNTED}}
