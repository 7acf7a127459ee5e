"""Reading what an import answered."""

from __future__ import annotations

from collections.abc import Callable

from shared.contracts import registry as c

Importer = Callable[..., c.WorkerImportView]


def figures(found: c.WorkerImportView) -> tuple[int, int, int, int, int]:
    return found.rows, found.accepted, found.updated, found.unchanged, found.rejected


def errors(found: c.WorkerImportView) -> list[tuple[int, str, str]]:
    return [(p.row, p.field, p.code) for p in found.problems if p.severity is c.Severity.error]
