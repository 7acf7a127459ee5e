"""/hq/recognitions: wordings of trades and places that were not recognised for sure; one click decides, and is kept."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.web.locales import N_
from gateway.web.visits import Enter, Visit
from shared.contracts import postings
from shared.contracts.errors import Problem, ProblemKind

router = APIRouter()
HqStaff = Annotated[Visit, Depends(Enter("hq"))]
HOME = "/hq/recognitions"
NOTHING_FITS = "-"
KINDS = {"occupation": N_("工种"), "division": N_("工作地点")}
STATES = {"waiting": N_("待确认"), "decided": N_("已确认")}


@router.get(HOME)
async def recognitions(visit: HqStaff) -> Response:
    return await _page(visit)


@router.post(HOME + "/{recognition_id}")
async def decide(visit: HqStaff, recognition_id: UUID) -> Response:
    """A button's code, a typed one, or that nothing fits; `forget` lets the wording wait again."""
    form = await visit.form()
    back = HOME + (f"?{urlencode(_kept(visit))}" if _kept(visit) else "")
    if form.get("action") == "forget":
        await visit.ask(postings.ForgetRecognition(recognition_id=recognition_id))
        return visit.go(back, said=visit.say("这个写法重新等待确认。"))
    code = str(form.get("code") or form.get("typed") or "").strip()
    if not code:
        return await _page(visit, visit.say("请选一个, 或填写代码。"))
    try:
        row = await visit.ask(
            postings.DecideRecognition(
                recognition_id=recognition_id,
                code=None if code == NOTHING_FITS else code[:12],
                expected_version=int(str(form.get("version", "0"))) or None,
            )
        )
    except Problem as problem:
        if problem.kind not in (ProblemKind.invalid, ProblemKind.conflict, ProblemKind.precondition_failed):
            raise
        return await _page(visit, visit.sentence(problem))
    said = visit.say("已记住, 用于 %(postings)s 个在招岗位和以后的岗位。")
    return visit.go(back, said=said % {"postings": row.postings})


def _kept(visit: Visit) -> dict[str, str]:
    """What the address said of kind, state and words; it is kept from click to click."""
    query = visit.request.query_params
    return {name: query[name] for name in ("kind", "state", "q") if query.get(name)}


async def _page(visit: Visit, refused: str | None = None) -> Response:
    kept = _kept(visit)
    kind, state = kept.get("kind", ""), kept.get("state", "waiting")
    found = await visit.ask(
        postings.ListRecognitions(
            kind=postings.RecognitionKind(kind) if kind in KINDS else None,
            state=postings.RecognitionState(state if state in STATES else "waiting"),
            q=kept.get("q", "")[:100] or None,
            cursor=visit.request.query_params.get("cursor"),
            limit=20,
        )
    )
    following = urlencode({**kept, "cursor": found.next_cursor}) if found.next_cursor else ""
    return visit.render(
        "recognitions.html",
        status=422 if refused else 200,
        rows=found.items,
        following=following,
        kept=kept,
        query=urlencode(kept),
        kinds=KINDS,
        states=STATES,
        state=state,
        nothing_fits=NOTHING_FITS,
        refused=refused,
    )
