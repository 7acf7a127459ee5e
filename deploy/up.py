"""Starting the platform in one process, migrating, and writing migrations."""

from __future__ import annotations

import shutil
import socket
import tempfile
import time
from pathlib import Path

import structlog

from deploy import embedded
from shared.kit import telemetry
from shared.kit.collector import ease_collector
from shared.kit.embedded import EmbeddedPlatform
from shared.kit.migrate import revise
from shared.kit.postgres import EmbeddedPostgres
from shared.kit.settings import Settings

log = structlog.get_logger()


def run_embedded(settings: Settings) -> int:
    """Serve until Ctrl-C or SIGTERM; the exit status."""
    from gateway.app import create_app
    from gateway.serving import make_server

    started = time.monotonic()
    telemetry.start(settings, "platform")
    settings = settings.model_copy(update={"port": free_port(settings.host, settings.port)})
    with embedded.platform(settings) as (running, found):
        first = bootstrap(running, settings)
        app = create_app(bus=running.bus, settings=settings, keys=found.keys, blobs=running.blobs)
        server = make_server(app, settings)
        ease_collector()
        announce(settings, first, new_keys=found.is_new, seconds=time.monotonic() - started)
        server.run()
    return 0


def bootstrap(running: EmbeddedPlatform, settings: Settings) -> str | None:
    """Create the county, the outposts and the first administrator; the password, if one was generated now."""
    from shared.contracts.identity import BootstrapCounty
    from shared.kit.bus import ask_now
    from shared.kit.context import ContextSeal, service_context

    given = settings.admin_password.get_secret_value() if settings.admin_password else None
    reply = ask_now(
        running.caller,
        ContextSeal(running.keys, "identity"),
        BootstrapCounty(admin_password=given),
        service_context("identity"),
    )
    return reply.generated_password


def announce(settings: Settings, password: str | None, *, new_keys: bool = False, seconds: float | None = None) -> None:
    """Say in three lines where it is, how to sign in, and where its data lies."""
    took = f", ready in {seconds:.1f} s" if seconds is not None else ""
    print(f"送岗 Songgang: {settings.base_url}  (API: {settings.base_url}/docs{took})", flush=True)
    if password:
        print(f"登录 sign in: admin / {password}  (shown once; change it after signing in)", flush=True)
    else:
        print("登录 sign in: admin, with the password you set or were shown at the first start", flush=True)
    note = "back up keys.json now: without it sealed data cannot be read" if new_keys else "Ctrl-C ends it"
    print(f"数据 data: {settings.data.absolute()}  ({note})", flush=True)


def run_migrations(settings: Settings) -> None:
    """Migrate the database, and declare exchanges and queues where there is a broker."""
    with embedded.database(settings):
        pass
    if settings.amqp_uri:
        from deploy.serving import declare_broker

        declare_broker(settings)


def write_revision(service: str, message: str) -> Path:
    """Make the next migration of a service against a throw-away database that has all the earlier ones."""
    folder = Path(tempfile.mkdtemp(prefix="songgang-revision-"))
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    try:
        return revise(server.start(), service, message)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next free one above it."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise SystemExit(f"no free port between {wanted} and {wanted + 49} on {host}; give --port")
