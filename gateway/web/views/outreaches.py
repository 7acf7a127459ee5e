"""/hq/outreaches: village events 送岗下村, from the plan over the paper pack to who came and what they want."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import Response

from gateway.people import with_people
from gateway.web.asking import attempt, together
from gateway.web.locales import N_
from gateway.web.tables import Column, Filter, TableView
from gateway.web.visits import Enter, Visit
from shared.contracts import postings
from shared.contracts.errors import Problem, ProblemKind
from shared.contracts.registry import PeoplePurpose
from shared.reference import divisions_under, townships

router = APIRouter()
HqStaff = Annotated[Visit, Depends(Enter("hq"))]
HOME = "/hq/outreaches"
REFUSED = (ProblemKind.conflict, ProblemKind.invalid, ProblemKind.not_found)
STATES = {
    "planned": (N_("计划中"), "soon"),
    "under_way": (N_("进行中"), "good"),
    "closed": (N_("已结束"), "plain"),
    "cancelled": (N_("已取消"), "bad"),
}
FIELDS = ("division", "title", "venue", "starts_at", "ends_at", "plan")
# TJ-2026-000001 3 5: a slip and the numbers that were ticked, as the result sheet has them.
LINE = re.compile(r"^\s*(\S+)((?:[\s,，、]+\d+)*)\s*$")
Act = Callable[[Visit, UUID, FormData], Awaitable[str]]


@router.get(HOME)
async def outreaches(visit: HqStaff) -> Response:
    return await _list(visit)


@router.post(HOME)
async def plan(visit: HqStaff) -> Response:
    form = await visit.form()
    given = {name: str(form.get(name, "")).strip() for name in FIELDS}
    try:
        facts: dict[str, Any] = {name: value for name, value in given.items() if value}
        for name in ("starts_at", "ends_at"):
            facts[name] = datetime.fromisoformat(given[name]).replace(tzinfo=postings.COUNTY_ZONE)
        event = await visit.ask(postings.PlanOutreach.model_validate(facts))
    except (ValueError, ValidationError):
        return await _list(visit, given, visit.say("请填写地点、场地和起止时间, 结束要晚于开始。"))
    except Problem as problem:
        if problem.kind not in REFUSED:
            raise
        return await _list(visit, given, visit.sentence(problem))
    return visit.go(f"{HOME}/{event.id}", said=visit.say("活动已计划, 附近的务工人员群会收到通知。"))


@router.get(HOME + "/{outreach_id}")
async def outreach(visit: HqStaff, outreach_id: UUID) -> Response:
    return await _event(visit, outreach_id)


@router.post(HOME + "/{outreach_id}/{step}")
async def take_step(visit: HqStaff, outreach_id: UUID, step: str) -> Response:
    """One of the steps below; refusals stay on the page with what was typed."""
    form = await visit.form()
    act = STEPS.get(step)
    if act is None:
        return visit.go(f"{HOME}/{outreach_id}")
    try:
        said = await act(visit, outreach_id, form)
    except ValidationError:
        return await _event(visit, outreach_id, visit.say("请检查填写的内容。"), form)
    except Problem as problem:
        if problem.kind not in REFUSED:
            raise
        return await _event(visit, outreach_id, visit.sentence(problem), form)
    return visit.go(f"{HOME}/{outreach_id}", said=said)


async def _start(visit: Visit, outreach_id: UUID, form: FormData) -> str:
    await visit.ask(postings.StartOutreach(outreach_id=outreach_id))
    return visit.say("活动开始了。")


async def _cancel(visit: Visit, outreach_id: UUID, form: FormData) -> str:
    await visit.ask(postings.CancelOutreach(outreach_id=outreach_id, reason=str(form.get("reason", ""))))
    return visit.say("活动已取消, 附近的务工人员群会收到通知。")


async def _close(visit: Visit, outreach_id: UUID, form: FormData) -> str:
    facts = {"outreach_id": outreach_id, "walk_ins": form.get("walk_ins") or 0, "summary": form.get("summary") or None}
    await visit.ask(postings.CloseOutreach.model_validate(facts))
    return visit.say("活动已结束。纸上还有没录入的, 可以重新打开。")


async def _reopen(visit: Visit, outreach_id: UUID, form: FormData) -> str:
    await visit.ask(postings.ReopenOutreach(outreach_id=outreach_id))
    return visit.say("活动重新打开, 可以继续录入。")


async def _choose(visit: Visit, outreach_id: UUID, form: FormData) -> str:
    facts = {"outreach_id": outreach_id, "at_most": form.get("at_most") or 30}
    chosen = await visit.ask(postings.ChooseOutreachPostings.model_validate(facts))
    return visit.say("资料袋里有 %(count)s 个岗位。") % {"count": len(chosen.items)}


async def _enter(visit: Visit, outreach_id: UUID, form: FormData) -> str:
    """A line a person: the slip's number, then the numbers ticked. Whoever ticked something came."""
    came: list[dict[str, str]] = []
    wishes: list[dict[str, Any]] = []
    for line in str(form.get("lines", "")).splitlines():
        found = LINE.match(line)
        if found is None:
            continue
        came.append({"slip_no": found[1]})
        wishes += [{"slip_no": found[1], "number": int(number)} for number in re.findall(r"\d+", found[2])]
    paper = postings.EntryWay.paper
    asked = {"outreach_id": outreach_id, "people": came, "came_by": paper}
    present = await visit.ask(postings.RecordOutreachAttendance.model_validate(asked))
    wanted = None
    if wishes:
        asked = {"outreach_id": outreach_id, "wishes": wishes, "came_by": paper}
        wanted = await visit.ask(postings.RecordOutreachWishes.model_validate(asked))
    language = "message_en" if visit.locale == "en" else "message_zh"
    refused = [f"{came[row.row - 1]['slip_no']}: {getattr(row, language)}" for row in _rows(present) if row.code]
    said = visit.say("签到 %(came)s 人, 意向成为推荐 %(accepted)s 条。") % {
        "came": present.recorded,
        "accepted": wanted.accepted if wanted else 0,
    }
    if wanted:
        refused += [
            f"{wishes[row.row - 1]['slip_no']} {wishes[row.row - 1]['number']}: {getattr(row, language)}"
            for row in wanted.rows
            if row.code and row.code != postings.PRESENCE_NOT_RECOGNISED.code
        ]
    return said + (" " + visit.say("没有录入:") + " " + "; ".join(refused[:20]) if refused else "")


def _rows(report: postings.PresenceReport) -> list[postings.PresenceRow]:
    return report.rows


STEPS: dict[str, Act] = {
    "start": _start,
    "cancellation": _cancel,
    "closure": _close,
    "reopening": _reopen,
    "postings": _choose,
    "presences": _enter,
}


async def _list(visit: Visit, given: dict[str, str] | None = None, refused: str | None = None) -> Response:
    query = visit.request.query_params
    state, division = query.get("state", ""), query.get("division", "")
    found = await visit.ask(
        postings.ListOutreaches(
            state=postings.OutreachState(state) if state in STATES else None,
            division=division if division.isdigit() and 6 <= len(division) <= 12 else None,
            cursor=query.get("cursor"),
            limit=20,
        )
    )
    view = TableView(
        id="outreaches",
        caption=visit.say("送岗下村活动"),
        path=HOME,
        columns=(
            Column("title", visit.say("活动")),
            Column("starts_at", visit.say("时间")),
            Column("venue", visit.say("场地")),
            Column("state", visit.say("状态")),
            Column("postings", visit.say("岗位"), is_number=True),
        ),
        filters=(
            Filter("state", visit.say("状态"), state, options=[(one, visit.say(STATES[one][0])) for one in STATES]),
            Filter(
                "division",
                visit.say("乡镇"),
                division,
                options=[(town.code, town.name) for town in townships()],
                options_lang="zh-CN",
            ),
        ),
        cursor=query.get("cursor", ""),
        next_cursor=found.next_cursor,
    )
    return visit.render(
        "outreaches.html",
        status=422 if refused else 200,
        view=view,
        rows=found.items,
        states=STATES,
        places=[(town, divisions_under(town.code)) for town in townships()],
        filled=given or dict.fromkeys(FIELDS, ""),
        refused=refused,
    )


async def _event(visit: Visit, outreach_id: UUID, refused: str | None = None, form: FormData | None = None) -> Response:
    event = await visit.ask(postings.GetOutreach(outreach_id=outreach_id))
    query = visit.request.query_params
    found = await together(
        pack=visit.ask(postings.ListOutreachPostings(outreach_id=outreach_id)),
        result=visit.ask(postings.GetOutreachResult(outreach_id=outreach_id)),
        came=visit.ask(postings.ListOutreachAttendance(outreach_id=outreach_id, cursor=query.get("cursor"), limit=50)),
    )
    came = found["came"].value
    rows = [{**row.model_dump(mode="json"), "came_at": row.came_at} for row in came.items] if came else []
    named = await attempt(with_people(visit.caller, rows, PeoplePurpose.recommendation_slip))
    view = TableView(
        id="came",
        caption=visit.say("签到名单"),
        path=f"{HOME}/{outreach_id}",
        columns=(
            Column("person", visit.say("姓名")),
            Column("place", visit.say("住址")),
            Column("came_at", visit.say("签到时间")),
            Column("came_by", visit.say("方式")),
        ),
        cursor=query.get("cursor", ""),
        next_cursor=came.next_cursor if came else None,
    )
    return visit.render(
        "outreach.html",
        status=422 if refused else 200,
        event=event,
        pack=found["pack"].value,
        result=found["result"].value,
        came=named.value or [{**row, "person": None} for row in rows],
        view=view,
        states=STATES,
        ways={"staff": N_("工作人员"), "qr": N_("扫码"), "paper": N_("纸质补录")},
        typed={name: str(form.get(name, "")) if form else "" for name in ("lines", "summary", "walk_ins", "reason")},
        refused=refused,
    )
