"""Where things are: the seven outposts, Liping's townships and villages, the outposts' districts and streets.

Codes are GB/T 2260 and GB/T 10114: 6 digits county, 9 township, 12 village.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from shared.contracts.scopes import OutpostCode
from shared.reference.tables import rows

HOME_COUNTY = "522631"
HOME_ABOVE = re.compile(r"^(贵州省?)?(黔东南(苗族侗族自治)?州?)?(黎平县?)?(?=.)")
VILLAGE_ENDING = re.compile(r"(社区居民委员会|居民委员会|村民委员会|社区居委会|居委会|村委会|村民小组|社区|村)$")
TOWNSHIP_ENDING = re.compile(r"((?:[瑶水侗苗]族)*乡|镇|街道办事处|街道办|街道)$")
SETTLEMENT = re.compile(r"(村|社区|镇|乡|街道|居委会)")


class OutpostPlace(NamedTuple):
    """东西部劳务协作服务站"""

    code: OutpostCode
    name: str
    province: str
    city: str
    division: str
    is_hub: bool
    lat: float
    lon: float


class Division(NamedTuple):
    code: str
    name: str

    @property
    def short_name(self) -> str:
        """双凤社区居民委员会 -> 双凤社区"""
        return re.sub(r"(?<=社区)居民委员会$|(?<=村)村民委员会$", "", self.name)


class Township(NamedTuple):
    code: str
    name: str
    lat: float
    lon: float
    is_stand_in: bool


@lru_cache(maxsize=1)
def outposts() -> tuple[OutpostPlace, ...]:
    """The seven, the hub 禅城 (中心站) first."""
    return tuple(
        OutpostPlace(
            OutpostCode(row["code"]),
            row["name"],
            row["province"],
            row["city"],
            row["division"],
            row["is_hub"] == "1",
            float(row["lat"]),
            float(row["lon"]),
        )
        for row in rows("outposts.csv")
    )


def outpost_place(code: str) -> OutpostPlace:
    """Raises KeyError for a code that is not one of the seven."""
    for place in outposts():
        if place.code == code:
            return place
    raise KeyError(code)


@lru_cache(maxsize=1)
def townships() -> tuple[Township, ...]:
    return tuple(
        Township(row["code"], row["name"], float(row["lat"]), float(row["lon"]), row["is_stand_in"] == "1")
        for row in rows("liping_townships.csv")
    )


@lru_cache(maxsize=1)
def _divisions() -> dict[str, Division]:
    named = {"520000": "贵州省", "522600": "黔东南苗族侗族自治州"}
    named |= {place.division: place.city for place in outposts()}
    for table in ("counties.csv", "liping_townships.csv", "liping_villages.csv", "outpost_divisions.csv"):
        named |= {row["code"]: row["name"] for row in rows(table)}
    return {code: Division(code, name) for code, name in named.items()}


@lru_cache(maxsize=1)
def _provinces() -> dict[str, str]:
    return {row["code"]: row["name"] for row in rows("provinces.csv")}


def province_name(code: str) -> str | None:
    """The province that any division code lies in."""
    return _provinces().get(code[:2])


def division(code: str) -> Division | None:
    return _divisions().get(code)


def division_name(code: str) -> str:
    """The place's own name, short (敖市镇, 双凤社区); of its nearest known parent when the code is newer than ours."""
    for length in (12, 9, 6):
        if length <= len(code) and (found := _divisions().get(code[:length])):
            return found.short_name
    return code


def division_path(code: str) -> str:
    """The name from the township down (德凤街道双凤社区); a county's own name for a 6-digit code."""
    parts = [_divisions().get(code[:length]) for length in (9, 12) if length <= len(code)]
    named = [part.short_name for part in parts if part]
    return "".join(named) or division_name(code)


def divisions_under(code: str) -> tuple[Division, ...]:
    """The places one level below: a city's districts, a county's townships, a township's villages."""
    return _children(code)


@lru_cache(maxsize=64)
def _children(code: str) -> tuple[Division, ...]:
    known = _divisions().values()
    if len(code) == 6 and code.endswith("00"):
        stem = code.rstrip("0") if code.endswith("0000") else code[:4]
        found = tuple(d for d in known if len(d.code) == 6 and d.code.startswith(stem) and d.code != code)
        if found:
            return found
    wanted = {6: 9, 9: 12}.get(len(code))
    return tuple(d for d in known if len(d.code) == wanted and d.code.startswith(code))


def _under(within: str) -> Iterator[Division]:
    stem = within.rstrip("0") if len(within) == 6 and within.endswith("00") else within
    return (d for d in _divisions().values() if d.code.startswith(stem) and d.code != within)


def _plain(words: str) -> str:
    return re.sub(r"[\s·,，。/\\\-—]+", "", normalize("NFKC", words))


def _below(plain: str, within: str) -> str:
    """An address without the names of `within` and what lies above it: 广东省东莞市长安镇 -> 长安镇 within 东莞."""
    if within == HOME_COUNTY:
        return HOME_ABOVE.sub("", plain)
    above = [place.province for place in outposts() if place.division[:4] == within[:4]]
    above += [place.city for place in outposts() if place.division[:4] == within[:4]]
    above += [found.name] if (found := division(within)) else []
    for name in above:
        if len(plain) > len(name):
            plain = plain.removeprefix(name)
    return plain


def stem(name: str) -> str:
    """A place's name without its kind: 德凤街道 -> 德凤, 双凤社区居民委员会 -> 双凤."""
    for ending in (VILLAGE_ENDING, TOWNSHIP_ENDING):
        shorter = ending.sub("", name)
        if shorter != name and len(shorter) >= 2:
            name = shorter
            break
    return name


def _spellings(place: Division) -> set[str]:
    bare = stem(place.name)
    spellings = {place.name, place.short_name, bare}
    if len(place.code) == 9:
        spellings |= {bare + kind for kind in ("街道", "街道办", "街道办事处", "镇", "乡")}
    if len(place.code) == 12:
        spellings |= {bare + kind for kind in ("社区", "村", "社区居委会", "居委会", "村委会", "村民委员会")}
    if len(place.code) == 6:
        spellings |= {re.sub(r"[市县区]$", "", place.name)} if len(place.name) > 2 else set()
    return spellings


@lru_cache(maxsize=32)
def _index(within: str) -> dict[str, tuple[Division, ...]]:
    """Every spelling of every place under `within`."""
    index: dict[str, tuple[Division, ...]] = {}
    for place in _under(within):
        for spelling in _spellings(place):
            index[spelling] = (*index.get(spelling, ()), place)
    return index


@lru_cache(maxsize=4096)
def find_division(words: str, within: str = HOME_COUNTY) -> Division | None:
    """The place a code, a name or an address names, below `within`; None when unknown or when two places share it.

    Leniency is only in the kind of place: 德凤镇 is today's 德凤街道. 德凤街道 + an unknown village is not found,
    so that nobody is entered one level too high by a typing mistake; a house or group number at the end is ignored.
    """
    plain = _plain(words)
    if plain.isdigit():
        return _by_code(plain, within)
    plain = _below(plain, within)
    found = _one(_index(within).get(plain, ()), plain)
    if found or len(plain) < 3:
        return found
    for cut in range(len(plain) - 1, 1, -1):
        place = _one(_index(within).get(plain[:cut], ()), plain[:cut])
        if place is None or (len(place.code) == 12 and not SETTLEMENT.search(plain[:cut])):
            continue
        rest = plain[cut:]
        if len(place.code) < 12 and (deeper := find_division(rest, place.code)):
            return deeper
        if len(place.code) == 12 or not SETTLEMENT.search(rest):
            return place
        return None
    return None


def _by_code(code: str, within: str) -> Division | None:
    shorter = code[:-6] if code.endswith("000000") else code.removesuffix("000")
    found = _divisions().get(code) or _divisions().get(shorter)
    inside = within.rstrip("0") if within.endswith("00") else within
    return found if found and found.code.startswith(inside) else None


def _one(places: tuple[Division, ...], spelling: str) -> Division | None:
    """The only place meant: by its full name first, then the higher level, as 德凤 means the street."""
    exact = [place for place in places if spelling in (place.name, place.short_name)]
    for candidates in (exact, list(places)):
        if len(candidates) == 1:
            return candidates[0]
    if exact or not places:
        return None
    highest = min(len(place.code) for place in places)
    top = [place for place in places if len(place.code) == highest]
    return top[0] if len(top) == 1 else None


def suggest_divisions(words: str, within: str = HOME_COUNTY, limit: int = 3) -> list[Division]:
    """Places whose name looks or sounds like the text, nearest first, for a person to choose from."""
    from rapidfuzz import fuzz

    from shared.reference.pinyin import pinyin

    plain = _plain(words)
    plain = _below(plain, within)
    bare = stem(plain)
    sound = "".join(pinyin(bare))
    scored: list[tuple[float, Division]] = []
    for place in _under(within):
        name = stem(place.name)
        score = max(fuzz.ratio(bare, name), fuzz.ratio(sound, "".join(pinyin(name))) - 5)
        if len(place.code) == 12 and len(plain) > 4:
            score = max(score, fuzz.ratio(plain, division_path(place.code)))
        if score >= 50:
            scored.append((score, place))
    scored.sort(key=lambda pair: (-pair[0], pair[1].code))
    return [place for _score, place in scored[:limit]]
