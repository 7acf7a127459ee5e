"""What is filled in on a receipt, the same on the paper's page, the employer's and the outpost's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from gateway.web.locales import N_
from shared.contracts import dispatch

REASONS = {
    dispatch.NotStartedReason.did_not_arrive: N_("没有到"),
    dispatch.NotStartedReason.worker_declined: N_("本人不愿意"),
    dispatch.NotStartedReason.employer_declined: N_("企业没有录用"),
    dispatch.NotStartedReason.health: N_("体检或身体原因"),
    dispatch.NotStartedReason.other: N_("其他原因"),
}
INCOMPLETE = N_("请填写上岗日期, 或选择没有上岗的原因。")


def filled_in(form: Any) -> dict[str, Any]:
    """The fields of a receipt. The wage is typed in yuan; an empty one is not known. Raises ValueError and
    InvalidOperation.
    """
    if form.get("outcome") == dispatch.ReceiptOutcome.not_started.value:
        return {"outcome": "not_started", "reason_kind": str(form.get("reason", ""))}
    wage = str(form.get("wage", "")).strip()
    return {
        "outcome": "started",
        "started_on": date.fromisoformat(str(form.get("started_on", ""))),
        "wage_cents": int(Decimal(wage) * 100) if wage else None,
    }
