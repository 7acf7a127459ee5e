"""What the words of a roster name: places and trades. Refusals are remembered too, since suggestions cost milliseconds
and a roster repeats its words thousands of times.
"""

from __future__ import annotations

from functools import lru_cache

from services.registry.drafts import division_code, occupation_code, unknown_division
from shared.contracts.errors import Problem
from shared.reference import find_division, suggest_divisions


@lru_cache(maxsize=2048)
def unknown_trade(word: str) -> Problem | None:
    """OCCUPATION_UNKNOWN as a value; None for a trade that is known."""
    try:
        occupation_code(word)
    except Problem as problem:
        return problem
    return None


@lru_cache(maxsize=8192)
def place_named(code: str, township: str, village: str, address: str) -> str | Problem | None:
    """The place a row names, by code, by township and village, or by its address; DIVISION_UNKNOWN as a value."""
    try:
        return _named(code, township, village, address)
    except Problem as problem:
        return problem


def _named(code: str, township: str, village: str, address: str) -> str | None:
    found = find_division(code) if code else None
    if found and (len(found.code) == 12 or not village):
        return found.code
    if township:
        upper = find_division(township)
        if upper is None or not village or len(upper.code) == 12:
            return division_code(township)
        below = find_division(village, upper.code) or find_division(village)
        if below is None or not below.code.startswith(upper.code):
            raise unknown_division(f"{upper.name}{village}", suggest_divisions(village, upper.code))
        return below.code
    if village or address:
        return division_code(village or address)
    return None
