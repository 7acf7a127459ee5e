"""/boarding/{trip}: the escort's page at the coach's door. It is kept on the phone and works without a connection.

A script keeps what was ticked and merges it later; without one, each tick is a form.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.answers import json_response
from gateway.web.asking import attempt
from gateway.web.csp import CONSOLE_POLICY
from gateway.web.locales import N_
from gateway.web.visits import Enter, Visit
from shared.contracts import dispatch, registry
from shared.contracts.base import Message
from shared.contracts.errors import INVALID, Problem, ProblemCode, ProblemKind
from shared.contracts.scopes import Outpost

router = APIRouter()
Escort = Annotated[Visit, Depends(Enter("hq", "outpost"))]
SAID = (ProblemKind.conflict, ProblemKind.invalid, ProblemKind.not_found, ProblemKind.forbidden)
NOBODY = N_("名单里没有这个验票码, 请核对或按姓名找。")
# What the script says; it stands in the page, so that it is there without a connection.
WORDS = {
    "ticked": N_("{seat} 号 {name}: 已记上车"),
    "again": N_("{seat} 号 {name} 已经上过车"),
    "nobody": NOBODY,
    "other_coach": N_("这是另一辆车的乘车码, 请看清车次。"),
    "not_a_code": N_("这不是乘车码。"),
    "kept_unknown": N_("名单里没有这个人, 已记下乘车码, 联网后由系统核对。"),
    "waiting": N_("本机有 {count} 条记录还没有上传"),
    "merged": N_("已全部上传"),
    "offline": N_("没有网络, 记录保存在本机, 联网后自动上传。"),
    "signed_out": N_("登录已过期, 记录还在本机。请重新登录, 会自动上传。"),
    "kept": N_("名单已存入本机, 没有网络也能打开本页。"),
    "not_kept": N_("这个浏览器不能离线保存本页, 请不要关闭或刷新。"),
    "no_camera": N_("打不开摄像头, 请输入验票码或按姓名勾选。"),
    "cleared": N_("本机的名单和记录已清除。"),
    "on_board": N_("已上车"),
    "unknown_person": N_("扫码记录 {time}"),
}


@router.get("/boarding/worker.js")
async def service_worker(visit: Annotated[Visit, Depends(Enter())]) -> Response:
    """The script that answers for these pages where the network does not."""
    headers = {"cache-control": "no-cache", "content-security-policy": CONSOLE_POLICY}
    text = visit.pages.static.text("boarding-worker.js")
    return Response(text, headers=headers, media_type="text/javascript; charset=utf-8")


@router.get("/boarding/{trip_id}")
async def boarding(visit: Escort, trip_id: UUID) -> Response:
    found = await visit.ask(dispatch.GetBoardingList(trip_id=trip_id))
    scope = visit.scope
    return visit.render(
        "boarding.html",
        trip=found.trip,
        entries=found.entries,
        made_at=found.made_at,
        people=await _names(visit, found),
        outpost=scope.code if isinstance(scope, Outpost) else None,
        words={name: visit.say(sentence) for name, sentence in WORDS.items()},
        code=dispatch.seat_code,
    )


@router.post("/boarding/{trip_id}/ticks")
async def tick(visit: Escort, trip_id: UUID) -> Response:
    """One person got on, by the list or by the six digits."""
    form = await visit.form()
    order_id = str(form.get("order", "")) or await _order_of(visit, trip_id, str(form.get("code", "")))
    back = f"/boarding/{trip_id}"
    if order_id is None:
        return visit.go(back, said=visit.say(NOBODY), tone="bad")
    try:
        command = dispatch.BoardWorker.model_validate({"trip_id": trip_id, "order_id": order_id})
    except ValidationError as error:
        raise INVALID() from error
    return await _told(visit, command, f"{back}#order-{order_id}", visit.say("已记上车。"))


@router.post("/boarding/{trip_id}/list")
async def merge(visit: Escort, trip_id: UUID) -> Response:
    """What a phone kept: JSON out, with a sentence for each line that could not be merged."""
    form = await visit.form()
    try:
        entries = orjson.loads(str(form.get("entries", "")))
        command = dispatch.MergeBoardings.model_validate({"trip_id": trip_id, "entries": entries})
    except (ValueError, ValidationError) as error:
        raise INVALID() from error
    merged = await visit.ask(command)
    refused = [
        {"row": one.row, "order_id": one.order_id and str(one.order_id), "why": _sentence(visit, one.code)}
        for one in merged.refused
    ]
    return json_response({"boarded": merged.boarded, "repeated": merged.repeated, "refused": refused})


@router.post("/boarding/{trip_id}/departure")
async def depart(visit: Escort, trip_id: UUID) -> Response:
    await visit.form()
    said = visit.say("已发车。没有上车的人已记为未乘车, 站点会马上联系。")
    return await _told(visit, dispatch.DepartTrip(trip_id=trip_id), f"/boarding/{trip_id}", said)


@router.post("/boarding/{trip_id}/arrival")
async def arrive(visit: Escort, trip_id: UUID) -> Response:
    await visit.form()
    said = visit.say("已记到站, 车上的人已收到通知。")
    return await _told(visit, dispatch.RecordArrival(trip_id=trip_id), f"/boarding/{trip_id}", said)


@router.post("/boarding/{trip_id}/handover")
async def hand_over(visit: Escort, trip_id: UUID) -> Response:
    """The people of one outpost are in its hands."""
    form = await visit.form()
    try:
        command = dispatch.HandOverWorkers.model_validate({"trip_id": trip_id, "outpost": str(form.get("outpost", ""))})
    except ValidationError as error:
        raise INVALID() from error
    return await _told(visit, command, f"/boarding/{trip_id}", visit.say("已交接。"))


async def _told(visit: Visit, command: Message[Any], back: str, said: str) -> Response:
    try:
        await visit.ask(command)
    except Problem as problem:
        if problem.kind not in SAID:
            raise
        return visit.go(back, said=visit.sentence(problem), tone="bad")
    return visit.go(back, said=said)


async def _order_of(visit: Visit, trip_id: UUID, code: str) -> str | None:
    found = await visit.ask(dispatch.GetBoardingList(trip_id=trip_id))
    return next(
        (str(one.order_id) for one in found.entries if dispatch.seat_code(one.token_hash) == code.strip()), None
    )


async def _names(visit: Visit, found: dispatch.BoardingListView) -> dict[UUID, str]:
    if not found.entries:
        return {}
    worker_ids = list(dict.fromkeys(entry.worker_id for entry in found.entries))
    asked = registry.GetPeople(worker_ids=worker_ids, purpose=registry.PeoplePurpose.manifest)
    answer = await attempt(visit.ask(asked))
    return {person.worker_id: person.name for person in answer.value.people} if answer.value else {}


def _sentence(visit: Visit, code: str) -> str:
    known = ProblemCode.declared.get(code)
    return visit.sentence(known()) if known else code
