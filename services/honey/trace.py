"""What a buyer reads behind the jar's QR code: villages, months, grades and tests; no beekeeper is named."""

from __future__ import annotations

from sqlmodel import col, select

from services.honey.models import Bottling, HoneyLot
from shared.contracts import honey as c
from shared.contracts.errors import NOT_FOUND
from shared.kit.session import Session
from shared.reference import HOME_COUNTY, division_name, division_path

TOLD = ("harvest_months", "grades", "floral_sources", "beekeepers", "moisture")


def get_trace(session: Session, query: c.GetHoneyTrace) -> c.HoneyTraceView:
    """Raises NOT_FOUND for a code that was never released."""
    lot = session.exec(
        select(HoneyLot).where(
            HoneyLot.code == query.code.strip().upper(),
            col(HoneyLot.state).in_([c.LotState.released, c.LotState.recalled]),
        )
    ).one_or_none()
    if lot is None:
        raise NOT_FOUND(code=query.code)
    bottlings = session.exec(select(Bottling).where(Bottling.lot_id == lot.id)).all()
    return c.HoneyTraceView.model_validate(
        {
            **{
                name: lot.trace[name]
                for name in ("harvest_months", "grades", "floral_sources", "beekeepers", "moisture")
            },
            "code": lot.code,
            "state": lot.state,
            "places": [place_name(code) for code in lot.trace["places"]] or [division_name(HOME_COUNTY)],
            "bottled_on": sorted({bottling.bottled_on for bottling in bottlings}),
            "best_before": lot.best_before,
            "tests": lot.tests,
        }
    )


def place_name(code: str) -> str:
    """黎平县 岩洞镇铜关村: village level, no nearer."""
    county = division_name(code[:6])
    return county if len(code) == 6 else f"{county} {division_path(code)}"
