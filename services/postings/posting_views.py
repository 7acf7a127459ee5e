"""A posting as HQ, outposts, partners and workers see it, and as everyone may."""

from __future__ import annotations

from services.postings.models import JobPosting
from shared import reference
from shared.contracts import postings as c
from shared.kit.privacy import unseal
from shared.kit.session import Session

SEES_CONTACT = ("hq", "outpost", "partner", "service")


def posting_row(posting: JobPosting) -> c.PostingRow:
    return c.PostingRow.model_validate(_named(posting))


def posting_view(session: Session, posting: JobPosting) -> c.PostingView:
    contact = None
    if posting.contact is not None and session.caller.scope.kind in SEES_CONTACT:
        contact = unseal(session.keys, posting.contact, about=str(posting.id))
    return c.PostingView.model_validate({**_named(posting), "contact": contact})


def public_view(posting: JobPosting) -> c.PublicPosting:
    return c.PublicPosting.model_validate(_named(posting))


def _named(posting: JobPosting) -> dict[str, object]:
    return {
        **posting.model_dump(exclude={"contact"}),
        "openings_free": posting.openings_free,
        "is_stale": posting.stale_since is not None,
        "occupation_name": known_occupation(posting.occupation),
        "division_name": known_division(posting.division),
    }


def known_occupation(code: str | None) -> str | None:
    return reference.occupations().get(code) if code else None


def known_division(code: str | None) -> str | None:
    """The name of the place or of its nearest known parent."""
    if not code:
        return None
    name = reference.division_name(code)
    return None if name == code else name
