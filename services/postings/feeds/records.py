"""One job of a feed, whatever its format: our field names, the texts as they came, and where it stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from shared.contracts.errors import ProblemCode

# Raise it when the reading rules change: every job is then read anew.
RULES = 2
MAX_TEXT = 20_000


@dataclass
class RawJob:
    """`row` counts jobs from 1. `notes` are findings of the reading itself: (code, field, facts)."""

    row: int
    fields: dict[str, str]
    notes: list[tuple[ProblemCode, str, dict[str, str]]] = field(default_factory=list)

    def content_hash(self) -> bytes:
        digest = blake2b(str(RULES).encode(), digest_size=16)
        for name in sorted(self.fields):
            digest.update(f"\x1f{name}\x1e{self.fields[name]}".encode())
        return digest.digest()


@dataclass
class Reading:
    """What reading a file as a whole brought to light."""

    expected: int | None = None
    repairs: dict[str, int] = field(default_factory=dict)

    def repaired(self, what: str, count: int = 1) -> None:
        self.repairs[what] = self.repairs.get(what, 0) + count


def fields_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Our fields from (path, text) pairs: of several paths for one field, the one that means it most directly."""
    from services.postings.feeds.fields import meaning

    best: dict[str, tuple[int, str]] = {}
    for path, text in pairs:
        if not text:
            continue
        found = meaning(path)
        if found is None:
            continue
        name, rank = found
        known = best.get(name)
        if known is None or rank < known[0]:
            best[name] = (rank, text[:MAX_TEXT])
    return {name: text for name, (_, text) in best.items()}
