"""What the other services are told of a posting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from services.postings.models import JobPosting
from shared.contracts import postings as c
from shared.kit.session import Session

EventT = TypeVar("EventT", c.PostingOpened, c.PostingChanged)

_TOLD = {
    "posting_id": "id",
    "employer_id": "employer_id",
    "agreement_id": "agreement_id",
    "title": "title",
    "occupation": "occupation",
    "division": "division",
    "outpost": "outpost",
    "openings": "openings",
    "wage_min_cents": "wage_min_cents",
    "wage_max_cents": "wage_max_cents",
    "wage_unit": "wage_unit",
    "valid_through": "valid_through",
    "state": "state",
}
TOLD_COLUMNS = frozenset(_TOLD.values())


def told_event(event: type[EventT], columns: Mapping[str, Any], **more: Any) -> EventT:
    """The event about a posting, from its columns."""
    return event(**{name: columns[column] for name, column in _TOLD.items()}, **more)


def tell_opened(session: Session, posting: JobPosting) -> None:
    session.publish(told_event(c.PostingOpened, _columns(posting)))


def tell_changed(session: Session, posting: JobPosting, fields: list[str]) -> None:
    """Told only while others know of it: a draft changes in silence."""
    if posting.opened_at is not None:
        session.publish(told_event(c.PostingChanged, _columns(posting), changed=sorted(fields)))


def tell_closed(session: Session, posting: JobPosting, reason: c.CloseReason) -> None:
    if posting.opened_at is not None:
        session.publish(
            c.PostingClosed(
                posting_id=posting.id, employer_id=posting.employer_id, outpost=posting.outpost, reason=reason
            )
        )


def _columns(posting: JobPosting) -> dict[str, Any]:
    return {column: getattr(posting, column) for column in TOLD_COLUMNS}
