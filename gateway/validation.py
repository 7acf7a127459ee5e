"""What pydantic found wrong, said so that a clerk understands it: a JSON pointer and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.contracts.errors import FieldProblem

# pydantic's error type -> (Chinese, English); braces name members of the error's context.
_SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("此项必填。", "This is required."),
    "extra_forbidden": ("没有这一项, 请检查名称。", "There is no such field; check its name."),
    "string_type": ("应为文字。", "This must be text."),
    "string_too_short": ("至少 {min_length} 个字符。", "At least {min_length} characters."),
    "string_too_long": ("最多 {max_length} 个字符。", "At most {max_length} characters."),
    "string_pattern_mismatch": ("格式不正确。", "This does not have the right form."),
    "string_unicode": ("含有无法识别的字符。", "This has characters that cannot be read."),
    "int_type": ("应为整数。", "This must be a whole number."),
    "int_parsing": ("应为整数。", "This must be a whole number."),
    "int_parsing_size": ("数字过大。", "The number is too large."),
    "int_from_float": ("应为整数, 不能有小数。", "This must be a whole number, without decimals."),
    "float_type": ("应为数字。", "This must be a number."),
    "float_parsing": ("应为数字。", "This must be a number."),
    "finite_number": ("应为有限的数字。", "This must be a finite number."),
    "decimal_parsing": ("应为数字。", "This must be a number."),
    "bool_type": ("应为 true 或 false。", "This must be true or false."),
    "bool_parsing": ("应为 true 或 false。", "This must be true or false."),
    "greater_than": ("应大于 {gt}。", "This must be greater than {gt}."),
    "greater_than_equal": ("不能小于 {ge}。", "This must be at least {ge}."),
    "less_than": ("应小于 {lt}。", "This must be less than {lt}."),
    "less_than_equal": ("不能大于 {le}。", "This must be at most {le}."),
    "multiple_of": ("应为 {multiple_of} 的倍数。", "This must be a multiple of {multiple_of}."),
    "enum": ("只能是: {expected}。", "This must be one of {expected}."),
    "literal_error": ("只能是: {expected}。", "This must be one of {expected}."),
    "uuid_parsing": ("编号格式不正确。", "This is not an id."),
    "uuid_type": ("编号格式不正确。", "This is not an id."),
    "date_type": ("应为日期, 例如 2026-03-01。", "This must be a date such as 2026-03-01."),
    "date_parsing": ("日期不存在或格式不对, 例如 2026-03-01。", "No such date; write 2026-03-01."),
    "date_from_datetime_parsing": ("日期不存在或格式不对, 例如 2026-03-01。", "No such date; write 2026-03-01."),
    "date_from_datetime_inexact": ("应为日期, 不带时间。", "This must be a date without a time."),
    "date_past": ("应为过去的日期。", "This date must be in the past."),
    "date_future": ("应为将来的日期。", "This date must be in the future."),
    "time_parsing": ("时间格式不对, 例如 08:30。", "No such time; write 08:30."),
    "datetime_type": ("应为日期时间。", "This must be a date and time."),
    "datetime_parsing": (
        "时间格式不对, 例如 2026-03-01T08:30:00+08:00。",
        "No such moment; write 2026-03-01T08:30:00+08:00.",
    ),
    "datetime_from_date_parsing": (
        "时间格式不对, 例如 2026-03-01T08:30:00+08:00。",
        "No such moment; write 2026-03-01T08:30:00+08:00.",
    ),
    "timezone_aware": ("时间要带时区, 例如 +08:00。", "The time needs its zone, such as +08:00."),
    "list_type": ("应为列表。", "This must be a list."),
    "too_short": ("至少 {min_length} 项。", "At least {min_length} entries."),
    "too_long": ("最多 {max_length} 项。", "At most {max_length} entries."),
    "dict_type": ("应为对象。", "This must be an object."),
    "model_type": ("应为对象。", "This must be an object."),
    "model_attributes_type": ("应为对象。", "This must be an object."),
    "none_required": ("此项应为空。", "This must be null."),
    "union_tag_invalid": ("类别不正确, 可用: {expected_tags}。", "Unknown kind; use one of {expected_tags}."),
    "union_tag_not_found": ("缺少类别 {discriminator}。", "The kind {discriminator} is missing."),
    "url_parsing": ("网址格式不正确。", "This is not a web address."),
    "url_scheme": ("网址只能以 {expected_schemes} 开头。", "The address must begin with {expected_schemes}."),
    "json_invalid": ("不是有效的 JSON。", "This is not valid JSON."),
    "json_type": ("不是有效的 JSON。", "This is not valid JSON."),
    "bytes_type": ("应为文件内容。", "This must be a file's content."),
    "frozen_field": ("此项不能修改。", "This cannot be changed."),
}
_OTHERWISE_ZH = "此项填写有误。"
_PLACES = {"body", "query", "path", "header", "cookie", "form"}


def is_malformed(errors: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the body was not JSON at all, as against JSON of the wrong shape."""
    return len(errors) == 1 and errors[0]["type"] == "json_invalid" and tuple(errors[0]["loc"][:1]) == ("body",)


def field_problems(errors: Iterable[Mapping[str, Any]]) -> list[FieldProblem]:
    return [_field_problem(found) for found in errors]


def _field_problem(found: Mapping[str, Any]) -> FieldProblem:
    kind: str = found["type"]
    context: Mapping[str, Any] = found.get("ctx") or {}
    if kind in ("value_error", "assertion_error"):
        sentence = str(context.get("error", "")) or str(found["msg"]).partition(", ")[2]
        zh, en = _both(sentence)
    elif kind in _SENTENCES:
        zh, en = (text.format_map(_Shown(context)) for text in _SENTENCES[kind])
    else:
        zh, en = _OTHERWISE_ZH, str(found["msg"])
    return FieldProblem(field=pointer(found["loc"]), code=f"field.{kind}", message_zh=zh, message_en=en)


def _both(sentence: str) -> tuple[str, str]:
    """A validator's own sentence may say both languages as `中文 | English`; else it is English only."""
    zh, bar, en = sentence.partition(" | ")
    if bar:
        return zh, en
    if any("一" <= character <= "鿿" for character in sentence):
        return sentence, sentence
    return _OTHERWISE_ZH, sentence[:1].upper() + sentence[1:]


def pointer(loc: Sequence[Any]) -> str:
    """RFC 6901 within the body; `?limit` in the query, `{id}` in the path, `If-Match:` in the headers."""
    place, rest = (loc[0], loc[1:]) if loc and loc[0] in _PLACES else ("body", loc)
    names = [str(part) for part in rest]
    if place in ("query", "cookie"):
        return "?" + ".".join(names)
    if place == "path":
        return "{" + ".".join(names) + "}"
    if place == "header":
        return "-".join(name.title() for name in names) + ":"
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)


class _Shown(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
