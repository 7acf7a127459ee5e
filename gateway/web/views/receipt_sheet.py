"""/r/{token}: the page behind the code on a printed dispatch order. No script, no account: the paper is the key."""

from __future__ import annotations

from decimal import InvalidOperation
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from gateway.auth import ANONYMOUS, secret_hash
from gateway.caller import Caller
from gateway.state import gateway_of
from gateway.web.formats import today
from gateway.web.locales import LOCALES, chosen_locale
from gateway.web.receipt_form import INCOMPLETE, REASONS, filled_in
from gateway.web.visits import ElseWhere, Visit
from shared.contracts import dispatch
from shared.contracts.errors import Problem, ProblemKind

router = APIRouter()


class SheetVisit(Visit):
    """A look by whoever holds the paper. Forms are bound to the code."""

    def __init__(self, request: Request, caller: Caller, token: str) -> None:
        super().__init__(request, caller)
        self.token = token

    def _bound_to(self) -> str:
        return f"receipt/{secret_hash(self.token)}"


async def _by_code(request: Request, token: str) -> SheetVisit:
    language = request.query_params.get("lang")
    if language in LOCALES and request.method == "GET":
        raise ElseWhere(request.url.path, language=language)
    context = ANONYMOUS.model_copy(update={"locale": chosen_locale(request)})
    visit = SheetVisit(request, Caller(request, gateway_of(request), context, None), token)
    await visit.caller.spend_allowance()
    return visit


Holder = Annotated[SheetVisit, Depends(_by_code)]


@router.get("/r/{token}")
async def receipt_sheet(visit: Holder) -> Response:
    return await _page(visit)


@router.post("/r/{token}")
async def receive_receipt(visit: Holder) -> Response:
    """Close the order; then the same page, which now shows the receipt."""
    form = await visit.form()
    try:
        command = dispatch.ReceiveReceiptBySheet.model_validate({"token": visit.token, **filled_in(form)})
    except (ValueError, ValidationError, InvalidOperation):
        return await _page(visit, refused=visit.say(INCOMPLETE))
    try:
        await visit.ask(command)
    except Problem as problem:
        if problem.kind not in (ProblemKind.conflict, ProblemKind.invalid):
            raise
        return await _page(visit, refused=visit.sentence(problem))
    return visit.go(f"/r/{visit.token}", said=visit.say("已收到回执, 谢谢。"))


async def _page(visit: SheetVisit, *, refused: str | None = None) -> Response:
    sheet = await visit.ask(dispatch.GetReceiptSheet(token=visit.token))
    return visit.render(
        "receipt_sheet.html",
        status=422 if refused else 200,
        headers={
            "content-security-policy": visit.pages.worker_policy,
            "referrer-policy": "no-referrer",
            "x-robots-tag": "noindex",
        },
        sheet=sheet,
        refused=refused,
        today=today().isoformat(),
        reasons=REASONS,
    )
