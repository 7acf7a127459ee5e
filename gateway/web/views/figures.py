"""/hq/figures and /outposts/{code}/figures: the brief's figures by month, each number down to its rows."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.web.asking import attempt
from gateway.web.formats import today
from gateway.web.locales import N_
from gateway.web.names import Names
from gateway.web.visits import Enter, Visit
from shared.contracts import ledger, registry
from shared.contracts.errors import NOT_FOUND, Problem
from shared.contracts.scopes import OutpostCode

router = APIRouter()
HqStaff = Annotated[Visit, Depends(Enter("hq"))]
Staff = Annotated[Visit, Depends(Enter("outpost", outpost_in_path=True))]

# The brief's own order: measure, words, whether it is money.
BRIEF = (
    ("orders_issued", N_("开派遣单"), False),
    ("placements_started", N_("上岗"), False),
    ("receipts_not_started", N_("没有上岗"), False),
    ("stays_1_month", N_("在岗满 1 个月"), False),
    ("stays_3_months", N_("在岗满 3 个月"), False),
    ("stays_6_months", N_("在岗满 6 个月"), False),
    ("enrolments", N_("参加培训"), False),
    ("certificates", N_("培训结业"), False),
    ("rights_cases_opened", N_("维权立案"), False),
    ("recovered_cents", N_("追回金额"), True),
    ("income_cents", N_("务工收入"), True),
    ("flexible_started", N_("县内灵活就业"), False),
    ("fares_approved_cents", N_("车费报销"), True),
)
WORDS = {measure: words for measure, words, _ in BRIEF}
MONEY = frozenset(measure for measure, _, is_money in BRIEF if is_money)


@router.get("/hq/figures")
async def figures(visit: HqStaff) -> Response:
    return await _months(visit, "/hq/figures", _outpost(visit))


@router.get("/outposts/{code}/figures")
async def outpost_figures(visit: Staff) -> Response:
    return await _months(visit, f"/outposts/{visit.caller.outpost}/figures", visit.caller.outpost)


@router.get("/hq/figures/{measure}")
async def figure_rows(visit: HqStaff, measure: str) -> Response:
    return await _rows(visit, "/hq/figures", measure, _outpost(visit))


@router.get("/outposts/{code}/figures/{measure}")
async def outpost_figure_rows(visit: Staff, measure: str) -> Response:
    return await _rows(visit, f"/outposts/{visit.caller.outpost}/figures", measure, visit.caller.outpost)


async def _months(visit: Visit, home: str, outpost: OutpostCode | None) -> Response:
    begin, end = _period(visit)
    refused, found = None, None
    try:
        found = await visit.ask(ledger.GetFigures(date_from=begin, date_to=end, outpost=outpost))
    except Problem as problem:
        if problem.code != ledger.FIGURES_PERIOD.code:
            raise
        refused = visit.sentence(problem)
    return visit.render(
        "figures.html",
        status=422 if refused else 200,
        home=home,
        outpost=outpost,
        begin=begin,
        end=end,
        figures=found,
        refused=refused,
        brief=BRIEF,
        outposts=[(code, name) for code, name, _ in Names(visit.locale, visit.say).slots()],
        link=lambda measure, month=None: _link(home, measure, begin, end, outpost, month),
    )


async def _rows(visit: Visit, home: str, measure: str, outpost: OutpostCode | None) -> Response:
    """The events that one number counts, with the people's names where the visitor may see them."""
    if measure not in WORDS:
        raise NOT_FOUND(what="figure")
    begin, end = _period(visit)
    cursor = visit.request.query_params.get("cursor") or None
    asked = ledger.ListFigureRows(
        measure=measure, date_from=begin, date_to=end, outpost=outpost, cursor=cursor, limit=50
    )
    found = await visit.ask(asked)
    worker_ids = list(dict.fromkeys(row.worker_id for row in found.items if row.worker_id))
    people: dict[UUID, str] = {}
    if worker_ids:
        wanted = registry.GetPeople(worker_ids=worker_ids, purpose=registry.PeoplePurpose.caseload)
        answer = await attempt(visit.ask(wanted))
        people = {person.worker_id: person.name for person in answer.value.people} if answer.value else {}
    return visit.render(
        "figure_rows.html",
        home=f"{home}?{urlencode(_query(begin, end, outpost if home.startswith('/hq') else None))}",
        title=WORDS[measure],
        is_money=measure in MONEY,
        begin=begin,
        end=end,
        outpost=outpost,
        rows=found.items,
        next_url=f"{_link(home, measure, begin, end, outpost)}&{urlencode({'cursor': found.next_cursor})}"
        if found.next_cursor
        else None,
        people=people,
    )


def _period(visit: Visit) -> tuple[date, date]:
    """What the address asks for, else this year up to today; nonsense is read as not given."""
    given = visit.request.query_params
    return _day(given.get("from", ""), today().replace(month=1, day=1)), _day(given.get("to", ""), today())


def _day(given: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return otherwise


def _outpost(visit: Visit) -> OutpostCode | None:
    given = visit.request.query_params.get("outpost", "")
    return OutpostCode(given) if given in set(OutpostCode) else None


def _link(
    home: str, measure: str, begin: date, end: date, outpost: OutpostCode | None, month: str | None = None
) -> str:
    """Where the rows of a number are: of the whole period, or of the part of one month that lies in it."""
    if month is not None:
        first = date.fromisoformat(f"{month}-01")
        after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        begin, end = max(begin, first), min(end, date.fromordinal(after.toordinal() - 1))
    return f"{home}/{measure}?{urlencode(_query(begin, end, outpost if home.startswith('/hq') else None))}"


def _query(begin: date, end: date, outpost: OutpostCode | None) -> dict[str, Any]:
    kept = {"from": begin.isoformat(), "to": end.isoformat()}
    return kept if outpost is None else {**kept, "outpost": outpost.value}
