"""Files on their way out: a stored file streamed, or a paper printed by a job and handed over when it is done."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from gateway.answers import json_response
from gateway.caller import Caller
from gateway.jobs import split_job_id
from shared.contracts.base import BlobRef, JobState, Message
from shared.contracts.errors import INTERNAL, NOT_FOUND, Problem, ProblemBody
from shared.contracts.kit import GetJob

# A browser waits this long for a paper; a longer print is followed as a job.
WAIT_SECONDS = 20.0


def send_file(caller: Caller, ref: BlobRef) -> Response:
    """The stored bytes, decrypted as they go out; never cached on the way, since papers carry names."""
    name = ref.filename or ref.hash
    return StreamingResponse(
        caller.gateway.blobs.stream(ref),
        media_type=ref.media_type,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "content-length": str(ref.size),
            "cache-control": "no-store",
        },
    )


async def print_paper(caller: Caller, message: Message[JobState], *, jobs: str) -> Response:
    """Start the printing and answer with the PDF; 202 with the job under `jobs` where it takes longer."""
    state = await caller.ask_raw(message)
    service, row = split_job_id(state["id"])
    until = time.monotonic() + WAIT_SECONDS
    pause = 0.05
    while state["state"] in ("queued", "running"):
        if time.monotonic() > until:
            return json_response(state, status=202, headers={"location": f"{jobs}/{state['id']}", "retry-after": "2"})
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.5)
        state = await caller.ask_raw(GetJob(job_id=row), service=service)
    return finished_file(caller, state)


def finished_file(caller: Caller, state: dict[str, Any]) -> Response:
    """The file of a job that succeeded; its problem where it failed."""
    if state["state"] == "succeeded":
        file = state["result"].get("file")
        if file is None:
            raise NOT_FOUND(what="file")
        return send_file(caller, BlobRef.model_validate(file))
    if state["problem"]:
        raise Problem(ProblemBody.model_validate(state["problem"]))
    raise INTERNAL(job=state["id"])
