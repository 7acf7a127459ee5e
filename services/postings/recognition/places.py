"""Which division a place of work is in, from the words that employers write, with how sure that is.

Names are read from the left, as Chinese addresses are written: a street called 广州路 in another city is not Guangzhou.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from shared import reference

BY_CODE, DEEP, CITY, LATIN, LONE_NAME = 1.0, 0.95, 0.85, 0.8, 0.5

_BEFORE = re.compile(
    r"^(工作)?(地点|地址|区域|城市)[:：]?|^(中华人民共和国|中国|全国)|^[\s,，、/|·\-—>()（）]+"
    r"|^(广东|浙江|贵州)(省|(?=.))"
)
_CHINA = frozenset({"", "CN", "CHN", "CHINA", "中国", "中华人民共和国", "PRC", "PEOPLE'SREPUBLICOFCHINA", "ZH", "156"})
_WIDER = {"佛山": "440600", "台州": "331000", "黔东南": "522600"}
_LATIN = {
    "dongguan": "441900",
    "shenzhen": "440300",
    "guangzhou": "440100",
    "canton": "440100",
    "foshan": "440600",
    "chancheng": "440604",
    "hangzhou": "330100",
    "wenling": "331081",
    "guiyang": "520100",
    "liping": "522631",
    "kaili": "522601",
}


class Place(NamedTuple):
    """`confidence` from 0 to 1; a lone name that another city may have too stays below 0.6."""

    code: str
    confidence: float


def is_china(country: str) -> bool:
    """Whether the country field names China, or nothing."""
    return normalize("NFKC", country).upper().replace(" ", "") in _CHINA


@lru_cache(maxsize=16384)
def recognise_place(words: str) -> Place | None:
    """The division that an address, a city or a code names; None outside what the reference tables know."""
    plain = re.sub(r"\s+", "", normalize("NFKC", words))
    if not plain:
        return None
    if re.fullmatch(r"\d{6}(\d{3}){0,2}", plain):
        return Place(plain, BY_CODE) if reference.division(plain) else None
    if plain.isascii():
        return _latin(words)
    found = _from_the_left(plain)
    return found or _lone_name(plain)


def _from_the_left(plain: str) -> Place | None:
    code, rest = "", _strip(plain)
    while anchor := _anchor(rest):
        if code and not anchor[1].startswith(code[:4]):
            return Place(code, LONE_NAME)
        code = anchor[1]
        rest = _strip(rest[len(anchor[0]) :])
    if not code:
        return None
    deeper = reference.find_division(rest, code) if rest else None
    if deeper is not None:
        return Place(deeper.code, DEEP)
    return Place(code, CITY)


def _strip(text: str) -> str:
    while match := _BEFORE.match(text):
        if not match.group(0):
            break
        text = text[match.end() :]
    return text


def _anchor(text: str) -> tuple[str, str] | None:
    for spelling, code in _anchors():
        if text.startswith(spelling):
            return spelling, code
    return None


@lru_cache(maxsize=1)
def _anchors() -> tuple[tuple[str, str], ...]:
    """Spellings of cities and of the home prefecture's counties, longest first."""
    found: dict[str, str] = {}
    for name, code in _WIDER.items():
        found |= {name: code, name + "市": code, name + "州": code}
    found["黔东南苗族侗族自治州"] = "522600"
    for place in reference.outposts():
        known = reference.division(place.division)
        for name in filter(None, (known.name if known else "", place.name)):
            found |= {name: place.division, re.sub(r"[市区县]$", "", name): place.division}
    for county in reference.divisions_under("522600"):
        found |= {county.name: county.code, re.sub(r"[市县]$", "", county.name): county.code}
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1)
def _lone_names() -> dict[str, str]:
    """Names of districts and streets that only one of our cities has; 长安镇 may still be elsewhere in the country."""
    found: dict[str, set[str]] = {}
    for place in reference.outposts():
        for district in reference.divisions_under(place.division):
            found.setdefault(district.name, set()).add(district.code)
            if len(district.code) == 6:
                for street in reference.divisions_under(district.code):
                    found.setdefault(street.name, set()).add(street.code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1 and len(name) >= 3}


def _lone_name(plain: str) -> Place | None:
    rest = _strip(plain)
    for length in range(min(len(rest), 10), 2, -1):
        if code := _lone_names().get(rest[:length]):
            return Place(code, LONE_NAME)
    return None


def _latin(words: str) -> Place | None:
    for word in re.findall(r"[a-z]+", words.lower()):
        if code := _LATIN.get(word):
            return Place(code, LATIN)
    return None
