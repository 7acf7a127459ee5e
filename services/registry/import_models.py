"""How rosters came in: each import, and what was found wrong in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.registry.base import Table
from shared.contracts.registry import OnExisting, Severity
from shared.kit.tables import jsonb, text_enum, timestamp
from shared.kit.tenancy import Policy, hq_owned


class WorkerImport(Table, table=True):
    """名册导入. `id` is the job's."""

    __tablename__ = "worker_import"
    __policy__: ClassVar[Policy] = hq_owned()
    __table_args__ = (Index("ix_worker_import_listed", "created_at", "id"),)

    id: UUID = Field(primary_key=True)
    file: dict[str, Any] = jsonb()
    dry_run: bool = False
    on_existing: OnExisting = text_enum(OnExisting)
    default_division: str | None = None
    consents: list[str] = jsonb(list)
    rows: int = 0
    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    warnings: int = 0
    columns: list[dict[str, Any]] = jsonb(list)
    skipped_sheets: list[dict[str, Any]] = jsonb(list)
    taken_as: UUID | None = Field(default=None, description="the import that took this preview's good rows in")
    problem_file: dict[str, Any] | None = jsonb(None, nullable=True)
    actor: str
    created_at: datetime = timestamp()


class WorkerImportProblem(Table, table=True):
    """One finding about one cell. What stood in the cell is not kept here, only in the uploaded file."""

    __tablename__ = "worker_import_problem"
    __policy__: ClassVar[Policy] = hq_owned()

    import_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    sheet: str | None = None
    row: int
    field: str
    code: str
    severity: Severity = text_enum(Severity)
    message_zh: str
    message_en: str
