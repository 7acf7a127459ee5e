"""服务对象: decides when an outpost begins and ceases to look after a worker, and tells everyone who keeps grants."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import col, exists, select

from services.outposts.here import require_version
from services.outposts.models import CaseloadEntry, FollowUp, RightsCase
from shared.contracts import outposts as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.scopes import OutpostCode
from shared.kit.paging import page
from shared.kit.session import Session

# 劳动保障监察条例第二十条: the inspection looks back two years, so an outpost may need to know its people as long.
GRANT_DAYS = 730
RENEWAL_DAYS = 365


def open_entry(
    session: Session,
    *,
    worker_id: UUID,
    outpost: OutpostCode,
    order_id: UUID | None = None,
    order_no: str | None = None,
    employer_id: UUID | None = None,
    posting_id: UUID | None = None,
    liaison_id: UUID | None = None,
) -> CaseloadEntry:
    """Begin to look after a worker. An entry still open at the same outpost is renewed by it; the grant lives on."""
    earlier = find_open(session, worker_id, outpost)
    entry = CaseloadEntry(
        worker_id=worker_id,
        outpost=outpost,
        order_id=order_id,
        order_no=order_no,
        employer_id=employer_id,
        posting_id=posting_id,
        from_at=session.now,
        until_at=session.now + timedelta(days=GRANT_DAYS),
        liaison_id=liaison_id or (earlier.liaison_id if earlier else None),
        renews_id=earlier.id if earlier else None,
    )
    if earlier:
        _mark_closed(earlier, c.CaseloadClosedBecause.renewed)
        session.flush()
    session.add(entry)
    session.flush()
    session.publish(_opened(entry))
    return entry


def close_entry(session: Session, entry: CaseloadEntry, because: c.CaseloadClosedBecause) -> None:
    """Cease to look after a worker now. An order that came to nothing gives the entry that it renewed back."""
    _mark_closed(entry, because)
    entry.until_at = session.now
    session.add(entry)
    session.flush()
    session.publish(
        c.CaseloadClosed(
            worker_id=entry.worker_id,
            outpost=entry.outpost,
            employer_id=entry.employer_id,
            until_at=session.now,
            reason=because,
        )
    )
    came_to_nothing = because in (c.CaseloadClosedBecause.order_cancelled, c.CaseloadClosedBecause.not_started)
    before = session.get(CaseloadEntry, entry.renews_id) if came_to_nothing and entry.renews_id else None
    if before and before.closed_because is c.CaseloadClosedBecause.renewed and before.until_at > session.now:
        before.state, before.closed_because = c.CaseloadState.open, None
        before.version += 1
        session.add(before)
        session.flush()
        session.publish(_opened(before))


def change_employer(session: Session, entry: CaseloadEntry, employer_id: UUID | None, posting_id: UUID | None) -> None:
    """转岗 inside the outpost: the entry stays, the new employer may see the worker, the old one no longer."""
    left = entry.employer_id
    entry.employer_id, entry.posting_id = employer_id, posting_id
    entry.placement_id, entry.started_on, entry.ended_on = None, None, None
    entry.version += 1
    session.add(entry)
    session.publish(moved(session, entry, entry.outpost, left))


def moved(session: Session, entry: CaseloadEntry, from_outpost: OutpostCode, left: UUID | None) -> c.CaseloadMoved:
    return c.CaseloadMoved(
        worker_id=entry.worker_id,
        from_outpost=from_outpost,
        to_outpost=entry.outpost,
        employer_id=entry.employer_id,
        from_employer_id=left if left != entry.employer_id else None,
        at=session.now,
        until_at=entry.until_at,
    )


def find_open(session: Session, worker_id: UUID, outpost: OutpostCode) -> CaseloadEntry | None:
    """The worker's open entry at an outpost, locked until the transaction ends."""
    return session.exec(
        select(CaseloadEntry)
        .where(
            CaseloadEntry.worker_id == worker_id,
            CaseloadEntry.outpost == outpost,
            CaseloadEntry.state == c.CaseloadState.open,
        )
        .with_for_update()
    ).one_or_none()


def find_by_order(session: Session, order_id: UUID, outpost: OutpostCode) -> CaseloadEntry | None:
    """The open entry that an order began."""
    return session.exec(
        select(CaseloadEntry)
        .where(
            CaseloadEntry.order_id == order_id,
            CaseloadEntry.outpost == outpost,
            CaseloadEntry.state == c.CaseloadState.open,
        )
        .with_for_update()
    ).one_or_none()


def require_open(session: Session, worker_id: UUID, outpost: OutpostCode) -> CaseloadEntry:
    """The worker's entry; raises NOT_FOUND, so that nobody learns whether the id exists elsewhere."""
    entry = find_open(session, worker_id, outpost)
    if entry is None:
        raise NOT_FOUND(worker_id=str(worker_id))
    return entry


def get_caseload(session: Session, query: c.GetCaseload) -> c.CaseloadView:
    entry = session.exec(
        select(CaseloadEntry)
        .where(CaseloadEntry.worker_id == query.worker_id)
        .order_by(col(CaseloadEntry.state).desc(), col(CaseloadEntry.from_at).desc())
        .limit(1)
    ).one_or_none()
    if entry is None:
        raise NOT_FOUND(worker_id=str(query.worker_id))
    return view(session, entry)


def list_caseload(session: Session, query: c.ListCaseload) -> Page[c.CaseloadView]:
    statement = select(CaseloadEntry)
    if query.state:
        statement = statement.where(CaseloadEntry.state == query.state)
    if query.liaison_id:
        statement = statement.where(CaseloadEntry.liaison_id == query.liaison_id)
    if query.is_unassigned is not None:
        assigned = col(CaseloadEntry.liaison_id).is_not(None)
        statement = statement.where(~assigned if query.is_unassigned else assigned)
    if query.employer_id:
        statement = statement.where(CaseloadEntry.employer_id == query.employer_id)
    if query.outpost:
        statement = statement.where(CaseloadEntry.outpost == query.outpost)
    return page(
        session,
        statement,
        order=(col(CaseloadEntry.from_at).desc(), col(CaseloadEntry.id).desc()),
        request=query,
        view=lambda entry: view(session, entry),
    )


def assign_liaison(session: Session, command: c.AssignLiaison, outpost: OutpostCode) -> c.CaseloadView:
    entry = require_open(session, command.worker_id, outpost)
    require_version(entry.version, command.expected_version)
    entry.liaison_id = command.liaison_id
    entry.version += 1
    session.add(entry)
    session.flush()
    return view(session, entry)


def tidy(session: Session) -> None:
    """Close what has ended: grants past their end (renewed for a year while a rights case is open), and entries of
    workers who have since started at another outpost and left no case behind.
    """
    in_dispute = exists().where(
        col(RightsCase.worker_id) == CaseloadEntry.worker_id,
        col(RightsCase.outpost) == CaseloadEntry.outpost,
        col(RightsCase.state) != c.RightsCaseState.closed,
    )
    ending = session.exec(
        select(CaseloadEntry, in_dispute)
        .where(CaseloadEntry.state == c.CaseloadState.open, CaseloadEntry.until_at < session.now + timedelta(days=1))
        .limit(500)
        .with_for_update(skip_locked=True)
    ).all()
    for entry, disputed in ending:
        if disputed:
            entry.until_at = session.now + timedelta(days=RENEWAL_DAYS)
            session.add(entry)
            session.publish(_opened(entry))
        elif entry.until_at <= session.now:
            close_entry(session, entry, c.CaseloadClosedBecause.ended)
    newer = aliased(CaseloadEntry)
    left_behind = session.exec(
        select(CaseloadEntry)
        .where(
            CaseloadEntry.state == c.CaseloadState.open,
            ~in_dispute,
            exists().where(
                col(newer.worker_id) == CaseloadEntry.worker_id,
                col(newer.outpost) != CaseloadEntry.outpost,
                col(newer.state) == c.CaseloadState.open,
                col(newer.from_at) > CaseloadEntry.from_at,
                col(newer.started_on).is_not(None),
            ),
        )
        .limit(500)
        .with_for_update(skip_locked=True)
    ).all()
    for entry in left_behind:
        close_entry(session, entry, c.CaseloadClosedBecause.placed_elsewhere)


def view(session: Session, entry: CaseloadEntry) -> c.CaseloadView:
    next_due = session.exec(
        select(func.min(FollowUp.due_on)).where(
            FollowUp.entry_id == entry.id,
            col(FollowUp.state).in_([c.FollowUpState.planned, c.FollowUpState.due]),
        )
    ).one()
    return c.CaseloadView.model_validate({**entry.model_dump(), "next_follow_up_on": next_due})


def _mark_closed(entry: CaseloadEntry, because: c.CaseloadClosedBecause) -> None:
    entry.state, entry.closed_because = c.CaseloadState.closed, because
    entry.version += 1


def _opened(entry: CaseloadEntry) -> c.CaseloadOpened:
    return c.CaseloadOpened(
        worker_id=entry.worker_id,
        outpost=entry.outpost,
        order_id=entry.order_id,
        employer_id=entry.employer_id,
        from_at=entry.from_at,
        until_at=entry.until_at,
    )
