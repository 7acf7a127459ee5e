"""Requests made from the OpenAPI document, in which every id, division and reference is somebody else's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from gateway.openapi import audience_of, routes_of
from tests.scopes.rows import FOREIGN, OWN

DEEPEST = 8


@dataclass(frozen=True)
class Attempt:
    method: str
    template: str
    path: str
    kind: str
    query: Mapping[str, Any] = field(default_factory=dict, hash=False)
    body: Any = field(default=None, hash=False)


def attempts(app: FastAPI, kinds: tuple[str, ...]) -> Iterator[Attempt]:
    """Each operation as each kind of scope that it lets in; lists also with every filter set to somebody else's."""
    document = app.openapi()
    for route in routes_of(app):
        allow = audience_of(route)
        if allow is None or "/progress" in route.path_format:
            continue
        for method in sorted(route.methods or ()):
            operation = document["paths"][route.path_format][method.lower()]
            for kind in kinds:
                if allow.is_public != (kind == "public") or not (allow.is_public or kind in allow.scopes):
                    continue
                path, query = _filled(document, operation, route.path_format)
                body = _body(document, operation)
                yield Attempt(method, route.path_format, path, kind, body=body)
                if query:
                    yield Attempt(method, route.path_format, path, kind, query, body)


def _filled(document: dict[str, Any], operation: dict[str, Any], template: str) -> tuple[str, dict[str, Any]]:
    path, query = template, {}
    for parameter in operation.get("parameters", []):
        name, schema = parameter["name"], parameter.get("schema", {})
        value = OWN.outpost if name == "code" and "/outposts/" in template else _example(document, schema, name)
        if parameter["in"] == "path":
            path = path.replace("{" + name + "}", str(value))
        elif parameter["in"] == "query" and name not in ("cursor", "limit") and value is not None:
            query[name] = value
    return path, query


def _body(document: dict[str, Any], operation: dict[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return _example(document, schema, "") if schema else None


def _example(document: dict[str, Any], schema: Mapping[str, Any], name: str, depth: int = 0) -> Any:
    """A value of the schema: ids, divisions and outposts are the foreign tenant's, the rest is the first that fits."""
    if depth > DEEPEST:
        return None
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return _example(document, schema, name, depth + 1)
    for several in ("anyOf", "oneOf", "allOf"):
        chosen = next((one for one in schema.get(several, ()) if one.get("type") != "null"), None)
        if chosen is not None:
            return _example(document, {"examples": schema.get("examples"), **chosen}, name, depth + 1)
    if schema.get("type") == "object" or "properties" in schema:
        return {
            key: _example(document, given, key, depth + 1)
            for key, given in schema.get("properties", {}).items()
            if key in schema.get("required", []) or given.get("format") == "uuid"
        }
    if schema.get("type") == "array":
        return [_example(document, schema.get("items", {}), name, depth + 1)]
    return _somebody_elses(schema, name) or _plain(schema)


def _somebody_elses(schema: Mapping[str, Any], name: str) -> str | None:
    if schema.get("format") == "uuid":
        return str(FOREIGN.id)
    if "division" in name:
        return FOREIGN.division
    return FOREIGN.outpost if name.endswith("outpost") else None


def _plain(schema: Mapping[str, Any]) -> Any:
    for given in ([schema["const"]] if "const" in schema else [], schema.get("enum"), schema.get("examples")):
        if given:
            return given[0]
    if schema.get("type") in ("integer", "number"):
        return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    if schema.get("type") == "boolean":
        return True
    by_format = {"date": "2026-06-01", "date-time": "2026-06-01T08:00:00+08:00", "uri": "https://example.org/"}
    return by_format.get(str(schema.get("format")), "x" * max(int(schema.get("minLength", 0)), 2))
