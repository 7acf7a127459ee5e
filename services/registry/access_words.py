"""A person's copy in words: sections of entries, each a list of what is said and what it says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from services.registry.days import COUNTY_TIME
from services.registry.field_words import CONSENT_WORDS, LIMIT_WORDS
from services.registry.words import (
    EDUCATION_WORDS,
    LEVEL_WORDS,
    ROSTER_WORDS,
    SEX_WORDS,
    SOURCE_WORDS,
)
from shared.contracts import registry as c
from shared.contracts.scopes import OutpostCode
from shared.reference import outpost_place

Entry = list[tuple[str, str]]
RELATION_WORDS = {
    c.HouseholdRelation.head: "户主",
    c.HouseholdRelation.spouse: "配偶",
    c.HouseholdRelation.child: "子女",
    c.HouseholdRelation.child_in_law: "儿媳或女婿",
    c.HouseholdRelation.parent: "父母",
    c.HouseholdRelation.grandchild: "孙子女",
    c.HouseholdRelation.sibling: "兄弟姐妹",
    c.HouseholdRelation.other: "其他",
}
RIGHT_WORDS = {
    c.PrivacyRight.access: "查阅复制",
    c.PrivacyRight.correction: "更正补充",
    c.PrivacyRight.deletion: "删除",
    c.PrivacyRight.restriction: "限制处理",
    c.PrivacyRight.explanation: "解释说明",
}
OUTCOME_WORDS = {
    c.VisitOutcome.met: "见到本人",
    c.VisitOutcome.family_met: "见到家人",
    c.VisitOutcome.not_met: "未见到",
    c.VisitOutcome.moved_away: "已搬走",
    c.VisitOutcome.declined: "不愿接受走访",
}
# The states and ways that the services store as words of their own.
CODES = {
    "open": "办理中",
    "closed": "已办结",
    "done": "已完成",
    "dropped": "不再进行",
    "pending": "待审批",
    "approved": "已批准",
    "refused": "未批准",
    "withdrawn": "已撤回",
    "fulfilled": "已办理",
    "offered": "已推荐",
    "accepted": "已接受",
    "declined": "已谢绝",
    "expired": "已失效",
    "dispatched": "已派遣",
    "issued": "已开具",
    "cancelled": "已取消",
    "confirmed": "已确认",
    "waiting": "候补",
    "passed": "合格",
    "failed": "不合格",
    "absent": "缺考",
    "started": "已上岗",
    "not_started": "未上岗",
    "submitted": "已提交",
    "rejected": "不予批准",
    "paid": "已支付",
    "delivered": "已送达",
    "queued": "待发送",
    "sent": "已发送",
    "read": "已读",
    "active": "服务中",
    "resolved": "已解决",
    "requested": "已申请",
    "due": "应办",
    "missed": "已逾期",
    "boarded": "已上车",
    "held": "已预留",
    "released": "已释放",
    "wage_dispute": "劳资纠纷",
    "injury_claim": "工伤理赔",
    "arbitration": "劳动仲裁",
    "advice": "咨询",
    "coach": "包车",
    "train": "火车",
    "bus": "客车",
    "bank": "银行转账",
    "cash": "现金",
    "qr": "扫码",
    "list": "点名",
    "sms": "短信",
    "inbox": "站内消息",
    "wecom": "企业微信",
    "phone": "电话",
    "password": "密码",
    "automatic": "自动匹配",
    "manual": "人工",
}


def sections(copy: c.AccessCopy) -> list[dict[str, Any]]:
    """What the paper prints; a section without entries says so."""
    worker = copy.worker
    told: list[tuple[str, list[Entry]]] = [
        ("登记信息", [_record(copy)]),
        ("就业困难认定和就业经历(含更正、撤销)", [_entry(one) for one in copy.entries]),
        ("技能", [[("工种", s.name), ("等级", LEVEL_WORDS[s.level]), *_if("证明", s.evidence)] for s in worker.skills]),
        ("授权同意", [_consent(one) for one in worker.consents]),
        ("其他联系方式", [_values(one, {"kind": "类别", "name": "姓名", "phone": "电话"}) for one in copy.contacts]),
        ("一带十", [*_referrals("介绍人", copy.brought_by), *_referrals("被介绍人", copy.brought)]),
        ("帮扶计划", [_values(one, PLAN) for one in copy.help_plans]),
        ("走访", [_visit(one) for one in copy.visits]),
        ("变更记录", [_change(one) for one in copy.changes]),
        ("变更申请", [_values(one, REQUEST) for one in copy.change_requests]),
        ("权利请求", [_right(one) for one in copy.privacy_requests]),
    ]
    tables = [table for service in copy.records for table in service.tables]
    told += [(table.title, [_row(row, table.fields) for row in table.rows]) for table in tables]
    told.append(("谁看过我的信息(最近一年)", [_look(one) for one in copy.looks]))
    told.append(("个人信息处理活动", [_values(one, ACTIVITY) for one in copy.activities]))
    return [{"title": title, "entries": [entry for entry in entries if entry]} for title, entries in told]


PLAN = {"goal": "目标", "owner": "负责人", "due_on": "期限", "state": "状态", "reviewed_on": "评估日期"}
REQUEST = {"requested_at": "申请时间", "reason": "理由", "evidence": "证明", "state": "状态", "decision": "答复"}
ACTIVITY = {
    "purpose": "目的",
    "basis": "依据",
    "categories": "种类",
    "recipients": "接收方",
    "retention": "保存期限",
    "measures": "保护措施",
}


def _record(copy: c.AccessCopy) -> Entry:
    worker = copy.worker
    wishes = worker.intention
    return [
        ("姓名", worker.name),
        ("身份证号码", copy.id_number or ""),
        ("性别", SEX_WORDS[worker.sex]),
        ("出生日期", worker.born_on.isoformat()),
        *_if("联系电话", worker.phone),
        ("乡镇村", worker.division_name),
        ("易地搬迁", said(worker.is_relocated)),
        *_if("文化程度", EDUCATION_WORDS[worker.education] if worker.education else None),
        ("有劳动能力", said(worker.can_work)),
        *_if("身体限制", "、".join(LIMIT_WORDS[limit] for limit in worker.limits)),
        ("愿意外出务工", said(wishes.wants_out_work)),
        ("愿意县内就业", said(wishes.wants_local_work)),
        *_if("意向地", "、".join(outpost_place(code).name for code in wishes.destinations)),
        *_if("期望月薪", yuan(wishes.expected_wage_cents)),
        *_if("家庭户", _household(copy.household)),
        ("所在清单", "、".join(ROSTER_WORDS[kind] for kind in worker.rosters) or "无"),
        ("来源", SOURCE_WORDS[worker.source]),
        ("登记时间", said(worker.created_at)),
    ]


def _household(household: c.OwnHousehold | None) -> str | None:
    if household is None:
        return None
    total = f", 全户{household.members_total}人" if household.members_total else ""
    return f"{RELATION_WORDS[household.relation]}(自{household.since}){total}"


def _entry(one: c.RecordedEntry) -> Entry:
    held = f"{said(one.recorded_at)}登记" + (f", {said(one.superseded_at)}更正或撤销" if one.superseded_at else "")
    return [(one.words, held), ("来源", SOURCE_WORDS[one.source])]


def _consent(one: c.ConsentView) -> Entry:
    return [(CONSENT_WORDS[one.purpose], f"{one.given_on}同意"), *_if("撤回", one.withdrawn_on)]


def _referrals(words: str, given: Iterable[c.OwnReferral]) -> list[Entry]:
    return [[(words, one.name), ("日期", one.referred_on.isoformat())] for one in given]


def _visit(one: c.VisitView) -> Entry:
    return [("日期", one.visited_on.isoformat()), ("结果", OUTCOME_WORDS[one.outcome]), *_if("记录", one.note)]


def _change(one: c.WorkerChangeView) -> Entry:
    changes = [(each.label, f"{each.before or '无'} → {each.after or '无'}") for each in one.changes]
    return [("时间", said(one.recorded_at)), ("来源", SOURCE_WORDS[one.source]), *_if("原因", one.reason), *changes]


def _right(one: c.PrivacyRequestView) -> Entry:
    return [
        ("请求", RIGHT_WORDS[one.right]),
        *_values(one, {"requested_at": "时间", "state": "状态", "answer": "答复"}),
    ]


def _look(one: c.OwnLook) -> Entry:
    return [
        ("日期", one.on.isoformat()),
        ("单位", one.who),
        ("内容", "、".join(one.what)),
        *_if("用途", one.purpose),
        ("次数", str(one.times)),
    ]


def _values(one: BaseModel, words: dict[str, str]) -> Entry:
    return _row({name: getattr(one, name, None) for name in words}, words)


def _row(row: dict[str, Any], words: dict[str, str]) -> Entry:
    told = []
    for name, label in words.items():
        value = row.get(name)
        text = yuan(value) if "_cents" in name and isinstance(value, int) else said(value)
        if text:
            told.append((label, text))
    return told


def _if(label: str, value: Any) -> Entry:
    return [(label, said(value))] if value else []


def yuan(cents: int | None) -> str | None:
    return f"{cents / 100:g}元" if cents is not None else None


def said(value: Any) -> str:
    """A stored value as a person reads it; times in the county's time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.astimezone(COUNTY_TIME).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "、".join(f"{key} {said(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return "、".join(said(each) for each in value)
    return _word(str(getattr(value, "value", value)))


def _word(text: str) -> str:
    if text in CODES:
        return CODES[text]
    if text in set(OutpostCode):
        return f"{outpost_place(text).name}服务站"
    try:
        return said(datetime.fromisoformat(text)) if len(text) > len("2026-01-01") and text[4:5] == "-" else text
    except ValueError:
        return text
