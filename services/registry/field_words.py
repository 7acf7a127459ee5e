"""The Chinese names of a record's facts, and their values as a person reads them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from services.registry.words import DIFFICULTY_WORDS, EDUCATION_WORDS, LEVEL_WORDS, SPELL_WORDS
from shared.contracts import registry as c
from shared.kit.privacy import mask_id_number
from shared.reference import division_path, occupation_name, outpost_place

LABELS = {
    "name": "姓名",
    "id_number": "身份证号码",
    "phone": "联系电话",
    "division": "乡镇村",
    "is_relocated": "易地搬迁",
    "education": "文化程度",
    "wants_out_work": "愿意外出务工",
    "wants_local_work": "愿意县内就业",
    "destinations": "意向地",
    "wanted_occupations": "意向工种",
    "expected_wage_cents": "期望月薪",
    "available_from": "可上岗日期",
    "limits": "身体限制",
    "can_work": "有劳动能力",
    "is_active": "在册",
    "is_verified": "实名核验",
    "skills": "技能",
    "consents": "授权同意",
    "difficulty": "就业困难认定",
    "employment": "就业经历",
    "household": "家庭户",
    "contacts": "其他联系方式",
    "merged": "合并重复登记",
    "merged_into": "并入另一条记录",
    "erased": "删除个人信息",
    "restricted": "限制处理",
    "copy": "全部信息副本",
}
LIMIT_WORDS = {
    c.WorkLimit.heavy_lifting: "不能负重",
    c.WorkLimit.heights: "不能登高",
    c.WorkLimit.night_shift: "不能上夜班",
    c.WorkLimit.long_standing: "不能久站",
    c.WorkLimit.chemicals: "不能接触化学品",
    c.WorkLimit.fine_vision: "视力不足",
}
CONSENT_WORDS = {
    c.ConsentPurpose.registration: "实名登记",
    c.ConsentPurpose.sensitive_status: "登记困难身份和健康状况",
    c.ConsentPurpose.share_with_employers: "向用工企业提供",
    c.ConsentPurpose.messages: "接收岗位信息",
    c.ConsentPurpose.automated_matching: "自动推荐岗位",
    c.ConsentPurpose.dispatch: "派遣外出务工",
}


def label(field: str) -> str:
    return LABELS.get(field, field)


def in_words(field: str, value: Any) -> str | None:
    """A value as a person reads it; None and empty lists say nothing."""
    if value is None or value == []:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    say = SAYING.get(field, str)
    return "、".join(say(each) for each in value) if isinstance(value, list) else say(value)


def difficulty_in_words(kind: str, valid_from: date, valid_to: date | None) -> str:
    return f"{DIFFICULTY_WORDS[c.DifficultyKind(kind)]}({valid_from}起{f'至{valid_to}' if valid_to else ''})"


def spell_in_words(kind: str, started_on: date, ended_on: date | None, where: str | None) -> str:
    """`ended_on` is the first day without the work."""
    place = f"({where})" if where else ""
    return f"{started_on}起{SPELL_WORDS[c.SpellKind(kind)]}{place}{f', {ended_on}结束' if ended_on else ''}"


def _skill(skill: dict[str, Any]) -> str:
    level = c.SkillLevel(skill["level"])
    graded = "" if level is c.SkillLevel.unrated else LEVEL_WORDS[level]
    return f"{occupation_name(skill['occupation'])}{f'({graded})' if graded else ''}"


def _consent(consent: dict[str, Any]) -> str:
    purpose = CONSENT_WORDS[c.ConsentPurpose(consent["purpose"])]
    ended = consent["withdrawn_on"]
    return f"{purpose}({ended}撤回)" if ended else f"{purpose}({consent['given_on']}起)"


SAYING: dict[str, Callable[[Any], str]] = {
    "id_number": lambda number: mask_id_number(number[:6], number[-4:]),
    "phone": lambda phone: f"*******{phone[-4:]}",
    "division": division_path,
    "education": lambda level: EDUCATION_WORDS[c.Education(level)],
    "expected_wage_cents": lambda cents: f"{cents / 100:g}元",
    "destinations": lambda code: outpost_place(code).name,
    "wanted_occupations": occupation_name,
    "limits": lambda limit: LIMIT_WORDS[c.WorkLimit(limit)],
    "skills": _skill,
    "consents": _consent,
}
