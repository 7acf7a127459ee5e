"""What can be wrong with one job of a feed: a code, a sentence in both languages, and how grave it is."""

from __future__ import annotations

from enum import StrEnum

from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.postings.feed_refusals import FEED_REPAIRED, FEED_TOO_FEW_JOBS

__all__ = [
    "FEED_AGE_LIMIT",
    "FEED_AGE_UNLAWFUL",
    "FEED_COMPANY_MISSING",
    "FEED_COUNTRY_FOREIGN",
    "FEED_COUNTRY_MISSING",
    "FEED_DATE_INVALID",
    "FEED_DESCRIPTION_MISSING",
    "FEED_DIVISION_UNKNOWN",
    "FEED_DIVISION_UNSURE",
    "FEED_EMPLOYMENT_TYPE_UNKNOWN",
    "FEED_OCCUPATION_UNKNOWN",
    "FEED_OCCUPATION_UNSURE",
    "FEED_OPENINGS_INVALID",
    "FEED_OPENINGS_MISSING",
    "FEED_PLACE_MISSING",
    "FEED_REFERENCE_DOUBLED",
    "FEED_REFERENCE_MISSING",
    "FEED_ROW_NOT_A_JOB",
    "FEED_TEXT_CUT",
    "FEED_TITLE_ELSEWHERE",
    "FEED_TITLE_MISSING",
    "FEED_VALID_THROUGH_INVALID",
    "FEED_VALID_THROUGH_MISSING",
    "FEED_VALID_THROUGH_PAST",
    "FEED_WAGE_FOREIGN_CURRENCY",
    "FEED_WAGE_IMPLAUSIBLE",
    "FEED_WAGE_MISSING",
    "FEED_WAGE_UNIT_GUESSED",
    "FEED_WAGE_UNREADABLE",
    "SEVERITY_OF",
    "Severity",
]


class Severity(StrEnum):
    """error: the job (or the whole file) was not used. warning: something was lost. info: something was assumed."""

    error = "error"
    warning = "warning"
    info = "info"


FEED_ROW_NOT_A_JOB = ProblemCode(
    "feed.row_not_a_job",
    ProblemKind.invalid,
    zh="这一项不是岗位, 已跳过。",
    en="This entry is not a job; it was skipped.",
)
FEED_REFERENCE_MISSING = ProblemCode(
    "feed.reference_missing",
    ProblemKind.invalid,
    zh="没有岗位编号, 已用网址或内容代替; 内容一改就会被当成新岗位。",
    en="There is no reference; the address or the content stands in for it, so a changed job will look like a new one.",
)
FEED_REFERENCE_DOUBLED = ProblemCode(
    "feed.reference_doubled",
    ProblemKind.invalid,
    zh="编号 {reference} 重复出现, 只采用第一次。",
    en="Reference {reference} occurs more than once; only the first is used.",
)
FEED_TITLE_MISSING = ProblemCode(
    "feed.title_missing",
    ProblemKind.invalid,
    zh="没有岗位名称。",
    en="The title is missing.",
)
FEED_TITLE_ELSEWHERE = ProblemCode(
    "feed.title_elsewhere",
    ProblemKind.invalid,
    zh="岗位名称写在“{where}”里, 规范的字段是 title。",
    en="The title stands in '{where}'; its field is title.",
)
FEED_DESCRIPTION_MISSING = ProblemCode(
    "feed.description_missing",
    ProblemKind.invalid,
    zh="没有岗位说明。",
    en="The description is missing.",
)
FEED_COMPANY_MISSING = ProblemCode(
    "feed.company_missing",
    ProblemKind.invalid,
    zh="没有用人单位名称, 已用登记的企业名称代替。",
    en="The hiring organisation is missing; the registered employer's name stands in for it.",
)
FEED_PLACE_MISSING = ProblemCode(
    "feed.place_missing",
    ProblemKind.invalid,
    zh="没有工作地点。",
    en="The place of work is missing.",
)
FEED_COUNTRY_MISSING = ProblemCode(
    "feed.country_missing",
    ProblemKind.invalid,
    zh="地址没有写国家 (addressCountry)。",
    en="The address names no country (addressCountry).",
)
FEED_COUNTRY_FOREIGN = ProblemCode(
    "feed.country_foreign",
    ProblemKind.invalid,
    zh="工作地点在 {country}, 不在国内。",
    en="The place of work is in {country}, outside China.",
)
FEED_DIVISION_UNKNOWN = ProblemCode(
    "feed.division_unknown",
    ProblemKind.invalid,
    zh="工作地点“{place}”对不上行政区划, 待人工核对。",
    en="The place '{place}' matches no division; it waits for a person.",
)
FEED_DIVISION_UNSURE = ProblemCode(
    "feed.division_unsure",
    ProblemKind.invalid,
    zh="工作地点“{place}”识别为 {name}, 不够确定。",
    en="The place '{place}' was taken for {name}, without certainty.",
)
FEED_OCCUPATION_UNKNOWN = ProblemCode(
    "feed.occupation_unknown",
    ProblemKind.invalid,
    zh="岗位“{title}”对不上职业分类, 待人工核对。",
    en="The title '{title}' matches no occupation; it waits for a person.",
)
FEED_OCCUPATION_UNSURE = ProblemCode(
    "feed.occupation_unsure",
    ProblemKind.invalid,
    zh="岗位“{title}”识别为“{name}”, 不够确定。",
    en="The title '{title}' was taken for '{name}', without certainty.",
)
FEED_DATE_INVALID = ProblemCode(
    "feed.date_invalid",
    ProblemKind.invalid,
    zh="“{value}”不是有效的日期。",
    en="'{value}' is not a date that exists.",
)
FEED_VALID_THROUGH_INVALID = ProblemCode(
    "feed.valid_through_invalid",
    ProblemKind.invalid,
    zh="截止日期“{value}”不是有效的日期, 该岗位未采用。",
    en="The closing date '{value}' does not exist; the job was not used.",
)
FEED_VALID_THROUGH_PAST = ProblemCode(
    "feed.valid_through_past",
    ProblemKind.invalid,
    zh="该岗位已于 {value} 截止, 未采用。",
    en="The job ended on {value}; it was not used.",
)
FEED_VALID_THROUGH_MISSING = ProblemCode(
    "feed.valid_through_missing",
    ProblemKind.invalid,
    zh="没有截止日期, 数据源里在列即视为有效。",
    en="There is no closing date; the job counts as open while the feed lists it.",
)
FEED_WAGE_MISSING = ProblemCode(
    "feed.wage_missing",
    ProblemKind.invalid,
    zh="没有写工资, 按面议处理。",
    en="No wage is given; it is shown as to be agreed.",
)
FEED_WAGE_UNREADABLE = ProblemCode(
    "feed.wage_unreadable",
    ProblemKind.invalid,
    zh="工资“{value}”读不懂, 按面议处理。",
    en="The wage '{value}' cannot be read; it is shown as to be agreed.",
)
FEED_WAGE_UNIT_GUESSED = ProblemCode(
    "feed.wage_unit_guessed",
    ProblemKind.invalid,
    zh="工资“{value}”没有写单位, 按“{unit}”理解。",
    en="The wage '{value}' has no unit; it was taken as per {unit}.",
)
FEED_WAGE_FOREIGN_CURRENCY = ProblemCode(
    "feed.wage_foreign_currency",
    ProblemKind.invalid,
    zh="工资的货币是 {currency}, 不是人民币, 未采用。",
    en="The wage is in {currency}, not CNY; it was left out.",
)
FEED_WAGE_IMPLAUSIBLE = ProblemCode(
    "feed.wage_implausible",
    ProblemKind.invalid,
    zh="工资“{value}”不合常理, 请核对。",
    en="The wage '{value}' is implausible; check it.",
)
FEED_OPENINGS_MISSING = ProblemCode(
    "feed.openings_missing",
    ProblemKind.invalid,
    zh="没有写招聘人数, 按 1 人处理。",
    en="The number of openings is missing; 1 is assumed.",
)
FEED_OPENINGS_INVALID = ProblemCode(
    "feed.openings_invalid",
    ProblemKind.invalid,
    zh="招聘人数“{value}”有误, 按 1 人处理。",
    en="The number of openings '{value}' is not valid; 1 is assumed.",
)
FEED_EMPLOYMENT_TYPE_UNKNOWN = ProblemCode(
    "feed.employment_type_unknown",
    ProblemKind.invalid,
    zh="用工形式“{value}”不在规范之内。",
    en="The employment type '{value}' is not a known one.",
)
FEED_AGE_LIMIT = ProblemCode(
    "feed.age_limit",
    ProblemKind.invalid,
    zh="岗位限定年龄 {value}, 请确认有法定理由。",
    en="The job limits the age to {value}; make sure that the law allows it.",
)
FEED_AGE_UNLAWFUL = ProblemCode(
    "feed.age_unlawful",
    ProblemKind.invalid,
    zh="岗位招用未满 16 周岁的人, 违法, 未采用 (禁止使用童工规定)。",
    en="The job is open to people under 16, which is unlawful; it was not used.",
)
FEED_TEXT_CUT = ProblemCode(
    "feed.text_cut",
    ProblemKind.invalid,
    zh="文字超过 {limit} 字, 已截断。",
    en="The text is longer than {limit} characters and was cut.",
)

# What is not named here is an error.
SEVERITY_OF: dict[str, Severity] = {
    FEED_TOO_FEW_JOBS.code: Severity.warning,
    FEED_REPAIRED.code: Severity.warning,
    FEED_REFERENCE_MISSING.code: Severity.warning,
    FEED_REFERENCE_DOUBLED.code: Severity.warning,
    FEED_DESCRIPTION_MISSING.code: Severity.warning,
    FEED_COMPANY_MISSING.code: Severity.warning,
    FEED_PLACE_MISSING.code: Severity.warning,
    FEED_COUNTRY_FOREIGN.code: Severity.warning,
    FEED_DIVISION_UNKNOWN.code: Severity.warning,
    FEED_DATE_INVALID.code: Severity.warning,
    FEED_WAGE_UNREADABLE.code: Severity.warning,
    FEED_WAGE_FOREIGN_CURRENCY.code: Severity.warning,
    FEED_WAGE_IMPLAUSIBLE.code: Severity.warning,
    FEED_OPENINGS_INVALID.code: Severity.warning,
    FEED_TITLE_ELSEWHERE.code: Severity.info,
    FEED_COUNTRY_MISSING.code: Severity.info,
    FEED_DIVISION_UNSURE.code: Severity.info,
    FEED_OCCUPATION_UNKNOWN.code: Severity.info,
    FEED_OCCUPATION_UNSURE.code: Severity.info,
    FEED_VALID_THROUGH_MISSING.code: Severity.info,
    FEED_WAGE_MISSING.code: Severity.info,
    FEED_WAGE_UNIT_GUESSED.code: Severity.info,
    FEED_OPENINGS_MISSING.code: Severity.info,
    FEED_EMPLOYMENT_TYPE_UNKNOWN.code: Severity.info,
    FEED_AGE_LIMIT.code: Severity.info,
    FEED_TEXT_CUT.code: Severity.info,
}
