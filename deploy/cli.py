"""The `songgang` command: start the platform or a part of it, migrate, work on jobs, fill a demo county."""

from __future__ import annotations

import sys

if len(sys.argv) > 1 and sys.argv[1] == "serve":
    # eventlet must patch before anything else imports sockets or threads.
    import shared.kit.patching  # noqa: F401

from pathlib import Path
from typing import Annotated

import typer

from shared.kit.collector import hold_little
from shared.kit.logs import configure_logs
from shared.kit.settings import SERVICES, Settings, settings_from_environment

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

DataOption = Annotated[Path | None, typer.Option(help="folder for the database, keys and files (default: var)")]
HostOption = Annotated[str | None, typer.Option(help="address to listen on (default: 127.0.0.1)")]
PortOption = Annotated[int | None, typer.Option(help="port to listen on (default: 8080, or the next free one)")]


def _settings(
    data: Path | None = None, host: str | None = None, port: int | None = None, part: str = "platform"
) -> Settings:
    given = {name: value for name, value in {"data": data, "host": host, "port": port}.items() if value is not None}
    settings = settings_from_environment().model_copy(update=given)
    configure_logs(settings, part)
    return settings


@app.command()
def up(data: DataOption = None, host: HostOption = None, port: PortOption = None) -> None:
    """Start the whole platform: in one process, or a process a service where SONGGANG_AMQP_URI is set."""
    settings = _settings(data, host, port)
    if settings.is_embedded:
        from deploy.up import run_embedded

        raise typer.Exit(run_embedded(settings))
    from deploy.supervisor import run_native

    raise typer.Exit(run_native(settings))


@app.command()
def migrate(data: DataOption = None) -> None:
    """Bring the database, and the broker where there is one, to this version."""
    from deploy.up import run_migrations

    run_migrations(_settings(data))


@app.command()
def serve(
    service: Annotated[str, typer.Argument(help=", ".join(SERVICES))],
    role: Annotated[str, typer.Option(help="rpc: answer calls; events: relay, handle, tick; all: both")] = "all",
    data: DataOption = None,
) -> None:
    """Run one service on RabbitMQ (nameko)."""
    if service not in SERVICES or role not in ("rpc", "events", "all"):
        raise typer.BadParameter(f"{service} --role {role}")
    from deploy.topology import service_class
    from shared.kit.serving import serve_service

    serve_service(_settings(data, part=service), service_class(service), role)


@app.command()
def jobs(
    services: Annotated[list[str] | None, typer.Argument(help="whose jobs to run")] = None,
    everything: Annotated[bool, typer.Option("--all", help="the jobs of every service")] = False,
    idle_exit: Annotated[float, typer.Option(help="end after so many idle seconds (0: never)")] = 0,
    data: DataOption = None,
) -> None:
    """Work on queued jobs, one at a time."""
    from deploy.working import work_on_jobs

    work_on_jobs(_settings(data, part="jobs"), SERVICES if everything else tuple(services or ()), idle_exit)


@app.command()
def gateway(data: DataOption = None, host: HostOption = None, port: PortOption = None) -> None:
    """Run the gateway on RabbitMQ."""
    from deploy.serving import serve_gateway

    serve_gateway(_settings(data, host, port, part="gateway"))


@app.command()
def demo(
    url: Annotated[str, typer.Option(help="where the platform is")] = "",
    people: Annotated[int, typer.Option(help="how many synthetic people")] = 600,
    data: DataOption = None,
) -> None:
    """Fill a running platform with a believable county, through its public API."""
    from deploy.demo import run_demo

    raise typer.Exit(run_demo(_settings(data, part="demo"), url, people))


@app.command()
def rotate_keys(
    resume: Annotated[bool, typer.Option("--resume", help="only finish a rotation, make no new key")] = False,
    data: DataOption = None,
) -> None:
    """Make a new key and seal every person's record anew under it; run it again to go on after an interruption."""
    from deploy.rotating import rotate

    raise typer.Exit(rotate(_settings(data, part="keys"), resume=resume))


ledger = typer.Typer(no_args_is_help=True, help="The employment ledger 台账: rebuild it from its log, or verify it.")
app.add_typer(ledger, name="ledger")


@ledger.command()
def rebuild(data: DataOption = None) -> None:
    """Replay the log from nothing into figures and 八个一; fails where anything is broken or came out otherwise."""
    from deploy.ledger import work_on_ledger

    raise typer.Exit(work_on_ledger(_settings(data, part="ledger"), "rebuild"))


@ledger.command()
def verify(data: DataOption = None) -> None:
    """Recompute every worker's chain and verify every publisher's signature."""
    from deploy.ledger import work_on_ledger

    raise typer.Exit(work_on_ledger(_settings(data, part="ledger"), "verify"))


@app.command()
def assets(force: Annotated[bool, typer.Option(help="build even if nothing changed")] = False) -> None:
    """Build the pages' styles and scripts."""
    from deploy.assets import build_assets

    build_assets(force=force)


@app.command()
def revision(service: str, message: str) -> None:
    """Write a service's next migration from the difference between its models and the database (developers)."""
    from deploy.up import write_revision

    typer.echo(write_revision(service, message))


def main() -> None:
    hold_little()
    app()


if __name__ == "__main__":
    main()
