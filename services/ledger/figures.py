"""The county's figures by outpost, township and month, each the sum of the events behind it; and the hub's roll-up."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select, func
from sqlmodel import col, select

from services.ledger.hearing import current_generation
from services.ledger.measures import RATES
from services.ledger.models import FigureEntry
from shared.contracts import ledger as c
from shared.contracts.base import Page
from shared.contracts.scopes import Outpost, OutpostCode
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import division_name, outpost_place, outposts

YEARS_AT_MOST = 10
# A number with fewer rows behind it could point at a person.
SUPPRESSED_BELOW = 5


def get_figures(session: Session, query: c.GetFigures) -> c.FiguresView:
    """All measures of a period; raises FIGURES_PERIOD. Row level security narrows an outpost to its own rows."""
    _check_period(query.date_from, query.date_to)
    month = func.to_char(FigureEntry.on_day, "YYYY-MM")
    township = func.left(FigureEntry.division, 9)
    rows = session.execute(
        _narrowed(
            sa.select(
                col(FigureEntry.measure), col(FigureEntry.outpost), township, month, func.sum(FigureEntry.amount)
            ),
            session,
            query,
        ).group_by(col(FigureEntry.measure), col(FigureEntry.outpost), township, month)
    ).all()
    totals: dict[str, int] = defaultdict(int)
    lines: dict[str, dict[str, dict[str, int]]] = {name: defaultdict(dict) for name in ("outpost", "township", "month")}
    for measure, outpost, division, in_month, amount in rows:
        totals[measure] += int(amount)
        keys = (("outpost", outpost and OutpostCode(outpost).value), ("township", division), ("month", in_month))
        for name, key in keys:
            if key:
                line = lines[name][key]
                line[measure] = line.get(measure, 0) + int(amount)
    return c.FiguresView(
        date_from=query.date_from,
        date_to=query.date_to,
        totals=dict(sorted(totals.items())),
        rates={
            name: round(totals[part] / totals[whole], 4) for name, (part, whole) in RATES.items() if totals.get(whole)
        },
        by_outpost=[_line(key, outpost_place(key).name, found) for key, found in sorted(lines["outpost"].items())],
        by_township=[_line(key, division_name(key), found) for key, found in sorted(lines["township"].items())],
        by_month=[_line(key, key, found) for key, found in sorted(lines["month"].items())],
    )


def _line(key: str, name: str, found: dict[str, int]) -> c.FigureLine:
    return c.FigureLine(key=key, name=name, measures=dict(sorted(found.items())))


def _narrowed(statement: Select[Any], session: Session, query: c.GetFigures | c.ListFigureRows) -> Select[Any]:
    statement = statement.where(
        col(FigureEntry.generation) == current_generation(session),
        col(FigureEntry.on_day) >= query.date_from,
        col(FigureEntry.on_day) <= query.date_to,
    )
    if query.outpost is not None:
        statement = statement.where(col(FigureEntry.outpost) == query.outpost)
    if query.division:
        statement = statement.where(col(FigureEntry.division).startswith(query.division, autoescape=True))
    return statement


def list_figure_rows(session: Session, query: c.ListFigureRows) -> Page[c.FigureRow]:
    """The events that one figure counts: a number that nobody can open is not believed."""
    _check_period(query.date_from, query.date_to)
    statement = _narrowed(select(FigureEntry), session, query).where(col(FigureEntry.measure) == query.measure)
    return page(
        session,
        statement,
        order=(col(FigureEntry.at).desc(), col(FigureEntry.event_id).desc()),
        request=query,
        view=c.FigureRow.model_validate,
    )


def get_roll_up(session: Session, query: c.GetRollUp) -> c.RollUpView:
    """各站汇总 for 中心站 and the county: sums by outpost, suppressed where fewer than five rows stand behind one.

    Read as the service, since the hub may see no row of another outpost; so who asks is checked here. No totals are
    given, from which a suppressed number could be subtracted. Raises FIGURES_HUB_ONLY.
    """
    scope = session.caller.scope
    if isinstance(scope, Outpost) and not outpost_place(scope.code).is_hub:
        raise c.FIGURES_HUB_ONLY()
    _check_period(query.date_from, query.date_to)
    rows = session.exec(
        select(FigureEntry.outpost, FigureEntry.measure, func.sum(FigureEntry.amount), func.count())
        .where(
            FigureEntry.generation == current_generation(session),
            FigureEntry.on_day >= query.date_from,
            FigureEntry.on_day <= query.date_to,
            col(FigureEntry.outpost).is_not(None),
        )
        .group_by(col(FigureEntry.outpost), col(FigureEntry.measure))
    )
    found: dict[str, dict[str, int | None]] = defaultdict(dict)
    for outpost, measure, amount, behind in rows:
        found[str(outpost)][measure] = int(amount) if behind >= SUPPRESSED_BELOW else None
    return c.RollUpView(
        date_from=query.date_from,
        date_to=query.date_to,
        suppressed_below=SUPPRESSED_BELOW,
        outposts=[
            c.RollUpLine(outpost=place.code, name=place.name, measures=dict(sorted(found[place.code.value].items())))
            for place in outposts()
        ],
    )


def _check_period(date_from: date, date_to: date) -> None:
    if date_from > date_to or (date_to - date_from).days > 366 * YEARS_AT_MOST:
        raise c.FIGURES_PERIOD()
