"""Passwords: argon2id, a policy without riddles, and the same time spent on accounts that do not exist.

Hashing takes tens of milliseconds and 19 MiB, so it happens before the transaction, never in it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import pairwise

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from shared.contracts.errors import Problem
from shared.contracts.identity import PASSWORD_WEAK

# OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHash((Argon2Hasher(memory_cost=19 * 1024, time_cost=2, parallelism=1),))

MINIMUM, MAXIMUM = 8, 128

_COMMON = frozenset(
    # What people here type first; a list of words is easier to read than of quotes.
    """
    password password1 passw0rd p@ssw0rd password123 123456789a a123456789 12345678a a12345678 woaini1314 woaini520
    1314520a 5201314a 1qaz2wsx 1qaz@wsx qwertyuiop qwerty123 asdfghjkl zxcvbnm123 iloveyou admin123 admin888 admin1234
    administrator welcome1 welcome123 changeme changeme1 letmein1 abcd1234 abc12345 aa123456 a1234567 liping123
    songgang songgang1 songgang123 11223344 12341234 88888888 66668888 00000000 111222333 147258369 123123123 987654321
    """.split()  # noqa: SIM905
)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    return _hasher.hash(_normal(password))


def verify_password(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Whether it fits, and a better hash where the stored one is out of date. Without a hash, as slow, and false."""
    fits, better = _hasher.verify_and_update(_normal(password), password_hash or _nobodys_hash())
    return (fits, better) if password_hash else (False, None)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


def weakness(password: str, username: str) -> Problem | None:
    """Why a password will not do, if it will not."""
    plain = _normal(password).casefold()
    if len(plain) < MINIMUM or len(plain) > MAXIMUM:
        return PASSWORD_WEAK(
            why_zh=f"长度应为 {MINIMUM} 至 {MAXIMUM} 个字符", why_en=f"it must have {MINIMUM} to {MAXIMUM} characters"
        )
    if len(username) >= 4 and username.casefold() in plain:
        return PASSWORD_WEAK(why_zh="不能包含用户名", why_en="it must not contain the username")
    if plain in _COMMON or len(set(plain)) < 4 or _is_run(plain):
        return PASSWORD_WEAK(why_zh="过于常见, 容易被猜到", why_en="it is among the first that anybody would guess")
    return None


def _is_run(plain: str) -> bool:
    """`12345678`, `hgfedcba`: every character one after, or one before, the last."""
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    return len(steps) == 1 and steps <= {1, -1}


def checked_hash(password: str, username: str) -> str:
    """The hash of an acceptable password; raises user.password_weak."""
    problem = weakness(password, username)
    if problem:
        raise problem
    return hash_password(password)
