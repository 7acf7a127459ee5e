"""密钥轮换: every person gets a fresh key under the active root; number, phone and notes are sealed anew under it, and
the hashes by which they are found are made anew.

A batch is one transaction with its checkpoint, and what is under the active key already is passed over: whatever ends
a rotation, the next one goes on where it stood. Meanwhile people are found under every key of the ring.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select

from services.registry.models import Worker
from services.registry.sealed_columns import OF_ROWS, OF_WORKER, SealedColumn
from services.registry.search import ID_PURPOSE, PHONE_PURPOSE
from services.registry.vault import Vault, new_vault, vault_of
from shared.contracts import registry as c
from shared.contracts.base import JobState
from shared.kit.jobs import JobRun, job, submit, unfinished
from shared.kit.keys import Keys
from shared.kit.privacy import lookup_hash
from shared.kit.session import Session

BATCH = 200


def get_key_uses(session: Session, query: c.GetKeyUses) -> c.KeyUses:
    uses = []
    for key_id in session.keys.ids:
        under = select(func.count()).select_from(Worker).where(_is_under(key_id))
        people = session.execute(under).scalar_one()
        uses.append(c.KeyUse(key_id=key_id, is_active=key_id == session.keys.active, people=people))
    return c.KeyUses(keys=uses, is_finished=not any(use.people for use in uses if not use.is_active))


def _is_under(key_id: str) -> Any:
    """A sealed value begins with its key's id and a zero byte."""
    prefix = key_id.encode() + b"\0"
    return func.substr(col(Worker.data_key), 1, len(prefix)) == prefix


def reseal_people(session: Session, command: c.ResealPeople) -> JobState:
    """The rotation that is queued or under way, else a new one."""
    return unfinished(session, reseal) or submit(session, reseal, {})


@job("reseal_people")
def reseal(run: JobRun) -> dict[str, Any]:
    with run.transaction(as_service=True) as session:
        sealed = select(func.count()).select_from(Worker).where(col(Worker.data_key).is_not(None))
        total = session.execute(sealed).scalar_one()
    done, resealed = int(run.checkpoint.get("done", 0)), int(run.checkpoint.get("resealed", 0))
    after = UUID(run.checkpoint["after"]) if "after" in run.checkpoint else UUID(int=0)
    while True:
        run.raise_if_cancelled()
        with run.transaction(as_service=True) as session:
            workers = session.exec(
                select(Worker)
                .where(col(Worker.id) > after, col(Worker.data_key).is_not(None))
                .order_by(col(Worker.id))
                .limit(BATCH)
                .with_for_update()
            ).all()
            if not workers:
                return {"people": done, "resealed": resealed, "key_id": run.kit.keys.active}
            resealed += reseal_batch(session, workers)
            done, after = done + len(workers), workers[-1].id
            checkpoint = {"after": str(after), "done": done, "resealed": resealed}
            run.save(checkpoint, done=done, total=max(total, done), step="密钥轮换", session=session)


def reseal_batch(session: Session, workers: Sequence[Worker]) -> int:
    """How many of them were not under the active key yet."""
    active = session.keys.active.encode() + b"\0"
    stale = [worker for worker in workers if worker.data_key and not bytes(worker.data_key).startswith(active)]
    vaults = {worker.id: _renew(session.keys, worker) for worker in stale}
    session.flush()
    for sealed in OF_ROWS:
        _renew_rows(session, sealed, vaults)
    return len(stale)


def _renew(keys: Keys, worker: Worker) -> tuple[Vault, Vault]:
    """The worker's old vault and the new one, with the worker's own columns moved over."""
    old = vault_of(keys, worker)
    new, data_key = new_vault(keys, worker.id)
    opened = {field: old.open(getattr(worker, column), field) for column, field in OF_WORKER if getattr(worker, column)}
    for column, field in OF_WORKER:
        if field in opened:
            setattr(worker, column, new.seal(opened[field], field))
    if worker.id_hash:
        worker.id_hash = lookup_hash(keys, opened["id_number"], purpose=ID_PURPOSE)
    if worker.phone_hash:
        worker.phone_hash = lookup_hash(keys, opened["phone"], purpose=PHONE_PURPOSE)
    worker.data_key = data_key
    return old, new


def _renew_rows(session: Session, sealed: SealedColumn, vaults: dict[UUID, tuple[Vault, Vault]]) -> None:
    table: Any = sealed.table
    column, owner = getattr(table, sealed.column), getattr(table, sealed.owner)
    keys = [name.key for name in table.__table__.primary_key]
    given = [getattr(table, name) for name in keys]
    rows = session.execute(select(owner, column, *given).where(owner.in_(vaults), column.is_not(None))).all()
    if not rows:
        return
    renewed = []
    for worker_id, value, *key in rows:
        old, new = vaults[worker_id]
        opened = old.open(value, sealed.field)
        renewed.append({**dict(zip(keys, key, strict=True)), sealed.column: new.seal(opened, sealed.field)})
    session.execute(update(table), renewed)
