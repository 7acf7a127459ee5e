"""What the ledger holds about a person, as a copy tells it (个人信息保护法 §45)."""

from __future__ import annotations

from services.ledger.models import Proof, Received
from shared.kit.personal import PersonalTable

PERSONAL = (
    PersonalTable(Received, "就业信息台账", {"at": "时间", "topic": "事项", "outpost": "驻外站"}),
    PersonalTable(Proof, "八个一佐证", {"essential": "项目", "at": "时间", "reference": "凭证编号"}),
)
# Tables about people that a copy does not tell, and why.
NOT_TOLD: dict[str, str] = {
    "chain": "the head of the chain of the entries that are told",
    "figure_entry": "numbers counted from the entries that are told",
}
