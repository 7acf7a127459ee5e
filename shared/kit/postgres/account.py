"""Which account the embedded PostgreSQL runs under: it refuses root, and an ordinary user stays itself."""

from __future__ import annotations

import os
import pwd
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

SYSTEM_ACCOUNT = "songgang-db"
_ACL = "system.posix_acl_access"
_USER_OBJ, _USER, _GROUP_OBJ, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_NO_ID = 0xFFFFFFFF


class Account(NamedTuple):
    uid: int
    gid: int


def account_for(data_dir: Path) -> Account:
    """Ourselves; as root, the account that owns an existing cluster, else our system account (made when missing).

    Where no account can be made (a read-only /etc), nobody serves.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    with suppress(FileNotFoundError):
        owner = (data_dir / "cluster").stat()
        if owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
    for name in (SYSTEM_ACCOUNT, "nobody"):
        with suppress(KeyError):
            return _account(name)
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if useradd:
            command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell"]
            subprocess.run([*command, "/usr/sbin/nologin", name], check=False, capture_output=True)  # noqa: S603
            with suppress(KeyError):
                return _account(name)
    raise RuntimeError("PostgreSQL refuses to run as root and there is no other account: run as an ordinary user")


def set_owner(path: Path, account: Account) -> None:
    """Give a file to the server's account, where that is not already us."""
    if os.geteuid() != account.uid:
        os.chown(path, account.uid, account.gid)


def open_ancestors(path: Path, account: Account) -> None:
    """Let the account pass through the folders above `path` (a checkout under /root), and through nothing else.

    Each closed folder gets an access entry for this account alone; where the file system has none, the folder gets
    the right to be passed through (not listed) by all.
    """
    for folder in _up(path):
        found = folder.stat()
        if found.st_mode & 0o001 or found.st_uid == account.uid:
            continue
        try:
            os.setxattr(folder, _ACL, _with_entry(folder, found.st_mode, account))
        except OSError:
            folder.chmod((found.st_mode & 0o7777) | 0o001)


def _up(path: Path) -> Iterator[Path]:
    resolved = path.resolve()
    yield from (resolved, *resolved.parents)


def _account(name: str) -> Account:
    found = pwd.getpwnam(name)
    return Account(found.pw_uid, found.pw_gid)


def _with_entry(folder: Path, mode: int, account: Account) -> bytes:
    """The folder's access list with search permission for one more account; acl(5), xattr format version 2."""
    entries: dict[tuple[int, int], int] = {
        (_USER_OBJ, _NO_ID): (mode >> 6) & 7,
        (_GROUP_OBJ, _NO_ID): (mode >> 3) & 7,
        (_OTHER, _NO_ID): mode & 7,
    }
    with suppress(OSError):
        known = os.getxattr(folder, _ACL)
        entries = {(tag, who): bits for tag, bits, who in struct.iter_unpack("<HHI", known[4:])}
    entries[_USER, account.uid] = entries.get((_USER, account.uid), 0) | 1
    entries[_MASK, _NO_ID] = entries.get((_MASK, _NO_ID), entries[_GROUP_OBJ, _NO_ID]) | 1
    ordered = sorted(entries.items())
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", tag, bits, who) for (tag, who), bits in ordered)
