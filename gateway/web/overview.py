"""HQ's overview: from roster to receipt in six numbers, who goes where, and what needs a person.

Every number is a service's own answer; one that cannot be had is shown as missing, never as zero.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from gateway.web.asking import MOST, Answer, Count, attempt, count, together
from gateway.web.formats import CHINA, number, percent, today
from gateway.web.names import Names
from shared.contracts import dispatch, honey, ledger, outposts, postings, registry
from shared.contracts.kit import KitStatus, ServiceStatus
from shared.contracts.scopes import OutpostCode
from shared.kit.settings import SERVICES

Ask = Callable[..., Awaitable[Any]]
Say = Callable[[str], str]
Found = Mapping[str, Answer[Any]]

ORDERS, CANCELLED, STARTED = "orders_issued", "orders_cancelled", "placements_started"
LEAVING_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Stage:
    """One number of the way from roster to receipt. `value` is None where its service did not answer."""

    key: str
    value: int | None
    note: str = ""
    is_more: bool = False


@dataclass(frozen=True)
class FlowRow:
    """A township's people by slot."""

    division: str
    name: str
    people: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.people)


@dataclass(frozen=True)
class Flow:
    """Townships against the seven fixed slots: people dispatched since `since`."""

    since: date
    slots: list[tuple[str, str, str]]
    rows: list[FlowRow] = field(default_factory=list)
    is_missing: bool = False

    @property
    def totals(self) -> list[int]:
        return [sum(row.people[at] for row in self.rows) for at in range(len(self.slots))]

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)


@dataclass(frozen=True)
class Need:
    """Something that waits for a person. `tone` is bad (late), soon or plain."""

    key: str
    count: Count
    tone: str
    detail: str = ""


@dataclass(frozen=True)
class OutpostLine:
    """One outpost in the table of the seven."""

    code: str
    dispatched: int | None
    started: int | None
    care: outposts.OutpostFigures | None
    jars: int | None


@dataclass
class Overview:
    """Everything the page shows, as of `at`."""

    at: datetime
    since: date
    stages: list[Stage]
    needs: list[Need]
    clear: int
    unknown: int
    flow: Flow
    lines: list[OutpostLine]


async def overview(ask: Ask, names: Names, say: Say) -> Overview:
    """Ask every service at once."""
    day = today()
    since = date(day.year, 1, 1)
    soon = dispatch.ListDispatchOrders(
        state=dispatch.OrderState.issued, is_without_seat=True, depart_to=day + LEAVING_WITHIN, limit=MOST
    )
    found = await together(
        rosters=ask(registry.CountRosters()),
        help_plans=ask(registry.ListHelpPlans(overdue=True, limit=MOST)),
        matchings=ask(postings.ListMatchings(limit=10)),
        figures=ask(ledger.GetFigures(date_from=since, date_to=day)),
        on_the_way=ask(dispatch.ListDispatchOrders(state=dispatch.OrderState.on_the_way, limit=MOST)),
        late_receipts=ask(dispatch.ListDispatchOrders(is_receipt_overdue=True, limit=MOST)),
        seatless=ask(soon),
        claims=ask(dispatch.ListReimbursements(state=dispatch.ReimbursementState.submitted, limit=MOST)),
        care=ask(outposts.GetOutpostFigures()),
        stock=ask(honey.GetStock()),
        status=_statuses(ask),
        **{code.value: ask(ledger.GetFigures(date_from=since, date_to=day, outpost=code)) for code in OutpostCode},
    )
    matching = _latest(found["matchings"])
    needs = _needs(names, say, found, matching, await _uncovered(ask, matching))
    return Overview(
        at=datetime.now(CHINA),
        since=since,
        stages=_stages(say, found, matching),
        needs=[need for need in needs if need is not None and need.count.number],
        clear=sum(need is not None and not need.count.number for need in needs),
        unknown=sum(need is None for need in needs),
        flow=_flow(names, since, found),
        lines=_lines(names, found),
    )


async def _statuses(ask: Ask) -> list[ServiceStatus]:
    return list(await asyncio.gather(*(ask(KitStatus(), service=name) for name in SERVICES)))


def _latest(matchings: Answer[Any]) -> postings.MatchingView | None:
    """The newest run that has figures."""
    return next((run for run in matchings.value.items if run.covered is not None), None) if matchings.value else None


async def _uncovered(ask: Ask, matching: postings.MatchingView | None) -> Answer[Any]:
    if matching is None or not matching.uncovered:
        return Answer()
    return await attempt(ask(postings.ListUncovered(matching_id=matching.id, limit=MOST)))


def _stages(say: Say, found: Found, matching: postings.MatchingView | None) -> list[Stage]:
    rosters, figures, orders = found["rosters"].value, found["figures"].value, found["on_the_way"].value
    sizes = {size.kind.value: size.members for size in rosters.rosters} if rosters else {}
    totals: dict[str, int] = figures.totals if figures else {}
    covered = matching.covered if matching else None if found["matchings"].is_missing else 0
    issued = totals.get(ORDERS, 0) if figures else None
    started = totals.get(STARTED, 0) if figures else None
    travelling = count(orders) if orders else None
    days = len({order.depart_on for order in orders.items}) if orders else 0
    return [
        Stage(
            "registered",
            sizes.get("labour_force"),
            say("困难劳动力 %s") % number(sizes.get("hardship", 0)) if sizes else "",
        ),
        Stage(
            "seeking",
            sizes.get("seeking_out_work"),
            say("失业 %s") % number(sizes.get("unemployed", 0)) if sizes else "",
        ),
        Stage("covered", covered, "" if found["matchings"].is_missing else _coverage(say, matching)),
        Stage("dispatched", issued, say("已取消 %s") % number(totals.get(CANCELLED, 0)) if figures else ""),
        Stage(
            "on_the_way",
            travelling.number if travelling else None,
            say("%s 个出发日") % days if days else "",
            is_more=bool(travelling and travelling.is_more),
        ),
        Stage("started", started, say("占派遣 %s") % percent(started / issued) if started and issued else ""),
    ]


def _coverage(say: Say, matching: postings.MatchingView | None) -> str:
    if matching is None:
        return say("还没有做过匹配")
    if not matching.seekers or matching.covered is None:
        return ""
    return say("覆盖求职者 %s") % percent(matching.covered / matching.seekers)


def _needs(
    names: Names, say: Say, found: Found, matching: postings.MatchingView | None, uncovered: Answer[Any]
) -> list[Need | None]:
    """In the order of their urgency; None where the service did not answer."""
    late, seatless, care = found["late_receipts"], found["seatless"], found["care"]
    return [
        _listed("late_receipts", late, "bad", _by_outpost(names, late)),
        _summed("late_follow_ups", names, care, "bad", "overdue_follow_ups"),
        None
        if found["matchings"].is_missing
        else Need("uncovered", Count((matching and matching.uncovered) or 0), "soon", _reasons(say, uncovered)),
        _listed("seatless", seatless, "soon", _by_outpost(names, seatless)),
        _summed("transfers", names, care, "soon", "transfers_waiting"),
        _listed("help_plans", found["help_plans"], "soon", ""),
        _listed("claims", found["claims"], "plain", ""),
        _parked(names, found["status"]),
    ]


def _parked(names: Names, status: Answer[list[ServiceStatus]]) -> Need | None:
    if status.value is None:
        return None
    parked = {names.service(line.service): line.inbox_parked for line in status.value if line.inbox_parked}
    return Need("parked", Count(sum(parked.values())), "bad", _joined(parked))


def _listed(key: str, answer: Answer[Any], tone: str, detail: str) -> Need | None:
    return None if answer.value is None else Need(key, count(answer.value), tone, detail)


def _summed(key: str, names: Names, care: Answer[Any], tone: str, measure: str) -> Need | None:
    """A count that the outposts give by outpost."""
    if care.value is None:
        return None
    named = {names.outpost(line.outpost): getattr(line, measure) for line in care.value.items if getattr(line, measure)}
    return Need(key, Count(sum(named.values())), tone, _joined(named))


def _by_outpost(names: Names, orders: Answer[Any]) -> str:
    found = Counter(order.outpost for order in orders.value.items) if orders.value else Counter()
    return _joined({names.outpost(code): number for code, number in found.most_common()})


def _reasons(say: Say, uncovered: Answer[Any]) -> str:
    """Why, most frequent first: no fitting posting, or their openings are promised to others."""
    if uncovered.value is None:
        return ""
    said = {"no_candidate": say("没有合适岗位"), "capacity": say("名额不足")}
    found = Counter(said.get(seeker.reason.value, seeker.reason.value) for seeker in uncovered.value.items)
    return _joined(dict(found.most_common()))


def _joined(numbers: dict[str, int]) -> str:
    return " · ".join(f"{name} {number(found)}" for name, found in numbers.items())


def _flow(names: Names, since: date, found: Found) -> Flow:
    """Everybody dispatched and not cancelled, by township and outpost; townships with nobody are left out."""
    slots = names.slots()
    by_outpost = {code.value: found[code.value] for code in OutpostCode}
    if any(answer.is_missing for answer in by_outpost.values()):
        return Flow(since, slots, is_missing=True)
    people: dict[str, dict[str, int]] = {}
    called: dict[str, str] = {}
    for code, answer in by_outpost.items():
        for line in answer.value.by_township if answer.value else []:
            if (going := _going(line.measures)) > 0:
                people.setdefault(line.key, {})[code] = going
                called[line.key] = line.name
    rows = [
        FlowRow(division, called[division], tuple(sent.get(code, 0) for code, _, _ in slots))
        for division, sent in people.items()
    ]
    return Flow(since, slots, sorted(rows, key=lambda row: (-row.total, row.division)))


def _lines(names: Names, found: Found) -> list[OutpostLine]:
    figures, care, stock = (found[name].value for name in ("figures", "care", "stock"))
    measures = {line.key: line.measures for line in figures.by_outpost} if figures else None
    cared = {line.outpost.value: line for line in care.items} if care else {}
    jars: Counter[str] = Counter()
    for row in stock.items if stock else []:
        jars[row.place] += row.jars
    return [
        OutpostLine(
            code=code,
            dispatched=None if measures is None else _going(measures.get(code, {})),
            started=None if measures is None else measures.get(code, {}).get(STARTED, 0),
            care=cared.get(code),
            jars=jars[code] if stock else None,
        )
        for code, _, _ in names.slots()
    ]


def _going(measures: dict[str, int]) -> int:
    return measures.get(ORDERS, 0) - measures.get(CANCELLED, 0)
