"""Every column that is sealed under a worker's own key. A rotation re-seals them all; a test finds one left out."""

from __future__ import annotations

from typing import Any, NamedTuple

from services.registry.models import (
    ChangeRequest,
    DifficultyStatus,
    VillagePackFinding,
    Visit,
    WorkerChange,
    WorkerContact,
    WorkerMerger,
    WorkerRevision,
)


class SealedColumn(NamedTuple):
    """`field` is authenticated with the value; `owner` names the column with the worker's id."""

    table: Any
    column: str
    field: str
    owner: str = "worker_id"


OF_WORKER = (("id_sealed", "id_number"), ("phone_sealed", "phone"))
OF_ROWS = (
    SealedColumn(DifficultyStatus, "evidence", "evidence"),
    SealedColumn(WorkerRevision, "replaced", "replaced"),
    SealedColumn(WorkerChange, "former", "former"),
    SealedColumn(Visit, "note", "note"),
    SealedColumn(ChangeRequest, "asked", "asked"),
    SealedColumn(ChangeRequest, "found", "found"),
    SealedColumn(VillagePackFinding, "values", "pack"),
    SealedColumn(WorkerContact, "details", "contact"),
    SealedColumn(WorkerMerger, "added", "added", "into_worker_id"),
)
