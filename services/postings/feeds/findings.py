"""The conformance report of a run: every finding counted, the commonest ones kept up to a number."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.postings.feed_models import FeedRunProblem
from shared.contracts import postings as c
from shared.contracts.errors import ProblemCode
from shared.kit.session import Session

# How many findings of one code are kept, by gravity. `counts` counts them all.
KEPT = {c.Severity.error: 5_000, c.Severity.warning: 300, c.Severity.info: 50}
LONGEST_FACT = 120


def severity_of(code: ProblemCode) -> c.Severity:
    return c.SEVERITY_OF.get(code.code, c.Severity.error)


@dataclass
class Findings:
    """Findings of one run. Pending ones are written with the batch in whose transaction they belong."""

    run_id: UUID
    employer_id: UUID
    counts: Counter[str] = field(default_factory=Counter)
    number: int = 0
    pending: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self, code: ProblemCode, *, row: int | None = None, reference: str | None = None, field: str = "", **facts: Any
    ) -> None:
        self.counts[code.code] += 1
        severity = severity_of(code)
        if self.counts[code.code] > KEPT[severity]:
            return
        said = code.at(field, row=row, reference=reference, **{name: _short(value) for name, value in facts.items()})
        self.number += 1
        self.pending.append(
            {
                "run_id": self.run_id,
                "number": self.number,
                "employer_id": self.employer_id,
                "row": row,
                "reference": reference,
                "field": field or None,
                "code": code.code,
                "severity": severity,
                "message_zh": said.message_zh,
                "message_en": said.message_en,
            }
        )

    def write(self, session: Session) -> None:
        if self.pending:
            session.execute(insert(FeedRunProblem), self.pending)
            self.pending = []


def finding(code: ProblemCode, **facts: Any) -> dict[str, Any]:
    """One finding about the whole file, as `feed_run` keeps it."""
    said = code.at("", **facts)
    return {
        "row": None,
        "reference": None,
        "field": None,
        "code": code.code,
        "severity": severity_of(code).value,
        "message_zh": said.message_zh,
        "message_en": said.message_en,
    }


def _short(value: Any) -> Any:
    return value[:LONGEST_FACT] if isinstance(value, str) else value
