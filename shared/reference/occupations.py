"""职业分类大典 (2022) and the everyday words for a trade: which occupation code a word means."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from shared.reference.tables import rows

CODE_SET = "中华人民共和国职业分类大典2022"


class Occupation(NamedTuple):
    """`code` is 1 to 4 groups (`6`, `6-25`, `6-25-04`, `6-25-04-07`); a shorter one is a whole family."""

    code: str
    name: str

    @property
    def level(self) -> int:
        return self.code.count("-") + 1


@lru_cache(maxsize=1)
def occupations() -> Mapping[str, str]:
    """Code -> name, all four levels, in the classification's order."""
    return {row["code"]: row["name"] for row in rows("occupations_2022.csv")}


def occupation_name(code: str) -> str:
    """The name of a code, or the code itself when the classification does not have it."""
    return occupations().get(code, code)


@lru_cache(maxsize=1)
def _by_word() -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for code, name in occupations().items():
        words[_plain(name)] = (code,)
    for row in rows("trade_synonyms.csv"):
        words[_plain(row["word"])] = tuple(row["codes"].split())
    return words


@lru_cache(maxsize=1)
def _long_words_first() -> list[str]:
    """Words usable inside a longer text: two characters at least, so that 茶 alone decides nothing."""
    return sorted((word for word in _by_word() if len(word) >= 2), key=len, reverse=True)


@lru_cache(maxsize=1)
def _office_trades() -> tuple[tuple[re.Pattern[str] | str, tuple[str, ...]], ...]:
    """Words in the table's order. A Latin one must stand alone: AI is not in MAINTENANCE."""
    found: list[tuple[re.Pattern[str] | str, tuple[str, ...]]] = []
    for row in rows("office_trades.csv"):
        word, codes = row["word"], tuple(row["codes"].split())
        found.append((re.compile(rf"(?<![A-Z]){re.escape(word)}(?![A-Z])") if word.isascii() else word, codes))
    return tuple(found)


def office_trade(words: str) -> tuple[Occupation, ...]:
    """The occupations of the first word of the table that the text holds, likeliest first."""
    plain = normalize("NFKC", words).upper()
    closed = "".join(plain.split())
    for word, codes in _office_trades():
        if word in closed if isinstance(word, str) else word.search(plain) or word.search(closed):
            return tuple(Occupation(code, occupations()[code]) for code in codes)
    return ()


def _plain(words: str) -> str:
    return "".join(normalize("NFKC", words).upper().split())


@lru_cache(maxsize=4096)
def find_occupations(words: str) -> tuple[Occupation, ...]:
    """The occupations that a trade word or a job title names, likeliest first; empty when nothing is recognised.

    The whole text is looked up first, then the longest known word inside it: 高薪诚聘缝纫工数名 -> 缝纫工.
    """
    plain = _plain(words)
    if not plain:
        return ()
    if plain in occupations():
        return (Occupation(plain, occupations()[plain]),)
    by_word = _by_word()
    found = by_word.get(plain)
    if found is None:
        found = next((by_word[word] for word in _long_words_first() if word in plain), ())
    return tuple(Occupation(code, occupations()[code]) for code in found)


def find_occupation(words: str) -> Occupation | None:
    """The likeliest occupation for a trade word, a job title or a code."""
    found = find_occupations(words)
    return found[0] if found else None


def suggest_occupations(words: str, limit: int = 5) -> list[Occupation]:
    """Occupations whose name or trade word resembles the text, for a person to choose from."""
    from rapidfuzz import fuzz, process

    by_word = _by_word()
    seen: dict[str, Occupation] = {}
    for word, _score, _index in process.extract(
        _plain(words), by_word.keys(), scorer=fuzz.WRatio, limit=limit * 3, score_cutoff=50
    ):
        for code in by_word[word][:1]:
            seen.setdefault(code, Occupation(code, occupations()[code]))
    return list(seen.values())[:limit]
