"""What was held to be true for which days, and since when it was known: bitemporal, so that a roster of a past day can
be drawn up again as it was known then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.registry.days import today
from services.registry.intake import actor_of
from services.registry.models import Worker, WorkerRevision
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session

ROSTER_FACTS = ("division", "is_active", "is_verified", "can_work", "wants_out_work", "wants_local_work")


def known_segments(session: Session, worker_ids: Sequence[UUID]) -> dict[UUID, list[WorkerRevision]]:
    """The revisions believed now, of several workers, earliest first."""
    found: dict[UUID, list[WorkerRevision]] = {worker_id: [] for worker_id in worker_ids}
    statement = (
        select(WorkerRevision)
        .where(col(WorkerRevision.worker_id).in_(worker_ids), col(WorkerRevision.superseded_at).is_(None))
        .order_by(col(WorkerRevision.valid_from))
    )
    for revision in session.exec(statement):
        found[revision.worker_id].append(revision)
    return found


def record(
    session: Session,
    worker: Worker,
    *,
    changed: list[str],
    source: c.RecordSource,
    valid_from: date | None = None,
    reason: str | None = None,
    segments: Sequence[WorkerRevision] | None = None,
) -> None:
    """Note a change that holds from `valid_from` (today, unless given; never before the registration) on.

    What was known is superseded, not overwritten. Where the day lies in the past, only the facts that changed are
    carried into the stretches recorded since.
    """
    day = today(session)
    if valid_from is not None and valid_from > day:
        raise c.PERIOD_INVALID()
    known = list(segments if segments is not None else known_segments(session, [worker.id])[worker.id])
    start = max(valid_from or day, known[0].valid_from) if known else valid_from or day
    facts = {name: getattr(worker, name) for name in ROSTER_FACTS if name in changed}
    for old in known:
        if old.valid_until is not None and old.valid_until <= start:
            continue
        old.superseded_at = session.now
        session.add(old)
        if old.valid_from < start:
            session.add(_copy(old, valid_until=start, recorded_at=session.now))
        session.add(
            _copy(
                old,
                **facts,
                valid_from=max(old.valid_from, start),
                recorded_at=session.now,
                version=worker.version,
                changed=changed,
                source=source,
                actor=actor_of(session),
                reason=reason,
            )
        )


def _copy(revision: WorkerRevision, **differences: Any) -> WorkerRevision:
    values = revision.model_dump(exclude={"id", "superseded_at"})
    return WorkerRevision(**{**values, **differences})


def list_revisions(session: Session, query: c.ListWorkerRevisions) -> Page[c.WorkerRevisionView]:
    if session.get(Worker, query.worker_id) is None:
        raise NOT_FOUND(worker_id=str(query.worker_id))
    statement: Any = select(WorkerRevision).where(col(WorkerRevision.worker_id) == query.worker_id)
    order = (col(WorkerRevision.recorded_at).desc(), col(WorkerRevision.id).desc())
    return page(session, statement, order=order, request=query, view=c.WorkerRevisionView.model_validate)
