"""Imported first by a process that serves on RabbitMQ: eventlet patches the standard library, psycopg waits through it.

Without PSYCOPG_WAIT_FUNC psycopg 3 blocks eventlet's hub (8 x 0.5 s sleeps took 4.1 s; with it 0.56 s).
"""

from __future__ import annotations

import os
import warnings

os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
with warnings.catch_warnings():
    # eventlet says at import that it is in bug-fix mode; decision record 0001 is the answer to it.
    warnings.simplefilter("ignore")
    import eventlet

    eventlet.monkey_patch()

from shared.kit import green_wait

green_wait.install()
