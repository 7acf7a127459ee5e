"""岗位开发走访: an outpost's visits to employers, with photos; headquarters reads them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Query, UploadFile
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import HqReader, OutpostStaff
from gateway.downloads import send_file
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND, STALE, TOO_LARGE

router = APIRouter(prefix="/outposts/{code}/employer-visits", tags=["outposts"])
hq_router = APIRouter(prefix="/hq/employer-visits", tags=["hq"])
PHOTO_MB = 10
_PHOTO = {200: {"content": {"image/*": {}}, "description": "the photo"}, **problems(NOT_FOUND)}


@router.post(
    "",
    status_code=201,
    response_model=c.VisitView,
    responses=problems(NOT_FOUND, c.VISIT_IN_FUTURE, c.VISIT_WITHOUT_EMPLOYER),
)
async def record_visit(caller: OutpostStaff, body: c.VisitForm) -> Response:
    """Record a visit to an employer, registered or new."""
    location = f"/api/v1/outposts/{caller.outpost}/employer-visits/{{id}}"
    return await caller.create(c.RecordVisit(**body.model_dump()), location=location)


@router.get("", response_model=Page[c.VisitRow])
async def list_visits(caller: OutpostStaff, query: Annotated[c.ListVisits, Query()]) -> Response:
    """List the own visits, the latest first, or those whose next visit is due."""
    return await caller.answer(query)


@router.get("/{visit_id}", response_model=c.VisitView, responses=problems(NOT_FOUND))
async def get_visit(caller: OutpostStaff, visit_id: UUID) -> Response:
    """Read one visit."""
    return await caller.answer(c.GetVisit(visit_id=visit_id))


@router.patch("/{visit_id}", response_model=c.VisitView, responses=problems(NOT_FOUND, STALE))
async def update_visit(caller: OutpostStaff, visit_id: UUID, body: c.VisitChanges) -> Response:
    """Correct a visit, or name the employer once it is registered."""
    changes = body.model_dump(exclude_unset=True)
    return await caller.answer(c.UpdateVisit(visit_id=visit_id, expected_version=caller.if_match(), **changes))


@router.post(
    "/{visit_id}/photos",
    status_code=201,
    response_model=c.VisitView,
    responses=problems(NOT_FOUND, TOO_LARGE, c.VISIT_PHOTO_NO_PICTURE, c.VISIT_PHOTOS_FULL),
)
async def add_photo(
    caller: OutpostStaff,
    visit_id: UUID,
    file: Annotated[UploadFile, File(description="JPEG, PNG or WebP, at most 10 MB")],
) -> Response:
    """Add a photo to a visit; it is stored encrypted."""
    await caller.ask(c.GetVisit(visit_id=visit_id))
    photo = await caller.store_upload(file, max_mb=PHOTO_MB)
    location = f"/api/v1/outposts/{caller.outpost}/employer-visits/{visit_id}"
    return await caller.create(c.AddVisitPhoto(visit_id=visit_id, photo=photo), location=location)


@router.get("/{visit_id}/photos/{number}", response_class=Response, responses=_PHOTO)
async def get_photo(caller: OutpostStaff, visit_id: UUID, number: int) -> Response:
    """Look at one photo of a visit."""
    return send_file(caller, await caller.ask(c.GetVisitPhoto(visit_id=visit_id, number=number)))


@router.delete("/{visit_id}/photos/{number}", response_model=c.VisitView, responses=problems(NOT_FOUND))
async def remove_photo(caller: OutpostStaff, visit_id: UUID, number: int) -> Response:
    """Take a photo out of a visit."""
    return await caller.answer(c.RemoveVisitPhoto(visit_id=visit_id, number=number))


@hq_router.get("", response_model=Page[c.VisitRow])
async def list_visits_of_all(caller: HqReader, query: Annotated[c.ListVisits, Query()]) -> Response:
    """List the outposts' visits, the latest first."""
    return await caller.answer(query)


@hq_router.get("/{visit_id}", response_model=c.VisitView, responses=problems(NOT_FOUND))
async def get_visit_of_any(caller: HqReader, visit_id: UUID) -> Response:
    """Read one visit of an outpost."""
    return await caller.answer(c.GetVisit(visit_id=visit_id))


@hq_router.get("/{visit_id}/photos/{number}", response_class=Response, responses=_PHOTO)
async def get_photo_of_any(caller: HqReader, visit_id: UUID, number: int) -> Response:
    """Look at one photo of a visit."""
    return send_file(caller, await caller.ask(c.GetVisitPhoto(visit_id=visit_id, number=number)))
