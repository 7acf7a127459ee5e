"""Golden files of the events: what was promised to every subscriber and to the ledger's archive.

`python -m tests.contracts.golden` writes the file of a new event and adds new fields to known ones. It refuses to
write what would break a promise; `--break TOPIC` writes it all the same, for an event that nobody has received yet.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import random
import sys
from pathlib import Path
from typing import Any

from polyfactory.factories.pydantic_factory import ModelFactory

import shared.contracts
from shared.contracts.base import Event

GOLDEN = Path(__file__).parent / "golden"
MEANING = (
    "type",
    "format",
    "enum",
    "const",
    "items",
    "anyOf",
    "allOf",
    "oneOf",
    "$ref",
    "properties",
    "additionalProperties",
)


def event_classes() -> list[type[Event]]:
    """Every declared event, by topic."""
    for module in pkgutil.walk_packages(shared.contracts.__path__, "shared.contracts."):
        importlib.import_module(module.name)
    return [
        Event.by_topic[topic]
        for topic in sorted(Event.by_topic)
        if not Event.by_topic[topic].__module__.startswith("tests.")
    ]


def describe(event: type[Event]) -> dict[str, Any]:
    """What an event promises: its name, what orders it, and its fields with their meaning (texts left out)."""
    schema = event.model_json_schema(mode="serialization")
    return {
        "topic": event.topic,
        "aggregate": event.aggregate,
        "about_worker": event.about_worker,
        "schema": {
            "properties": {name: _meaning(given) for name, given in sorted(schema.get("properties", {}).items())},
            "required": sorted(event.model_json_schema(mode="validation").get("required", [])),
            "definitions": {name: _meaning(given) for name, given in sorted(schema.get("$defs", {}).items())},
        },
    }


def broken_promises(golden: dict[str, Any], event: type[Event]) -> list[str]:
    """What the event no longer keeps of its golden file: each a sentence."""
    now, then = describe(event), golden
    found = [f"{name} changed" for name in ("topic", "aggregate") if now[name] != then[name]]
    found += _lost("field", then["schema"]["properties"], now["schema"]["properties"])
    found += _lost("type", then["schema"]["definitions"], now["schema"]["definitions"])
    added = set(now["schema"]["required"]) - set(then["schema"]["required"])
    return found + [f"field {name} must have a default: events without it are in the archive" for name in sorted(added)]


def _lost(kind: str, then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    return [
        f"{kind} {name} {'is gone' if name not in now else 'changed its meaning'}"
        for name, meaning in then.items()
        if name not in now or not _covers(now[name], meaning)
    ]


def _covers(now: Any, then: Any) -> bool:
    """Whether everything that was said before is still said; lists of values may grow, objects may gain fields."""
    if isinstance(then, dict) and isinstance(now, dict):
        return all(name in now and _covers(now[name], value) for name, value in then.items())
    if isinstance(then, list) and isinstance(now, list):
        return all(value in now for value in then)
    return bool(now == then)


def _meaning(schema: Any) -> Any:
    if isinstance(schema, dict):
        if "properties" in schema:
            named = {name: _meaning(value) for name, value in sorted(schema["properties"].items())}
            return {"type": "object", "properties": named}
        return {name: _meaning(value) for name, value in sorted(schema.items()) if name in MEANING}
    return [_meaning(value) for value in schema] if isinstance(schema, list) else schema


def _example(event: type[Event]) -> dict[str, Any]:
    factory = ModelFactory.create_factory(event, __random_seed__=20260101, __randomize_collection_length__=False)
    random.seed(20260101)
    made: dict[str, Any] = factory.build().model_dump(mode="json")
    return made


def write(allowed_to_break: set[str]) -> int:
    """Bring the folder up to date; the number of refusals."""
    GOLDEN.mkdir(exist_ok=True)
    refused = 0
    for event in event_classes():
        file = GOLDEN / f"{event.topic}.json"
        golden = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
        if golden and event.topic not in allowed_to_break and (broken := broken_promises(golden, event)):
            print(f"refused {event.topic}: {'; '.join(broken)}")
            refused += 1
            continue
        if golden and golden["schema"] == describe(event)["schema"]:
            continue
        example = golden["example"] if golden and event.topic not in allowed_to_break else _example(event)
        content = {**describe(event), "example": example}
        file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"wrote {file.name}")
    known = {event.topic for event in event_classes()}
    for file in GOLDEN.glob("*.json"):
        if file.stem not in known and file.stem in allowed_to_break:
            file.unlink()
            print(f"removed {file.name}")
    return refused


if __name__ == "__main__":
    sys.exit(write(set(sys.argv[sys.argv.index("--break") + 1 :]) if "--break" in sys.argv else set()) > 0)
