"""Every router of the API, by audience. A service's routers stand in `routers/<audience>/<subject>.py`."""

from __future__ import annotations

from fastapi import APIRouter

from gateway import health
from gateway.auth import Area, HqReader, HqWriter, OutpostStaff, PartnerApi, WorkerSelf
from gateway.jobs import job_router
from gateway.routers import documents, sessions
from gateway.routers.fare_claims import claim_router
from gateway.routers.hq import (
    api_keys,
    attendance,
    audit,
    campaigns,
    certificates,
    courses,
    disclosures,
    dispatch_orders,
    duplicates,
    employer_feeds,
    employer_standing,
    employers,
    figures,
    flexible_placements,
    grid,
    help_plans,
    honey_lots,
    honey_stock,
    households,
    job_fairs,
    keys,
    ledger,
    matchings,
    operations,
    outposts,
    outreaches,
    privacy,
    recognitions,
    recommendation_pushes,
    recommendation_slips,
    recommendations,
    referrals,
    registry_figures,
    reimbursements,
    roster_snapshots,
    rosters,
    stations,
    training_commissions,
    training_sessions,
    trip_plans,
    trips,
    users,
    village_packs,
    worker_entries,
    worker_groups,
    worker_imports,
    workers,
)
from gateway.routers.hq import caseload as hq_caseload
from gateway.routers.hq import honey as hq_honey
from gateway.routers.hq import messages as hq_messages
from gateway.routers.hq import postings as hq_postings
from gateway.routers.labor_contracts import contract_router
from gateway.routers.outpost import caseload as outpost_caseload
from gateway.routers.outpost import cases, employer_visits, follow_ups, staff, warm_house
from gateway.routers.outpost import honey as outpost_honey
from gateway.routers.outpost import ledger as outpost_ledger
from gateway.routers.outpost import messages as outpost_messages
from gateway.routers.outpost import postings as outpost_postings
from gateway.routers.outpost import receipts as outpost_receipts
from gateway.routers.outpost import transfers as outpost_transfers
from gateway.routers.outpost import trips as outpost_trips
from gateway.routers.partner import feeds, honey_orders
from gateway.routers.partner import job_fairs as partner_job_fairs
from gateway.routers.partner import postings as partner_postings
from gateway.routers.partner import receipts as partner_receipts
from gateway.routers.partner import standing as partner_standing
from gateway.routers.partner import trips as partner_trips
from gateway.routers.public import campaigns as public_campaigns
from gateway.routers.public import honey_lots as public_honey_lots
from gateway.routers.public import job_fairs as public_job_fairs
from gateway.routers.public import posting_pages, sms_replies
from gateway.routers.public import postings as public_postings
from gateway.routers.public import training as public_training
from gateway.routers.webhooks import webhook_router
from gateway.routers.worker import groups as worker_own_groups
from gateway.routers.worker import honey as worker_honey
from gateway.routers.worker import job_fairs as worker_job_fairs
from gateway.routers.worker import messages as worker_messages
from gateway.routers.worker import privacy as worker_privacy
from gateway.routers.worker import profile as worker_profile
from gateway.routers.worker import recommendations as worker_recommendations
from gateway.routers.worker import training as worker_training
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
    workers.router,
    worker_entries.router,
    grid.router,
    households.router,
    privacy.router,
    duplicates.router,
    keys.router,
    worker_imports.router,
    rosters.router,
    roster_snapshots.router,
    registry_figures.router,
    village_packs.router,
    disclosures.router,
    help_plans.router,
    referrals.router,
    stations.router,
    worker_profile.router,
    worker_privacy.router,
    employers.router,
    employer_feeds.router,
    employer_standing.router,
    employer_standing.outpost_router,
    recognitions.router,
    hq_postings.router,
    employer_visits.router,
    employer_visits.hq_router,
    outpost_postings.router,
    partner_postings.router,
    feeds.router,
    public_postings.router,
    dispatch_orders.router,
    trip_plans.router,
    trips.router,
    reimbursements.router,
    claim_router("/hq", "hq", HqReader, HqWriter),
    flexible_placements.router,
    ledger.router,
    figures.router,
    figures.outpost_router,
    outpost_ledger.router,
    outpost_receipts.router,
    outpost_trips.router,
    partner_receipts.router,
    partner_trips.router,
    partner_standing.router,
    matchings.router,
    recommendations.router,
    recommendation_slips.router,
    outreaches.router,
    campaigns.router,
    public_campaigns.router,
    job_fairs.router,
    partner_job_fairs.router,
    worker_job_fairs.router,
    public_job_fairs.router,
    worker_recommendations.router,
    worker_trip.router,
    claim_router("/worker", "worker", WorkerSelf, WorkerSelf),
    hq_caseload.router,
    outpost_caseload.router,
    follow_ups.router,
    warm_house.router,
    cases.router,
    outpost_transfers.router,
    hq_honey.router,
    honey_lots.router,
    honey_stock.router,
    outpost_honey.router,
    honey_orders.router,
    public_honey_lots.router,
    worker_honey.router,
    courses.router,
    training_commissions.router,
    training_sessions.router,
    attendance.router,
    certificates.router,
    public_training.router,
    worker_training.router,
    hq_messages.router,
    worker_groups.router,
    recommendation_pushes.router,
    sms_replies.router,
    worker_own_groups.router,
    outpost_messages.router,
    worker_messages.router,
    contract_router("/hq", "hq", HqReader, HqWriter),
    contract_router("/outposts/{code}", "outposts", OutpostStaff, OutpostStaff),
    contract_router("/partner", "partner", PartnerApi, PartnerApi),
    webhook_router("/hq", "hq", HqReader),
    webhook_router("/outposts/{code}", "outposts", OutpostStaff),
    webhook_router("/partner", "partner", PartnerApi),
    job_router("/hq", "hq", Area),
    job_router("/outposts/{code}", "outposts", OutpostStaff),
    job_router("/partner", "partner", PartnerApi),
    job_router("/worker", "worker", WorkerSelf),
    documents.problems_router,
]

UNVERSIONED: list[APIRouter] = [health.router, posting_pages.router, documents.router]
