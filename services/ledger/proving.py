"""“八个一”: which event proves which of the eight things, and which event takes a proof back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.ledger import Essential

Body = Mapping[str, Any]

NAMES: dict[Essential, str] = {
    Essential.database: "就业困难劳动力数据库",
    Essential.agreement: "劳务合作框架协议",
    Essential.dispatch_order: "劳务输出派遣单",
    Essential.training_commission: "培训委托书",
    Essential.labor_contract: "劳务合同",
    Essential.receipt: "就业回执单",
    Essential.ledger: "就业信息台账",
    Essential.worker_group: "就业人员微信群",
}

# topic -> what it proves, and the field that names the paper.
PROOFS: dict[str, tuple[Essential, str | None]] = {
    "worker.registered": (Essential.database, None),
    "enrolment.confirmed": (Essential.training_commission, "course"),
    "dispatch_order.issued": (Essential.dispatch_order, "order_no"),
    "labor_contract.recorded": (Essential.labor_contract, "contract_id"),
    "employment_receipt.received": (Essential.receipt, "receipt_id"),
    "worker_group.joined": (Essential.worker_group, "group_id"),
}


@dataclass(frozen=True)
class Proving:
    essential: Essential
    reference: str | None


def proves(topic: str, body: Body) -> Proving | None:
    found = PROOFS.get(topic)
    if found is None:
        return None
    essential, field = found
    reference = body.get(field) if field else None
    return Proving(essential, str(reference) if reference is not None else None)


# topic -> what it takes back, and the field that says that another proof of it stands.
TAKEN_BACK: dict[str, tuple[Essential, str | None]] = {
    "dispatch_order.cancelled": (Essential.dispatch_order, None),
    "enrolment.cancelled": (Essential.training_commission, "has_other_place"),
}


def takes_back(topic: str, body: Body) -> Essential | None:
    """A cancelled order or place proves nothing any more; a reissued order, another place proves anew."""
    found = TAKEN_BACK.get(topic)
    if found is None:
        return None
    essential, other = found
    return None if other and body.get(other) else essential
