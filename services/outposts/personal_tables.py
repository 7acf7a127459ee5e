"""What the outposts hold about a person, as a copy tells it (个人信息保护法 §45)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.outposts.models import (
    CaseDeadline,
    CaseEvent,
    CaseloadEntry,
    Evidence,
    FollowUp,
    FollowUpContact,
    JobTransfer,
    Recovery,
    RightsCase,
    WarmHouseVisit,
)
from shared.kit.personal import PersonalTable


def _of_cases(table: Any, worker_id: UUID) -> Any:
    return table.case_id.in_(select(col(RightsCase.id)).where(col(RightsCase.worker_id) == worker_id))


PERSONAL = (
    PersonalTable(
        CaseloadEntry,
        "驻外站服务对象",
        {
            "outpost": "驻外站",
            "state": "状态",
            "order_no": "派遣单",
            "started_on": "上岗日期",
            "ended_on": "离岗日期",
            "from_at": "开始服务",
            "until_at": "结束服务",
            "closed_because": "结束原因",
        },
    ),
    PersonalTable(FollowUp, "跟踪服务", {"outpost": "驻外站", "kind": "类别", "due_on": "应办日期", "state": "状态"}),
    PersonalTable(
        FollowUpContact,
        "跟踪服务联系记录",
        {
            "at": "时间",
            "by": "方式",
            "outcome": "结果",
            "is_employed": "在岗",
            "wage_cents": "月薪",
            "note_sealed": "记录",
        },
    ),
    PersonalTable(
        WarmHouseVisit,
        "暖心屋到访",
        {"outpost": "驻外站", "visited_at": "到访时间", "state": "状态", "services": "服务", "note_sealed": "记录"},
    ),
    PersonalTable(
        RightsCase,
        "维权案件",
        {
            "case_no": "编号",
            "outpost": "驻外站",
            "kind": "类别",
            "state": "状态",
            "facts_on": "事发日期",
            "summary_sealed": "案情",
            "amount_claimed_cents": "主张金额",
            "recovered_cents": "追回金额",
            "opened_at": "立案时间",
            "closed_at": "结案时间",
            "outcome": "结果",
            "closing_note_sealed": "结案说明",
        },
    ),
    PersonalTable(CaseDeadline, "法定时限", {"clock": "时限", "starts_on": "起算", "due_on": "到期", "state": "状态"}),
    PersonalTable(
        CaseEvent,
        "案件进展",
        {"fact": "事项", "happened_on": "日期", "note_sealed": "记录"},
        about=lambda worker_id: _of_cases(CaseEvent, worker_id),
    ),
    PersonalTable(
        Evidence,
        "案件证据",
        {"kind": "种类", "description_sealed": "说明", "obtained_on": "取得日期", "added_at": "收存时间"},
        about=lambda worker_id: _of_cases(Evidence, worker_id),
    ),
    PersonalTable(
        Recovery,
        "追回款项",
        {"amount_cents": "金额", "received_on": "到账日期", "paid_by": "支付方", "reference": "凭证"},
        about=lambda worker_id: _of_cases(Recovery, worker_id),
    ),
    PersonalTable(
        JobTransfer,
        "转岗",
        {
            "from_outpost": "转出站",
            "to_outpost": "转入站",
            "reason_sealed": "原因",
            "state": "状态",
            "requested_at": "申请时间",
            "answered_at": "答复时间",
            "answer_note_sealed": "答复",
        },
    ),
)
# Tables about people that a copy does not tell, and why.
NOT_TOLD: dict[str, str] = {}
