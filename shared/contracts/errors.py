"""One error type for the whole platform: a stable code, a sentence in Chinese and English, and the facts.

Every code is declared once, as a module constant in the contracts of the service that owns the rule; raising it is
calling it: `raise WORKER_DUPLICATE(worker_id=...)`. The gateway turns a `Problem` into RFC 9457 problem details.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar, Self

from pydantic import BaseModel, Field


class ProblemKind(StrEnum):
    """What sort of refusal it is; the gateway alone knows which HTTP status each becomes."""

    invalid = "invalid"
    unauthenticated = "unauthenticated"
    forbidden = "forbidden"
    not_found = "not_found"
    conflict = "conflict"
    precondition_failed = "precondition_failed"
    key_reused = "key_reused"
    too_large = "too_large"
    unsupported_media = "unsupported_media"
    rate_limited = "rate_limited"
    unavailable = "unavailable"
    internal = "internal"


class FieldProblem(BaseModel):
    """One wrong field (a JSON pointer or a column name), or one wrong cell of a bulk input when `row` is given."""

    field: str
    code: str
    message_zh: str
    message_en: str
    row: int | None = None


class ProblemBody(BaseModel):
    """A problem as it travels between the parts."""

    code: str
    kind: ProblemKind
    zh: str
    en: str
    facts: dict[str, Any] = Field(default_factory=dict)
    fields: list[FieldProblem] = Field(default_factory=list)


class Problem(Exception):
    """An expected refusal. Its single argument is JSON text: nameko's exception transport turns all else to strings."""

    def __init__(self, body: ProblemBody | str) -> None:
        self.body = body if isinstance(body, ProblemBody) else ProblemBody.model_validate_json(body)
        super().__init__(self.body.model_dump_json())

    @property
    def code(self) -> str:
        return self.body.code

    @property
    def kind(self) -> ProblemKind:
        return self.body.kind

    @property
    def facts(self) -> dict[str, Any]:
        return self.body.facts

    def with_fields(self, fields: list[FieldProblem]) -> Self:
        """The same problem, naming the fields that caused it."""
        self.body.fields.extend(fields)
        self.args = (self.body.model_dump_json(),)
        return self

    def __str__(self) -> str:
        return f"{self.body.code}: {self.body.en}"


class ProblemCode:
    """A declared code. Its sentences may name facts in braces: `zh="还剩 {left} 瓶"`, given when it is raised."""

    declared: ClassVar[dict[str, ProblemCode]] = {}

    def __init__(self, code: str, kind: ProblemKind, *, zh: str, en: str) -> None:
        if code in self.declared:
            raise ValueError(f"problem code {code} is declared twice")
        self.code, self.kind, self.zh, self.en = code, kind, zh, en
        self.declared[code] = self

    def __call__(self, **facts: Any) -> Problem:
        return Problem(
            ProblemBody(
                code=self.code,
                kind=self.kind,
                zh=self.zh.format_map(_Known(facts)),
                en=self.en.format_map(_Known(facts)),
                facts=facts,
            )
        )

    def at(self, field: str, *, row: int | None = None, **facts: Any) -> FieldProblem:
        """The same rule as a finding about one field or one cell."""
        known = _Known(facts)
        return FieldProblem(
            field=field,
            code=self.code,
            message_zh=self.zh.format_map(known),
            message_en=self.en.format_map(known),
            row=row,
        )


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


INVALID = ProblemCode(
    "request.invalid",
    ProblemKind.invalid,
    zh="提交的内容有误, 请按提示改正后再提交。",
    en="Some of what was sent is not right; correct the fields named below and send it again.",
)
UNAUTHENTICATED = ProblemCode(
    "session.required",
    ProblemKind.unauthenticated,
    zh="请先登录。",
    en="Sign in first.",
)
FORBIDDEN = ProblemCode(
    "scope.forbidden",
    ProblemKind.forbidden,
    zh="您的账号没有办理此事的权限, 请联系县总部管理员。",
    en="Your account may not do this; ask the county administrator.",
)
NOT_FOUND = ProblemCode(
    "resource.not_found",
    ProblemKind.not_found,
    zh="没有找到, 可能编号有误, 或不在您的管理范围内。",
    en="Not found: the id may be wrong, or outside what you look after.",
)
STALE = ProblemCode(
    "resource.changed_meanwhile",
    ProblemKind.precondition_failed,
    zh="这条记录刚被别人改过, 请刷新后再改。",
    en="Somebody changed this record meanwhile; reload it and try again.",
)
ILLEGAL_TRANSITION = ProblemCode(
    "state.illegal_transition",
    ProblemKind.conflict,
    zh="当前状态为“{state}”, 不能再做“{action}”。",
    en="In state '{state}' it is not possible to do '{action}'.",
)
RESOURCE_CONFLICT = ProblemCode(
    "resource.conflict",
    ProblemKind.conflict,
    zh="与已有的记录冲突, 没有保存。请刷新后核对。",
    en="This conflicts with what is already recorded; nothing was saved. Reload and check.",
)
COMMAND_KEY_REUSED = ProblemCode(
    "command.key_reused",
    ProblemKind.key_reused,
    zh="这个幂等键已经用于另一份内容, 请换一个新的键。",
    en="This Idempotency-Key was used for other content; use a new key.",
)
COMMAND_IN_PROGRESS = ProblemCode(
    "command.in_progress",
    ProblemKind.conflict,
    zh="同一请求正在处理, 请稍后再查看结果。",
    en="The same request is still being carried out; ask again in a moment.",
)
UNAVAILABLE = ProblemCode(
    "service.unavailable",
    ProblemKind.unavailable,
    zh="服务暂时不可用, 内容没有丢失, 请稍后重试。",
    en="The service cannot answer right now; nothing was lost, try again shortly.",
)
INTERNAL = ProblemCode(
    "service.internal",
    ProblemKind.internal,
    zh="系统出错, 已记录。请稍后重试, 或把追踪号告诉管理员。",
    en="Something went wrong on our side and was recorded. Try again, or give the trace id to the administrator.",
)
TOO_LARGE = ProblemCode(
    "request.too_large",
    ProblemKind.too_large,
    zh="文件超过 {limit_mb} MB, 请分开上传。",
    en="The file is larger than {limit_mb} MB; split it and send the parts.",
)
CURSOR_INVALID = ProblemCode(
    "page.cursor_invalid",
    ProblemKind.invalid,
    zh="翻页标记无效, 请从第一页重新开始。",
    en="The page cursor is not valid; start again from the first page.",
)
CONTEXT_REFUSED = ProblemCode(
    "context.refused",
    ProblemKind.forbidden,
    zh="请求来源无法核实, 已拒绝。",
    en="The caller's signed context is missing, expired or not genuine.",
)
TENANT_NOT_FOUND = ProblemCode(
    "tenant.not_found",
    ProblemKind.not_found,
    zh="没有这个服务站, 或不在您的管理范围内。",
    en="There is no such outpost, or it is outside what you look after.",
)
CSRF_REFUSED = ProblemCode(
    "form.not_from_here",
    ProblemKind.forbidden,
    zh="页面已过期, 没有提交。请返回上一页刷新后再试; 如仍不行, 请检查浏览器是否允许 Cookie。",
    en="This page is out of date and nothing was sent. Go back, reload and try again; cookies must be allowed.",
)
