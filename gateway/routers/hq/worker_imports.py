"""名册导入: send a roster in, follow it, get the refused rows back, send them in again."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, File, Path, Query, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, HqReader, HqWriter
from gateway.downloads import send_file
from shared.contracts import registry as c
from shared.contracts.base import JobState, Page, PageRequest
from shared.contracts.errors import TOO_LARGE
from shared.contracts.registry import ConsentPurpose, OnExisting

router = APIRouter(prefix="/hq/worker-imports", tags=["hq"])
MAX_MB = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}, "description": "a spreadsheet"}
}


class ImportOptions(BaseModel):
    dry_run: bool = Field(default=False, description="check only: nothing is taken in")
    on_existing: OnExisting = OnExisting.update
    default_division: str | None = Field(default=None, max_length=60, description="for rows that name no place")
    consents: list[ConsentPurpose] = Field(default_factory=list, description="signed on the paper behind the file")


def _row(import_id: Annotated[str, Path(description="as the upload answered it", examples=["registry.0197…"])]) -> UUID:
    """An import's id, with or without the service before it; raises import.not_found."""
    try:
        return UUID(import_id.removeprefix("registry."))
    except ValueError as error:
        raise c.IMPORT_NOT_FOUND() from error


ImportId = Annotated[UUID, Depends(_row)]


@router.post("", status_code=202, response_model=JobState, responses=problems(TOO_LARGE, c.DIVISION_UNKNOWN))
async def start_import(
    caller: HqWriter,
    file: Annotated[UploadFile, File(description="xlsx or csv, up to 50 MB")],
    options: Annotated[ImportOptions, Query()],
) -> Response:
    """Check a roster row by row and, unless it is a dry run, take the good rows in."""
    blob = await caller.store_upload(file, max_mb=MAX_MB)
    message = c.StartWorkerImport(file=blob, **options.model_dump())
    return await caller.start_job(message, location="/api/v1/hq/worker-imports/{id}")


@router.get("", response_model=Page[c.WorkerImportRow])
async def list_imports(caller: HqReader, page: Annotated[PageRequest, Query()]) -> Response:
    """List the imports, newest first."""
    return await caller.answer(c.ListWorkerImports(cursor=page.cursor, limit=page.limit))


@router.get("/template.xlsx", response_class=Response, responses=FILE)
async def download_template(caller: Area) -> Response:
    """Download an empty roster whose identity and phone columns are text."""
    return send_file(caller, (await caller.ask(c.GetImportTemplate())).file)


@router.get("/{import_id}", response_model=c.WorkerImportView, responses=problems(c.IMPORT_NOT_FOUND))
async def get_import(caller: HqReader, import_id: ImportId) -> Response:
    """Read how far an import is, what it took in, and the first problems by row and field."""
    return await caller.answer(c.GetWorkerImport(import_id=import_id))


@router.get("/{import_id}/problems", response_model=Page[c.ImportProblem], responses=problems(c.IMPORT_NOT_FOUND))
async def list_problems(caller: HqReader, import_id: ImportId, page: Annotated[PageRequest, Query()]) -> Response:
    """List everything that was found wrong, in the order of the file."""
    message = c.ListImportProblems(import_id=import_id, cursor=page.cursor, limit=page.limit)
    return await caller.answer(message)


@router.get(
    "/{import_id}/problems.xlsx",
    response_class=Response,
    responses={**FILE, **problems(c.IMPORT_NOT_FOUND, c.IMPORT_NOT_FINISHED)},
)
async def download_problems(caller: HqWriter, import_id: ImportId) -> Response:
    """Download the refused rows with their reasons: correct them and send the file in again."""
    return send_file(caller, (await caller.ask(c.GetProblemFile(import_id=import_id))).file)


@router.post(
    "/{import_id}/acceptance",
    status_code=202,
    response_model=JobState,
    responses=problems(c.IMPORT_NOT_FOUND, c.IMPORT_NOT_FINISHED, c.IMPORT_NOT_A_PREVIEW),
)
async def accept_import(caller: HqWriter, import_id: ImportId, body: c.AcceptForm) -> Response:
    """Take the good rows of a preview in, without sending the file again."""
    message = c.AcceptWorkerImport(import_id=import_id, on_existing=body.on_existing)
    return await caller.start_job(message, location="/api/v1/hq/worker-imports/{id}")
