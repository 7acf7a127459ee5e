"""名册导入: a village roster as it comes, xlsx or csv, checked row by row."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import BlobRef, Command, JobState, Page, PageRequest, Query, View
from shared.contracts.registry.people import ConsentPurpose


class OnExisting(StrEnum):
    """What to do with a person who is registered already: take over what the file says, or refuse the row."""

    update = "update"
    refuse = "refuse"


class Severity(StrEnum):
    """An error keeps the row out; a warning tells of something left out or to be looked at."""

    error = "error"
    warning = "warning"


class StartWorkerImport(Command[JobState]):
    """Check a roster and, unless it is a dry run, take the good rows in."""

    file: BlobRef
    dry_run: bool = False
    on_existing: OnExisting = OnExisting.update
    default_division: str | None = Field(default=None, max_length=60, description="for rows that name no place")
    consents: list[ConsentPurpose] = Field(default_factory=list, description="signed on the paper behind the file")


class AcceptForm(BaseModel):
    on_existing: OnExisting | None = Field(default=None, description="as in the preview, unless given")


class AcceptWorkerImport(AcceptForm, Command[JobState]):
    """Take the good rows of a preview in, from the file that was previewed. Again answers the same import."""

    import_id: UUID


class RecognisedColumn(View):
    sheet: str
    column: int = Field(description="1-based, as the spreadsheet counts")
    header: str
    field: str | None = Field(description="what it means; null where nobody can tell")
    is_kept: bool = Field(description="whether it enters the record")


class SkippedSheet(View):
    sheet: str
    code: str
    message: str


class ImportProblem(View):
    sheet: str | None = None
    row: int = Field(description="as the spreadsheet numbers its rows")
    field: str
    code: str
    severity: Severity
    message: str
    message_zh: str
    message_en: str


class WorkerImportView(View):
    """How far an import is and what it found. `problems` holds the first 200; the rest has its own list."""

    id: str
    state: str = Field(description="queued | running | succeeded | failed | cancelled")
    progress: float
    filename: str | None
    dry_run: bool
    on_existing: OnExisting
    rows: int
    accepted: int = Field(description="new people (in a dry run: who would be)")
    updated: int
    unchanged: int
    rejected: int
    warnings: int
    columns: list[RecognisedColumn]
    skipped_sheets: list[SkippedSheet]
    problems: list[ImportProblem]
    has_problem_file: bool
    taken_as: str | None = Field(default=None, description="of a preview: the import that took its good rows in")
    problem: dict[str, Any] | None = Field(default=None, description="why the whole file was refused")
    created_at: datetime
    finished_at: datetime | None


class GetWorkerImport(Query[WorkerImportView]):
    import_id: UUID


class WorkerImportRow(View):
    id: str
    filename: str | None
    dry_run: bool
    state: str
    rows: int
    accepted: int
    updated: int
    rejected: int
    created_at: datetime


class ListWorkerImports(PageRequest, Query[Page[WorkerImportRow]]):
    """The imports, newest first."""


class ListImportProblems(PageRequest, Query[Page[ImportProblem]]):
    import_id: UUID


class ImportFile(View):
    file: BlobRef


class GetProblemFile(Query[ImportFile]):
    """The bad rows as xlsx, with a column of reasons: correct it and send it in again."""

    import_id: UUID


class GetImportTemplate(Query[ImportFile]):
    """An empty roster with the columns we read, identity and phone columns as text."""
