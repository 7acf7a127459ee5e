"""What training holds about a person, as a copy tells it (个人信息保护法 §45)."""

from __future__ import annotations

from services.training.models import Attendance, Certificate, Enrolment
from shared.kit.personal import PersonalTable

PERSONAL = (
    PersonalTable(
        Enrolment,
        "培训报名",
        {
            "course": "课程",
            "state": "状态",
            "enrolled_at": "报名时间",
            "result": "考核结果",
            "score": "成绩",
            "result_note": "考核说明",
            "result_at": "考核登记时间",
        },
    ),
    PersonalTable(Attendance, "培训签到", {"on": "日期", "is_present": "到课", "source": "方式"}),
    PersonalTable(
        Certificate,
        "结业证书",
        {
            "certificate_no": "证书编号",
            "course": "课程",
            "issued_on": "发证日期",
            "revoked_at": "撤销时间",
            "revocation_reason": "撤销原因",
            "placed_on": "结业后上岗日期",
        },
    ),
)
# Tables about people that a copy does not tell, and why.
NOT_TOLD: dict[str, str] = {
    "learner": "a copy of the registry's facts",
    "work_start": "days told by the registry and by dispatch",
}
