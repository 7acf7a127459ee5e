"""Jobs that run beside a test's request, as in a running platform."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.platform import TestPlatform


@contextmanager
def job_runner(platform: TestPlatform) -> Iterator[None]:
    over = threading.Event()

    def run() -> None:
        while not over.wait(0.05):
            platform.run_jobs()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
