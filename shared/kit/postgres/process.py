"""The server as a process: how it is started so that it ends with us, and how one already there is recognised."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from shared.kit.postgres.account import Account

# Runs in a fresh interpreter so that nothing has to happen between fork and exec of a threaded process.
_LAUNCH = """
import ctypes, os, signal, sys
uid, gid, parent = (int(word) for word in sys.argv[1:4])
if uid != os.geteuid():
    os.setgroups([]); os.setgid(gid); os.setuid(uid)
ctypes.CDLL(None).prctl(1, signal.SIGINT)
if os.getppid() != parent:
    sys.exit(1)
os.umask(0o077)
os.execv(sys.argv[4], sys.argv[4:])
"""


def launch(command: list[str], account: Account) -> list[str]:
    """The command as that account, with SIGINT (an orderly end) when the thread that starts it is gone."""
    ids = (str(account.uid), str(account.gid), str(os.getpid()))
    return [sys.executable, "-I", "-S", "-c", _LAUNCH, *ids, *command]


def pid_file(cluster: Path) -> list[str]:
    """postmaster.pid: process id, data folder, start time, port, socket folder, address, shared memory, status."""
    try:
        lines = [line.strip() for line in (cluster / "postmaster.pid").read_text().splitlines()]
    except (FileNotFoundError, PermissionError):
        return []
    return lines if lines and lines[0].isdigit() else []


def is_ready(lines: list[str]) -> bool:
    return len(lines) >= 8 and lines[7] == "ready"


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_server(pid: int, cluster: Path) -> bool:
    """Whether this very process is a server on this very folder, and not one that got its number later."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z" and os.fsencode(cluster) in words
