"""All tables of dispatch, by subject."""

from __future__ import annotations

from services.dispatch.base import Table
from services.dispatch.fare_models import FareEntry, FarePolicyVersion, Payout, Reimbursement, ReimbursementLeg
from services.dispatch.flexible_models import FlexiblePlacement, WorkDay
from services.dispatch.order_models import (
    OPEN_STATES,
    DispatchOrder,
    EmploymentReceipt,
    KnownAnswer,
    KnownWorker,
    LaborContract,
    OrderCounter,
    Placement,
)
from services.dispatch.trip_models import (
    ACTIVE,
    TAKEN,
    CustodyRecord,
    SeatHold,
    Trip,
    TripPlan,
    TripPlanChange,
    TripStop,
)

__all__ = [
    "ACTIVE",
    "OPEN_STATES",
    "TAKEN",
    "CustodyRecord",
    "DispatchOrder",
    "EmploymentReceipt",
    "FareEntry",
    "FarePolicyVersion",
    "FlexiblePlacement",
    "KnownAnswer",
    "KnownWorker",
    "LaborContract",
    "OrderCounter",
    "Payout",
    "Placement",
    "Reimbursement",
    "ReimbursementLeg",
    "SeatHold",
    "Table",
    "Trip",
    "TripPlan",
    "TripPlanChange",
    "TripStop",
    "WorkDay",
]
