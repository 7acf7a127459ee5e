"""What notify holds about a person, as a copy tells it (个人信息保护法 §45)."""

from __future__ import annotations

from services.notify.models import GroupMember, Message
from shared.kit.personal import PersonalTable

PERSONAL = (
    PersonalTable(
        Message,
        "发给本人的消息",
        {
            "created_at": "时间",
            "channel": "渠道",
            "template": "内容",
            "params": "参数",
            "state": "状态",
            "delivered_at": "送达时间",
            "read_at": "阅读时间",
        },
    ),
    PersonalTable(
        GroupMember,
        "就业人员微信群",
        {
            "joined_at": "入群时间",
            "consented_on": "同意日期",
            "consent_way": "同意方式",
            "left_at": "退群时间",
            "left_because": "退群原因",
        },
    ),
)
# Tables about people that a copy does not tell, and why.
NOT_TOLD: dict[str, str] = {
    "worker_place": "a copy of the registry's facts",
    "offer_push": "which message a reply answers; the message itself is told",
}
