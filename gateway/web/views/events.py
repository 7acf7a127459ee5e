"""Pages behind the QR codes of events: checking in at a fair's door, and a campaign with its postings. No script."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.auth import ANONYMOUS
from gateway.web.asking import attempt
from gateway.web.visits import Enter, Visit
from gateway.web.worker_link import WorkerVisit, enter_at_door
from shared.contracts import postings
from shared.contracts.errors import Problem, ProblemKind

router = APIRouter()


async def _at_door(request: Request, code: str) -> WorkerVisit | Visit:
    return await enter_at_door(request, code)


AtDoor = Annotated[Visit, Depends(_at_door)]
Reader = Annotated[Visit, Depends(Enter())]


@router.get("/w/check-in/{code}")
async def door(visit: AtDoor, code: str) -> Response:
    """Who has opened the own page on this phone before can check in; the others are told how."""
    fair = None
    if isinstance(visit, WorkerVisit):
        fair = await visit.ask(postings.GetOwnFair(code=code))
    return visit.render("check_in.html", headers=_headers(visit), code=code, fair=fair)


@router.post("/w/check-in/{code}")
async def check_in(visit: AtDoor, code: str) -> Response:
    """签到 with the own phone, then the same page again."""
    back = f"/w/check-in/{code}"
    if not isinstance(visit, WorkerVisit):
        return visit.go(back)
    await visit.form()
    try:
        await visit.ask(postings.CheckInSelf(code=code))
    except Problem as problem:
        if problem.kind is not ProblemKind.conflict:
            raise
        return visit.go(back, said=visit.sentence(problem), tone="bad")
    return visit.go(back, said=visit.say("签到成功。"))


@router.get("/c/{code}")
async def campaign(visit: Reader, code: str) -> Response:
    """A campaign with those of its postings that are still open. The look is counted; nothing of the reader is kept."""
    found = await visit.ask(postings.GetPublicCampaign(code=code[:40]))
    if visit.request.method == "GET":
        await attempt(visit.caller.ask(postings.CountCampaignVisit(code=found.code), context=ANONYMOUS))
    return visit.render("campaign.html", headers=_headers(visit), campaign=found)


def _headers(visit: Visit) -> dict[str, str]:
    return {
        "content-security-policy": visit.pages.worker_policy,
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex",
    }
