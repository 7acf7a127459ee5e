"""Photos of tickets: taken in as they come from a phone, and shown to whoever may read the claim."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import File, Path, UploadFile
from starlette.responses import Response

from gateway.caller import Caller
from gateway.downloads import send_file
from gateway.errors import UNSUPPORTED_MEDIA
from shared.contracts import dispatch as c
from shared.contracts.errors import NOT_FOUND

MAX_MB = 10
# What a telephone makes, and a scanner.
ACCEPTED = ("image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf")
Position = Annotated[int, Path(ge=1, le=10, description="the ticket, counted from 1", examples=[1])]
Photo = Annotated[UploadFile, File(description="jpg, png, webp, heic or pdf, at most 10 MB")]


async def photographed(caller: Caller, reimbursement_id: UUID, position: int, file: UploadFile) -> c.AttachTicketPhoto:
    """Store an uploaded photo; raises request.unsupported_media and request.too_large."""
    if (file.content_type or "").lower() not in ACCEPTED:
        raise UNSUPPORTED_MEDIA(accepted=", ".join(ACCEPTED))
    photo = await caller.store_upload(file, max_mb=MAX_MB)
    return c.AttachTicketPhoto(reimbursement_id=reimbursement_id, position=position, photo=photo)


async def send_photo(caller: Caller, reimbursement_id: UUID, position: int) -> Response:
    """The photo of one ticket of a claim that the caller may read; raises NOT_FOUND."""
    claim = await caller.ask(c.GetReimbursement(reimbursement_id=reimbursement_id))
    leg = claim.legs[position - 1] if position <= len(claim.legs) else None
    if leg is None or leg.photo is None:
        raise NOT_FOUND(what="photo")
    return send_file(caller, leg.photo)
