"""Long work from the command line: a service's job run here, beside a running platform or without one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from deploy import embedded
from deploy.working import running_url
from shared.contracts.base import JobState
from shared.kit.host import HostedService
from shared.kit.jobs import job_state
from shared.kit.settings import Settings

EVERY_SECONDS = 0.2


@contextmanager
def database_of(settings: Settings) -> Iterator[None]:
    """The database of the running platform; where none runs, the embedded one for as long as the work lasts."""
    if running_url(settings) is not None:
        yield
        return
    with embedded.database(settings):
        yield


@contextmanager
def closing(one: HostedService) -> Iterator[None]:
    try:
        yield
    finally:
        one.runtime.database.engine.dispose()


def followed(one: HostedService, state: JobState) -> Iterator[JobState]:
    """The job's states until it ends, the last one too. It runs here, unless a job process was quicker."""
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            if not one.jobs.run_next():
                ended.wait(EVERY_SECONDS)

    runs = threading.Thread(target=run, name="long-work")
    runs.start()
    job_id = UUID(state.id.partition(".")[2])
    try:
        while state.state in ("queued", "running"):
            ended.wait(EVERY_SECONDS)
            with one.runtime.database.transaction(one.runtime.own_context()) as session:
                state = job_state(session, job_id)
            yield state
    finally:
        ended.set()
        runs.join()
