"""Where an event is: a village by its code, or by its name in the township; a newer code where people live under it.

Our list of villages is older than some mergers and renamings; registry may know people under codes that it lacks.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from services.postings.offers import Seeker
from shared import reference
from shared.contracts import postings as c
from shared.kit.session import Session

VILLAGE, TOWNSHIP = 12, 9
SUGGESTIONS = 5


def settle_place(session: Session, division: str, village: str | None) -> tuple[str, str]:
    """The division of an event and what the place is called. A village that is only named is looked up in its township;
    a name that is not found there stays as it was typed.

    Raises POSTING_UNKNOWN_DIVISION, and EVENT_VILLAGE_UNKNOWN with the likeliest villages of the township.
    """
    if len(division) == TOWNSHIP and village and (found := reference.find_division(village, division)):
        return found.code, found.short_name
    if known := reference.division(division):
        return division, village or known.short_name
    if len(division) != VILLAGE or reference.division(division[:TOWNSHIP]) is None:
        raise c.POSTING_UNKNOWN_DIVISION(division=division).with_fields(
            [c.POSTING_UNKNOWN_DIVISION.at("/division", division=division)]
        )
    lives = select(Seeker.worker_id).where(col(Seeker.division) == division).limit(1)
    if session.exec(lives).first() is None:
        likely = "、".join(f"{each.code} {each.short_name}" for each in _likely(division, village))
        township = reference.division_name(division[:TOWNSHIP])
        facts: dict[str, Any] = {"division": division, "township": township, "likely": likely}
        raise c.EVENT_VILLAGE_UNKNOWN(**facts).with_fields([c.EVENT_VILLAGE_UNKNOWN.at("/division", **facts)])
    return division, village or reference.division_name(division)


def _likely(division: str, village: str | None) -> list[reference.Division]:
    """Villages of the township: those of a similar name first, then those whose codes are nearest."""
    from rapidfuzz import fuzz

    def far(each: reference.Division) -> tuple[float, int]:
        similar = fuzz.ratio(village, each.short_name) if village else 0.0
        return -similar, abs(int(each.code) - int(division))

    return sorted(reference.divisions_under(division[:TOWNSHIP]), key=far)[:SUGGESTIONS]
