"""跟踪服务: when a worker is asked after (7/30/90/180 days from the first day at work), and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import col, select, update

from services.outposts.here import actor, today
from services.outposts.models import CaseloadEntry, FollowUp, FollowUpContact
from services.outposts.sealing import opened_if_any, sealed_if_any
from shared.contracts import outposts as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session

SCHEDULE = {
    c.FollowUpKind.day_7: 7,
    c.FollowUpKind.day_30: 30,
    c.FollowUpKind.day_90: 90,
    c.FollowUpKind.day_180: 180,
}
ASK_AGAIN_DAYS = 3
ATTEMPTS = 3
WAITING = (c.FollowUpState.planned, c.FollowUpState.due)


def plan(session: Session, entry: CaseloadEntry, started_on: date) -> None:
    """The schedule of a new placement; of the days that had passed before it was known only the last is asked for."""
    days = [(kind, started_on + timedelta(days=after)) for kind, after in SCHEDULE.items()]
    passed = [one for one in days if one[1] <= today(session)]
    for kind, due_on in days[max(len(passed) - 1, 0) :]:
        _add(session, entry, kind, due_on)


def ask_at_once(session: Session, entry: CaseloadEntry, kind: c.FollowUpKind) -> None:
    """A no-show or a lost job: asked for today, once a day."""
    asked = session.exec(
        select(FollowUp.id).where(
            FollowUp.entry_id == entry.id, FollowUp.kind == kind, FollowUp.due_on == today(session)
        )
    ).first()
    if asked is None:
        _add(session, entry, kind, today(session))


def cancel_waiting(session: Session, entry: CaseloadEntry) -> None:
    for follow_up in _waiting(session, entry):
        follow_up.state = c.FollowUpState.cancelled
        follow_up.version += 1
        session.add(follow_up)


def cancel_no_show(session: Session, worker_id: UUID) -> None:
    """They were on the coach after all: an offline boarding list came later."""
    session.gather(_cancel_no_shows, worker_id)


def _cancel_no_shows(session: Session, worker_ids: list[UUID]) -> None:
    session.execute(
        update(FollowUp)
        .where(
            col(FollowUp.worker_id).in_(worker_ids),
            col(FollowUp.kind) == c.FollowUpKind.no_show,
            col(FollowUp.state).in_(WAITING),
        )
        .values(state=c.FollowUpState.cancelled, version=FollowUp.version + 1)
    )


def hand_over(session: Session, entry: CaseloadEntry, to_entry: CaseloadEntry) -> None:
    """The receiving outpost asks from now on."""
    for follow_up in _waiting(session, entry):
        follow_up.entry_id, follow_up.outpost = to_entry.id, to_entry.outpost
        follow_up.version += 1
        session.add(follow_up)


def announce_due(session: Session) -> None:
    """Planned follow-ups whose day has come become due, and the outpost is told."""
    due = session.exec(
        select(FollowUp)
        .where(FollowUp.state == c.FollowUpState.planned, FollowUp.due_on <= today(session))
        .order_by(col(FollowUp.due_on))
        .limit(500)
        .with_for_update(skip_locked=True)
    ).all()
    for follow_up in due:
        follow_up.state = c.FollowUpState.due
        follow_up.version += 1
        session.add(follow_up)
        session.publish(
            c.FollowUpDue(
                follow_up_id=follow_up.id,
                worker_id=follow_up.worker_id,
                outpost=follow_up.outpost,
                due_on=follow_up.due_on,
                kind=follow_up.kind,
            )
        )


def record_contact(session: Session, command: c.RecordContact) -> c.FollowUpView:
    """One attempt. Reached: done. Not reached: asked again three days later; the third time it counts as missed.

    Raises NOT_FOUND, and ILLEGAL_TRANSITION once the follow-up is settled.
    """
    follow_up = session.exec(
        select(FollowUp).where(FollowUp.id == command.follow_up_id).with_for_update()
    ).one_or_none()
    if follow_up is None:
        raise NOT_FOUND(follow_up_id=str(command.follow_up_id))
    if follow_up.state not in WAITING:
        raise ILLEGAL_TRANSITION(state=follow_up.state.value, action="contact")
    follow_up.attempts += 1
    follow_up.version += 1
    if command.outcome is c.ContactOutcome.reached:
        follow_up.state = c.FollowUpState.done
    elif follow_up.attempts >= ATTEMPTS:
        follow_up.state = c.FollowUpState.missed
    else:
        follow_up.state = c.FollowUpState.planned
        follow_up.due_on = today(session) + timedelta(days=ASK_AGAIN_DAYS)
    session.add(follow_up)
    session.add(
        FollowUpContact(
            outpost=follow_up.outpost,
            follow_up_id=follow_up.id,
            worker_id=follow_up.worker_id,
            at=session.now,
            made_by=actor(session),
            by=command.by,
            outcome=command.outcome,
            is_employed=command.is_employed,
            wage_cents=command.wage_cents,
            note_sealed=sealed_if_any(session, command.note, follow_up.worker_id),
        )
    )
    session.flush()
    return _view(session, follow_up, with_contacts=True)


def get_follow_up(session: Session, query: c.GetFollowUp) -> c.FollowUpView:
    follow_up = session.get(FollowUp, query.follow_up_id)
    if follow_up is None:
        raise NOT_FOUND(follow_up_id=str(query.follow_up_id))
    return _view(session, follow_up, with_contacts=True)


def list_follow_ups(session: Session, query: c.ListFollowUps) -> Page[c.FollowUpView]:
    statement = select(FollowUp)
    if query.state:
        statement = statement.where(FollowUp.state == query.state)
    if query.worker_id:
        statement = statement.where(FollowUp.worker_id == query.worker_id)
    if query.due_until:
        statement = statement.where(FollowUp.due_on <= query.due_until)
    if query.liaison_id:
        cared_for = select(CaseloadEntry.id).where(CaseloadEntry.liaison_id == query.liaison_id)
        statement = statement.where(col(FollowUp.entry_id).in_(cared_for))
    return page(
        session,
        statement,
        order=(col(FollowUp.due_on), col(FollowUp.id)),
        request=query,
        view=lambda follow_up: _view(session, follow_up),
    )


def _add(session: Session, entry: CaseloadEntry, kind: c.FollowUpKind, due_on: date) -> None:
    session.add(FollowUp(entry_id=entry.id, worker_id=entry.worker_id, outpost=entry.outpost, kind=kind, due_on=due_on))


def _waiting(session: Session, entry: CaseloadEntry) -> Iterable[FollowUp]:
    return session.exec(
        select(FollowUp).where(FollowUp.entry_id == entry.id, col(FollowUp.state).in_(WAITING)).with_for_update()
    ).all()


def _view(session: Session, follow_up: FollowUp, *, with_contacts: bool = False) -> c.FollowUpView:
    contacts: list[c.ContactView] = []
    if with_contacts:
        made = session.exec(
            select(FollowUpContact)
            .where(FollowUpContact.follow_up_id == follow_up.id)
            .order_by(col(FollowUpContact.at), col(FollowUpContact.id))
        ).all()
        contacts = [
            c.ContactView.model_validate(
                {**one.model_dump(), "note": opened_if_any(session, one.note_sealed, one.worker_id)}
            )
            for one in made
        ]
    entry = session.get(CaseloadEntry, follow_up.entry_id)
    return c.FollowUpView.model_validate(
        {**follow_up.model_dump(), "liaison_id": entry.liaison_id if entry else None, "contacts": contacts}
    )
