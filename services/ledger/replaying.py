"""Going through the log in its order: every link and every signature is checked, and what follows is derived anew.

Of the stored rows only the envelopes are believed: whose they are, and where a worker lived, is found again from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlmodel import select

from services.ledger.chains import link
from services.ledger.deriving import PEOPLE_TOPICS, Derived, derive, division_of, means_something
from services.ledger.models import GENESIS, Chain
from shared.contracts.base import Envelope
from shared.kit import envelopes
from shared.kit.keys import Keys
from shared.kit.session import Session


class Logged(NamedTuple):
    """An entry of the log, as a replay reads it."""

    sequence: int
    worker_id: UUID | None
    division: str | None
    envelope: str
    previous_hash: str | None
    hash: str | None


class Replay:
    """The log's findings so far, and with a generation what it derives."""

    def __init__(self, keys: Keys, generation: int | None = None) -> None:
        self._keys = keys
        self._generation = generation
        self._divisions: dict[UUID, str] = {}
        self.heads: dict[UUID, tuple[int, str]] = {}
        self.entries = 0
        self.broken: list[int] = []
        self.forged: list[int] = []
        self.misplaced = 0
        self.derived = Derived()

    def take(self, rows: Sequence[Logged]) -> None:
        """The next entries of the log."""
        for row in rows:
            given = orjson.loads(row.envelope)
            try:
                envelopes.verify_stored(self._keys, given)
            except envelopes.EnvelopeRefused:
                self.forged.append(row.sequence)
            self._follow(row, given)

    def _follow(self, row: Logged, given: dict[str, Any]) -> None:
        self.entries += 1
        worker_id = UUID(given["worker_id"]) if given["worker_id"] else None
        if row.worker_id is not None:
            count, head = self.heads.get(row.worker_id, (0, GENESIS))
            linked = link(head, row.envelope)
            if row.previous_hash != head or row.hash != linked or worker_id != row.worker_id:
                self.broken.append(row.sequence)
            self.heads[row.worker_id] = (count + 1, linked)
        elif worker_id is not None:
            self.broken.append(row.sequence)
        topic = given["topic"]
        division = division_of(worker_id, given["body"], self._divisions.get(worker_id) if worker_id else None)
        self.misplaced += division != row.division
        if worker_id is not None and topic in PEOPLE_TOPICS:
            self._divisions[worker_id] = given["body"]["division"]
        if self._generation is not None and means_something(topic):
            derive(self.derived, Envelope.model_validate(given), division, self._generation)

    def differing_heads(self, session: Session) -> int:
        """Chains whose end is not where the log leads: an entry was cut off or added beside the log."""
        differing = 0
        seen = 0
        for worker_id, entries, head in session.exec(select(Chain.worker_id, Chain.entries, Chain.head)):
            seen += 1
            differing += self.heads.get(worker_id) != (entries, head)
        return differing + len(self.heads) - min(seen, len(self.heads))

    def findings(self, session: Session) -> dict[str, Any]:
        differing = self.differing_heads(session)
        return {
            "entries": self.entries,
            "chains": len(self.heads),
            "broken": len(self.broken),
            "first_broken": self.broken[0] if self.broken else None,
            "forged": len(self.forged),
            "first_forged": self.forged[0] if self.forged else None,
            "misplaced": self.misplaced,
            "differing_heads": differing,
            "is_intact": not (self.broken or self.forged or differing or self.misplaced),
        }
