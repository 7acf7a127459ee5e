"""`songgang ledger rebuild` and `verify`: long work on the ledger, beside a running platform or without one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from deploy import embedded
from deploy.working import hosted_services, running_url
from shared.contracts.base import JobState, Message
from shared.contracts.ledger import RebuildLedger, VerifyLedger
from shared.kit.host import HostedService
from shared.kit.jobs import job_state
from shared.kit.settings import Settings

WORK: dict[str, type[Message[JobState]]] = {"rebuild": RebuildLedger, "verify": VerifyLedger}
EVERY_SECONDS = 0.2


def work_on_ledger(settings: Settings, what: str) -> int:
    """Do it to the end, showing how far it is; 0 where nothing is broken and nothing differs."""
    console = Console()
    with _database(settings):
        ledger = next(one for one in hosted_services(settings) if one.name == "ledger")
        with (
            _closing(ledger),
            Progress(
                SpinnerColumn(),
                TextColumn(what),
                BarColumn(),
                TaskProgressColumn(),
                TimeElapsedColumn(),
                console=console,
            ) as progress,
        ):
            bar = progress.add_task(what, total=1.0)
            begun = ledger.runtime.asker(ledger.runtime.own_context())(WORK[what]())
            for state in _followed(ledger, begun):
                progress.update(bar, completed=state.progress)
    if state.state != "succeeded":
        console.print(state.problem["zh"] if state.problem else state.state, style="red")
        return 1
    _report(console, state.result)
    return 0 if state.result["is_intact"] and not state.result.get("differs") else 1


@contextmanager
def _database(settings: Settings) -> Iterator[None]:
    """The database of the running platform; where none runs, the embedded one for as long as the work lasts."""
    if running_url(settings) is not None:
        yield
        return
    with embedded.database(settings):
        yield


@contextmanager
def _closing(ledger: HostedService) -> Iterator[None]:
    try:
        yield
    finally:
        ledger.runtime.database.engine.dispose()


def _followed(ledger: HostedService, state: JobState) -> Iterator[JobState]:
    """The job's states until it ends, the last one too. It runs here, unless a job process was quicker."""
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set() and not ledger.jobs.run_next():
            ended.wait(EVERY_SECONDS)

    runs = threading.Thread(target=run, name="ledger-work")
    runs.start()
    job_id = UUID(state.id.partition(".")[2])
    try:
        while state.state in ("queued", "running"):
            ended.wait(EVERY_SECONDS)
            with ledger.runtime.database.transaction(ledger.runtime.own_context()) as session:
                state = job_state(session, job_id)
            yield state
    finally:
        ended.set()
        runs.join()


def _report(console: Console, found: dict[str, Any]) -> None:
    console.print(f"台账 {found['entries']} 条, 链 {found['chains']} 条")
    for name, told in (
        ("broken", "链接断开"),
        ("forged", "签名不符"),
        ("differing_heads", "链尾不符"),
        ("misplaced", "区划不符"),
        ("differs", "重建前后不同"),
    ):
        if name in found:
            console.print(f"{told} {name}: {found[name]}", style="red" if found[name] else "green")
