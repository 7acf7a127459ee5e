"""What dispatch holds about a person, as a copy tells it (个人信息保护法 §45)."""

from __future__ import annotations

from services.dispatch.fare_models import FareEntry, Reimbursement, ReimbursementLeg
from services.dispatch.flexible_models import FlexiblePlacement, WorkDay
from services.dispatch.order_models import DispatchOrder, EmploymentReceipt, LaborContract, Placement
from services.dispatch.trip_models import CustodyRecord, SeatHold
from shared.kit.personal import PersonalTable

PERSONAL = (
    PersonalTable(
        DispatchOrder,
        "劳务输出派遣单",
        {
            "order_no": "编号",
            "posting_title": "岗位",
            "employer_name": "用工企业",
            "outpost": "驻外站",
            "depart_on": "出发日期",
            "transport": "交通方式",
            "issued_at": "开具时间",
            "state": "状态",
            "cancelled_at": "取消时间",
            "cancel_reason": "取消原因",
            "closed_at": "办结时间",
        },
    ),
    PersonalTable(
        LaborContract,
        "劳务合同",
        {
            "number": "合同编号",
            "starts_on": "开始日期",
            "ends_on": "结束日期",
            "wage_cents": "月薪",
            "has_social_insurance": "缴纳社会保险",
            "has_injury_cover": "工伤保障",
            "recorded_at": "登记时间",
        },
    ),
    PersonalTable(
        SeatHold,
        "乘车座位",
        {"pickup": "上车点", "seat_no": "座位", "state": "状态", "held_at": "预留时间", "boarded_at": "上车时间"},
    ),
    PersonalTable(CustodyRecord, "点对点交接", {"kind": "环节", "at": "时间", "outpost": "驻外站"}),
    PersonalTable(
        EmploymentReceipt,
        "就业回执单",
        {
            "receipt_no": "编号",
            "order_no": "派遣单",
            "outcome": "结果",
            "started_on": "上岗日期",
            "wage_cents": "月薪",
            "reason": "说明",
            "received_at": "收到时间",
        },
    ),
    PersonalTable(
        Placement,
        "上岗",
        {
            "outpost": "驻外站",
            "started_on": "上岗日期",
            "wage_cents": "月薪",
            "ended_on": "离岗日期",
            "end_reason": "离岗原因",
        },
    ),
    PersonalTable(
        FlexiblePlacement,
        "县内灵活就业",
        {
            "workplace": "地点",
            "occupation": "工种",
            "day_pay_cents": "日工资",
            "started_on": "开始日期",
            "ended_on": "结束日期",
            "end_reason": "结束原因",
        },
    ),
    PersonalTable(
        WorkDay,
        "灵活就业出勤",
        {"on_day": "日期", "workplace": "地点", "half_days": "半天数", "pay_cents": "工资"},
    ),
    PersonalTable(
        Reimbursement,
        "车费报销",
        {
            "year": "年度",
            "state": "状态",
            "claimed_cents": "申报金额",
            "payable_cents": "核定金额",
            "submitted_at": "提交时间",
            "decided_at": "审核时间",
            "reject_reason": "不予报销原因",
            "reverse_reason": "冲销原因",
            "paid_at": "发放时间",
        },
    ),
    PersonalTable(
        ReimbursementLeg,
        "车费报销行程",
        {
            "mode": "交通工具",
            "from_place": "出发地",
            "to_place": "到达地",
            "travelled_on": "日期",
            "amount_cents": "票价",
            "ticket_no": "票号",
        },
    ),
    PersonalTable(FareEntry, "车费账目", {"kind": "类别", "amount_cents": "金额", "booked_at": "记账时间"}),
)
# Tables about people that a copy does not tell, and why.
NOT_TOLD: dict[str, str] = {
    "known_worker": "a copy of the registry's facts",
    "known_answer": "a copy of an answer, which postings tells",
}
