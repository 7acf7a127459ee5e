"""清单月末存档: the six rosters of a month's end, chained and signed, so that a report can be proved years later.

A sealed row names a person by id: whoever is erased afterwards is not in it, and the seal still holds.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import col, select

from services.registry.days import end_of, today
from services.registry.intake import actor_of
from services.registry.models import Worker, WorkerRevision
from services.registry.roster_models import RosterSealing, RosterSnapshot
from services.registry.roster_months import count_month
from services.registry.roster_pages import roster_rows
from services.registry.rosters import Moment, members
from services.registry.words import ROSTER_WORDS
from shared.contracts import registry as c
from shared.contracts.base import BlobRef, JobState, Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import RosterKind
from shared.kit.jobs import JobRun, job, job_state, submit
from shared.kit.paging import page
from shared.kit.session import Session

BATCH = 1000
GENESIS = "0" * 64
SIGNER = "rosters/registry"
LINES = "application/jsonl"
# What is being written while a roster is sealed counts for the next one: a transaction lasts seconds.
SETTLED = timedelta(minutes=5)
SEALED_FIELDS = ("worker_id", "division", "since", "reason", "source", "verified_by", "verified_at")


def seal_rosters(session: Session, command: c.SealRosters) -> JobState:
    """Raises ROSTER_DATE_IN_FUTURE for a day that is not over."""
    day = command.as_of or month_end_before(today(session))
    if day >= today(session):
        raise c.ROSTER_DATE_IN_FUTURE()
    known = session.get(RosterSealing, day)
    if known is not None:
        return job_state(session, known.job_id)
    state = submit(session, write_seals, {"as_of": day.isoformat()})
    session.add(RosterSealing(as_of=day, job_id=UUID(state.id.rpartition(".")[2]), asked_at=session.now))
    session.flush()
    return state


def seal_last_month(session: Session) -> None:
    """By itself, soon after a month has ended; a month before anybody was registered has nothing to seal."""
    day = month_end_before(today(session))
    if session.get(RosterSealing, day) is None and _anybody(session, day):
        seal_rosters(session, c.SealRosters(as_of=day))


def _anybody(session: Session, day: date) -> bool:
    return (
        session.exec(select(WorkerRevision.id).where(col(WorkerRevision.valid_from) <= day).limit(1)).first()
        is not None
    )


def month_end_before(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)


@job("roster_seal")
def write_seals(run: JobRun) -> dict[str, Any]:
    """One roster a transaction; after a crash the sealed ones are left as they are."""
    day = date.fromisoformat(run.params["as_of"])
    with run.transaction() as session:
        moment = Moment(day, max(end_of(day), session.now - SETTLED))
        done = set(session.exec(select(RosterSnapshot.kind).where(col(RosterSnapshot.as_of) == day)))
    for place, kind in enumerate(RosterKind):
        if kind in done:
            continue
        content, count = _store(run, kind, moment)
        with run.transaction() as session:
            _seal(session, kind, moment, content, count)
            run.save({"sealed": place + 1}, done=place + 1, total=len(RosterKind), session=session)
    with run.transaction() as session:
        count_month(session, day.replace(day=1))
    return {"as_of": day.isoformat(), "rosters": len(RosterKind)}


def _store(run: JobRun, kind: RosterKind, moment: Moment) -> tuple[BlobRef, int]:
    count = 0

    def lines() -> Iterator[bytes]:
        nonlocal count
        for line in sealed_lines(run, kind, moment):
            count += 1
            yield line

    name = f"{ROSTER_WORDS[kind]}_{moment.day}.jsonl"
    return run.kit.blobs.put(lines(), media_type=LINES, filename=name), count


def _seal(session: Session, kind: RosterKind, moment: Moment, content: BlobRef, count: int) -> None:
    last = session.exec(select(RosterSnapshot).order_by(col(RosterSnapshot.sequence).desc()).limit(1)).first()
    snapshot = RosterSnapshot(
        sequence=last.sequence + 1 if last else 1,
        kind=kind,
        as_of=moment.day,
        known_at=moment.known_at,
        members=count,
        file=content.model_dump(),
        previous_hash=last.hash if last else GENESIS,
        hash="",
        key_id=session.keys.active,
        signature="",
        sealed_at=session.now,
        actor=actor_of(session),
    )
    snapshot.hash = hash_of(snapshot)
    signature = session.keys.signer(SIGNER).sign(snapshot.hash.encode())
    snapshot.signature = base64.b64encode(signature).decode()
    session.add(snapshot)


def hash_of(snapshot: RosterSnapshot) -> str:
    head = {
        "sequence": snapshot.sequence,
        "kind": RosterKind(snapshot.kind).value,
        "as_of": snapshot.as_of.isoformat(),
        "known_at": int(snapshot.known_at.timestamp() * 1_000_000),
        "members": snapshot.members,
        "content": snapshot.file["hash"],
    }
    text = orjson.dumps(head, option=orjson.OPT_SORT_KEYS).decode()
    return hashlib.sha256(f"{snapshot.previous_hash}\n{text}".encode()).hexdigest()


def sealed_lines(run: JobRun, kind: RosterKind, moment: Moment) -> Iterator[bytes]:
    """The roster's rows as they are sealed, in the order of the people's ids."""
    last: Any = None
    while True:
        run.raise_if_cancelled()
        with run.transaction() as session:
            statement = members(kind, moment)
            if last:
                statement = statement.where(col(Worker.id) > last)
            found: list[tuple[Worker, WorkerRevision]] = [
                (worker, revision)
                for worker, revision in session.execute(statement.order_by(col(Worker.id)).limit(BATCH))
            ]
            rows = roster_rows(session, kind, moment, found)
        for row in rows:
            given = row.model_dump(mode="json", include=set(SEALED_FIELDS))
            yield orjson.dumps(given, option=orjson.OPT_SORT_KEYS) + b"\n"
        if len(found) < BATCH:
            return
        last = found[-1][0].id


def list_roster_snapshots(session: Session, query: c.ListRosterSnapshots) -> Page[c.RosterSnapshotView]:
    statement: Any = select(RosterSnapshot)
    if query.kind:
        statement = statement.where(col(RosterSnapshot.kind) == query.kind)
    return page(session, statement, order=(col(RosterSnapshot.sequence).desc(),), request=query, view=_view)


def get_roster_snapshot(session: Session, query: c.GetRosterSnapshot) -> c.RosterSnapshotView:
    """Raises NOT_FOUND."""
    return _view(found_snapshot(session, query.snapshot_id))


def get_snapshot_file(session: Session, query: c.GetSnapshotFile) -> c.SnapshotFile:
    """Raises NOT_FOUND."""
    return c.SnapshotFile(file=BlobRef.model_validate(found_snapshot(session, query.snapshot_id).file))


def found_snapshot(session: Session, snapshot_id: UUID) -> RosterSnapshot:
    found = session.get(RosterSnapshot, snapshot_id)
    if found is None:
        raise NOT_FOUND(snapshot_id=str(snapshot_id))
    return found


def _view(snapshot: RosterSnapshot) -> c.RosterSnapshotView:
    return c.RosterSnapshotView(**snapshot.model_dump(), content_hash=snapshot.file["hash"])
