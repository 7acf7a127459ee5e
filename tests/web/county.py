"""A county that answers from memory, for the pages alone: the same messages, no database.

What a page asks that is not here is answered as a service that is down, which a page must survive.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from gateway.web.formats import today
from shared.contracts import honey, ledger, outposts, postings, registry
from shared.contracts.base import Message, Page
from shared.contracts.errors import UNAVAILABLE
from shared.contracts.kit import KitStatus, ServiceStatus
from shared.contracts.scopes import Context, Outpost, OutpostCode
from shared.kit.keys import Keys
from shared.kit.links import make_link_token
from shared.reference import townships
from tests.web import rows
from tests.web.accounts import Accounts
from tests.web.journeys import Journeys
from tests.web.rows import WORKER

WEIGHTS = dict(zip(OutpostCode, (9, 16, 11, 12, 7, 5, 2), strict=True))
NAMES = ("吴秀英", "石光明", "杨昌荣", "潘玉兰", "陆再贵", "龙金花", "吴老满", "石含笑")


class FakeBus(Accounts, Journeys):
    """Answers by message class. `is_fresh` is a county on its first day; `down` names services that do not answer."""

    def __init__(self, keys: Keys, *, is_fresh: bool = False, down: frozenset[str] = frozenset()) -> None:
        self.keys, self.is_fresh, self.down = keys, is_fresh, down
        super().__init__()
        self.asked: list[Message[Any]] = []
        self.answers: dict[UUID, postings.Answer] = {}
        self.random = random.Random(7)
        self.offers = [] if is_fresh else rows.offers()

    async def ask(self, message: Message[Any], context: Context, *, service: str | None = None, **_: Any) -> Any:
        self.asked.append(message)
        name = service or message.service
        answer: Callable[..., Any] | None = getattr(self, f"_{message.method}", None)
        if name in self.down or answer is None:
            raise UNAVAILABLE(part=name)
        return answer(message, context, name) if isinstance(message, KitStatus) else answer(message, context)

    async def ask_raw(self, message: Message[Any], context: Context, **given: Any) -> Any:
        return (await self.ask(message, context, **given)).model_dump(mode="json")

    async def status(self) -> dict[str, str]:
        return {}

    def link(self, *, days: float = 3, worker_id: UUID = WORKER) -> str:
        return make_link_token(
            self.keys,
            purpose="recommendations",
            subject=str(worker_id),
            expires_at=datetime.now(UTC) + timedelta(days=days),
        )

    def _count_rosters(self, _: Message[Any], __: Context) -> registry.RosterSizes:
        sizes = dict.fromkeys(registry.RosterKind, 0)
        if not self.is_fresh:
            sizes |= {
                registry.RosterKind.labour_force: 18_642,
                registry.RosterKind.hardship: 4_127,
                registry.RosterKind.unemployed: 1_386,
                registry.RosterKind.seeking_out_work: 2_918,
            }
        rosters = [registry.RosterSize(kind=kind, members=members) for kind, members in sizes.items()]
        return registry.RosterSizes(as_of=today(), rosters=rosters)

    def _get_worker(self, message: registry.GetWorker, _: Context) -> Any:
        return _as_given(registry.WorkerView, id=message.worker_id, name="石丽银", consents=[])

    def _get_people(self, message: registry.GetPeople, _: Context) -> registry.People:
        people = [
            registry.Person(
                worker_id=found,
                name=NAMES[found.int % len(NAMES)],
                sex=registry.Sex.female,
                born_on=date(1990, 1, 1),
                id_number_masked="522631********0027",
                division="522631106",
                division_name="岩洞镇",
                is_active=True,
            )
            for found in message.worker_ids
        ]
        return registry.People(people=people)

    def _list_help_plans(self, _: Message[Any], __: Context) -> Page[Any]:
        return Page(items=[])

    def _list_matchings(self, _: Message[Any], __: Context) -> Page[postings.MatchingView]:
        if self.is_fresh:
            return Page(items=[])
        run = postings.MatchingView(
            id=uuid4(),
            job_id="postings.1",
            state="succeeded",
            progress=1,
            request=postings.StartMatching(),
            seekers=2_918,
            covered=2_861,
            uncovered=57,
            recommendations=9_204,
            created_at=datetime.now(UTC),
        )
        return Page(items=[run])

    def _list_uncovered(self, _: Message[Any], __: Context) -> Page[postings.UncoveredSeeker]:
        return Page(
            items=[
                postings.UncoveredSeeker(
                    worker_id=uuid4(),
                    division="522631106",
                    offers=1,
                    candidates=1,
                    reason=reason,
                    explanation="…",
                )
                for reason in [postings.UncoveredReason.no_candidate] * 41 + [postings.UncoveredReason.capacity] * 16
            ]
        )

    def _get_figures(self, message: ledger.GetFigures, _: Context) -> ledger.FiguresView:
        by_township, by_outpost = [], []
        totals = {"orders_issued": 0, "orders_cancelled": 0, "placements_started": 0}
        for code in OutpostCode if not self.is_fresh else ():
            chosen = random.Random(code.value)
            sent = 0
            for at, township in enumerate(townships()):
                going = max(0, int(chosen.gauss(WEIGHTS[code] * 1.1, 6)) - at // 3)
                sent += going
                if message.outpost == code and going:
                    measures = {"orders_issued": going + 1, "orders_cancelled": 1}
                    by_township.append(ledger.FigureLine(key=township.code, name=township.name, measures=measures))
            measures = {"orders_issued": sent + 26, "orders_cancelled": 26, "placements_started": int(sent * 0.86)}
            by_outpost.append(ledger.FigureLine(key=code, name=code, measures=measures))
            totals = {key: totals[key] + measures[key] for key in totals}
        return ledger.FiguresView(
            date_from=message.date_from,
            date_to=message.date_to,
            totals=totals,
            rates={},
            by_outpost=by_outpost,
            by_township=by_township,
            by_month=[],
        )

    def _get_outpost_figures(self, _: Message[Any], context: Context) -> outposts.FiguresOfOutposts:
        codes = [context.scope.code] if isinstance(context.scope, Outpost) else list(OutpostCode)
        return outposts.FiguresOfOutposts(items=[self._care(code) for code in codes])

    def _care(self, code: OutpostCode) -> outposts.OutpostFigures:
        given = random.Random(code.value)
        many = (lambda _: 0) if self.is_fresh else given.randrange
        return outposts.OutpostFigures(
            outpost=code,
            caseload=many(420),
            overdue_follow_ups=many(6),
            open_cases=many(24),
            closed_cases=many(90),
            cases_by_kind={},
            amount_claimed_cents=many(90_000_00),
            recovered_cents=many(60_000_00),
            warm_house_visits=many(200),
            transfers_waiting=many(3),
        )

    def _kit_status(self, _: KitStatus, __: Context, service: str) -> ServiceStatus:
        parked = 3 if service == "notify" and not self.is_fresh else 0
        return ServiceStatus(
            service=service,
            outbox_waiting=0,
            outbox_oldest_seconds=0,
            inbox_pending=0,
            inbox_oldest_seconds=0,
            inbox_retrying=0,
            inbox_parked=parked,
            jobs_queued=0,
            jobs_running=0,
        )

    def _list_rights_cases(self, _: Message[Any], __: Context) -> Page[outposts.RightsCaseRow]:
        if self.is_fresh:
            return Page(items=[])
        kinds, states = list(outposts.RightsCaseKind), list(outposts.RightsCaseState)[:4]
        days = [-2, 1, 6, 12, 41, 88, 203, None, 310, 340]
        return Page(
            items=[
                outposts.RightsCaseRow(
                    id=uuid4(),
                    case_no=f"WQ-DG-2026-{at + 7:04d}",
                    worker_id=UUID(int=at),
                    outpost=OutpostCode.dongguan,
                    kind=kinds[at % 4],
                    state=states[at % 4],
                    facts_on=today(),
                    employer_id=None,
                    amount_claimed_cents=None if at % 4 == 3 else 960_000 + at * 77_350,
                    recovered_cents=0,
                    next_deadline_on=None if left is None else today() + timedelta(days=left),
                    opened_at=datetime.now(UTC),
                    closed_at=None,
                    outcome=None,
                    version=1,
                )
                for at, left in enumerate(days)
            ]
        )

    def _list_follow_ups(self, message: outposts.ListFollowUps, _: Context) -> Page[outposts.FollowUpView]:
        if self.is_fresh:
            return Page(items=[])
        kinds = list(outposts.FollowUpKind)
        days = [-4, -1, 0, 0] if message.state is outposts.FollowUpState.due else [1, 3, 6]
        return Page(
            items=[
                outposts.FollowUpView(
                    id=uuid4(),
                    worker_id=UUID(int=at + 3),
                    outpost=OutpostCode.dongguan,
                    kind=kinds[at % len(kinds)],
                    state=message.state or outposts.FollowUpState.due,
                    due_on=today() + timedelta(days=left),
                    liaison_id=None,
                    attempts=0,
                    version=1,
                )
                for at, left in enumerate(days)
            ]
        )

    def _get_stock(self, message: honey.GetStock, context: Context) -> honey.StockView:
        if self.is_fresh:
            return honey.StockView(items=[], totals={}, on_the_way={})
        places = [message.place] if message.place else [code.value for code in OutpostCode]
        if isinstance(context.scope, Outpost):
            places = [context.scope.code.value]
        shelf = [
            honey.StockRow(
                place=place,
                lot_id=uuid4(),
                lot_code="FM-2026-0007",
                sku=sku,
                jars=jars,
                best_before=today() + timedelta(days=420),
                price_cents=price,
            )
            for place in places
            for sku, jars, price in (("HONEY-250", 18, 38_00), ("HONEY-500", 36, 68_00))
        ]
        return honey.StockView(items=shelf, totals={"HONEY-250": 18, "HONEY-500": 36}, on_the_way={"HONEY-500": 24})

    def _list_skus(self, _: Message[Any], __: Context) -> Page[honey.SkuView]:
        sizes = (("HONEY-250", "黎平土蜂蜜 250 克", 250, 38_00), ("HONEY-500", "黎平土蜂蜜 500 克", 500, 68_00))
        return Page(
            items=[
                honey.SkuView(sku=sku, name=name, net_grams=grams, price_cents=price, is_active=True, version=1)
                for sku, name, grams, price in sizes
            ]
        )

    def _list_recommendations(self, _: Message[Any], __: Context) -> Page[postings.RecommendationView]:
        return Page(items=self.offers)

    def _answer_recommendation(self, message: postings.AnswerRecommendation, _: Context) -> postings.RecommendationView:
        offer = next(found for found in self.offers if found.id == message.recommendation_id)
        offer.state = postings.RecommendationState(message.answer.value)
        offer.answered_at, offer.answer_reason = datetime.now(UTC), message.reason
        return offer

    def _withdraw_answer(self, message: postings.WithdrawAnswer, _: Context) -> postings.RecommendationView:
        offer = next(found for found in self.offers if found.id == message.recommendation_id)
        offer.state, offer.answered_at = postings.RecommendationState.offered, None
        return offer


def _as_given(view: Any, **fields: Any) -> Any:
    """A view with only the fields that a page reads."""
    return view.model_construct(**fields)
