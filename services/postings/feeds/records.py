"""One job of a feed, whatever its format: our field names, the texts as they came, and where it stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
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
        said = "\x1f".join(f"{name}\x1e{text}" for name, text in sorted(self.fields.items()))
        return blake2b(f"{RULES}\x1f{said}".encode(), digest_size=16).digest()


@dataclass
class Reading:
    """What reading a file as a whole brought to light."""

    expected: int | None = None
    repairs: dict[str, int] = field(default_factory=dict)

    def repaired(self, what: str, count: int = 1) -> None:
        self.repairs[what] = self.repairs.get(what, 0) + count


def fields_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Our fields from (path, text) pairs: of several paths for one field, the one that means it most directly."""
    given = [pair for pair in pairs if pair[1]]
    return {name: given[index][1][:MAX_TEXT] for name, index in _chosen(tuple([path for path, _ in given]))}


@lru_cache(maxsize=4096)
def _chosen(paths: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """(our field, which of the paths): the same for all jobs of a feed that fill the same tags."""
    from services.postings.feeds.fields import meaning

    best: dict[str, tuple[int, int]] = {}
    for index, path in enumerate(paths):
        found = meaning(path)
        if found is not None and (found[0] not in best or found[1] < best[found[0]][0]):
            best[found[0]] = (found[1], index)
    return tuple((name, index) for name, (_, index) in best.items())
