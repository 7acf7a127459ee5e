"""Mounts the pages on the gateway's application."""

from __future__ import annotations

import structlog
from fastapi import FastAPI

from gateway.web import refusals
from gateway.web.csp import worker_policy
from gateway.web.environment import environments
from gateway.web.static_files import PREFIX, AssetsMissing, StaticFiles
from gateway.web.views import (
    boarding,
    events,
    feeds,
    figures,
    hq,
    matchings,
    outpost,
    outreaches,
    receipt_sheet,
    receipts,
    recognitions,
    scoring_weights,
    sign_in,
    slips,
    training_check_in,
    trip_plans,
    trips,
    worker,
    worker_more,
)
from gateway.web.visits import ElseWhere, Pages

log = structlog.get_logger()
ROUTERS = (
    sign_in.router,
    hq.router,
    matchings.router,
    scoring_weights.router,
    recognitions.router,
    slips.router,
    outreaches.router,
    feeds.router,
    outpost.router,
    training_check_in.router,
    trip_plans.router,
    boarding.router,
    trips.router,
    figures.router,
    worker.router,
    worker_more.router,
    receipt_sheet.router,
    receipts.router,
    events.router,
)


def mount_pages(app: FastAPI) -> None:
    """Add the pages, their files, and the refusals that are pages; the API alone where `songgang assets` never ran."""
    try:
        static = StaticFiles()
    except AssetsMissing as missing:
        log.warning("no pages", because=str(missing))
        return
    app.state.pages = Pages(
        static=static,
        environments=environments(static),
        worker_policy=worker_policy(static.text("worker.css")),
    )
    app.state.problem_page = refusals.problem_page
    app.add_exception_handler(ElseWhere, refusals.on_elsewhere)
    app.mount(PREFIX.rstrip("/"), static, name="static")
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
