"""日工花名册导入: a month's day work as a village keeps it in a spreadsheet, a line a person, a column a day."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from shared.contracts.base import BlobRef, Command, JobState, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind

MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"

FLEXIBLE_SHEET_UNREADABLE = ProblemCode(
    "flexible.sheet_unreadable",
    ProblemKind.invalid,
    zh="打不开这个文件, 请上传 xlsx 或 csv 格式的日工花名册。",
    en="The file cannot be opened; send the day-work roster as xlsx or csv.",
)
FLEXIBLE_SHEET_COLUMNS = ProblemCode(
    "flexible.sheet_columns",
    ProblemKind.invalid,
    zh="表头里找不到: {columns}。请把表头写成: 姓名、身份证号码、用工地点、日报酬(元)、开始日期、1 到 31 各日。",
    en='The header lacks {columns}. Headings: "姓名, 身份证号码, 用工地点, 日报酬(元), 开始日期", days 1 to 31.',
)
FLEXIBLE_SHEET_TOO_LONG = ProblemCode(
    "flexible.sheet_too_long",
    ProblemKind.invalid,
    zh="一个文件最多 {rows} 人, 请按乡镇分开导入。",
    en="A file has at most {rows} people; send one for each township.",
)
FLEXIBLE_NOBODY_KNOWN = ProblemCode(
    "flexible.nobody_known",
    ProblemKind.invalid,
    zh="没有找到这个身份证号码的劳动力, 请先实名登记, 或核对号码。",
    en="Nobody with this identity number is registered here; register the person first, or check the number.",
)
FLEXIBLE_NAME_OTHER = ProblemCode(
    "flexible.name_other",
    ProblemKind.invalid,
    zh="姓名与登记的不一致, 请核对姓名和身份证号码。",
    en="The name is not the registered one; check name and identity number.",
)
FLEXIBLE_LISTED_TWICE = ProblemCode(
    "flexible.listed_twice",
    ProblemKind.invalid,
    zh="同一个人在第 {first} 行已经列过, 请合并成一行。",
    en="This person stands in row {first} already; make it one row.",
)
FLEXIBLE_VALUE = ProblemCode(
    "flexible.value",
    ProblemKind.invalid,
    zh="“{value}”读不懂: 日期写成 2026-03-01, 金额写元, 出勤写 1、0.5 或 √。",
    en="{value} is not understood: days are 2026-03-01, amounts yuan, attendance 1, 0.5 or √.",
)
FLEXIBLE_WORKS_ELSEWHERE = ProblemCode(
    "flexible.works_elsewhere",
    ProblemKind.conflict,
    zh="此人现在登记在“{workplace}”做日工, 请先结束那一段再导入。",
    en="This person is recorded as working at {workplace}; end that spell first.",
)
FLEXIBLE_NOT_A_PREVIEW = ProblemCode(
    "flexible.not_a_preview",
    ProblemKind.conflict,
    zh="只有检查完的预览才能导入。",
    en="Only a preview that has finished can be taken in.",
)


class ImportFlexibleMonth(Command[JobState]):
    """Check a month's roster and, unless it is a dry run, take its good rows in. Again, it changes nothing."""

    file: BlobRef
    month: str = Field(pattern=MONTH, examples=["2026-03"])
    dry_run: bool = False


class AcceptFlexibleImport(Command[JobState]):
    """Take the good rows of a preview in, from the file that was previewed."""

    import_id: str


class FlexibleRowProblem(View):
    """What is wrong with one row, and in which column."""

    row: int = Field(description="as the spreadsheet numbers its rows")
    field: str = Field(examples=["身份证号码"])
    code: str
    message: str


class FlexibleImportResult(BaseModel):
    """What a file came to. A dry run counts what would be."""

    month: str
    dry_run: bool
    rows: int
    accepted: int
    spells_started: int
    days: int
    half_days: int
    pay_cents: int
    problems: list[FlexibleRowProblem]


class FlexibleImportView(View):
    """How far an import is, and what it came to."""

    id: str
    state: str = Field(description="queued | running | succeeded | failed | cancelled")
    progress: float = 0
    problem: dict[str, Any] | None = None
    result: FlexibleImportResult | None = None


class GetFlexibleImport(Query[FlexibleImportView]):
    import_id: str
