"""/w/training/{code}: what a learner's phone opens on scanning the code of the day; one button and no script.

Who the phone belongs to is known from the worker's own link, opened earlier that day; without it the page says so.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.auth import ANONYMOUS, secret_hash
from gateway.caller import Caller
from gateway.principals import Credential, Who
from gateway.state import Gateway, gateway_of
from gateway.web.locales import LOCALES, chosen_locale
from gateway.web.visits import ElseWhere, Visit
from gateway.web.worker_link import COOKIE
from shared.contracts import training
from shared.contracts.errors import Problem, ProblemKind
from shared.contracts.identity import Authenticate
from shared.contracts.scopes import WorkerSelf

router = APIRouter()
REFUSED = (ProblemKind.conflict, ProblemKind.not_found, ProblemKind.invalid, ProblemKind.unauthenticated)


async def _by_phone(request: Request) -> Visit:
    language = request.query_params.get("lang")
    if language in LOCALES and request.method == "GET":
        raise ElseWhere(request.url.path, language=language)
    gateway, locale = gateway_of(request), chosen_locale(request)
    who = await _remembered(gateway, request.cookies.get(COOKIE, ""))
    context = who.context(locale) if who else ANONYMOUS.model_copy(update={"locale": locale})
    visit = Visit(request, Caller(request, gateway, context, who))
    await visit.caller.spend_allowance()
    return visit


async def _remembered(gateway: Gateway, kept: str) -> Who | None:
    """The worker whose link this phone opened today."""
    if not kept or len(kept) > 512:
        return None
    try:
        who = await gateway.principals.find(
            Credential("session", secret_hash(kept)),
            lambda asked: gateway.bus.ask(Authenticate(kind=asked.kind, credential_hash=asked.hash), ANONYMOUS),
        )
    except Problem:
        return None
    return who if isinstance(who.principal.scope, WorkerSelf) else None


Phone = Annotated[Visit, Depends(_by_phone)]


@router.get("/w/training/{code}")
async def show_check_in(visit: Phone, code: str) -> Response:
    return _page(visit)


@router.post("/w/training/{code}")
async def check_in(visit: Phone, code: str) -> Response:
    """Check the learner in; a refusal is the same page with its sentence."""
    await visit.form()
    if visit.caller.who is None:
        return _page(visit)
    try:
        done = await visit.ask(training.CheckInByCode(code=code))
    except Problem as problem:
        if problem.kind not in REFUSED:
            raise
        return _page(visit, refusal=visit.sentence(problem))
    return _page(visit, done=done)


def _page(visit: Visit, *, done: training.CheckInView | None = None, refusal: str | None = None) -> Response:
    return visit.render(
        "training_check_in.html",
        headers={
            "content-security-policy": visit.pages.worker_policy,
            "referrer-policy": "no-referrer",
            "x-robots-tag": "noindex",
        },
        is_known=visit.caller.who is not None,
        done=done,
        refusal=refusal,
    )
