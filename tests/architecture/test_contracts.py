"""What the parts promise each other: tables, events and problem codes, read from the catalogue that they declare."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest

import shared.contracts
from deploy.topology import service_class
from shared.contracts.base import Command, Event, Message, Query
from shared.contracts.errors import ProblemCode
from shared.kit.host import heard_topics
from shared.kit.migrate import policies_of, tables_of
from shared.kit.settings import SERVICES
from tests.architecture.source import dotted, sources
from tests.contracts.golden import GOLDEN, broken_promises, describe, event_classes

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ALL_TOPICS = "#"  # the ledger is the archive of everything


def _import_all_contracts() -> None:
    for module in pkgutil.walk_packages(shared.contracts.__path__, "shared.contracts."):
        importlib.import_module(module.name)


_import_all_contracts()
EVENTS = event_classes()
CODES = sorted(ProblemCode.declared.values(), key=lambda code: code.code)


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_has_a_policy(service: str) -> None:
    assert set(policies_of(service)) == {name for name, _ in tables_of(service)}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.topic)
def test_events_only_grow(event: type[Event]) -> None:
    """Events are kept for years and replayed: a field may be added with a default, none may go or change.

    After adding one on purpose: `python -m tests.contracts.golden`.
    """
    file = GOLDEN / f"{event.topic}.json"
    assert file.exists(), f"{event.topic} is new: write its golden file with `python -m tests.contracts.golden`"
    golden: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    assert not broken_promises(golden, event)
    assert describe(event)["schema"] == golden["schema"], "the golden file is behind: python -m tests.contracts.golden"
    assert event.model_validate(golden["example"]).aggregate_id()


def test_no_golden_event_disappeared() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == {event.topic for event in EVENTS}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.topic)
def test_topics_are_noun_past_and_aggregates_are_fields(event: type[Event]) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", event.topic)
    assert event.aggregate in event.model_fields
    assert event.about_worker is None or event.about_worker in event.model_fields or event.about_worker == "worker_id"


PERSONAL = re.compile(r"(?i)(^|_)(name|phone|mobile|id_number|identity_number|address|birth_date|born_on)$")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.topic)
def test_events_carry_no_personal_fields(event: type[Event]) -> None:
    """Employers' names are not personal data; everything else that names or finds a person stays out of events."""
    wrong = {name for name in event.model_fields if PERSONAL.search(name)} - {"name"} | (
        {"name"} & set(event.model_fields) if event.topic not in ("employer.changed", "organisation.changed") else set()
    )
    assert not wrong


@pytest.mark.parametrize("service", SERVICES)
def test_heard_topics_are_declared_by_an_owner(service: str) -> None:
    unknown = {topic for topic in heard_topics(service_class(service)) if topic not in {*Event.by_topic, ALL_TOPICS}}
    assert not unknown


def test_every_event_is_published_by_its_owner() -> None:
    """A topic that nobody publishes is a promise that somebody may be waiting for."""
    made: dict[str, set[str]] = {}
    for source in sources("services", "shared/kit"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Name | ast.Attribute):
                made.setdefault(dotted(node).rpartition(".")[2], set()).add(source.path)
    silent = {
        event.topic
        for event in EVENTS
        if not any(
            path.startswith((f"services/{event.__module__.split('.')[2]}/", "shared/kit/"))
            for path in made.get(event.__name__, ())
        )
    }
    assert not silent


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_problem_codes_speak_both_languages(code: ProblemCode) -> None:
    """Declaring a code twice already fails at import."""
    assert re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", code.code)
    assert CHINESE.search(code.zh)
    assert not CHINESE.search(re.sub(r"[“”\"'].*?[“”\"']", "", code.en))


def test_a_problem_is_raised_with_every_fact_that_its_sentences_name() -> None:
    """A forgotten fact would be shown to people as “…”."""
    codes = _codes_by_constant()
    wrong = []
    for source in sources("services", "gateway", "shared"):
        for node, name in source.calls():
            constant = name.removesuffix(".at").rpartition(".")[2]
            is_open = any(keyword.arg is None for keyword in node.keywords)
            if constant in codes and not is_open and name.rpartition(".")[2] in (constant, "at"):
                code = codes[constant]
                named = set(re.findall(r"{(\w+)", code.zh + code.en))
                missing = named - {keyword.arg for keyword in node.keywords}
                if missing:
                    wrong.append(f"{source.at(node)} {constant} without {sorted(missing)}")
    assert not wrong


def _codes_by_constant() -> dict[str, ProblemCode]:
    return {
        name: value
        for module in pkgutil.walk_packages(shared.contracts.__path__, "shared.contracts.")
        for name, value in vars(importlib.import_module(module.name)).items()
        if isinstance(value, ProblemCode)
    }


def test_problem_codes_are_declared_in_contracts_or_the_kit() -> None:
    wrong = [
        source.at(node)
        for source in sources("services", "gateway", "deploy")
        if source.path != "gateway/errors.py"  # what only HTTP can get wrong
        for node, name in source.calls()
        if name.rpartition(".")[2] == "ProblemCode"
    ]
    assert not wrong


def test_every_declared_problem_code_is_used() -> None:
    used = {
        (node.id if isinstance(node, ast.Name) else node.attr)
        for source in sources()
        if not source.path.endswith("/__init__.py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load)
    }
    declared = {
        dotted(target)
        for source in sources("shared", "services", "gateway")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if dotted(node.value.func).endswith("ProblemCode")
        for target in node.targets
    }
    assert not declared - used


def test_every_message_has_an_answer() -> None:
    """A command or query that its service does not answer would be a call that hangs until its deadline."""
    waiting: list[type[Message[Any]]] = [Command, Query]
    unanswered = set()
    while waiting:
        found = waiting.pop()
        waiting.extend(found.__subclasses__())
        is_asked = found.service in SERVICES and "[" not in found.__name__ and not found.__subclasses__()
        if is_asked and not hasattr(service_class(found.service), found.method):
            unanswered.add(f"{found.service}.{found.method}")
    assert not unanswered


def test_golden_folder_is_where_the_tests_look() -> None:
    assert Path("tests/contracts/golden") == GOLDEN.relative_to(Path(__file__).resolve().parents[2])
