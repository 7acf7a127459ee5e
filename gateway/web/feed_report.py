"""A feed run's report in words that somebody at an employer understands: what was lost, where it stands, what to do.

Findings are gathered by what is wrong, the gravest first, each with a few of its rows; the whole list is a download.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.web.asking import attempt
from gateway.web.locales import N_
from shared.contracts import postings as c

EXAMPLES = 3
# What to do about a finding: for the person who fills in the table, not for who programs the export.
ADVICE: dict[str, tuple[str, str]] = {
    c.FEED_TITLE_MISSING.code: (N_("没有岗位名称"), N_("请在“岗位名称”一列写明招什么工, 如“包装工”。")),
    c.FEED_VALID_THROUGH_PAST.code: (N_("岗位已经截止"), N_("还在招的请把截止日期改晚; 不招的请从文件中删去。")),
    c.FEED_VALID_THROUGH_INVALID.code: (N_("截止日期不存在"), N_("请按“2026-05-31”的样子写, 注意大小月。")),
    c.FEED_AGE_UNLAWFUL.code: (N_("招用未满 16 周岁"), N_("法律禁止使用童工, 请改正年龄要求后再发。")),
    c.FEED_ROW_NOT_A_JOB.code: (N_("不是岗位的内容"), N_("请删去说明、合计等不是岗位的行。")),
    c.FEED_REFERENCE_DOUBLED.code: (N_("编号重复"), N_("每个岗位、每个工作地点用一个不变的编号, 不要重复。")),
    c.FEED_REFERENCE_MISSING.code: (N_("没有岗位编号"), N_("请加一列“岗位编号”, 同一岗位每次用同一个编号。")),
    c.FEED_DESCRIPTION_MISSING.code: (N_("没有岗位说明"), N_("写明工作内容、班次和食宿, 求职者更愿意报名。")),
    c.FEED_COMPANY_MISSING.code: (N_("没有用人单位"), N_("请写实际用工的企业; 没写的按登记的企业名称处理。")),
    c.FEED_PLACE_MISSING.code: (N_("没有工作地点"), N_("请写到镇或街道, 如“广东省东莞市长安镇”。")),
    c.FEED_COUNTRY_FOREIGN.code: (N_("工作地点在国外"), N_("本平台只送国内的岗位, 请核对国家一栏。")),
    c.FEED_DIVISION_UNKNOWN.code: (N_("工作地点认不出"), N_("请写省、市、镇 (街道) 的全名; 我们也会人工核对。")),
    c.FEED_DIVISION_UNSURE.code: (N_("工作地点不够确定"), N_("请补上省、市的名称; 我们也会人工核对。")),
    c.FEED_DATE_INVALID.code: (N_("日期不对"), N_("请按“2026-05-31”的样子写。")),
    c.FEED_WAGE_UNREADABLE.code: (N_("工资读不懂"), N_("请写成“4500-6000元/月”或“18元/时”, 现按面议显示。")),
    c.FEED_WAGE_FOREIGN_CURRENCY.code: (N_("工资不是人民币"), N_("请用人民币写工资。")),
    c.FEED_WAGE_IMPLAUSIBLE.code: (N_("工资不合常理"), N_("请核对金额和单位, 是不是多写或少写了一个零。")),
    c.FEED_WAGE_MISSING.code: (N_("没有写工资"), N_("写明工资的岗位, 系统才能推荐给有工资要求的人。")),
    c.FEED_WAGE_UNIT_GUESSED.code: (N_("工资没有写单位"), N_("请写明每月、每天还是每小时。")),
    c.FEED_OPENINGS_INVALID.code: (N_("招聘人数不对"), N_("请填 1 以上的整数, 现按 1 人处理。")),
    c.FEED_OPENINGS_MISSING.code: (N_("没有写招聘人数"), N_("请填招几个人, 现按 1 人处理。")),
    c.FEED_OCCUPATION_UNKNOWN.code: (N_("岗位名称对不上工种"), N_("不影响发布; 用通用的工种名称推荐会更准。")),
    c.FEED_OCCUPATION_UNSURE.code: (N_("工种不够确定"), N_("不影响发布; 我们会人工核对。")),
    c.FEED_EMPLOYMENT_TYPE_UNKNOWN.code: (N_("用工形式认不出"), N_("请写全职、兼职、临时、劳务派遣或实习。")),
    c.FEED_AGE_LIMIT.code: (N_("限定了年龄"), N_("请确认有法定理由, 没有的请去掉年龄限制。")),
    c.FEED_VALID_THROUGH_MISSING.code: (N_("没有截止日期"), N_("文件里在列即视为有效; 写上日期更稳妥。")),
    c.FEED_COUNTRY_MISSING.code: (N_("地址没有写国家"), N_("不影响发布。")),
    c.FEED_TITLE_ELSEWHERE.code: (N_("岗位名称写在别的栏目"), N_("已经读到; 规范的栏目是 title。")),
    c.FEED_TEXT_CUT.code: (N_("文字太长"), N_("超出的部分没有保留, 请精简。")),
    c.FEED_REPAIRED.code: (N_("文件有小毛病, 已经修好"), N_("请让做文件的人检查导出程序。")),
    c.FEED_TOO_FEW_JOBS.code: (N_("岗位突然变少"), N_("没有关闭任何岗位。确实少了的, 请勾选“确实减少了”再发一次。")),
    c.FEED_EMPTY.code: (N_("文件是空的"), N_("没有改动任何岗位。请检查导出是否成功。")),
    c.FEED_TRUNCATED.code: (N_("文件不完整"), N_("没有改动任何岗位。请重新导出后再发。")),
    c.FEED_NOT_WELLFORMED.code: (N_("文件格式有错"), N_("没有改动任何岗位。请让做文件的人按提示的行号检查。")),
    c.FEED_HTML_INSTEAD.code: (N_("收到的是网页, 不是岗位文件"), N_("网址可能打不开或需要登录, 请核对。")),
    c.FEED_COLUMNS_MISSING.code: (N_("找不到“岗位名称”一列"), N_("请用模板的表头, 或把表头放在前 15 行。")),
    c.FEED_FETCH_FAILED.code: (N_("网址取不到文件"), N_("请检查网址和服务器; 系统会按时再试。")),
    c.FEED_ENCODING_UNKNOWN.code: (N_("文字编码认不出"), N_("请另存为 UTF-8 或 GBK 编码。")),
    c.FEED_TOO_LARGE.code: (N_("文件太大"), N_("请分成几个数据源发送。")),
    c.FEED_DOCTYPE_REFUSED.code: (N_("文件含有不安全的声明"), N_("请去掉 DOCTYPE 和实体声明。")),
}
FIELDS: dict[str, str] = {
    "title": N_("岗位名称"),
    "identifier": N_("岗位编号"),
    "description": N_("岗位说明"),
    "hiringOrganization": N_("用人单位"),
    "jobLocation": N_("工作地点"),
    "addressCountry": N_("国家"),
    "validThrough": N_("截止日期"),
    "datePosted": N_("发布日期"),
    "baseSalary": N_("工资"),
    "totalJobOpenings": N_("招聘人数"),
    "employmentType": N_("用工形式"),
    "ages": N_("年龄要求"),
}
_GRAVITY = {c.Severity.error: 0, c.Severity.warning: 1, c.Severity.info: 2}
Ask = Callable[[Any], Awaitable[Any]]


@dataclass(frozen=True)
class Finding:
    """One kind of finding: how often, what it means, what to do, and where it stands for example."""

    code: str
    severity: c.Severity
    count: int
    title: str
    advice: str
    field: str | None
    examples: Sequence[c.FeedProblem]


@dataclass(frozen=True)
class Report:
    run: c.FeedRunView
    findings: Sequence[Finding]

    @property
    def is_over(self) -> bool:
        return self.run.state not in ("queued", "running")

    @property
    def usable(self) -> int:
        """Jobs of the file that are offered now."""
        return self.run.opened + self.run.updated + self.run.unchanged

    @property
    def has_shrunk(self) -> bool:
        return self.run.closing == "skipped"


async def feed_report(
    ask: Ask, say: Callable[[str], str], *, source: str, run_id: UUID, employer_id: UUID | None
) -> Report:
    """The report of a run, as its asker may see it."""
    run: c.FeedRunView = await ask(c.GetFeedRun(employer_id=employer_id, source=source, run_id=run_id))
    known: dict[str, list[c.FeedProblem]] = {}
    for problem in run.problems:
        known.setdefault(problem.code, []).append(problem)
    findings = []
    for code, count in run.problem_counts.items():
        examples = known.get(code, [])
        if not examples:
            message = c.ListFeedProblems(
                employer_id=employer_id, source=source, run_id=run_id, code=code, limit=EXAMPLES
            )
            answer = await attempt(ask(message))
            examples = answer.value.items if answer.value else []
        findings.append(_finding(say, code, count, examples[:EXAMPLES]))
    findings.sort(key=lambda found: (_GRAVITY[found.severity], -found.count, found.code))
    return Report(run, findings)


def _finding(say: Callable[[str], str], code: str, count: int, examples: Sequence[c.FeedProblem]) -> Finding:
    first = examples[0] if examples else None
    words = ADVICE.get(code)
    title = say(words[0]) if words else (first.message if first else code)
    field = FIELDS.get(first.field or "") if first else None
    return Finding(
        code=code,
        severity=first.severity if first else c.SEVERITY_OF.get(code, c.Severity.error),
        count=count,
        title=title,
        advice=say(words[1]) if words else "",
        field=say(field) if field else None,
        examples=examples,
    )
