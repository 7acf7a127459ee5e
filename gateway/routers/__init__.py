"""Every router of the API, by audience. A service's routers stand in `routers/<audience>/<subject>.py`."""

from __future__ import annotations

from fastapi import APIRouter

from gateway import health
from gateway.auth import HqReader, OutpostStaff, PartnerApi, WorkerSelf
from gateway.jobs import job_router
from gateway.routers import documents, sessions
from gateway.routers.hq import (
    api_keys,
    audit,
    dispatch_orders,
    figures,
    ledger,
    matchings,
    operations,
    outposts,
    recommendation_slips,
    recommendations,
    reimbursements,
    trip_plans,
    trips,
    users,
)
from gateway.routers.outpost import receipts as outpost_receipts
from gateway.routers.outpost import staff
from gateway.routers.outpost import trips as outpost_trips
from gateway.routers.partner import receipts as partner_receipts
from gateway.routers.worker import recommendations as worker_recommendations
from gateway.routers.worker import reimbursements as worker_reimbursements
from gateway.routers.worker import trip as worker_trip

# Under /api/v1.
ROUTERS: list[APIRouter] = [
    sessions.router,
    users.router,
    outposts.router,
    api_keys.router,
    audit.router,
    operations.router,
    staff.router,
    dispatch_orders.router,
    trip_plans.router,
    trips.router,
    reimbursements.router,
    ledger.router,
    figures.router,
    figures.outpost_router,
    outpost_receipts.router,
    outpost_trips.router,
    partner_receipts.router,
    matchings.router,
    recommendations.router,
    recommendation_slips.router,
    worker_recommendations.router,
    worker_trip.router,
    worker_reimbursements.router,
    job_router("/hq", "hq", HqReader),
    job_router("/outposts/{code}", "outposts", OutpostStaff),
    job_router("/partner", "partner", PartnerApi),
    job_router("/worker", "worker", WorkerSelf),
    documents.problems_router,
]

UNVERSIONED: list[APIRouter] = [health.router, documents.router]
