"""Which event counts for which figure, on which day, and for which amount: the county's figures are nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Measured:
    """One addition to one measure."""

    measure: str
    amount: int
    on_day: date


@dataclass(frozen=True)
class Rule:
    """How one topic counts. `day` names the field with the day of the fact; without it the event's own day counts.

    With `sign` -1 an event takes back what an earlier one counted, on the day on which that one counted.
    """

    counts: str | Callable[[Body], str | None] | None = None
    sums: tuple[tuple[str, str], ...] = ()
    day: str | None = None
    sign: int = 1


def _by(field: str, **measures: str) -> Callable[[Body], str | None]:
    return lambda body: measures.get(str(body.get(field)))


# 稳岗: the stays that the county reports.
STAYS = {1: "stays_1_month", 3: "stays_3_months", 6: "stays_6_months", 12: "stays_12_months"}


def _stay(body: Body) -> str | None:
    return STAYS.get(int(body.get("month", 0)))


RULES: dict[str, Rule] = {
    "worker.registered": Rule("workers_registered"),
    "help_plan.reviewed": Rule("help_plans_reviewed"),
    "referral.recorded": Rule("referrals"),
    "posting.opened": Rule("postings_opened", sums=(("openings", "openings"),)),
    "recommendation.made": Rule("recommendations_made", sums=(("recommendations_made", "further_offers"),)),
    "recommendation.answered": Rule(
        _by("answer", accepted="recommendations_accepted", declined="recommendations_declined")
    ),
    "enrolment.confirmed": Rule("enrolments"),
    "certificate.issued": Rule("certificates", day="issued_on"),
    "dispatch_order.issued": Rule("orders_issued"),
    "dispatch_order.cancelled": Rule("orders_cancelled"),
    "trip.departed": Rule("trips_departed"),
    "worker.boarded": Rule("people_boarded"),
    "worker.handed_over": Rule("people_handed_over"),
    "employment_receipt.received": Rule(_by("outcome", started="receipts_started", not_started="receipts_not_started")),
    "placement.started": Rule("placements_started", sums=(("wages_agreed_cents", "wage_cents"),), day="started_on"),
    "employment_receipt.overdue": Rule(_by("level", **{"1": "receipts_overdue"})),
    "placement.month_completed": Rule(_stay, sums=(("income_cents", "wage_cents"),), day="completed_on"),
    "placement.month_withdrawn": Rule(_stay, sums=(("income_cents", "wage_cents"),), day="completed_on", sign=-1),
    "placement.ended": Rule("placements_ended", day="ended_on"),
    "labor_contract.recorded": Rule("labor_contracts"),
    "reimbursement.approved": Rule("fares_approved", sums=(("fares_approved_cents", "amount_cents"),)),
    "flexible_placement.started": Rule("flexible_started", day="started_on"),
    "flexible_placement.month_completed": Rule(
        sums=(("flexible_half_days", "half_days"), ("income_cents", "pay_cents")), day="completed_on"
    ),
    "flexible_placement.ended": Rule("flexible_ended", day="ended_on"),
    "reimbursement.reversed": Rule("fares_reversed", sums=(("fares_reversed_cents", "amount_cents"),)),
    "caseload.opened": Rule("caseload_opened"),
    "follow_up.due": Rule("follow_ups_due", day="due_on"),
    "rights_case.opened": Rule("rights_cases_opened", sums=(("claimed_cents", "amount_claimed_cents"),)),
    "rights_case.resolved": Rule("rights_cases_resolved", sums=(("recovered_cents", "recovered_cents"),)),
    "job_transfer.accepted": Rule("job_transfers"),
    "honey_purchase.recorded": Rule(
        "honey_purchases", sums=(("honey_bought_grams", "grams"), ("honey_bought_cents", "amount_cents"))
    ),
    "sales_order.placed": Rule("honey_sales", sums=(("honey_sold_cents", "amount_cents"),)),
    "settlement.paid": Rule("settlements", sums=(("settled_cents", "amount_cents"),)),
    "message.delivered": Rule("messages_delivered"),
    "message.failed": Rule("messages_failed"),
}

# 上岗率, 稳岗率, 培训就业 …: one figure of a period beside another.
RATES: dict[str, tuple[str, str]] = {
    "accepted_of_recommended": ("recommendations_accepted", "recommendations_made"),
    "started_of_orders": ("receipts_started", "orders_issued"),
    "stayed_of_started": ("stays_3_months", "placements_started"),
    "ended_of_started": ("placements_ended", "placements_started"),
    "recovered_of_claimed": ("recovered_cents", "claimed_cents"),
}


def measured(topic: str, at: datetime, body: Body) -> list[Measured]:
    """What one event adds to the figures."""
    rule = RULES.get(topic)
    if rule is None:
        return []
    on_day = _day(rule, at, body)
    name = rule.counts(body) if callable(rule.counts) else rule.counts
    amounts = {name: 1} if name else {}
    for measure, field in rule.sums:
        amount = body.get(field)
        if isinstance(amount, int) and amount:
            amounts[measure] = amounts.get(measure, 0) + amount
    return [Measured(measure, rule.sign * amount, on_day) for measure, amount in amounts.items()]


def _day(rule: Rule, at: datetime, body: Body) -> date:
    given = body.get(rule.day) if rule.day else None
    return date.fromisoformat(given) if isinstance(given, str) else at.astimezone(ZONE).date()
