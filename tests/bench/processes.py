"""Starting and ending the processes that a bench measures."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def started(
    command: Sequence[str], environment: Mapping[str, str], *, until: str | None = None
) -> subprocess.Popen[bytes]:
    """A process of ours; with `until`, once it has printed a line that begins so."""
    process = subprocess.Popen(
        list(command),
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "ignore", **environment},
        stdout=subprocess.PIPE if until else None,
    )
    if until and process.stdout is not None:
        while not process.stdout.readline().decode().startswith(until):
            if process.poll() is not None:
                raise RuntimeError(f"{command[2]} ended with {process.returncode}")
    return process


def ended(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
