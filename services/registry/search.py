"""Finding people by what a clerk types: two characters of a name, pinyin, initials, the last digits, a phone.

A name's pieces are stored as tokens and compared by equality or range, which row level security lets an index answer.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlmodel import col

from services.registry.identity_numbers import tidy
from services.registry.models import Worker, WorkerToken
from services.registry.phones import parse_phone
from shared.contracts.errors import Problem
from shared.kit.keys import Keys
from shared.kit.privacy import lookup_hashes
from shared.reference import initials, name_pinyin

ID_PURPOSE, PHONE_PURPOSE = "id-number", "phone"
LATIN = re.compile(r"[A-Za-z]+")
NUMBER = re.compile(r"\+?[\dxX\-]+")
BETWEEN = re.compile(r"[\s·•.,，。]+")


def name_tokens(name: str) -> frozenset[str]:
    """吴秀英 -> 吴秀, 秀英, wuxiuying, xiuying, wxy"""
    return _tokens_and_key(name)[0]


def name_key(name: str) -> str:
    """What lists are sorted by: the reading, then the characters."""
    return _tokens_and_key(name)[1]


@lru_cache(maxsize=2048)
def _tokens_and_key(name: str) -> tuple[frozenset[str], str]:
    plain = BETWEEN.sub("", name)
    syllables = name_pinyin(plain)
    tokens = {plain[place : place + 2] for place in range(max(len(plain) - 1, 1))}
    if syllables:
        tokens |= {"".join(syllables), "".join(syllables[1:]), initials(syllables)}
    return frozenset(token for token in tokens if token), f"{' '.join(syllables)} {name}"


def matching(keys: Keys, q: str) -> ColumnElement[bool]:
    """The condition on Worker for a search text; its words must all match."""
    words = normalize("NFKC", q).split()
    if words and all(LATIN.fullmatch(word) for word in words):
        words = ["".join(words)]
    return and_(*(_word(keys, word) for word in words)) if words else false()


def _word(keys: Keys, word: str) -> ColumnElement[bool]:
    if NUMBER.fullmatch(word):
        return _number(keys, word)
    if LATIN.fullmatch(word):
        return _begins(word.lower())
    plain = BETWEEN.sub("", word)
    if len(plain) < 2:
        return _begins(plain) if plain else false()
    pieces = {plain[place : place + 2] for place in range(len(plain) - 1)}
    found = [
        col(Worker.id).in_(select(col(WorkerToken.worker_id)).where(col(WorkerToken.token) == piece))
        for piece in pieces
    ]
    return and_(*found, func.strpos(Worker.name, plain) > 0) if len(plain) > 2 else and_(*found)


def _number(keys: Keys, word: str) -> ColumnElement[bool]:
    number = tidy(word)
    if len(number) == 4:
        return or_(col(Worker.id_last4) == number, col(Worker.phone_last4) == number)
    if len(number) == 18:
        return col(Worker.id_hash).in_(lookup_hashes(keys, number, purpose=ID_PURPOSE))
    try:
        return col(Worker.phone_hash).in_(lookup_hashes(keys, parse_phone(word), purpose=PHONE_PURPOSE))
    except Problem:
        return false()


def _begins(piece: str) -> ColumnElement[bool]:
    """Tokens that begin so, as a range: LIKE would be run row by row behind the policy."""
    return col(Worker.id).in_(
        select(col(WorkerToken.worker_id)).where(
            col(WorkerToken.token) >= piece, col(WorkerToken.token) < piece[:-1] + chr(ord(piece[-1]) + 1)
        )
    )
