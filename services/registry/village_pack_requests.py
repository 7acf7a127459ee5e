"""What a returned pack asks for: hardship, and that somebody has left; change requests that somebody else decides."""

from __future__ import annotations

from datetime import date

from services.registry.importing import people
from services.registry.records import Records
from shared.contracts import registry as c

EVIDENCE = "村级离线包"
NONE = ("无", "否", "没有")


def asked_by(group: str, returned: str, records: Records, day: date) -> list[c.AskedChanges]:
    """The requests that a returned cell means, none where it says what is known. Raises VALUE_UNKNOWN."""
    if group == "leaving":
        return [c.AskedChanges(is_active=False)]
    standing = records.statuses_on(day)
    wanted = set(people.hardships(returned))
    if not wanted and returned not in NONE:
        raise c.VALUE_UNKNOWN(given=returned)
    known = {status.kind for status in standing}
    added = [
        c.AskedChanges(difficulty=c.DifficultyIn(kind=kind, evidence=EVIDENCE, valid_from=day))
        for kind in sorted(wanted - known)
    ]
    ended = [
        c.AskedChanges(difficulty_end=c.DifficultyToEnd(difficulty_id=status.id, valid_to=day))
        for status in standing
        if status.kind not in wanted
    ]
    return added + ended


def reason_of(group: str, returned: str) -> str:
    return f"{EVIDENCE}: {returned}" if group == "leaving" else EVIDENCE
