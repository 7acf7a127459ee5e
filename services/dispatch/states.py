"""Which step may follow which: an illegal one is refused, never silently ignored."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from shared.contracts.dispatch import OrderState, ReimbursementState, TripState
from shared.contracts.errors import ILLEGAL_TRANSITION
from shared.kit.session import Session

ZONE = ZoneInfo("Asia/Shanghai")

StateT = TypeVar("StateT", OrderState, TripState, ReimbursementState)

ORDER_STEPS: dict[tuple[OrderState, str], OrderState] = {
    (OrderState.issued, "board"): OrderState.on_the_way,
    (OrderState.issued, "cancel"): OrderState.cancelled,
    (OrderState.issued, "receive_receipt"): OrderState.closed,
    (OrderState.on_the_way, "receive_receipt"): OrderState.closed,
}
TRIP_STEPS: dict[tuple[TripState, str], TripState] = {
    (TripState.planned, "depart"): TripState.departed,
    (TripState.planned, "cancel"): TripState.cancelled,
    (TripState.departed, "end"): TripState.arrived,
}
CLAIM_STEPS: dict[tuple[ReimbursementState, str], ReimbursementState] = {
    (ReimbursementState.submitted, "approve"): ReimbursementState.approved,
    (ReimbursementState.submitted, "reject"): ReimbursementState.rejected,
    (ReimbursementState.approved, "pay"): ReimbursementState.paid,
    (ReimbursementState.approved, "reverse"): ReimbursementState.reversed,
    (ReimbursementState.paid, "reverse"): ReimbursementState.reversed,
    (ReimbursementState.submitted, "correct"): ReimbursementState.corrected,
    (ReimbursementState.approved, "correct"): ReimbursementState.corrected,
    (ReimbursementState.paid, "correct"): ReimbursementState.corrected,
}
LIVE_CLAIMS = (ReimbursementState.submitted, ReimbursementState.approved, ReimbursementState.paid)


def after(steps: dict[tuple[StateT, str], StateT], state: StateT, action: str) -> StateT:
    """The state that `action` leads to; raises ILLEGAL_TRANSITION."""
    try:
        return steps[(state, action)]
    except KeyError:
        raise ILLEGAL_TRANSITION(state=_plain(state), action=action) from None


def today(session: Session) -> date:
    """The county's day."""
    return session.now.astimezone(ZONE).date()


def moment(given: datetime | None, session: Session) -> datetime:
    """The moment that was reported, in the county's zone where it named none; now where there is none."""
    if given is None:
        return session.now
    return given if given.tzinfo else given.replace(tzinfo=ZONE)


def who(session: Session) -> str:
    """Who is accountable: `user:…`, `api_key:…`, `worker:…` or `service:…`."""
    actor = session.caller.actor
    return f"{actor.kind}:{actor.id}"


def _plain(state: StrEnum) -> str:
    return state.value
