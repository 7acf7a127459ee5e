"""/hq/scoring-weights: the weights of matching by version; others are tried on a finished run, then adopted."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.jobs import split_job_id
from gateway.web.asking import attempt
from gateway.web.locales import N_
from gateway.web.visits import Enter, Visit
from shared.contracts import postings
from shared.contracts.base import JobState
from shared.contracts.errors import Problem, ProblemKind
from shared.contracts.kit import GetJob

router = APIRouter()
HqStaff = Annotated[Visit, Depends(Enter("hq"))]
HOME = "/hq/scoring-weights"

# Name in the form, words on the page, where the value stands in the weights.
FIELDS = (
    ("wage", N_("工资"), "usefulness"),
    ("place", N_("地点"), "usefulness"),
    ("trade", N_("想做的工种"), "usefulness"),
    ("living", N_("吃住"), "usefulness"),
    ("security", N_("保险与按月发薪"), "usefulness"),
    ("skill", N_("技能"), "chance"),
    ("education", N_("学历"), "chance"),
    ("readiness", N_("能否马上出发"), "chance"),
    ("unknown_wage", N_("工资面议按多少算"), ""),
    ("least_score", N_("低于此分不推荐"), ""),
)
FIGURES = (
    ("covered", N_("有两个以上推荐的人")),
    ("uncovered", N_("推荐不足的人")),
    ("recommendations", N_("推荐条数")),
    ("postings_used", N_("用到的岗位")),
    ("orphans", N_("没有推荐给任何人的岗位")),
    ("offers_per_opening_p95", N_("每名额推荐人数 (第95百分位)")),
    ("congestion", N_("拥挤度 (越低越好)")),
    ("gini", N_("基尼系数 (越低越均匀)")),
)
PARTS = tuple((name, words) for name, words, group in FIELDS if group)


@router.get(HOME)
async def scoring_weights(visit: HqStaff) -> Response:
    return await _page(visit)


@router.post(HOME)
async def change_scoring_weights(visit: HqStaff) -> Response:
    """Adopt what was filled in, or try it on the last finished run."""
    form = await visit.form()
    given = {name: str(form.get(name, "")).strip() for name, _, _ in FIELDS}
    note = str(form.get("note", "")).strip()
    try:
        weights = _weights(await _current(visit), given)
    except (ValueError, ValidationError):
        return await _page(visit, given=given, note=note, refused=visit.say("请填写数字, 有用性各项不能全为零。"))
    if form.get("action") == "compare":
        run = await _last_run(visit)
        if run is None:
            return await _page(visit, given=given, note=note, refused=visit.say("还没有完成过匹配, 无法试算。"))
        job = await visit.ask(postings.CompareScoringWeights(matching_id=run.id, weights=weights))
        return visit.go(f"{HOME}?job={job.id}", said=visit.say("正在试算, 完成后结果显示在本页。"))
    try:
        adopted = await visit.ask(postings.AdoptScoringWeights.model_validate({"weights": weights, "note": note}))
    except ValidationError:
        return await _page(visit, given=given, note=note, refused=visit.say("请写明为什么改, 以后查得到。"))
    except Problem as problem:
        if problem.kind not in (ProblemKind.invalid, ProblemKind.forbidden):
            raise
        return await _page(visit, given=given, note=note, refused=visit.sentence(problem))
    return visit.go(HOME, said=visit.say("第 %(version)s 版已启用, 下次匹配开始使用。") % {"version": adopted.version})


def _weights(current: postings.ScoringWeights, given: dict[str, str]) -> postings.ScoringWeights:
    """The current ones with what was filled in. Raises ValueError."""
    found: dict[str, Any] = current.model_dump()
    for name, _, group in FIELDS:
        (found[group] if group else found)[name] = float(given[name])
    return postings.ScoringWeights.model_validate(found)


async def _current(visit: Visit) -> postings.ScoringWeights:
    newest = await visit.ask(postings.ListScoringWeights(limit=1))
    return newest.items[0].weights if newest.items else postings.ScoringWeights()


async def _last_run(visit: Visit) -> postings.MatchingView | None:
    runs = await visit.ask(postings.ListMatchings(limit=20))
    return next((run for run in runs.items if run.digest), None)


async def _page(
    visit: Visit, *, given: dict[str, str] | None = None, note: str = "", refused: str | None = None
) -> Response:
    versions = (await visit.ask(postings.ListScoringWeights(limit=10))).items
    current = versions[0].weights if versions else postings.ScoringWeights()
    comparison = await _comparison(visit)
    tried = comparison.result.get("weights") if comparison else None
    filled = given or _values(postings.ScoringWeights.model_validate(tried) if tried else current)
    return visit.render(
        "scoring_weights.html",
        status=422 if refused else 200,
        versions=[(row, _values(row.weights)) for row in versions],
        shipped=_values(postings.ScoringWeights()),
        filled=filled,
        note=note,
        refused=refused,
        comparison=comparison,
        run=await _last_run(visit),
        fields=FIELDS,
        figures=FIGURES,
        parts=PARTS,
    )


async def _comparison(visit: Visit) -> JobState | None:
    """The comparison that the address names; none where it is unknown or something else."""
    named = visit.request.query_params.get("job")
    if not named:
        return None
    try:
        service, row = split_job_id(named)
    except Problem:
        return None
    found = (await attempt(visit.caller.ask(GetJob(job_id=row), service=service))).value
    return found if found is not None and found.kind == "weights_comparison" else None


def _values(weights: postings.ScoringWeights) -> dict[str, str]:
    """Each field as it is typed: `0.35`."""
    found = weights.model_dump()
    return {name: f"{(found[group] if group else found)[name]:g}" for name, _, group in FIELDS}
