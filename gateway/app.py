"""The gateway: HTTP in, one message to a service out. It keeps no state that matters."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from gateway import errors, openapi
from gateway.limits import Limits
from gateway.middleware import AnswerHeaders, BodyLimit, CredentialsFirst, Tracing
from gateway.options import GatewayOptions
from gateway.principals import PrincipalCache
from gateway.routers import ROUTERS, UNVERSIONED
from gateway.routing import add_router, index_routes
from gateway.state import Gateway
from gateway.web.routes import mount_pages
from shared.contracts.errors import Problem
from shared.kit.blobs import Blobs
from shared.kit.keys import Keys
from shared.kit.settings import Settings

if TYPE_CHECKING:
    from shared.kit.bus import Bus

API = "/api/v1"
_SIGNED_IN_AUDIENCES = tuple(f"{API}/{audience}/" for audience in ("hq", "outposts", "partner", "worker"))
_MIB = 1024**2
_HANDLERS: dict[Any, Any] = {
    Problem: errors.on_problem,
    RequestValidationError: errors.on_validation,
    ValidationError: errors.on_validation,
    HTTPException: errors.on_http_exception,
}


def create_app(
    bus: Bus, settings: Settings, keys: Keys, blobs: Blobs, options: GatewayOptions | None = None
) -> FastAPI:
    """The application on a bus. Several can run beside each other; one that restarts has lost nothing."""
    options = options or GatewayOptions()
    gateway = Gateway(
        bus=bus,
        settings=settings,
        keys=keys,
        blobs=blobs,
        options=options,
        principals=PrincipalCache(seconds=options.principal_cache_seconds, size=options.principal_cache_size),
        limits=Limits(options, settings.redis_url),
    )
    app = FastAPI(
        title=openapi.TITLE,
        version=_version(),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        generate_unique_id_function=openapi.operation_id,
        # The kit continues the trace through the bus; FastAPI's own spans would begin another one.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
        middleware=[
            Middleware(AnswerHeaders, is_https=gateway.secure_cookies),
            Middleware(Tracing),
            Middleware(
                BodyLimit,
                max_json=options.max_json_mb * _MIB,
                # A form is a little larger than the file in it.
                max_upload=(settings.max_upload_mb + 1) * _MIB,
                max_feed=options.max_feed_mb * _MIB,
            ),
            Middleware(CredentialsFirst, prefixes=_SIGNED_IN_AUDIENCES),
        ],
        exception_handlers=_HANDLERS,
    )
    app.state.gateway = gateway
    for router in ROUTERS:
        add_router(app, router, prefix=API)
    for router in UNVERSIONED:
        add_router(app, router)
    mount_pages(app)
    index_routes(app)
    openapi.install(app)
    return app


def _version() -> str:
    try:
        return version("songgang")
    except PackageNotFoundError:
        return "0"
