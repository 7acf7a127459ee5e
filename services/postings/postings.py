"""招聘岗位: opened by a person, changed, closed and opened again, one explicit step at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from services.postings.agreements import agreement_in_force, today
from services.postings.changes import transaction_id
from services.postings.employers import find_employer
from services.postings.joining import key_of
from services.postings.models import JobPosting
from services.postings.openings import lock_posting, refill
from services.postings.posting_views import posting_view
from services.postings.recognition.occupations import occupation_of_title
from services.postings.recognition.phrases import title_phrase
from services.postings.recognition.remembering import REMEMBERED, await_decisions, decisions, is_unsure, remember
from services.postings.telling import TOLD_COLUMNS, tell_changed, tell_closed, tell_opened
from services.postings.visits import require_visit
from services.postings.withholding import withheld_by
from shared import reference
from shared.contracts import postings as c
from shared.contracts.errors import ILLEGAL_TRANSITION, STALE, TENANT_NOT_FOUND
from shared.contracts.scopes import Hq, Outpost, OutpostCode, Partner
from shared.kit.privacy import seal
from shared.kit.session import Session
from shared.kit.tables import new_id

# What may follow what; `filled` and back is the openings' doing, `expired` the calendar's.
NEXT: dict[str, tuple[tuple[c.PostingState, ...], c.PostingState]] = {
    "publish": ((c.PostingState.draft,), c.PostingState.open),
    "close": ((c.PostingState.draft, c.PostingState.open, c.PostingState.filled), c.PostingState.closed),
    "expire": ((c.PostingState.open, c.PostingState.filled), c.PostingState.expired),
    "reopen": ((c.PostingState.closed, c.PostingState.expired), c.PostingState.open),
}
# A person may correct these on a posting that a feed keeps; the feed does not undo it.
CORRECTABLE = frozenset({"occupation", "division"})
SURE = 1.0


def open_posting(session: Session, command: c.OpenPosting) -> c.PostingView:
    """Record a posting and open it, or keep it as a draft.

    Raises NOT_FOUND for the employer, EMPLOYER_BLOCKED, AGREEMENT_LAPSED, POSTING_UNKNOWN_DIVISION,
    POSTING_UNKNOWN_OCCUPATION, POSTING_VALID_THROUGH_PAST, TENANT_NOT_FOUND for another outpost.
    """
    outpost, source = _collected_by(session, command)
    employer = find_employer(session, command.employer_id)
    if command.visit_id is not None:
        require_visit(session, command.visit_id, employer.id)
    _require_future(session, command.valid_through)
    occupation, confidence = _occupation(session, command.occupation, command.title)
    posting = JobPosting(
        id=new_id(),
        employer_id=employer.id,
        agreement_id=command.agreement_id,
        outpost=outpost,
        source=source,
        visit_id=command.visit_id,
        title=command.title,
        title_phrase=title_phrase(command.title),
        company=command.company or employer.name,
        occupation=occupation,
        occupation_confidence=confidence,
        division=_read_division(command.division),
        division_confidence=SURE,
        address=command.address,
        description=command.description,
        requirements=command.requirements.model_dump(mode="json", exclude_defaults=True),
        openings=command.openings,
        wage_min_cents=command.wage_min_cents,
        wage_max_cents=command.wage_max_cents,
        wage_unit=command.wage_unit,
        wage_month_cents=by_month(command.wage_max_cents, command.wage_unit),
        posted_on=today(session.now),
        valid_through=command.valid_through,
        state=c.PostingState.draft,
        created_at=session.now,
        updated_at=session.now,
    )
    posting.joint_key = key_of(posting.model_dump())
    await_decisions(session, [posting.model_dump()])
    if command.contact:
        posting.contact = seal(session.keys, command.contact, about=str(posting.id))
    session.add(posting)
    if not command.as_draft:
        _open(session, posting)
    session.flush()
    if not command.as_draft:
        tell_opened(session, posting)
    return posting_view(session, posting)


def publish_posting(session: Session, command: c.PublishPosting) -> c.PostingView:
    posting = lock_posting(session, command.posting_id)
    _step(posting, "publish")
    _require_future(session, posting.valid_through)
    _open(session, posting)
    posting.version += 1
    session.flush()
    tell_opened(session, posting)
    return posting_view(session, posting)


def update_posting(session: Session, command: c.UpdatePosting) -> c.PostingView:
    """Change what is given; None leaves a field as it is.

    Raises STALE, POSTING_OWNED_BY_FEED, POSTING_WAGE_INVALID, and ILLEGAL_TRANSITION once it has ended.
    """
    posting = lock_posting(session, command.posting_id)
    if command.expected_version is not None and command.expected_version != posting.version:
        raise STALE(version=posting.version)
    if posting.state in (c.PostingState.closed, c.PostingState.expired):
        raise ILLEGAL_TRANSITION(state=posting.state.value, action="update")
    given = command.model_dump(exclude_none=True, exclude={"posting_id", "expected_version"})
    if posting.source is c.PostingSource.feed and set(given) - CORRECTABLE:
        raise c.POSTING_OWNED_BY_FEED(posting_id=str(posting.id))
    before = posting.model_dump(exclude={"contact"})
    _assign(session, posting, command, given)
    if isinstance(session.caller.scope, Hq):
        _remember(session, posting, before, given)
    low, high, unit = posting.wage_min_cents, posting.wage_max_cents, posting.wage_unit
    if [low, high, unit].count(None) not in (0, 3) or (low is not None and high is not None and low > high):
        raise c.POSTING_WAGE_INVALID().with_fields([c.POSTING_WAGE_INVALID.at("/wage_min_cents")])
    posting.wage_month_cents = by_month(high, unit)
    posting.joint_key = key_of(posting.model_dump())
    refill(session, posting)
    fields = [name for name, value in before.items() if getattr(posting, name) != value]
    if not fields and "contact" not in given:
        return posting_view(session, posting)
    _stamp(session, posting)
    session.flush()
    if told := [name for name in fields if name in TOLD_COLUMNS | {"requirements"}]:
        tell_changed(session, posting, told)
    return posting_view(session, posting)


def close_posting(session: Session, command: c.ClosePosting) -> c.PostingView:
    posting = lock_posting(session, command.posting_id)
    close(session, posting, command.reason)
    return posting_view(session, posting)


def close(session: Session, posting: JobPosting, reason: c.CloseReason) -> None:
    """End a locked posting: closed by somebody, or expired by the calendar. Orders keep the openings they have."""
    _step(posting, "expire" if reason is c.CloseReason.expired else "close")
    posting.close_reason, posting.closed_at = reason, session.now
    _stamp(session, posting)
    session.flush()
    tell_closed(session, posting, reason)


def reopen_posting(session: Session, command: c.ReopenPosting) -> c.PostingView:
    """Open an ended posting again, with a new last day."""
    posting = lock_posting(session, command.posting_id)
    _step(posting, "reopen")
    _require_future(session, command.valid_through)
    posting.valid_through = command.valid_through
    posting.close_reason = posting.closed_at = None
    _open(session, posting)
    posting.version += 1
    session.flush()
    tell_opened(session, posting)
    return posting_view(session, posting)


def expire_postings(session: Session) -> None:
    """End postings whose last day is past (timer)."""
    due = (
        select(JobPosting)
        .where(
            col(JobPosting.state).in_((c.PostingState.open, c.PostingState.filled)),
            col(JobPosting.valid_through) < today(session.now),
        )
        .limit(1000)
        .with_for_update(skip_locked=True)
    )
    for posting in session.exec(due).all():
        close(session, posting, c.CloseReason.expired)


def by_month(cents: int | None, unit: c.WageUnit | None) -> int | None:
    return None if cents is None or unit is None else c.monthly_cents(cents, unit)


def read_occupation(given: str | None, title: str) -> tuple[str | None, float | None]:
    """A code or words that a person gave; else what the title says. Raises POSTING_UNKNOWN_OCCUPATION."""
    if not given:
        return occupation_of_title(title)
    found = reference.find_occupation(given)
    if found is None:
        raise c.POSTING_UNKNOWN_OCCUPATION(occupation=given).with_fields(
            [c.POSTING_UNKNOWN_OCCUPATION.at("/occupation", occupation=given)]
        )
    return found.code, SURE


def _move(posting: JobPosting, division: str) -> None:
    if posting.division and posting.division != division:
        posting.former_divisions = f"{posting.former_divisions or ''}|{posting.division}"
    posting.division, posting.division_confidence = division, SURE


def _occupation(session: Session, given: str | None, title: str) -> tuple[str | None, float | None]:
    decided = (c.RecognitionKind.occupation, title_phrase(title))
    if not given and decided in (known := decisions(session)):
        return known[decided], REMEMBERED
    return read_occupation(given, title)


def _remember(session: Session, posting: JobPosting, before: dict[str, Any], given: dict[str, Any]) -> None:
    """A correction of what had not been recognised for sure answers the question for every posting worded so."""
    wordings = {
        c.RecognitionKind.occupation: (posting.title_phrase, posting.title),
        c.RecognitionKind.division: (posting.place_phrase, posting.place or ""),
    }
    for kind, (phrase, sample) in wordings.items():
        if kind.value in given and is_unsure(before[f"{kind.value}_confidence"]):
            session.flush()
            remember(session, kind, phrase, sample, getattr(posting, kind.value))


def _read_division(code: str) -> str:
    """Refuses a code inside a place whose parts are all known; elsewhere in the country any code may be right."""
    if reference.division(code) is None and any(
        len(code) > len(known) and code.startswith(known) and reference.divisions_under(known) for known in _above(code)
    ):
        raise c.POSTING_UNKNOWN_DIVISION(division=code).with_fields(
            [c.POSTING_UNKNOWN_DIVISION.at("/division", division=code)]
        )
    return code


def _above(code: str) -> Sequence[str]:
    return [code[:length] for length in (9, 6) if len(code) > length and reference.division(code[:length])]


def _assign(session: Session, posting: JobPosting, command: c.UpdatePosting, given: dict[str, Any]) -> None:
    for name, value in given.items():
        if name == "contact":
            posting.contact = seal(session.keys, value, about=str(posting.id)) if value else None
        elif name == "requirements":
            requirements = command.requirements or c.Requirements()
            posting.requirements = requirements.model_dump(mode="json", exclude_defaults=True)
        elif name == "occupation":
            posting.occupation, posting.occupation_confidence = read_occupation(value, posting.title)
        elif name == "division":
            _move(posting, _read_division(value))
        elif name == "valid_through":
            _require_future(session, value)
            posting.valid_through = value
        else:
            setattr(posting, name, value)
            if name == "title":
                posting.title_phrase = title_phrase(value)


def _collected_by(session: Session, command: c.OpenPosting) -> tuple[OutpostCode | None, c.PostingSource]:
    scope = session.caller.scope
    if isinstance(scope, Outpost):
        if command.outpost is not None and command.outpost is not scope.code:
            raise TENANT_NOT_FOUND()
        return scope.code, c.PostingSource.outpost
    if isinstance(scope, Partner):
        return None, c.PostingSource.partner
    return command.outpost, c.PostingSource.hq


def _open(session: Session, posting: JobPosting) -> None:
    employer = find_employer(session, posting.employer_id)
    if employer.is_blocked:
        raise c.EMPLOYER_BLOCKED(employer_id=str(employer.id))
    agreement_in_force(session, posting.employer_id, posting.agreement_id, today(session.now))
    posting.is_withheld = withheld_by(session, employer.id, {posting.agreement_id})[posting.agreement_id]
    posting.state = c.PostingState.open
    posting.opened_at = posting.opened_at or session.now
    posting.confirmed_at, posting.stale_since = session.now, None
    refill(session, posting)
    _touch(session, posting)


def _step(posting: JobPosting, action: str) -> None:
    allowed, following = NEXT[action]
    if posting.state not in allowed:
        raise ILLEGAL_TRANSITION(state=posting.state.value, action=action)
    posting.state = following


def _stamp(session: Session, posting: JobPosting) -> None:
    posting.version += 1
    _touch(session, posting)


def _touch(session: Session, posting: JobPosting) -> None:
    posting.changed_in = transaction_id(session)
    posting.changed_at = posting.updated_at = session.now


def _require_future(session: Session, last: Any) -> None:
    if last is not None and last < today(session.now):
        raise c.POSTING_VALID_THROUGH_PAST(valid_through=last.isoformat()).with_fields(
            [c.POSTING_VALID_THROUGH_PAST.at("/valid_through", valid_through=last.isoformat())]
        )
