"""Who owns what the caller makes, and whether a change meets the version that was read."""

from __future__ import annotations

from shared.contracts.errors import FORBIDDEN, STALE
from shared.contracts.scopes import Hq, Outpost, Partner
from shared.kit.session import Session


def owner_of(session: Session) -> tuple[str, str]:
    """(kind, key) of the caller: HQ, one outpost, or one partner."""
    match session.caller.scope:
        case Hq():
            return "hq", "hq"
        case Outpost(code=code):
            return "outpost", code.value
        case Partner(employer_id=employer_id):
            return "partner", str(employer_id)
    raise FORBIDDEN()


def require_version(found: int, expected: int | None) -> None:
    if expected is not None and found != expected:
        raise STALE(version=found)
