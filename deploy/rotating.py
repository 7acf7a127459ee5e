"""`songgang rotate-keys` 密钥轮换: a new root key, then everything sealed and hashed anew under it: people's records in
the registry, and in every other service what it seals of its own (contacts, notes of cases, secrets of webhooks).

The new key may be made only while no process of the platform runs, since a running one does not know it. Sealing anew
may go on beside a running platform: people are found under every key of the ring. Former keys stay in the ring, for
backups, stored files and the signatures of old events need them.
"""

from __future__ import annotations

from contextlib import ExitStack

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import text
from sqlalchemy.engine import make_url

from deploy import embedded
from deploy.long_work import closing, database_of, followed
from deploy.working import hosted_services, running_url
from shared.contracts.base import JobState
from shared.contracts.kit import SealUses
from shared.contracts.registry import GetKeyUses, ResealPeople
from shared.kit.database import make_engine
from shared.kit.host import HostedService
from shared.kit.keys import Keys, load_keys
from shared.kit.migrate import app_url, driver_url, migrate
from shared.kit.resealing import SealedColumn, begin, uses
from shared.kit.settings import SERVICES, Settings


def rotate(settings: Settings, *, resume: bool = False) -> int:
    """0 where every record is sealed under the active key in the end."""
    console = Console()
    if not resume and not _is_under_way(settings):
        refusal = _new_root(settings)
        if refusal:
            console.print(refusal, style="red")
            return 1
        console.print(f"新密钥已写入 a new key was written: {_keys_file(settings)} (请立即备份 back it up now)")
    with database_of(settings):
        services = hosted_services(settings)
        with ExitStack() as stack:
            for one in services:
                stack.enter_context(closing(one))
            return _reseal_people(console, _registry(services)) or _reseal_records(console, services)


def _keys_file(settings: Settings) -> str:
    return str((settings.keys_file or settings.data / "keys.json").absolute())


def _registry(services: list[HostedService]) -> HostedService:
    return next(one for one in services if one.name == "registry")


def _seals(one: HostedService) -> tuple[SealedColumn, ...]:
    return tuple(getattr(one.service, "sealed", ()))


def _is_under_way(settings: Settings) -> bool:
    """Whether some records are under a former key still: then that rotation is finished, and no other begun."""
    with database_of(settings):
        services = hosted_services(settings)
        with ExitStack() as stack:
            for one in services:
                stack.enter_context(closing(one))
            registry = _registry(services)
            people = registry.runtime.asker(registry.runtime.own_context())(GetKeyUses())
            return not people.is_finished or not all(_uses(one).is_finished for one in services)


def _uses(one: HostedService) -> SealUses:
    with one.runtime.database.transaction(one.runtime.own_context()) as session:
        return uses(session, _seals(one))


def _new_root(settings: Settings) -> str | None:
    """Add a key to the ring and let the application log in by it; why not, where it may not be done now."""
    if settings.keys is not None:
        return (
            "密钥由 SONGGANG_KEYS 提供: 请在其中加入新密钥并设为 active, 重启所有进程, 再运行 rotate-keys --resume\n"
            "The keys come from SONGGANG_KEYS: add one there, make it the active one, restart every process, "
            "then run rotate-keys --resume"
        )
    if settings.database_url is None and running_url(settings) is not None:
        return _running()
    keys = load_keys(settings)
    if settings.database_url is not None:
        if _is_connected(settings.database_url, keys):
            return _running()
        _save(settings, keys.rotated(), settings.database_url)
        return None
    rotated = keys.rotated()
    rotated.save(settings.keys_file or settings.data / "keys.json")
    with embedded.database(settings):
        return None


def _running() -> str:
    return (
        "平台正在运行, 它不认识新密钥: 请先停止所有进程, 再运行 rotate-keys\n"
        "The platform is running and would not know the new key: stop every process, then run rotate-keys"
    )


def _save(settings: Settings, keys: Keys, admin_url: str) -> None:
    keys.save(settings.keys_file or settings.data / "keys.json")
    migrate(admin_url, keys, SERVICES)


def _is_connected(admin_url: str, keys: Keys) -> bool:
    """Whether any process of the platform is connected as the application."""
    user = make_url(app_url(admin_url, keys)).username
    engine = make_engine(driver_url(admin_url), pool_size=1)
    try:
        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT count(*) FROM pg_stat_activity WHERE usename = :app"), {"app": user}
            )
            return bool(found.scalar_one())
    finally:
        engine.dispose()


def _reseal_people(console: Console, registry: HostedService) -> int:
    ask = registry.runtime.asker(registry.runtime.own_context())
    if not _follow(console, registry, ask(ResealPeople()), "registry: people"):
        return 1
    for use in ask(GetKeyUses()).keys:
        console.print(f"{use.key_id}{' (active)' if use.is_active else ''}: {use.people}")
    return 0


def _reseal_records(console: Console, services: list[HostedService]) -> int:
    for one in services:
        if not _seals(one):
            continue
        with one.runtime.database.transaction(one.runtime.own_context()) as session:
            state = begin(session, _seals(one))
        if not _follow(console, one, state, one.name):
            return 1
    return 0


def _follow(console: Console, one: HostedService, begun: JobState, what: str) -> bool:
    """Show the job to its end; whether it succeeded."""
    state = begun
    with Progress(
        SpinnerColumn(), TextColumn("密钥轮换"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    ) as progress:
        bar = progress.add_task(what, total=None)
        for state in followed(one, begun):
            progress.update(bar, completed=state.done, total=state.total)
    if state.state != "succeeded":
        console.print(state.problem["zh"] if state.problem else state.state, style="red")
        return False
    console.print(f"{what}: {state.done}")
    return True
