"""What the kit promises, whichever way messages travel."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from shared.contracts import honey, registry
from shared.contracts.base import Envelope
from shared.contracts.errors import Problem
from shared.contracts.kit import DiscardParked, KitStatus, ListParked, ReplayParked
from shared.contracts.scopes import Actor
from shared.kit import calls
from shared.kit.bus import headers_for
from shared.kit.context import ContextSeal, service_context
from shared.kit.envelopes import Sealed, seal
from shared.kit.keys import Keys
from shared.kit.settings import SERVICES
from shared.kit.tables import new_id, utc_now
from tests.behaviour import journey
from tests.behaviour.conftest import World
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory
from tests.support.waiting import wait_for


def test_the_same_command_twice_is_carried_out_once(world: World) -> None:
    command_id = uuid4()
    person = RegisterWorkerFactory(11).build()
    first = world.hq().ask(person, command_id=command_id)
    assert world.hq().ask(person, command_id=command_id) == first


def test_a_key_used_for_other_content_is_refused(world: World) -> None:
    command_id = uuid4()
    factory = RegisterWorkerFactory(12)
    world.hq().ask(factory.build(), command_id=command_id)
    with refused("command.key_reused"):
        world.hq().ask(factory.build(), command_id=command_id)


def test_fifty_copies_of_a_command_at_once_have_one_effect(world: World) -> None:
    command_id = uuid4()
    person = RegisterWorkerFactory(13).build()

    def ask(_: int) -> str:
        try:
            return str(world.hq().ask(person, command_id=command_id).id)
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(50) as threads:
        answers = set(threads.map(ask, range(50)))
    assert len(answers - {"command.in_progress"}) == 1


def test_a_refusal_leaves_nothing_behind(world: World) -> None:
    person = RegisterWorkerFactory(14).build()
    world.hq().ask(person)
    before = world.hq().ask(registry.ListWorkers(q=person.name, limit=500)).items
    with refused("worker.duplicate"):
        world.hq().ask(person)
    assert world.hq().ask(registry.ListWorkers(q=person.name, limit=500)).items == before


def test_an_outpost_does_not_see_a_worker_that_was_not_sent_to_it(world: World) -> None:
    worker_id = journey.register(world, seed=15)
    with refused("resource.not_found"):
        world.outpost("hangzhou").ask(registry.GetWorker(worker_id=worker_id))


def test_a_scope_that_may_not_ask_is_refused(world: World) -> None:
    with refused("scope.forbidden"):
        world.outpost("hangzhou").ask(RegisterWorkerFactory(16).build())


def test_a_context_that_was_not_signed_by_us_is_refused(world: World) -> None:
    forged = Asker(world.caller, ContextSeal(Keys.new(), "gateway"), world.hq().context)
    with refused("context.refused"):
        forged.ask(registry.ListWorkers())


def test_a_service_scope_is_believed_from_that_service_alone(world: World) -> None:
    forged = world.asker(service_context("registry"), signer="postings")
    with refused("context.refused"):
        forged.ask(registry.ListWorkers())


def test_a_service_that_does_not_exist_is_unavailable_within_the_deadline(world: World) -> None:
    begun = time.monotonic()
    with refused("service.unavailable"):
        headers = headers_for(ContextSeal(world.keys, "gateway"), world.hq().context, None, None)
        world.caller.call("nobody", "nothing", calls.body_of(KitStatus()), headers, 2.0)
    assert time.monotonic() - begun < 5


def test_every_service_says_how_far_behind_it_is(world: World) -> None:
    for name in SERVICES:
        assert world.hq().ask(KitStatus(), service=name).service == name


def test_an_event_that_is_not_genuine_is_parked_and_holds_back_its_own_aggregate_only(world: World) -> None:
    aggregate = str(new_id())
    forged = _event(world, aggregate, version=1)
    forged = Sealed(**{**forged.__dict__, "signature": "AAAA"})
    later = _event(world, aggregate, version=2)
    other = _event(world, str(new_id()), version=1)
    world.publish_raw(forged, later, other)
    parked = wait_for(lambda: _parked(world, forged), seconds=20)
    assert parked.held_back == 1
    with refused("scope.forbidden"):
        world.outpost("dongguan").ask(DiscardParked(event_id=parked.id, reason="x"), service="ledger")
    world.hq().ask(ReplayParked(event_id=parked.id), service="ledger")
    wait_for(lambda: _parked(world, forged), seconds=20)
    world.hq().ask(DiscardParked(event_id=parked.id, reason="签名不符, 核实后丢弃"), service="ledger")
    wait_for(lambda: world.hq().ask(KitStatus(), service="ledger").inbox_pending == 0, seconds=20)
    assert _parked(world, forged) is None


def test_ten_jars_are_sold_ten_times_at_fifty_at_once(world: World) -> None:
    sku, code = journey.send_honey(world, jars=10, outpost="guiyang", seed=17)
    sale = honey.PlaceSalesOrder(
        lines=[honey.SalesLineForm(sku=sku, quantity=1)],
        payment=honey.Payment(method=honey.PaymentMethod.cash),
    )

    def sell(_: int) -> str:
        try:
            return world.outpost("guiyang").ask(sale).state.value
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(50) as threads:
        answers = Counter(threads.map(sell, range(50)))
    assert answers["honey.insufficient_stock"] == 40
    assert sum(answers.values()) == 50
    assert world.outpost("guiyang").ask(honey.GetStock()).totals.get(sku, 0) == 0
    assert world.public().ask(honey.GetHoneyTrace(code=code)).code == code


def _event(world: World, aggregate: str, *, version: int) -> Sealed:
    return seal(
        world.keys,
        Envelope(
            event_id=new_id(),
            topic="roster.changed",
            publisher="registry",
            aggregate_id=aggregate,
            version=version,
            at=utc_now(),
            actor=Actor(kind="service", id="test"),
            body={"kind": "returned", "entered": 0, "left": 0},
        ),
    )


def _parked(world: World, sealed: Sealed):  # type: ignore[no-untyped-def]
    found = world.hq().ask(ListParked(limit=500), service="ledger")
    return next((one for one in found.items if one.id == sealed.event_id), None)
