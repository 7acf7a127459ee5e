"""密钥轮换 of what a service seals straight under the platform's keys, and moving a sealed value to another person.

A service names its sealed columns (`sealed` of its class); an architecture test finds one that is left out. A batch is
one transaction, and what is under the active key already is passed over, so that a rotation goes on wherever it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, inspect, select, update

from shared.contracts.base import JobState
from shared.contracts.kit import SealUse, SealUses
from shared.kit import jobs
from shared.kit.keys import Keys
from shared.kit.privacy import lookup_hash, seal, unseal
from shared.kit.session import Session

BATCH = 500
KIND = "reseal_records"


@dataclass(frozen=True)
class SealedColumn:
    """One column of `seal`'s bytes. `about` gives, of the table, what is authenticated with them: by default the row's
    own id. `hashed` names a column that keeps the keyed hash of the same value, and the hash's purpose.
    """

    table: Any
    column: str
    about: Callable[[], Any] | None = None
    purpose: str = "personal"
    hashed: tuple[str, str] | None = None

    @property
    def key(self) -> Any:
        (key,) = inspect(self.table).primary_key
        return getattr(self.table, key.key)

    @property
    def value(self) -> Any:
        return getattr(self.table, self.column)

    def under(self, key_id: str) -> Any:
        """A sealed value begins with its key's id and a zero byte."""
        prefix = key_id.encode() + b"\0"
        return func.substr(self.value, 1, len(prefix)) == prefix


def uses(session: Session, columns: Sequence[SealedColumn]) -> SealUses:
    """How many values are under each key of the ring."""
    keys = session.keys
    counted = [
        SealUse(
            key_id=key_id,
            is_active=key_id == keys.active,
            values=sum(_count(session, column, column.under(key_id)) for column in columns),
        )
        for key_id in keys.ids
    ]
    return SealUses(
        service=session.kit.service,
        keys=counted,
        is_finished=not any(use.values for use in counted if not use.is_active),
    )


def _count(session: Session, column: SealedColumn, *conditions: Any) -> int:
    return int(session.execute(select(func.count()).select_from(column.table).where(*conditions)).scalar_one())


def begin(session: Session, columns: Sequence[SealedColumn]) -> JobState:
    """The rotation that is queued or under way, else a new one."""
    function = job_of(columns)
    return jobs.unfinished(session, function) or jobs.submit(session, function, {})


def job_of(columns: Sequence[SealedColumn]) -> jobs.JobFunction:
    """The service's job that seals every named column anew under the active key."""

    @jobs.job(KIND)
    def reseal(run: jobs.JobRun) -> dict[str, Any]:
        done, keys = 0, run.kit.keys
        with run.transaction(as_service=True) as session:
            total = sum(_count(session, column, *_stale(column, keys)) for column in columns)
        for column in columns:
            after: Any = None
            while True:
                run.raise_if_cancelled()
                with run.transaction(as_service=True) as session:
                    sealed, after = _reseal_batch(session, column, after)
                    done += sealed
                    run.save(done=done, total=max(total, done), step="密钥轮换", session=session)
                if after is None:
                    break
        return {"resealed": done, "key_id": keys.active}

    return reseal


def _stale(column: SealedColumn, keys: Keys) -> tuple[Any, ...]:
    return func.octet_length(column.value) > 0, ~column.under(keys.active)


def _reseal_batch(session: Session, column: SealedColumn, after: Any) -> tuple[int, Any]:
    """How many were sealed anew, and the last key of the batch; None where nothing is left."""
    keys, key = session.keys, column.key
    about = (column.about() if column.about else key).label("about")
    statement = select(key, column.value, about).where(*_stale(column, keys)).order_by(key).limit(BATCH)
    if after is not None:
        statement = statement.where(key > after)
    rows = session.execute(statement.with_for_update(of=column.table)).all()
    renewed = []
    for row_key, value, subject in rows:
        opened = unseal(keys, value, about=str(subject), purpose=column.purpose)
        changed: dict[str, Any] = {column.column: seal(keys, opened, about=str(subject), purpose=column.purpose)}
        if column.hashed:
            name, purpose = column.hashed
            changed[name] = lookup_hash(keys, opened, purpose=purpose)
        renewed.append({key.key: row_key, **changed})
    if renewed:
        session.execute(update(column.table), renewed)
    return len(rows), rows[-1][0] if len(rows) == BATCH else None


def move_sealed(session: Session, column: SealedColumn, condition: Any, *, about: Any, now_about: Any) -> None:
    """Seal values anew about another id, where two records of one person become one; the id is the caller's to move."""
    rows = session.execute(select(column.key, column.value).where(condition, column.value.is_not(None))).all()
    renewed = [
        {
            column.key.key: row_key,
            column.column: seal(
                session.keys,
                unseal(session.keys, value, about=str(about), purpose=column.purpose),
                about=str(now_about),
                purpose=column.purpose,
            ),
        }
        for row_key, value in rows
    ]
    if renewed:
        session.execute(update(column.table), renewed)
