"""What follows from an event, the same whether it is heard now or replayed: figures, proofs and agreements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.ledger.measures import RULES, measured
from services.ledger.proving import PROOFS, TAKEN_BACK, proves, takes_back
from shared.contracts.base import Envelope
from shared.contracts.ledger import Essential
from shared.contracts.scopes import OutpostCode

PEOPLE_TOPICS = ("worker.registered", "worker.updated")
_OUTPOSTS = frozenset(OutpostCode)

Row = dict[str, Any]


@dataclass
class Derived:
    """Rows of one generation. Of proofs and agreements the last word on each key counts; None takes a proof back."""

    figures: list[Row] = field(default_factory=list)
    proofs: dict[tuple[UUID, Essential], Row | None] = field(default_factory=dict)
    agreements: dict[UUID, Row] = field(default_factory=dict)


def division_of(worker_id: UUID | None, body: Mapping[str, Any], known: str | None) -> str | None:
    """The division that the event counts for: its own where it names the worker's, else what is known of the worker."""
    own = body.get("division") if worker_id is not None else None
    return str(own) if own else known


def means_something(topic: str) -> bool:
    """Whether anything follows from events of that topic beside their place in the chain."""
    return topic in RULES or topic in PROOFS or topic == "agreement.changed" or topic in TAKEN_BACK


def outpost_of(envelope: Envelope) -> OutpostCode | None:
    given = envelope.outpost or envelope.body.get("outpost")
    return OutpostCode(given) if given in _OUTPOSTS else None


def derive(into: Derived, envelope: Envelope, division: str | None, generation: int) -> None:
    """Add what one event means. `division` is where the worker lived when it was heard."""
    outpost = outpost_of(envelope)
    into.figures.extend(
        {
            "generation": generation,
            "event_id": envelope.event_id,
            "measure": one.measure,
            "on_day": one.on_day,
            "amount": one.amount,
            "outpost": outpost,
            "division": division,
            "worker_id": envelope.worker_id,
            "at": envelope.at,
        }
        for one in measured(envelope.topic, envelope.at, envelope.body)
    )
    if envelope.topic == "agreement.changed":
        agreement_id = UUID(envelope.body["agreement_id"])
        into.agreements[agreement_id] = {
            "generation": generation,
            "agreement_id": agreement_id,
            "employer_id": UUID(envelope.body["employer_id"]),
            "event_id": envelope.event_id,
            "at": envelope.at,
            "state": str(envelope.body.get("state", "")),
        }
    if envelope.worker_id is None:
        return
    gone = takes_back(envelope.topic, envelope.body)
    if gone is not None:
        into.proofs[envelope.worker_id, gone] = None
    found = proves(envelope.topic, envelope.body)
    if found is not None:
        into.proofs[envelope.worker_id, found.essential] = {
            "generation": generation,
            "worker_id": envelope.worker_id,
            "essential": found.essential,
            "event_id": envelope.event_id,
            "topic": envelope.topic,
            "at": envelope.at,
            "reference": found.reference,
            "order_id": _uuid(envelope.body.get("order_id")),
            "agreement_id": _uuid(envelope.body.get("agreement_id")),
            "outpost": outpost,
            "division": division,
        }


def _uuid(given: Any) -> UUID | None:
    return UUID(given) if isinstance(given, str) else None
