"""A small real county behind the pages: one person at work, one about to leave, one who is still choosing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shared.contracts import dispatch, identity, postings
from shared.contracts.scopes import OutpostCode, Role
from tests.behaviour import journey
from tests.support.platform import TestPlatform
from tests.web.accounts import PASSWORD

JARS = 24


@dataclass
class RealCounty:
    """Who is where in it."""

    at_work: UUID
    travelling: UUID
    choosing: UUID
    case_no: str
    trip_no: str


def fill(platform: TestPlatform) -> RealCounty:
    """Everything by commands, as HQ, outpost and workers would give them."""
    hq = platform.hq()
    platform.as_service("identity").ask(identity.BootstrapCounty(admin_password=PASSWORD))
    for username, role, name in (
        ("dongguan.lead", Role.outpost_lead, "东莞站站长"),
        ("wenling.lead", Role.outpost_lead, "温岭站站长"),
    ):
        hq.ask(
            identity.RegisterUser(
                username=username,
                password=PASSWORD,
                role=role,
                outpost=OutpostCode(username.partition(".")[0]),
                display_name=name,
            )
        )
    offer = journey.open_postings(platform, number=3)
    at_work, travelling, choosing = (journey.register(platform, seed=seed) for seed in (11, 12, 13))

    journey.accept(platform, at_work, offer.posting_ids[0])
    order = journey.dispatch(platform, at_work, offer.posting_ids[0])
    trip = journey.create_trip(platform)
    journey.travel(platform, order, trip)
    journey.start_work(platform, order)
    case = journey.open_case(platform, at_work)

    journey.accept(platform, travelling, offer.posting_ids[1])
    order = journey.dispatch(platform, travelling, offer.posting_ids[1])
    trip = journey.create_trip(platform)
    hold = hq.ask(dispatch.HoldSeat(trip_id=trip.id, order_id=order.id))
    hq.ask(dispatch.ConfirmSeat(trip_id=trip.id, order_id=order.id, hold_id=hold.id))

    for posting_id in offer.posting_ids[:2]:
        journey.eventually(lambda: hq.ask(_recommend(posting_id, choosing)))  # noqa: B023 - called at once
    hq.ask(postings.StartMatching(minimum=2, maximum=3))
    journey.send_honey(platform, jars=JARS, outpost="dongguan", seed=14)
    platform.settle()
    platform.run_jobs()
    platform.settle()
    return RealCounty(at_work, travelling, choosing, case.case_no, trip.trip_no)


def _recommend(posting_id: UUID, worker_id: UUID) -> postings.RecommendPosting:
    return postings.RecommendPosting(posting_id=posting_id, worker_id=worker_id, reason="招聘会上当面推荐")
