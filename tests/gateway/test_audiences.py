"""Generated from the OpenAPI document: every endpoint, asked by everybody it is not for, and by those it is for.

Nobody gets data or an error of ours from an endpoint of another audience; nobody gets a 5xx at all. A normal run takes
a sample (the seed is printed, `SONGGANG_SEED` repeats it); `SONGGANG_TEST_FULL=1` takes everything.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import FastAPI

from gateway.openapi import audience_of, routes_of
from shared.kit.settings import SERVICES
from tests.gateway.conftest import signed_in
from tests.support.sampling import IS_FULL, SEED

SAMPLE = 250
KINDS = ("none", "hq", "area", "outpost", "partner", "worker")


@dataclass(frozen=True)
class Attempt:
    method: str
    path: str
    template: str
    kind: str
    is_allowed: bool


def filled(operation: dict[str, Any], template: str) -> str:
    """The path with ids that are of the right form and nobody's."""
    path = template
    for parameter in operation.get("parameters", []):
        if parameter["in"] != "path":
            continue
        name, schema = parameter["name"], parameter.get("schema", {})
        if name == "code" and "/outposts/" in template:
            value = "dongguan"
        elif schema.get("format") == "uuid":
            value = str(uuid4())
        elif schema.get("enum"):
            value = schema["enum"][0]
        elif parameter.get("examples") or schema.get("examples"):
            value = str((schema.get("examples") or ["x"])[0])
        else:
            value = str(uuid4())
        path = path.replace("{" + name + "}", value)
    return path


def attempts(app: FastAPI) -> Iterator[Attempt]:
    document = app.openapi()
    for route in routes_of(app):
        allow = audience_of(route)
        if allow is None or allow.is_public or "/progress" in route.path_format:
            continue
        for method in sorted(route.methods or ()):
            operation = document["paths"][route.path_format][method.lower()]
            for kind in KINDS:
                yield Attempt(
                    method, filled(operation, route.path_format), route.path_format, kind, kind in allow.scopes
                )


def chosen(app: FastAPI, *, is_allowed: bool, count: int) -> list[Attempt]:
    found = [attempt for attempt in attempts(app) if attempt.is_allowed is is_allowed]
    if not IS_FULL and len(found) > count:
        print(f"SONGGANG_SEED={SEED}")
        found = random.Random(SEED).sample(found, count)
    return found


def test_other_audiences_are_refused_as_declared(http: Any, people: dict[str, Any]) -> None:
    document = http.app.openapi()
    wrong = []
    for attempt in chosen(http.app, is_allowed=False, count=SAMPLE):
        answer = people[attempt.kind].request(attempt.method, attempt.path, json={})
        declared = document["paths"][attempt.template][attempt.method.lower()]["responses"]
        expected = (401,) if attempt.kind == "none" else (403, 404)
        if answer.status_code not in expected or str(answer.status_code) not in declared or "code" not in answer.json():
            wrong.append((attempt, answer.status_code, answer.text[:200]))
    assert not wrong


def test_another_outposts_path_is_no_path(http: Any, people: dict[str, Any]) -> None:
    wrong = []
    for attempt in chosen(http.app, is_allowed=True, count=10_000):
        if attempt.kind == "outpost" and attempt.template.startswith("/api/v1/outposts/{code}"):
            path = attempt.path.replace("/outposts/dongguan", "/outposts/shenzhen", 1)
            answer = people["outpost"].request(attempt.method, path, json={})
            if (answer.status_code, answer.json().get("code")) != (404, "tenant.not_found"):
                wrong.append((attempt, answer.status_code, answer.text[:200]))
    assert not wrong


def test_nobodys_ids_and_empty_bodies_are_never_our_error(http: Any, people: dict[str, Any], platform: Any) -> None:
    """Also the scopes that an endpoint is for: what they ask for does not exist, or is not whole."""
    is_whole = set(platform.hosted) == set(SERVICES)
    wrong = []
    for attempt in chosen(http.app, is_allowed=True, count=SAMPLE):
        if attempt.path.endswith("/sessions") and attempt.method == "DELETE":
            continue
        answer = people[attempt.kind].request(attempt.method, attempt.path, json={})
        is_missing = not is_whole and answer.status_code == 503
        if (answer.status_code >= 500 and not is_missing) or (
            answer.status_code >= 400 and "code" not in answer.json()
        ):
            wrong.append((attempt, answer.status_code, answer.text[:200]))
        if answer.status_code == 401:
            people[attempt.kind] = signed_in(http, attempt.kind)
    assert not wrong


def test_the_document_is_whole(http: Any) -> None:
    document = http.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    bare = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if not operation.get("description"):
                bare.append((method, path, "no docstring"))
            if not operation.get("tags"):
                bare.append((method, path, "no tag"))
            if path.startswith("/api/") and "429" not in operation["responses"]:
                bare.append((method, path, "no problems"))
    assert not bare
