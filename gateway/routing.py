"""Finding the endpoint of a path without trying every one of a few hundred.

The application's own router tries its routes one after the other, and an included router's twice. Here routes are added
flat, and one more route in front of them walks a tree of path segments. A literal segment wins over a parameter,
whatever order the routers are listed in. What the tree does not find is left to the ordinary search.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

_FOUND = "songgang.route"
_ALLOW = "songgang.allow"


def add_router(app: FastAPI, router: APIRouter, prefix: str = "") -> None:
    """Add a router's endpoints to the application itself, under a prefix; other kinds of route as they are."""
    for route in router.routes:
        if not isinstance(route, APIRoute):
            app.router.routes.append(route)
            continue
        app.router.add_api_route(
            prefix + route.path,
            route.endpoint,
            response_model=route.response_model,
            status_code=route.status_code,
            tags=route.tags,
            dependencies=route.dependencies,
            summary=route.summary,
            description=route.description,
            response_description=route.response_description,
            responses=route.responses,
            deprecated=route.deprecated,
            methods=route.methods,
            operation_id=route.operation_id,
            include_in_schema=route.include_in_schema,
            response_class=route.response_class,
            name=route.name,
            openapi_extra=route.openapi_extra,
        )


@contextmanager
def late_building() -> Iterator[None]:
    """Contracts build their validators when first used, to start fast and small. FastAPI silences pydantic's remark on
    its own field aliases only while it declares a route, so it is silenced here while they are built."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
        yield


def build_fields(route: APIRoute) -> None:
    """Build the validators of an endpoint's body and parameters."""
    dependant = route.dependant
    fields = [route.body_field, *dependant.query_params, *dependant.path_params, *dependant.header_params]
    with late_building():
        for field in fields:
            if field is not None:
                field.validate({}, {}, loc=())


class RouteTree(BaseRoute):
    """All endpoints by the segments of their paths."""

    def __init__(self, routes: list[APIRoute]) -> None:
        self._root = _Node()
        self._ready: set[str] = set()
        for route in routes:
            node = self._root
            for segment in route.path_format.split("/"):
                node = node.step(segment)
            node.routes.append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        others: set[str] = set()
        for route in self._root.find(scope["path"].split("/"), 0):
            match, child = route.matches(scope)
            if match is Match.FULL:
                child[_FOUND] = route
                return match, child
            if match is Match.PARTIAL:
                others |= route.methods or set()
        if others:
            return Match.FULL, {_FOUND: None, _ALLOW: ", ".join(sorted(others))}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the endpoint; 405 with all the methods of the path where it does not take this one."""
        route: APIRoute | None = scope[_FOUND]
        if route is None:
            raise HTTPException(405, headers={"Allow": scope[_ALLOW]})
        if route.unique_id not in self._ready:
            build_fields(route)
            self._ready.add(route.unique_id)
        scope["route"] = route
        await route.handle(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> object:  # type: ignore[override]
        raise NoMatchFound(name, path_params)


class _Node:
    """One segment: what may follow it, and the endpoints that end here."""

    __slots__ = ("literal", "parameter", "routes")

    def __init__(self) -> None:
        self.literal: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.routes: list[APIRoute] = []

    def step(self, segment: str) -> _Node:
        if "{" not in segment:
            return self.literal.setdefault(segment, _Node())
        if self.parameter is None:
            self.parameter = _Node()
        return self.parameter

    def find(self, segments: list[str], depth: int) -> Iterator[APIRoute]:
        if depth == len(segments):
            yield from self.routes
            return
        following = self.literal.get(segments[depth])
        if following is not None:
            yield from following.find(segments, depth + 1)
        if self.parameter is not None:
            yield from self.parameter.find(segments, depth + 1)


def index_routes(app: FastAPI) -> None:
    """Put the tree in front, once every endpoint is there, then what is no plain endpoint (pages, static files).

    A parameter that spans segments stays with the ordinary search.
    """
    flat = [route for route in app.routes if isinstance(route, APIRoute)]
    others = [route for route in app.routes if not isinstance(route, APIRoute)]
    app.router.routes[:] = [RouteTree([route for route in flat if ":path}" not in route.path]), *others, *flat]
