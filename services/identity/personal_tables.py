"""What identity holds about a person, as a copy tells it (个人信息保护法 §45)."""

from __future__ import annotations

from services.identity.models import SessionToken
from shared.kit.personal import PersonalTable

PERSONAL = (
    PersonalTable(
        SessionToken,
        "登录记录",
        {
            "created_at": "登录时间",
            "way": "方式",
            "device": "设备",
            "address": "网络地址",
            "last_seen_at": "最后使用",
            "ended_at": "退出时间",
        },
    ),
)
# Tables about people that a copy does not tell, and why.
NOT_TOLD: dict[str, str] = {"former_worker": "which record an old sign-in belongs to now"}
