"""Who came to a fair: checked in by the staff's scanner, or with the own phone by the code at the door."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.postings.county_events import record_presences, require_state
from services.postings.fair_models import FairCheckIn, JobFair
from services.postings.job_fairs import CHANGEABLE, find_fair
from services.postings.offers import Seeker
from services.postings.presences import actor_of
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.scopes import WorkerSelf
from shared.kit.links import LINK_INVALID, make_link_token, read_link_token
from shared.kit.paging import page
from shared.kit.session import Session

DOOR = "job_fair"
EARLY = timedelta(hours=2)
REASON = "招聘会现场录用"


def check_in_at_fair(session: Session, command: c.CheckInAtFair) -> c.PresenceReport:
    """签到 by the staff. The first one to come opens the fair."""
    fair = find_fair(session, command.fair_id, lock=True)
    require_state(fair, CHANGEABLE, "check in")
    return record_presences(session, command.people, lambda seeker: check_in(session, fair, seeker, command.came_by))


def door_code(session: Session, fair: JobFair) -> str:
    """What the QR code at the door says; good until the fair is over."""
    return make_link_token(session.keys, purpose=DOOR, subject=str(fair.id), expires_at=fair.ends_at + EARLY)


def get_own_fair(session: Session, query: c.GetOwnFair) -> c.OwnFairView:
    return _own_view(session, _by_door(session, query.code))


def check_in_self(session: Session, command: c.CheckInSelf) -> c.OwnFairView:
    """签到 with the own phone. Runs under the service's scope: a worker opens no fair, but may be the first to come.

    Raises FAIR_NOT_TODAY.
    """
    fair = _by_door(session, command.code)
    if not fair.starts_at - EARLY <= session.now <= fair.ends_at + EARLY:
        raise c.FAIR_NOT_TODAY(day=f"{fair.starts_at.astimezone(c.COUNTY_ZONE):%Y-%m-%d}")
    seeker = session.get(Seeker, _self(session))
    if seeker is None:
        raise NOT_FOUND(what="worker")
    check_in(session, fair, seeker, c.EntryWay.qr)
    return _own_view(session, fair)


def list_fair_attendance(session: Session, query: c.ListFairAttendance) -> Page[c.PresenceView]:
    find_fair(session, query.fair_id)
    return page(
        session,
        select(FairCheckIn).where(col(FairCheckIn.fair_id) == query.fair_id),
        order=(col(FairCheckIn.came_at), col(FairCheckIn.worker_id)),
        request=query,
        view=c.PresenceView.model_validate,
    )


def check_in(session: Session, fair: JobFair, seeker: Seeker, came_by: c.EntryWay) -> bool:
    """Whether it was the first time."""
    if fair.state is c.FairState.planned:
        fair.state, fair.version = c.FairState.open, fair.version + 1
    row = insert(FairCheckIn).values(
        fair_id=fair.id,
        worker_id=seeker.worker_id,
        division=seeker.division,
        came_by=came_by,
        came_at=session.now,
        recorded_by=actor_of(session),
    )
    if session.execute(row.on_conflict_do_nothing().returning(col(FairCheckIn.worker_id))).first() is None:
        return False
    session.publish(c.JobFairAttended(fair_id=fair.id, worker_id=seeker.worker_id, division=seeker.division))
    return True


def _by_door(session: Session, code: str) -> JobFair:
    claims = read_link_token(session.keys, code.strip().rpartition("/")[2], purpose=DOOR, now=session.now)
    fair = session.get(JobFair, UUID(claims.subject), with_for_update=True)
    if fair is None or fair.state not in CHANGEABLE:
        raise LINK_INVALID()
    return fair


def _own_view(session: Session, fair: JobFair) -> c.OwnFairView:
    found = session.get(FairCheckIn, (fair.id, _self(session)))
    shown = fair.model_dump(include=set(c.OwnFairView.model_fields) - {"is_checked_in"})
    return c.OwnFairView(**shown, is_checked_in=found is not None)


def _self(session: Session) -> UUID:
    scope = session.caller.scope
    if not isinstance(scope, WorkerSelf):
        raise NOT_FOUND(what="worker")
    return scope.worker_id
