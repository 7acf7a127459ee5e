"""How uvicorn runs the gateway, the same in every mode."""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI

from shared.kit.settings import Settings


def make_server(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """uvloop and httptools; client addresses are believed from the proxies that the settings name, and no others."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies or None,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=10,
        )
    )
