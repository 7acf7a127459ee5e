"""The steps of a posting's life, the same for headquarters, an outpost and a partner."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.caller import Caller
from shared.contracts import postings as c
from shared.contracts.base import Message, Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE

OPENING_PROBLEMS = problems(
    NOT_FOUND,
    c.EMPLOYER_BLOCKED,
    c.AGREEMENT_LAPSED,
    c.POSTING_UNKNOWN_DIVISION,
    c.POSTING_UNKNOWN_OCCUPATION,
    c.POSTING_VALID_THROUGH_PAST,
)


def posting_router(prefix: str, tag: str, reader: Any, writer: Any) -> APIRouter:
    """Postings under one audience's prefix. What each may see and change is decided by the rows."""
    router = APIRouter(prefix=prefix, tags=[tag])
    location = f"/api/v1{prefix}/postings/{{id}}"

    @router.post("/postings", status_code=201, response_model=c.PostingView, responses=OPENING_PROBLEMS)
    async def open_posting(caller: writer, body: c.OpenPosting) -> Response:
        """Open a posting, or record it as a draft."""
        return await _create(caller, body, location)

    @router.get("/postings", response_model=Page[c.PostingRow])
    async def list_postings(caller: reader, query: Annotated[c.ListPostings, Query()]) -> Response:
        """List postings, the newest first."""
        return await _answer(caller, query)

    @router.get("/postings/{posting_id}", response_model=c.PostingView, responses=problems(NOT_FOUND))
    async def get_posting(caller: reader, posting_id: UUID) -> Response:
        """Read one posting with what it asks for and gives."""
        return await _answer(caller, c.GetPosting(posting_id=posting_id))

    @router.patch(
        "/postings/{posting_id}",
        response_model=c.PostingView,
        responses=problems(NOT_FOUND, STALE, ILLEGAL_TRANSITION, c.POSTING_OWNED_BY_FEED, c.POSTING_WAGE_INVALID),
    )
    async def update_posting(caller: writer, posting_id: UUID, body: c.PostingChanges) -> Response:
        """Change a posting; those who accepted it are told of what matters."""
        changes = body.model_dump(exclude_unset=True)
        return await _answer(
            caller, c.UpdatePosting(posting_id=posting_id, expected_version=caller.if_match(), **changes)
        )

    @router.post(
        "/postings/{posting_id}/publication",
        response_model=c.PostingView,
        responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.EMPLOYER_BLOCKED, c.AGREEMENT_LAPSED),
    )
    async def publish_posting(caller: writer, posting_id: UUID) -> Response:
        """Open a draft."""
        return await _answer(caller, c.PublishPosting(posting_id=posting_id))

    @router.post(
        "/postings/{posting_id}/confirmation",
        response_model=c.PostingView,
        responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.POSTING_OWNED_BY_FEED),
    )
    async def confirm_posting(caller: writer, posting_id: UUID) -> Response:
        """Say that a posting still holds; one that nobody had confirmed for long is offered again."""
        return await _answer(caller, c.ConfirmPosting(posting_id=posting_id))

    @router.post(
        "/postings/{posting_id}/closure",
        response_model=c.PostingView,
        responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
    )
    async def close_posting(caller: writer, posting_id: UUID, body: c.PostingClosure) -> Response:
        """Close a posting with its reason; orders already issued keep their opening."""
        return await _answer(caller, c.ClosePosting(posting_id=posting_id, reason=body.reason))

    @router.post(
        "/postings/{posting_id}/reopening",
        response_model=c.PostingView,
        responses=problems(NOT_FOUND, ILLEGAL_TRANSITION, c.POSTING_VALID_THROUGH_PAST),
    )
    async def reopen_posting(caller: writer, posting_id: UUID, body: c.PostingReopening) -> Response:
        """Open a posting again with a new last day."""
        return await _answer(caller, c.ReopenPosting(posting_id=posting_id, valid_through=body.valid_through))

    return router


async def _answer(caller: Caller, message: Message[Any]) -> Response:
    return await caller.answer(message)


async def _create(caller: Caller, message: Message[Any], location: str) -> Response:
    code = caller.outpost.value if caller.outpost else ""
    return await caller.create(message, location.replace("{code}", code))
