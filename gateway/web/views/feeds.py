"""/partner: an employer's feeds, a table to send in, and what became of each run; the same report for HQ."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response, StreamingResponse

from gateway.web.asking import attempt
from gateway.web.feed_report import feed_report
from gateway.web.visits import Enter, Visit
from shared.contracts import postings as c
from shared.contracts.errors import Problem, ProblemKind

router = APIRouter()
Employer = Annotated[Visit, Depends(Enter("partner"))]
HqStaff = Annotated[Visit, Depends(Enter("hq"))]
TABLE = "table"
_CSV = "text/csv; charset=utf-8"
# The columns of our own table; the reader knows many other spellings.
COLUMNS = (
    *("岗位编号", "岗位名称", "用工企业", "工作地点", "招聘人数", "工资", "年龄要求", "学历要求"),
    *("工作时间", "食宿情况", "岗位描述", "截止日期", "联系人", "联系电话"),
)
_EXAMPLE = (
    *("A-001", "包装工", "东莞市示例电子有限公司", "广东省东莞市长安镇", "20", "4500-6000元/月", "18-50岁", "不限"),
    *("两班倒", "包吃住", "按作业指导书包装产品, 月结工资", "2030-12-31", "王经理", "0769-22334455"),
)


@router.get("/partner")
async def partner(visit: Employer) -> Response:
    return await _home(visit)


@router.post("/partner/feeds")
async def send_table(visit: Employer) -> Response:
    """Take a table in, then show its report."""
    form = await visit.form()
    try:
        return await _send(visit, form)
    finally:
        await form.close()


async def _send(visit: Visit, form: FormData) -> Response:
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return await _home(visit, refused=visit.say("请选择要发送的文件。"))
    try:
        blob = await visit.caller.store_upload(file)
        started = await visit.ask(c.PushFeed(source=TABLE, blob=blob, allow_shrink=form.get("allow_shrink") == "yes"))
    except Problem as problem:
        if problem.kind not in (ProblemKind.conflict, ProblemKind.invalid, ProblemKind.too_large):
            raise
        return await _home(visit, refused=visit.sentence(problem))
    return visit.go(f"/partner/feeds/{started.source}/runs/{started.id}")


@router.get("/partner/feeds/template.csv")
async def template(visit: Employer) -> Response:
    """Our own columns with one example row, as Excel opens it."""
    headers = {"content-disposition": "attachment; filename*=UTF-8''%E5%B2%97%E4%BD%8D%E8%A1%A8.csv"}
    return Response(_rows([COLUMNS, _EXAMPLE], begins=True), media_type=_CSV, headers=headers)


@router.get("/partner/feeds/{source}/runs/{run_id}.csv")
async def own_findings(visit: Employer, source: str, run_id: UUID) -> Response:
    return await _findings(visit, source, run_id, None)


@router.get("/partner/feeds/{source}/runs/{run_id}")
async def own_report(visit: Employer, source: str, run_id: UUID) -> Response:
    return await _report(visit, source, run_id, None)


@router.get("/hq/employers/{employer_id}/feeds/{source}/runs/{run_id}.csv")
async def findings_of_employer(visit: HqStaff, employer_id: UUID, source: str, run_id: UUID) -> Response:
    return await _findings(visit, source, run_id, employer_id)


@router.get("/hq/employers/{employer_id}/feeds/{source}/runs/{run_id}")
async def report_of_employer(visit: HqStaff, employer_id: UUID, source: str, run_id: UUID) -> Response:
    return await _report(visit, source, run_id, employer_id)


async def _home(visit: Visit, refused: str | None = None) -> Response:
    employer = await visit.ask(c.GetEmployer())
    feeds = await attempt(visit.ask(c.ListFeeds(limit=100)))
    runs = await attempt(visit.ask(c.ListFeedRuns(source=TABLE, limit=5)))
    return visit.render(
        "partner.html",
        status=422 if refused else 200,
        employer=employer,
        feeds=feeds.value,
        runs=runs.value.items if runs.value else [],
        refused=refused,
        columns=COLUMNS,
    )


async def _report(visit: Visit, source: str, run_id: UUID, employer_id: UUID | None) -> Response:
    found = await feed_report(visit.ask, visit.say, source=source, run_id=run_id, employer_id=employer_id)
    template = "parts/feed_report.html" if visit.is_fragment else "feed_run.html"
    return visit.render(template, report=found, here=visit.request.url.path, is_own=employer_id is None)


async def _findings(visit: Visit, source: str, run_id: UUID, employer_id: UUID | None) -> Response:
    """Every finding that is kept, in the order of the file, as a table to work through."""
    await visit.ask(c.GetFeedRun(employer_id=employer_id, source=source, run_id=run_id))
    headers = {
        "content-disposition": f"attachment; filename={source}-{run_id.hex[-6:]}.csv",
        "cache-control": "no-store",
    }
    return StreamingResponse(_lines(visit, source, run_id, employer_id), media_type=_CSV, headers=headers)


async def _lines(visit: Visit, source: str, run_id: UUID, employer_id: UUID | None) -> AsyncIterator[str]:
    say = visit.say
    head = (say("第几个岗位"), say("岗位编号"), say("栏目"), say("轻重"), say("问题"), say("代码"))
    yield _rows([head], begins=True)
    gravity = {"error": say("未采用"), "warning": say("有损失"), "info": say("提示")}
    cursor: str | None = None
    while True:
        page = await visit.ask(
            c.ListFeedProblems(employer_id=employer_id, source=source, run_id=run_id, cursor=cursor, limit=500)
        )
        yield _rows(
            [
                (
                    p.row or "",
                    _inert(p.reference or ""),
                    p.field or "",
                    gravity[p.severity.value],
                    _inert(p.message),
                    p.code,
                )
                for p in page.items
            ]
        )
        cursor = page.next_cursor
        if cursor is None:
            return


def _line(problem: c.FeedProblem, gravity: dict[str, str]) -> tuple[object, ...]:
    return (
        problem.row or "",
        _inert(problem.reference or ""),
        problem.field or "",
        gravity[problem.severity.value],
        _inert(problem.message),
        problem.code,
    )


def _inert(text: str) -> str:
    """A text that a spreadsheet would take for a formula is shown as text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _rows(rows: Iterable[tuple[object, ...]], *, begins: bool = False) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return ("\ufeff" if begins else "") + text.getvalue()
