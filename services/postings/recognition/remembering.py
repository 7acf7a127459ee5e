"""Decisions about wordings: asked for once, remembered for every later posting, and taken back as easily.

A remembered code has a certainty of 0.99: surer than any rule, less sure than a correction of one posting (1.0), which
it never overwrites.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.postings.changes import changed, moved
from services.postings.models import JobPosting
from services.postings.recognition.occupations import occupation_of_title
from services.postings.recognition.places import recognise_place
from services.postings.recognition_models import RecognisedPhrase
from services.postings.telling import TOLD_COLUMNS, told_event
from shared import reference
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id

REMEMBERED = 0.99
# Below this a recognised occupation or place waits for a person.
UNSURE_BELOW = 0.6
CHOICES = 5
_LIVE = (c.PostingState.draft, c.PostingState.open, c.PostingState.filled)
Decisions = Mapping[tuple[c.RecognitionKind, str], str | None]


def decisions(session: Session) -> Decisions:
    """Everything that people decided; asked for once a transaction."""
    known: dict[tuple[c.RecognitionKind, str], str | None] | None = session.info.get("recognition_decisions")
    if known is None:
        rows = session.execute(
            select(col(RecognisedPhrase.kind), col(RecognisedPhrase.phrase), col(RecognisedPhrase.code)).where(
                col(RecognisedPhrase.state) == c.RecognitionState.decided
            )
        )
        known = session.info["recognition_decisions"] = {(kind, phrase): code for kind, phrase, code in rows}
    return known


def is_unsure(confidence: float | None) -> bool:
    return confidence is None or confidence < UNSURE_BELOW


def await_decisions(session: Session, read: Iterable[Mapping[str, Any]]) -> None:
    """Queue the wordings of these postings (by their columns) that were not recognised for sure."""
    waiting: dict[tuple[c.RecognitionKind, str], dict[str, Any]] = {}
    for columns in read:
        for kind, phrase, sample in _wordings(columns):
            sure = columns[f"{kind.value}_confidence"]
            if phrase and is_unsure(sure):
                waiting[kind, phrase] = {
                    "id": new_id(),
                    "kind": kind,
                    "phrase": phrase,
                    "sample": sample,
                    "state": c.RecognitionState.waiting,
                    "suggested": columns[kind.value],
                    "confidence": sure,
                    "first_seen_at": session.now,
                    "version": 1,
                }
    if waiting:
        rows = [waiting[key] for key in sorted(waiting)]
        session.execute(insert(RecognisedPhrase).on_conflict_do_nothing(), rows)


def list_recognitions(session: Session, query: c.ListRecognitions) -> Page[c.RecognitionView]:
    statement = select(RecognisedPhrase).where(col(RecognisedPhrase.state) == query.state)
    if query.kind is not None:
        statement = statement.where(col(RecognisedPhrase.kind) == query.kind)
    if query.q:
        statement = statement.where(col(RecognisedPhrase.sample).icontains(query.q, autoescape=True))
    return page(
        session,
        statement,
        order=(col(RecognisedPhrase.first_seen_at), col(RecognisedPhrase.id)),
        request=query,
        view=lambda row: _view(session, row),
    )


def decide_recognition(session: Session, command: c.DecideRecognition) -> c.RecognitionView:
    """Raises POSTING_UNKNOWN_OCCUPATION, POSTING_UNKNOWN_DIVISION, STALE."""
    row = _lock(session, command.recognition_id)
    if command.expected_version is not None and command.expected_version != row.version:
        raise STALE(version=row.version)
    _decide(session, row, _known(row.kind, command.code))
    return _view(session, row)


def forget_recognition(session: Session, command: c.ForgetRecognition) -> c.RecognitionView:
    row = _lock(session, command.recognition_id)
    if row.state is not c.RecognitionState.decided:
        raise ILLEGAL_TRANSITION(state=row.state.value, action="forget")
    row.state, row.code, row.decided_by, row.decided_at = c.RecognitionState.waiting, None, None, None
    row.version += 1
    session.flush()
    again = _recognise(row.kind, row.sample)
    row.suggested, row.confidence = again
    confidence = _column(row.kind, "_confidence")
    _apply(session, row, again[0], again[1], confidence == REMEMBERED)
    return _view(session, row)


def remember(session: Session, kind: c.RecognitionKind, phrase: str | None, sample: str, code: str | None) -> None:
    """What HQ corrected on one posting that had not been recognised holds for its wording too."""
    if not phrase:
        return
    row = session.exec(
        select(RecognisedPhrase)
        .where(col(RecognisedPhrase.kind) == kind, col(RecognisedPhrase.phrase) == phrase)
        .with_for_update()
    ).one_or_none()
    if row is None:
        row = RecognisedPhrase(kind=kind, phrase=phrase, sample=sample, first_seen_at=session.now)
        session.add(row)
    _decide(session, row, code)


def _decide(session: Session, row: RecognisedPhrase, code: str | None) -> None:
    row.state, row.code = c.RecognitionState.decided, code
    row.decided_by, row.decided_at = session.caller.actor.id, session.now
    row.version += 1
    session.flush()
    session.info.pop("recognition_decisions", None)
    confidence = _column(row.kind, "_confidence")
    _apply(session, row, code, REMEMBERED, or_(confidence.is_(None), confidence <= REMEMBERED))


def _apply(
    session: Session, row: RecognisedPhrase, code: str | None, sure: float | None, which: ColumnElement[bool]
) -> None:
    """Write a code to the live postings with this wording, and tell those who know them."""
    named = _column(row.kind, "")
    told = sorted(TOLD_COLUMNS | {"opened_at"})
    written = session.execute(
        update(JobPosting)
        .where(_phrase_column(row.kind) == row.phrase, col(JobPosting.state).in_(_LIVE), which)
        .where(or_(named.is_distinct_from(code), _column(row.kind, "_confidence").is_distinct_from(sure)))
        .values(
            {
                row.kind.value: code,
                f"{row.kind.value}_confidence": sure,
                "version": JobPosting.version + 1,
                **changed(session),
                **({"former_divisions": moved(code)} if row.kind is c.RecognitionKind.division else {}),
            }
        )
        .returning(*(JobPosting.__table__.c[name] for name in told))  # type: ignore[attr-defined]
        .execution_options(synchronize_session="fetch")
    ).mappings()
    for columns in written.all():
        if columns["opened_at"] is not None:
            session.publish(told_event(c.PostingChanged, dict(columns), changed=[row.kind.value]))


def _known(kind: c.RecognitionKind, code: str | None) -> str | None:
    if code is None:
        return None
    if kind is c.RecognitionKind.occupation:
        found = reference.find_occupation(code)
        if found is None:
            raise c.POSTING_UNKNOWN_OCCUPATION(occupation=code).with_fields(
                [c.POSTING_UNKNOWN_OCCUPATION.at("/code", occupation=code)]
            )
        return found.code
    if not code.isdigit() or len(code) not in (6, 9, 12):
        raise c.POSTING_UNKNOWN_DIVISION(division=code).with_fields(
            [c.POSTING_UNKNOWN_DIVISION.at("/code", division=code)]
        )
    return code


def _recognise(kind: c.RecognitionKind, sample: str) -> tuple[str | None, float | None]:
    if kind is c.RecognitionKind.occupation:
        return occupation_of_title(sample)
    place = recognise_place(sample)
    return (place.code, place.confidence) if place else (None, None)


def _wordings(columns: Mapping[str, Any]) -> tuple[tuple[c.RecognitionKind, str | None, str], ...]:
    return (
        (c.RecognitionKind.occupation, columns["title_phrase"], columns["title"]),
        (c.RecognitionKind.division, columns["place_phrase"], columns["place"] or ""),
    )


def _column(kind: c.RecognitionKind, ending: str) -> ColumnElement[Any]:
    found: ColumnElement[Any] = JobPosting.__table__.c[kind.value + ending]  # type: ignore[attr-defined]
    return found


def _phrase_column(kind: c.RecognitionKind) -> ColumnElement[Any]:
    name = "title_phrase" if kind is c.RecognitionKind.occupation else "place_phrase"
    found: ColumnElement[Any] = JobPosting.__table__.c[name]  # type: ignore[attr-defined]
    return found


def _lock(session: Session, recognition_id: UUID) -> RecognisedPhrase:
    found = session.get(RecognisedPhrase, recognition_id, with_for_update=True)
    if found is None:
        raise NOT_FOUND(what="wording")
    return found


def _view(session: Session, row: RecognisedPhrase) -> c.RecognitionView:
    postings, openings = session.exec(
        select(func.count(), func.coalesce(func.sum(JobPosting.openings), 0)).where(
            _phrase_column(row.kind) == row.phrase, col(JobPosting.state).in_(_LIVE)
        )
    ).one()
    return c.RecognitionView.model_validate(
        {
            **row.model_dump(),
            "suggested_name": _name(row.kind, row.suggested),
            "code_name": _name(row.kind, row.code),
            "choices": _choices(row),
            "postings": postings,
            "openings": openings,
        }
    )


def _name(kind: c.RecognitionKind, code: str | None) -> str | None:
    if code is None:
        return None
    if kind is c.RecognitionKind.occupation:
        return reference.occupation_name(code)
    return reference.division_name(code)


def _choices(row: RecognisedPhrase) -> list[c.CodeName]:
    if row.kind is c.RecognitionKind.division:
        codes = [row.suggested] if row.suggested else []
    else:
        named = reference.find_occupations(row.phrase) or reference.office_trade(row.sample)
        codes = [found.code for found in (*named, *reference.suggest_occupations(row.phrase, CHOICES))]
    known = dict.fromkeys(codes)
    return [c.CodeName(code=code, name=_name(row.kind, code) or code) for code in list(known)[:CHOICES]]
