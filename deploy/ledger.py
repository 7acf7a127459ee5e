"""`songgang ledger rebuild` and `verify`: long work on the ledger, beside a running platform or without one."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from deploy.long_work import closing, database_of, followed
from deploy.working import hosted_services
from shared.contracts.base import JobState, Message
from shared.contracts.ledger import RebuildLedger, VerifyLedger
from shared.kit.settings import Settings

WORK: dict[str, type[Message[JobState]]] = {"rebuild": RebuildLedger, "verify": VerifyLedger}


def work_on_ledger(settings: Settings, what: str) -> int:
    """Do it to the end, showing how far it is; 0 where nothing is broken and nothing differs."""
    console = Console()
    with database_of(settings):
        ledger = next(one for one in hosted_services(settings) if one.name == "ledger")
        with (
            closing(ledger),
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
            for state in followed(ledger, begun):
                progress.update(bar, completed=state.progress)
    if state.state != "succeeded":
        console.print(state.problem["zh"] if state.problem else state.state, style="red")
        return 1
    _report(console, state.result)
    return 0 if state.result["is_intact"] and not state.result.get("differs") else 1


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
