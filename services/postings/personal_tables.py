"""What postings holds about a person, as a copy tells it (个人信息保护法 §45)."""

from __future__ import annotations

from services.postings.fair_models import FairCheckIn, FairInterview
from services.postings.offers import Recommendation, Slip, SlipPrinting, Uncovered
from services.postings.outreach_models import OutreachAttendance, OutreachWish
from shared.kit.personal import PersonalTable

PERSONAL = (
    PersonalTable(
        Recommendation,
        "岗位推荐",
        {
            "made_at": "推荐时间",
            "state": "状态",
            "source": "方式",
            "score": "匹配得分",
            "parts": "得分构成",
            "reason": "推荐理由",
            "answer": "本人答复",
            "answered_at": "答复时间",
            "decline_reason": "拒绝原因",
            "answer_note": "本人说明",
            "staff_note": "工作人员说明",
            "expired_because": "失效原因",
        },
    ),
    PersonalTable(Slip, "岗位推荐单", {"slip_no": "编号", "first_printed_at": "首次打印时间"}),
    PersonalTable(SlipPrinting, "推荐单打印记录", {"printed_at": "打印时间", "page": "页"}),
    PersonalTable(
        Uncovered,
        "推荐不足两条的情况",
        {"offers": "已推荐条数", "candidates": "候选岗位数", "reason": "原因", "gates": "不符合的条件"},
    ),
    PersonalTable(OutreachAttendance, "参加送岗下村", {"came_at": "到场时间", "came_by": "登记方式"}),
    PersonalTable(OutreachWish, "送岗下村意向", {"recorded_at": "登记时间", "outcome": "结果"}),
    PersonalTable(FairCheckIn, "参加招聘会", {"came_at": "到场时间", "came_by": "登记方式"}),
    PersonalTable(
        FairInterview,
        "招聘会面试",
        {
            "booked_at": "预约时间",
            "state": "状态",
            "decided_at": "结果时间",
            "wage_cents": "议定月薪",
            "start_on": "约定上岗日期",
            "note": "面试说明",
        },
    ),
)
# Tables about people that a copy does not tell, and why.
NOT_TOLD: dict[str, str] = {
    "seeker": "a copy of the registry's facts",
    "engagement": "a copy of the orders, which dispatch tells",
    "employer_hire": "a copy of the orders, which dispatch tells",
}
