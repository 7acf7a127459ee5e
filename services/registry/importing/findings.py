"""What is wrong in a row: which cell, by which rule, and whether it keeps the row out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from shared.contracts.errors import Problem, ProblemCode
from shared.contracts.registry import Severity


@dataclass(slots=True)
class Finding:
    field: str
    code: str
    severity: Severity
    message_zh: str
    message_en: str


@dataclass(slots=True)
class Findings:
    """The findings of one row."""

    items: list[Finding] = field(default_factory=list)

    def error(self, name: str, code: ProblemCode, **facts: Any) -> None:
        self._add(name, code(**facts), Severity.error)

    def warn(self, name: str, code: ProblemCode, **facts: Any) -> None:
        self._add(name, code(**facts), Severity.warning)

    def refuse(self, name: str, problem: Problem) -> None:
        self._add(name, problem, Severity.error)

    def warn_of(self, name: str, problem: Problem) -> None:
        self._add(name, problem, Severity.warning)

    def _add(self, name: str, problem: Problem, severity: Severity) -> None:
        self.items.append(Finding(name, problem.code, severity, problem.body.zh, problem.body.en))

    @property
    def refused(self) -> bool:
        return any(finding.severity is Severity.error for finding in self.items)
