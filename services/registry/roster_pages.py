"""A roster as it is read: who is on it, why, since and until when, from which source, verified by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col

from services.registry.days import age_on
from services.registry.memberships import Known, known_of
from services.registry.models import Worker, WorkerRevision
from services.registry.roster_reasons import why_on
from services.registry.rosters import Moment, count, members, moment_of
from services.registry.views import masked
from shared.contracts import registry as c
from shared.contracts.registry import RosterKind
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import division_path


def get_roster(session: Session, query: c.GetRoster) -> c.RosterPage:
    """Raises ROSTER_DATE_IN_FUTURE or CURSOR_INVALID."""
    moment = moment_of(session, query.as_of, query.known_at)
    statement = members(query.kind, moment, query.division)
    found = page(session, statement, order=(col(Worker.name_key), col(Worker.id)), request=query, view=_pair)
    return c.RosterPage(
        kind=query.kind,
        as_of=moment.day,
        known_at=moment.known_at,
        total=count(session, query.kind, moment, query.division),
        items=roster_rows(session, query.kind, moment, found.items),
        next_cursor=found.next_cursor,
    )


def roster_rows(
    session: Session, kind: RosterKind, moment: Moment, found: Sequence[tuple[Worker, WorkerRevision]]
) -> list[c.RosterRow]:
    return rows_of(session, kind, moment, found, known_of(session, [worker for worker, _ in found], moment))


def rows_of(
    session: Session,
    kind: RosterKind,
    moment: Moment,
    found: Sequence[tuple[Worker, WorkerRevision]],
    known: Mapping[UUID, Known],
) -> list[c.RosterRow]:
    return [_row(session, kind, moment, known[worker.id], revision) for worker, revision in found]


def _row(session: Session, kind: RosterKind, moment: Moment, known: Known, revision: WorkerRevision) -> c.RosterRow:
    worker = known.worker
    why = why_on(kind, known, moment.day)
    return c.RosterRow(
        worker_id=worker.id,
        name=worker.name,
        id_number_masked=masked(session, worker),
        sex=worker.sex,
        age=age_on(worker.born_on, moment.day),
        division=revision.division,
        division_name=division_path(revision.division),
        since=known.since(kind, moment.day),
        until=known.until(kind, moment.day),
        reason=why.words,
        source=why.source,
        verified_by=why.verified_by,
        verified_at=why.verified_at,
    )


def _pair(row: Any) -> Any:
    return row[0], row[1]
