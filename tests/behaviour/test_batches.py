"""Calls that travel together are still calls of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.base import Message
from shared.contracts.errors import Problem
from shared.contracts.kit import KitStatus
from shared.contracts.registry import ListWorkers
from shared.contracts.scopes import Context
from shared.kit import calls
from shared.kit.bus import headers_for
from shared.kit.context import ContextSeal, service_context
from shared.kit.rabbit import RabbitCaller, Waiting, result_of
from tests.behaviour.conftest import World
from tests.support.people import RegisterWorkerFactory
from tests.support.waiting import wait_for

SECONDS = 20.0


class Together:
    """Sends calls to the registry in one message and waits for all their answers."""

    def __init__(self, world: World, caller: RabbitCaller) -> None:
        self._seal = ContextSeal(world.keys, "gateway")
        self._caller = caller

    def call(self, message: Message[Any], context: Context, command_id: Any = None) -> tuple[str, Any, dict[str, str]]:
        return message.method, calls.body_of(message), headers_for(self._seal, context, command_id, None)

    def ask(self, *batch: tuple[str, Any, dict[str, str]]) -> list[Any]:
        """Each call's result, or the code of its problem."""
        waiting = [Waiting() for _ in batch]
        self._caller.send_many("registry", batch, SECONDS, waiting)
        return [self._outcome(one) for one in waiting]

    def _outcome(self, one: Waiting) -> Any:
        assert one.wait(SECONDS), "an answer of the batch did not come"
        try:
            return result_of(one.reply, "registry")
        except Problem as problem:
            return problem.code


@pytest.fixture
def together(world: World) -> Iterator[Together]:
    if world.amqp_uri is None:
        pytest.skip("nothing travels in the single process")
    caller = RabbitCaller(world.amqp_uri)
    caller.start()
    wait_for(lambda: caller.is_ready, seconds=20)
    yield Together(world, caller)
    caller.close()


def test_each_call_gets_its_own_answer_or_its_own_problem(world: World, together: Together) -> None:
    people = [RegisterWorkerFactory(900 + number).build() for number in range(6)]
    machinery, outpost = service_context("gateway"), world.outpost("dongguan").context
    answers = together.ask(
        *(together.call(person, world.hq().context, uuid4()) for person in people),
        together.call(KitStatus(), machinery),
        ("no_such_method", {}, headers_for(ContextSeal(world.keys, "gateway"), machinery, None, None)),
        together.call(people[0], outpost, uuid4()),
        ("kit_status", {}, {}),
    )
    assert [answer["name"] for answer in answers[:6]] == [person.name for person in people]
    assert answers[6]["service"] == "registry"
    assert answers[7:] == ["service.unavailable", "scope.forbidden", "context.refused"]


def test_a_batch_that_comes_twice_has_its_effects_once(world: World, together: Together) -> None:
    """As after a kill between the effects and the acknowledgement."""
    people = [RegisterWorkerFactory(950 + number).build() for number in range(4)]
    batch = [together.call(person, world.hq().context, uuid4()) for person in people]
    first = together.ask(*batch)
    assert together.ask(*batch) == first
    for person in people:
        assert len(world.hq().ask(ListWorkers(q=person.name)).items) >= 1
    assert len({answer["id"] for answer in first}) == 4


def test_an_outpost_in_a_batch_with_headquarters_sees_its_own_only(world: World, together: Together) -> None:
    person = RegisterWorkerFactory(970).build()
    (registered,) = together.ask(together.call(person, world.hq().context, uuid4()))
    search = ListWorkers(q=person.name)
    hq, outpost = together.ask(
        together.call(search, world.hq().context), together.call(search, world.outpost("dongguan").context)
    )
    assert registered["id"] in {found["id"] for found in hq["items"]}
    assert outpost == "scope.forbidden" or outpost["items"] == []
