"""Timers: due rows are claimed in the database, so that one replica does the work, by the database's clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import text

from shared.kit.calls import Ask
from shared.kit.session import Session
from shared.kit.unit import Runtime

if TYPE_CHECKING:
    from shared.kit.entrypoints import Ticking

log = structlog.get_logger()


class Ticker:
    """What a timer that works outside a transaction gets."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    @property
    def ask(self) -> Ask:
        return self._runtime.asker(self._runtime.own_context())

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with self._runtime.database.transaction(self._runtime.own_context()) as session:
            yield session


class Clockwork:
    """Runs one service's timers when they are due. Call `tick` every second or so."""

    def __init__(self, runtime: Runtime, timers: Mapping[str, tuple[Ticking, Callable[[Any], None]]]) -> None:
        self._runtime = runtime
        self._timers = timers
        self._look_at = dict.fromkeys(timers, 0.0)

    def tick(self) -> int:
        """Run every due timer; how many ran. A failing one is logged and tried again when it is next due."""
        ran = 0
        for name, (ticking, run) in self._timers.items():
            if time.monotonic() < self._look_at[name]:
                continue
            self._look_at[name] = time.monotonic() + min(ticking.seconds, 30)
            try:
                ran += self._run(ticking, run)
            except Exception as error:
                log.warning("timer failed", service=self._runtime.name, timer=name, exc_info=error)
        return ran

    def run_now(self, name: str) -> None:
        """Run one timer whether it is due or not (tests, operators)."""
        ticking, run = self._timers[name]
        self._carry_out(ticking, run, None)

    def _run(self, ticking: Ticking, run: Callable[[Any], None]) -> int:
        if ticking.outside:
            with self._transaction() as session:
                if not self._claim(session, ticking):
                    return 0
            self._carry_out(ticking, run, None)
            return 1
        with self._transaction() as session:
            if not self._claim(session, ticking):
                return 0
            self._carry_out(ticking, run, session)
        return 1

    def _carry_out(self, ticking: Ticking, run: Callable[[Any], None], session: Session | None) -> None:
        if ticking.outside:
            run(Ticker(self._runtime))
        elif session is not None:
            run(session)
        else:
            with self._transaction() as own:
                run(own)

    def _claim(self, session: Session, ticking: Ticking) -> bool:
        name = self._runtime.name
        session.connection().execute(
            text(f"INSERT INTO {name}.timer (name) VALUES (:name) ON CONFLICT DO NOTHING"), {"name": ticking.name}
        )
        claimed = session.connection().execute(
            text(
                f"UPDATE {name}.timer SET ran_at = now(), next_at = now() + make_interval(secs => :every) "
                f"WHERE name = (SELECT name FROM {name}.timer WHERE name = :name AND next_at <= now() "
                "FOR UPDATE SKIP LOCKED) RETURNING name"
            ),
            {"name": ticking.name, "every": ticking.seconds},
        )
        return claimed.one_or_none() is not None

    def _transaction(self) -> Any:
        return self._runtime.database.transaction(self._runtime.own_context())
