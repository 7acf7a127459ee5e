"""/hq/trip-plans: coaches are planned for a period; a person moves people about, and adopts the plan as trips."""

from __future__ import annotations

from datetime import datetime
from decimal import InvalidOperation
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import Response

from gateway.jobs import split_job_id
from gateway.web.asking import attempt
from gateway.web.formats import CHINA
from gateway.web.locales import N_
from gateway.web.plan_form import empty_form, filled_form, given_form, request_of
from gateway.web.visits import Enter, Visit
from shared.contracts import dispatch, registry
from shared.contracts.base import Message
from shared.contracts.errors import INVALID, Problem, ProblemKind
from shared.contracts.kit import CancelJob

router = APIRouter()
HqStaff = Annotated[Visit, Depends(Enter("hq"))]
HOME = "/hq/trip-plans"
FARE, NEW, NONE = "fare", "new:", "none"
SAID = (ProblemKind.conflict, ProblemKind.invalid, ProblemKind.not_found, ProblemKind.forbidden)
WHY = {
    "cheaper_by_fare": N_("报销车费更省"),
    "no_coach_within_the_rules": N_("按规定没有能走的班次"),
    "no_coach_left": N_("车已用完"),
    "chosen_by_a_person": N_("人工选定自行前往"),
}


@router.get(HOME)
async def trip_plans(visit: HqStaff) -> Response:
    return await _list(visit)


@router.post(HOME)
async def plan_trips(visit: HqStaff) -> Response:
    """Start a plan; what cannot be understood is asked for again."""
    given = given_form(await visit.form())
    try:
        command = request_of(given)
    except (ValueError, InvalidOperation, ValidationError):
        return await _list(
            visit, given=given, refused=visit.say("请检查出发日期、车型和金额: 有的没有填, 或填得不对。")
        )
    try:
        job = await visit.ask(command)
    except Problem as problem:
        if problem.kind not in SAID:
            raise
        return await _list(visit, given=given, refused=visit.sentence(problem))
    return visit.go(f"{HOME}/{job.id}", said=visit.say("正在排车, 算完后显示在本页。"))


@router.get(HOME + "/{plan_id}")
async def trip_plan(visit: HqStaff, plan_id: str) -> Response:
    plan = await visit.ask(dispatch.GetTripPlan(plan_id=plan_id))
    opened = _opened(visit, plan)
    trips: list[dispatch.TripRow] = []
    if plan.is_adopted:
        trips = (await visit.ask(dispatch.ListTrips(plan_id=plan_id, limit=200))).items
    return visit.render(
        "trip_plan.html",
        plan=plan,
        opened=opened,
        people=await _names(visit, plan, opened),
        trips=sorted(trips, key=lambda trip: trip.depart_at),
        kinds=_kinds_left(plan),
        why=WHY,
        saved=None if plan.fare_alternative_cents is None else plan.fare_alternative_cents - plan.cost_cents,
        url=lambda numbers: _url(plan_id, numbers),
        chinese_time=lambda moment: f"{moment.astimezone(CHINA):%Y-%m-%dT%H:%M}",
    )


@router.post(HOME + "/{plan_id}/moves")
async def move_people(visit: HqStaff, plan_id: str) -> Response:
    """Move who was chosen, all or none; the sentence says what it costs or which rule forbids it."""
    form = await visit.form()
    to = str(form.get("to", ""))
    back = _url(plan_id, [str(found) for found in form.getlist("open")])
    chosen = [str(found) for found in form.getlist("order")]
    if not chosen or not to:
        return visit.go(back, said=visit.say("请先勾选要移动的人, 再选去哪辆车。"), tone="bad")
    where: dict[str, Any] = {}
    if to.startswith(NEW):
        where = {"coach_kind": to.removeprefix(NEW)}
    elif to != FARE:
        where = {"coach": to}
    command = _command(dispatch.ChangeTripPlan, plan_id, form, moves=[{"order_ids": chosen, **where}])
    return await _changed(visit, command, back)


@router.post(HOME + "/{plan_id}/departures")
async def change_departure(visit: HqStaff, plan_id: str) -> Response:
    form = await visit.form()
    back = _url(plan_id, [str(found) for found in form.getlist("open")])
    number = str(form.get("departs", ""))
    try:
        depart_at = datetime.fromisoformat(str(form.get(f"depart_at_{number}", ""))).replace(tzinfo=CHINA)
    except ValueError:
        return visit.go(back, said=visit.say("请填写发车日期和时间。"), tone="bad")
    departures = [{"coach": number, "depart_at": depart_at}]
    return await _changed(visit, _command(dispatch.ChangeTripPlan, plan_id, form, departures=departures), back)


@router.post(HOME + "/{plan_id}/undo")
async def undo_plan_change(visit: HqStaff, plan_id: str) -> Response:
    return await _changed(visit, _command(dispatch.UndoPlanChange, plan_id, await visit.form()), f"{HOME}/{plan_id}")


@router.post(HOME + "/{plan_id}/reset")
async def reset_trip_plan(visit: HqStaff, plan_id: str) -> Response:
    return await _changed(visit, _command(dispatch.ResetTripPlan, plan_id, await visit.form()), f"{HOME}/{plan_id}")


@router.post(HOME + "/{plan_id}/adoption")
async def adopt_trip_plan(visit: HqStaff, plan_id: str) -> Response:
    """The plan becomes trips; who could not be seated any more is counted."""
    form = await visit.form()
    back = f"{HOME}/{plan_id}"
    try:
        adopted = await visit.ask(_command(dispatch.AdoptTripPlan, plan_id, form))
    except Problem as problem:
        return _refused(visit, problem, back)
    words = {"trips": len(adopted.trip_ids), "seats": adopted.seats, "left": len(adopted.left_out)}
    if adopted.left_out:
        said = visit.say("已生成 %(trips)s 个班次, 定座 %(seats)s 人; %(left)s 人的派遣单已变化, 没有定座。")
    else:
        said = visit.say("已生成 %(trips)s 个班次, 定座 %(seats)s 人。")
    return visit.go(back, said=said % words)


@router.post(HOME + "/{plan_id}/cancellation")
async def cancel_planning(visit: HqStaff, plan_id: str) -> Response:
    await visit.form()
    service, row = split_job_id(plan_id)
    back = f"{HOME}/{plan_id}"
    try:
        await visit.caller.ask(CancelJob(job_id=row), service=service)
    except Problem as problem:
        return _refused(visit, problem, back)
    return visit.go(back, said=visit.say("已要求停止排车。"))


async def _list(visit: Visit, *, given: dict[str, Any] | None = None, refused: str | None = None) -> Response:
    found = await visit.ask(dispatch.ListTripPlans(limit=20, cursor=visit.request.query_params.get("cursor") or None))
    waiting = await attempt(visit.ask(dispatch.ListDispatchOrders(is_without_seat=True, limit=500)))
    if given is None:
        given = empty_form()
        if found.items:
            last = (await visit.ask(dispatch.GetTripPlan(plan_id=found.items[0].id))).asked
            given = filled_form(last) if last else given
    return visit.render(
        "trip_plans.html",
        status=422 if refused else 200,
        plans=found,
        waiting=waiting.value,
        given=given,
        refused=refused,
    )


async def _changed(visit: Visit, command: Message[dispatch.TripPlanView], back: str) -> Response:
    try:
        plan = await visit.ask(command)
    except Problem as problem:
        return _refused(visit, problem, back)
    difference = plan.cost_cents - (plan.computed_cost_cents or plan.cost_cents)
    yuan = f"{'+' if difference >= 0 else '-'}¥{abs(difference) / 100:,.0f}"
    said = visit.say("已调整。现在比原方案 %(yuan)s。") % {"yuan": yuan}
    return visit.go(back, said=said if difference else visit.say("已调整。费用与原方案相同。"))


def _refused(visit: Visit, problem: Problem, back: str) -> Response:
    if problem.kind not in SAID:
        raise problem
    return visit.go(back, said=visit.sentence(problem), tone="bad")


def _command(kind: type[Any], plan_id: str, form: FormData, **given: Any) -> Any:
    """Raises INVALID for a form that no page of ours sends."""
    try:
        return kind.model_validate({"plan_id": plan_id, "expected_version": str(form.get("version", "")), **given})
    except ValidationError as error:
        raise INVALID() from error


def _url(plan_id: str, opened: Any) -> str:
    kept = "&".join(f"open={number}" for number in dict.fromkeys(str(one) for one in opened) if number)
    return f"{HOME}/{plan_id}{f'?{kept}' if kept else ''}"


def _opened(visit: Visit, plan: dispatch.TripPlanView) -> list[str]:
    """The coaches whose people are listed: those that the address names, else the first."""
    known = [*(str(trip.number) for trip in plan.trips), FARE, NONE]
    named = [found for found in visit.request.query_params.getlist("open") if found in known]
    return list(dict.fromkeys(named)) or known[:1]


async def _names(visit: Visit, plan: dispatch.TripPlanView, opened: list[str]) -> dict[UUID, str]:
    """The names of those who are listed, and of nobody else: every look is recorded."""
    wanted = [one.worker_id for trip in plan.trips if str(trip.number) in opened for one in trip.passengers]
    if FARE in opened:
        wanted += [one.worker_id for one in plan.by_fare]
    if not wanted:
        return {}
    asked = registry.GetPeople(worker_ids=list(dict.fromkeys(wanted))[:1000], purpose=registry.PeoplePurpose.manifest)
    answer = await attempt(visit.ask(asked))
    return {person.worker_id: person.name for person in answer.value.people} if answer.value else {}


def _kinds_left(plan: dispatch.TripPlanView) -> list[str]:
    """The kinds of coach of which another can be chartered."""
    if plan.asked is None:
        return []
    used = [trip.coach_kind for trip in plan.trips]
    return [
        coach.kind
        for coach in plan.asked.coaches
        if coach.available is None or used.count(coach.kind) < coach.available
    ]
