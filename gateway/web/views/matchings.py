"""/hq/matchings: runs of matching, how far one is, how fairly it spread the openings, and who still lacks offers."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.jobs import split_job_id
from gateway.people import with_people
from gateway.web.asking import attempt
from gateway.web.job_states import STATES, UNDER_WAY
from gateway.web.locales import N_
from gateway.web.tables import Column, Filter, TableView
from gateway.web.visits import Enter, Visit
from shared.contracts import postings
from shared.contracts.errors import Problem, ProblemKind
from shared.contracts.kit import CancelJob
from shared.contracts.registry import PeoplePurpose
from shared.reference import division_name, townships

router = APIRouter()
HqStaff = Annotated[Visit, Depends(Enter("hq"))]
HOME = "/hq/matchings"
# What is compared with the simple ways; share: shown in percent.
SPREAD = (
    ("coverage", N_("得到两个以上推荐的人"), True),
    ("posting_coverage", N_("推荐给了人的岗位"), True),
    ("offers_per_opening_p50", N_("每名额推荐人数 (中位数)"), False),
    ("offers_per_opening_p95", N_("每名额推荐人数 (第95百分位)"), False),
    ("offers_per_opening_max", N_("每名额推荐人数 (最多)"), False),
    ("congestion", N_("拥挤度 (越低越好)"), False),
    ("gini", N_("基尼系数 (越低越均匀)"), False),
    ("orphans", N_("没有推荐给任何人的岗位"), False),
    ("mean_score", N_("平均分"), False),
)
TRAITS = {"sex": N_("性别"), "age": N_("年龄"), "disability": N_("残疾"), "township": N_("乡镇")}
GROUPS = {
    "female": N_("女"),
    "male": N_("男"),
    "45_and_over": N_("45 岁及以上"),
    "under_45": N_("45 岁以下"),
    "disabled": N_("有残疾"),
    "others": N_("无残疾"),
}
REASONS = {"no_candidate": N_("合适的岗位太少"), "capacity": N_("名额已推荐满")}
# domain: gaps between groups should stay under two points.
WIDEST_GAP = 0.02


@router.get(HOME)
async def matchings(visit: HqStaff) -> Response:
    return await _list(visit)


@router.post(HOME)
async def start(visit: HqStaff) -> Response:
    form = await visit.form()
    given = {name: str(form.get(name, "")).strip() for name in ("minimum", "maximum", "offers_per_opening", "division")}
    try:
        message = postings.StartMatching.model_validate({name: value for name, value in given.items() if value})
    except ValidationError:
        return await _list(visit, given, visit.say("请检查数字: 每人最少不能多于最多。"))
    try:
        run = await visit.ask(message)
    except Problem as problem:
        if problem.kind not in (ProblemKind.conflict, ProblemKind.invalid):
            raise
        return await _list(visit, given, visit.sentence(problem))
    return visit.go(f"{HOME}/{run.id}")


@router.post(HOME + "/{matching_id}/cancellation")
async def cancel(visit: HqStaff, matching_id: UUID) -> Response:
    await visit.form()
    run = await visit.ask(postings.GetMatching(matching_id=matching_id))
    service, row = split_job_id(run.job_id)
    said, tone = visit.say("正在取消, 已经推荐的保留。"), "good"
    try:
        await visit.caller.ask(CancelJob(job_id=row), service=service)
    except Problem as problem:
        if problem.kind is not ProblemKind.conflict:
            raise
        said, tone = visit.sentence(problem), "bad"
    return visit.go(f"{HOME}/{matching_id}", said=said, tone=tone)


@router.get(HOME + "/{matching_id}")
async def matching(visit: HqStaff, matching_id: UUID) -> Response:
    run = await visit.ask(postings.GetMatching(matching_id=matching_id))
    here = f"{HOME}/{matching_id}"
    values: dict[str, Any] = {"run": run, "here": here, "is_over": run.state not in UNDER_WAY, "states": STATES}
    if run.state != "succeeded":
        return visit.render("matching.html", **values, fairness=None, uncovered=None, view=None)
    fairness = (await attempt(visit.ask(postings.GetMatchingFairness(matching_id=matching_id)))).value
    view, rows = await _uncovered(visit, matching_id)
    return visit.render(
        "matching.html",
        **values,
        fairness=fairness,
        spread=SPREAD,
        gaps=_gaps(visit, fairness) if fairness else [],
        widest=WIDEST_GAP,
        uncovered=rows,
        view=view,
        reasons=REASONS,
    )


async def _list(visit: Visit, given: dict[str, str] | None = None, refused: str | None = None) -> Response:
    query = visit.request.query_params
    found = await visit.ask(postings.ListMatchings(cursor=query.get("cursor"), limit=20))
    view = TableView(
        id="matchings",
        caption=visit.say("匹配记录"),
        path=HOME,
        columns=(
            Column("created_at", visit.say("开始时间")),
            Column("state", visit.say("状态")),
            Column("seekers", visit.say("求职者"), is_number=True),
            Column("covered", visit.say("得到两个以上推荐"), is_number=True),
            Column("uncovered", visit.say("推荐不足"), is_number=True),
            Column("recommendations", visit.say("新推荐"), is_number=True),
        ),
        cursor=query.get("cursor", ""),
        next_cursor=found.next_cursor,
    )
    last = postings.MatchingRequest()
    filled = given or {
        "minimum": str(last.minimum),
        "maximum": str(last.maximum),
        "offers_per_opening": str(last.offers_per_opening),
        "division": "",
    }
    return visit.render(
        "matchings.html",
        status=422 if refused else 200,
        view=view,
        rows=found.items,
        states=STATES,
        filled=filled,
        refused=refused,
        places=[("", visit.say("全县")), *((place.code, place.name) for place in townships())],
        is_busy=any(run.state in UNDER_WAY for run in found.items),
    )


async def _uncovered(visit: Visit, matching_id: UUID) -> tuple[TableView, list[dict[str, Any]]]:
    """推荐不足的人, with names, why, and what would help."""
    query = visit.request.query_params
    reason, division = query.get("reason", ""), query.get("division", "")
    asked = postings.ListUncovered(
        matching_id=matching_id,
        cursor=query.get("cursor"),
        limit=25,
        reason=postings.UncoveredReason(reason) if reason in REASONS else None,
        division=division if division in {place.code for place in townships()} else None,
    )
    found = await visit.ask(asked)
    rows = [row.model_dump(mode="json") for row in found.items]
    named = await attempt(with_people(visit.caller, rows, PeoplePurpose.recommendation_slip))
    view = TableView(
        id="uncovered",
        caption=visit.say("推荐不足的人"),
        path=f"{HOME}/{matching_id}",
        columns=(
            Column("person", visit.say("姓名")),
            Column("place", visit.say("乡镇")),
            Column("offers", visit.say("已有推荐"), is_number=True),
            Column("reason", visit.say("原因")),
            Column("helps", visit.say("怎样能增加")),
        ),
        filters=(
            Filter(
                "reason",
                visit.say("原因"),
                reason,
                options=[(value, visit.say(words)) for value, words in REASONS.items()],
            ),
            Filter(
                "division",
                visit.say("乡镇"),
                division,
                options=[(place.code, place.name) for place in townships()],
                options_lang="zh-CN",
            ),
        ),
        cursor=query.get("cursor", ""),
        next_cursor=found.next_cursor,
    )
    return view, named.value or [{**row, "person": None} for row in rows]


def _gaps(visit: Visit, fairness: postings.MatchingFairness) -> list[dict[str, Any]]:
    """The traits with their groups by name, those of the widest gap first."""
    found = [
        {
            "name": visit.say(TRAITS.get(trait, trait)),
            "is_place": trait == "township",
            "gap": of.coverage_gap,
            "groups": [
                (
                    division_name(group.name) if trait == "township" else visit.say(GROUPS.get(group.name, group.name)),
                    group,
                )
                for group in of.groups
            ],
        }
        for trait, of in fairness.groups.items()
    ]
    return sorted(found, key=lambda trait: -(trait["gap"] or 0))
