"""The form that asks for a plan: what is typed in it, and the request that it means. Money is typed in yuan."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData

from gateway.web.formats import today
from shared.contracts import dispatch
from shared.contracts.scopes import OutpostCode

COACH_ROWS = range(4)
HOUR_ROWS = range(4)
COACH_FIELDS = ("kind", "seats", "day", "km", "driver", "available")
HOUR_FIELDS = ("place", "opens", "closes")
PLAIN = ("depart_from", "depart_to", "max_wait_days", "max_ride_hours", "seconds")
# What a county that has planned nothing yet is shown as an example, to be corrected by the charter company's offer.
EXAMPLE = dispatch.PlanTrips.model_validate(
    {
        "depart_from": "2026-01-01",
        "depart_to": "2026-01-07",
        "coaches": [
            {"kind": "49座大巴", "seats": 49, "day_cost_cents": 150_000, "km_cost_cents": 450},
            {"kind": "17座商务车", "seats": 17, "day_cost_cents": 80_000, "km_cost_cents": 280},
        ],
    }
)


def empty_form() -> dict[str, str]:
    return filled_form(EXAMPLE)


def filled_form(asked: dispatch.TripPlanRequest) -> dict[str, str]:
    """The last request again, for the fortnight ahead."""
    found = {
        "depart_from": today().isoformat(),
        "depart_to": (today() + timedelta(days=13)).isoformat(),
        "max_wait_days": str(asked.max_wait_days),
        "max_ride_hours": str(asked.max_ride_hours),
        "seconds": str(asked.seconds),
        "pays_return": "yes" if asked.pays_return else "",
    }
    for code in OutpostCode:
        cents = asked.fare_cents.get(code)
        found[f"fare_{code.value}"] = "" if cents is None else _yuan(cents)
    for number, coach in zip(COACH_ROWS, asked.coaches, strict=False):
        found[f"kind_{number}"] = coach.kind
        found[f"seats_{number}"] = str(coach.seats)
        found[f"day_{number}"] = _yuan(coach.day_cost_cents)
        found[f"km_{number}"] = _yuan(coach.km_cost_cents)
        found[f"driver_{number}"] = _yuan(coach.driver_day_cost_cents)
        found[f"available_{number}"] = "" if coach.available is None else str(coach.available)
    for number, hours in zip(HOUR_ROWS, asked.stop_hours, strict=False):
        found[f"place_{number}"] = hours.outpost.value if hours.outpost else hours.division or ""
        found[f"opens_{number}"] = f"{hours.opens:%H:%M}"
        found[f"closes_{number}"] = f"{hours.closes:%H:%M}"
    return found


def given_form(form: FormData) -> dict[str, str]:
    names = [
        *PLAIN,
        "pays_return",
        *(f"fare_{code.value}" for code in OutpostCode),
        *(f"{field}_{number}" for number in COACH_ROWS for field in COACH_FIELDS),
        *(f"{field}_{number}" for number in HOUR_ROWS for field in HOUR_FIELDS),
    ]
    return {name: str(form.get(name, "")).strip() for name in names}


def request_of(given: dict[str, str]) -> dispatch.PlanTrips:
    """Raises ValueError, InvalidOperation or ValidationError. Empty rows are left out, an empty fare is unknown."""
    request: dict[str, Any] = {name: given[name] for name in PLAIN}
    request["pays_return"] = bool(given["pays_return"])
    request["fare_cents"] = {
        code.value: _cents(given[f"fare_{code.value}"]) for code in OutpostCode if given[f"fare_{code.value}"]
    }
    request["coaches"] = [
        {
            "kind": given[f"kind_{number}"],
            "seats": given[f"seats_{number}"],
            "day_cost_cents": _cents(given[f"day_{number}"]),
            "km_cost_cents": _cents(given[f"km_{number}"]),
            "driver_day_cost_cents": _cents(given[f"driver_{number}"] or "0"),
            "available": given[f"available_{number}"] or None,
        }
        for number in COACH_ROWS
        if given[f"kind_{number}"]
    ]
    request["stop_hours"] = [
        {
            "outpost" if place in set(OutpostCode) else "division": place,
            "opens": given[f"opens_{number}"] or "00:00",
            "closes": given[f"closes_{number}"] or "23:59",
        }
        for number in HOUR_ROWS
        if (place := given[f"place_{number}"])
    ]
    return dispatch.PlanTrips.model_validate(request)


def _cents(yuan: str) -> int:
    return int((Decimal(yuan) * 100).to_integral_value())


def _yuan(cents: int) -> str:
    return f"{Decimal(cents) / 100:f}"
