"""/w/{token}: a worker's postings and journey. No script, one file: it must work on any phone and a thin line."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated
from uuid import UUID

import segno
from fastapi import APIRouter, Depends
from markupsafe import Markup
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.auth import ANONYMOUS
from gateway.caller import Caller
from gateway.state import gateway_of
from gateway.web.asking import attempt
from gateway.web.formats import CHINA, today
from gateway.web.names import DECLINE_REASONS, Names
from gateway.web.worker_link import WorkerVisit, enter_by_link
from shared.contracts import dispatch, postings, registry
from shared.contracts.errors import INVALID, Problem, ProblemKind
from shared.contracts.notify import ListOwnGroups, OpenShortLink

router = APIRouter()


async def _by_link(request: Request, token: str) -> WorkerVisit:
    return await enter_by_link(request, token)


Worker = Annotated[WorkerVisit, Depends(_by_link)]
OPEN = postings.RecommendationState.offered
SHOWN = (
    OPEN,
    postings.RecommendationState.accepted,
    postings.RecommendationState.ordered,
    postings.RecommendationState.declined,
)
TRAVELS = (dispatch.SeatState.held, dispatch.SeatState.confirmed, dispatch.SeatState.boarded)


@router.get("/w/{token}")
async def postings_of_worker(visit: Worker) -> Response:
    worker_id = visit.worker_id
    offers, tickets, worker, interviews, groups = await asyncio.gather(
        attempt(visit.ask(postings.ListRecommendations(worker_id=worker_id, limit=50))),
        attempt(visit.ask(dispatch.MyTrip(worker_id=worker_id))),
        attempt(visit.ask(registry.GetWorker(worker_id=worker_id))),
        attempt(visit.ask(postings.ListInterviews(state=postings.InterviewState.offered, limit=10))),
        attempt(visit.ask(ListOwnGroups(limit=10))),
    )
    seen = [offer for offer in (offers.value.items if offers.value else []) if _is_shown(offer)]
    answer = visit.render(
        "worker.html",
        headers=_headers(visit),
        name=worker.value.name if worker.value else "",
        tickets=[ticket for ticket in (tickets.value.items if tickets.value else []) if ticket.state in TRAVELS],
        offers=sorted(seen, key=lambda offer: SHOWN.index(offer.state)),
        is_missing=offers.is_missing,
        is_sendable=_is_sendable(worker.value),
        hired=await _with_postings(visit, interviews.value.items if interviews.value else []),
        groups=groups.value.items if groups.value else [],
        qr=qr,
        code=lambda token: dispatch.seat_code(dispatch.token_hash(token)),
        is_open=lambda offer: offer.state is OPEN,
        can_undo=_can_undo,
        reasons=DECLINE_REASONS,
    )
    return visit.kept(answer)


async def _with_postings(
    visit: WorkerVisit, interviews: list[postings.InterviewView]
) -> list[tuple[postings.InterviewView, postings.PostingRow]]:
    """Each offer from a fair with its posting."""
    if not interviews:
        return []
    asked = postings.GetPostings(posting_ids=[interview.posting_id for interview in interviews])
    answer = await attempt(visit.ask(asked))
    known = {posting.id: posting for posting in answer.value.items} if answer.value else {}
    return [(one, known[one.posting_id]) for one in interviews if one.posting_id in known]


@router.get("/s/{code}")
async def short_link(request: Request, code: str) -> Response:
    """The short address of a text message leads to the page that its signed link opens."""
    gateway = gateway_of(request)
    stranger = Caller(request, gateway, ANONYMOUS, None)
    await stranger.spend_allowance()
    target = await stranger.ask(OpenShortLink(code=code[:40]))
    return RedirectResponse(
        f"/w/{target.token}", status_code=303, headers={"referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
    )


@router.post("/w/{token}/answers")
async def answer_posting(visit: Worker) -> Response:
    """Accept, decline with a reason, or take the answer back; then the same page again."""
    form = await visit.form()
    said, reason = str(form.get("answer", "")), str(form.get("reason", ""))
    names = Names(visit.locale, visit.say)
    message: postings.WithdrawAnswer | postings.AnswerRecommendation
    try:
        recommendation_id = UUID(str(form.get("recommendation_id", "")))
        if said == "undo":
            message = postings.WithdrawAnswer(recommendation_id=recommendation_id, worker_id=visit.worker_id)
        else:
            message = postings.AnswerRecommendation(
                recommendation_id=recommendation_id,
                worker_id=visit.worker_id,
                answer=postings.Answer(said),
                reason=names.chinese("decline_reason", reason) if reason in DECLINE_REASONS else None,
            )
    except (ValueError, ValidationError) as error:
        raise INVALID() from error
    told = {
        "accepted": visit.say("已收到：你愿意去。工作人员会联系你安排出发。"),
        "declined": visit.say("已收到：你不去这个岗位。"),
        "undo": visit.say("已撤回，可以重新选择。"),
    }[said]
    back = f"/w/{visit.link}"
    try:
        await visit.ask(message)
    except Problem as problem:
        if problem.kind not in (ProblemKind.conflict, ProblemKind.not_found):
            raise
        return visit.kept(visit.go(back, said=visit.sentence(problem), tone="bad"))
    return visit.kept(visit.go(back, said=told))


def _is_sendable(worker: registry.WorkerView | None) -> bool | None:
    """Whether the worker agreed to be dispatched; None where it could not be asked."""
    if worker is None:
        return None
    given = [one for one in worker.consents if one.purpose is registry.ConsentPurpose.dispatch]
    return any(one.withdrawn_on is None for one in given)


def _is_shown(offer: postings.RecommendationView) -> bool:
    """Everything that is alive; of what was declined, only what can still be taken back."""
    return offer.state in SHOWN and (offer.state is not postings.RecommendationState.declined or _can_undo(offer))


def _can_undo(offer: postings.RecommendationView) -> bool:
    """An answer can be taken back on the county's day on which it was given."""
    return (
        offer.state in (postings.RecommendationState.accepted, postings.RecommendationState.declined)
        and offer.answered_at is not None
        and _day(offer) == today()
    )


def _day(offer: postings.RecommendationView) -> date | None:
    return offer.answered_at.astimezone(CHINA).date() if offer.answered_at else None


def qr(token: str) -> Markup:
    """The seat's code as a drawing inside the page; drawn with attributes alone, since styles are refused."""
    drawn = segno.make(token, error="l", boost_error=False).svg_inline(
        border=4, omitsize=True, svgclass="q", lineclass=None, dark="#000", light="#fff", unit=None
    )
    return Markup(drawn)  # noqa: S704 - segno's own drawing of a token of ours


def _headers(visit: WorkerVisit) -> dict[str, str]:
    return {
        "content-security-policy": visit.pages.worker_policy,
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex",
    }
