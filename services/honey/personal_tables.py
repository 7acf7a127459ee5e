"""What honey holds about a person, as a copy tells it (个人信息保护法 §45)."""

from __future__ import annotations

from services.honey.models import Beekeeper, HoneyPurchase, Settlement
from shared.kit.personal import PersonalTable

PERSONAL = (
    PersonalTable(Beekeeper, "养蜂人员", {"certificate_no": "证书编号", "since": "起始日期", "is_active": "在册"}),
    PersonalTable(
        HoneyPurchase,
        "蜂蜜收购单",
        {
            "purchase_no": "编号",
            "purchased_on": "日期",
            "grams": "重量(克)",
            "grade": "等级",
            "price_cents_per_kg": "单价(每公斤)",
            "amount_cents": "金额",
            "state": "状态",
            "void_reason": "作废原因",
        },
    ),
    PersonalTable(
        Settlement,
        "蜂农结算",
        {
            "settlement_no": "编号",
            "grams": "重量(克)",
            "amount_cents": "金额",
            "method": "方式",
            "reference": "凭证",
            "paid_on": "付款日期",
        },
    ),
)
# Tables about people that a copy does not tell, and why.
NOT_TOLD: dict[str, str] = {}
