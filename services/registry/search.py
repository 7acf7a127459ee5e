"""Finding people by what a clerk types: two characters of a name, pinyin, initials, the last digits, a phone.

A name's pieces are stored as tokens and compared by equality or range, which row level security lets an index answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from sqlalchemy import ColumnElement, false, func, or_, select
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


@dataclass(frozen=True)
class Sought:
    """What a search text asks for: conditions on Worker and, where it holds a piece of a name, `named`, the people
    with that piece as a subquery of `worker_id` and `name_key`. Lists are read in the order of `named` then, which an
    index has, so that only the people of the page are visited.
    """

    conditions: list[ColumnElement[bool]]
    named: Any = None


def sought(keys: Keys, q: str, places: Sequence[str] = ()) -> Sought:
    """What a search text asks for; its words must all match. `places` narrows by division, as the caller does."""
    words = normalize("NFKC", q).split()
    if not words:
        return Sought([false()])
    if all(LATIN.fullmatch(word) for word in words):
        words = ["".join(words)]
    conditions: list[ColumnElement[bool]] = []
    pieces: list[Any] = []
    for word in words:
        if NUMBER.fullmatch(word):
            conditions.append(_number(keys, word))
        elif LATIN.fullmatch(word):
            pieces.append(_begins(word.lower()))
        elif plain := BETWEEN.sub("", word):
            pieces += _pieces(plain)
            if len(plain) > 2:
                conditions.append(func.strpos(Worker.name, plain) > 0)
        else:
            conditions.append(false())
    for place in places:
        pieces = [piece.where(*below(col(WorkerToken.division), place)) for piece in pieces]
    named, others = (pieces[0].subquery("named"), pieces[1:]) if pieces else (None, [])
    conditions += [col(Worker.id).in_(piece.with_only_columns(col(WorkerToken.worker_id))) for piece in others]
    return Sought(conditions, named)


def below(column: Any, prefix: str) -> tuple[Any, Any]:
    """Codes or tokens that begin so, as a range, which an index answers behind the policy; LIKE would be run row by
    row."""
    return column >= prefix, column < prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _pieces(plain: str) -> list[Any]:
    if len(plain) < 2:
        return [_begins(plain)]
    found = dict.fromkeys(plain[place : place + 2] for place in range(len(plain) - 1))
    return [_people().where(col(WorkerToken.token) == piece) for piece in found]


def _begins(piece: str) -> Any:
    """Once each, although several of somebody's tokens may begin so."""
    return _people().where(*below(col(WorkerToken.token), piece)).distinct()


def _people() -> Any:
    return select(col(WorkerToken.worker_id), col(WorkerToken.name_key))


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
