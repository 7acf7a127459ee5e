"""How good an offer is: score = usefulness to the worker x chance of getting and keeping the work.

Both follow open forms: expected surplus as utility times success probability (arXiv 2603.21699), and a chance made of
powers of its parts, of which each is stored and can be explained (个人信息保护法 第24条).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from services.postings.columns import ELSEWHERE, HOME, PLACES, Postings, Seekers, Words, lookup
from services.postings.gating import Fit
from shared.contracts.postings.matching import ScoringWeights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Part = NDArray[np.float32]

# Nearness of two occupations by the depth of the classification they share: 大类, 中类, 小类, the occupation itself.
NEARNESS = (0.0, 0.3, 0.5, 0.8, 1.0)
MEETS_FROM = 0.8
UNSKILLED = 0.35
OPEN_TRADE = 0.5
# What an offer is useful even where no part says anything for it, so that who passes the gate can be offered it.
LEAST = 1e-6
LEVEL_FACTOR = (0.9, 0.92, 0.95, 0.97, 1.0, 1.0)
EDUCATION_SHORT_BY = (1.0, 0.5, 0.25, 0.1, 0.1, 0.1, 0.1)
UNKNOWN_EDUCATION = 0.7


def fit_of(words: Words) -> Fit:
    """The tables that turn skill sets and occupations into numbers, made once a run."""
    import numpy as np

    tables = _Nearness(words)
    skill = tables.of(words.skills)
    wish = tables.of(words.wishes, floor=0.2, unnamed=0.5)
    meets = np.ones((len(words.skills), len(words.requirements)), dtype=bool)
    columns = {code: number for number, code in enumerate(words.occupations)}
    for number, groups in enumerate(words.requirements):
        for group in groups:
            meets[:, number] &= (tables.raw[:, [columns[code] for code in group]] >= MEETS_FROM).any(axis=1)
    return Fit(skill=skill, wish=wish, meets=meets)


class _Nearness:
    """Nearness of every skill set to every occupation of the run. `raw` is the last table without floor or level."""

    def __init__(self, words: Words) -> None:
        self._codes = words.occupations
        self._depth = self._table(sorted({code for held in (*words.skills, *words.wishes) for code, _ in held}))
        self.raw = self._sets(words.skills, graded=False)

    def _table(self, held: list[str]) -> dict[str, Any]:
        import numpy as np

        wanted = [code.split("-") if code else [] for code in self._codes]
        table: dict[str, Any] = {}
        for code in held:
            own = code.split("-")
            table[code] = np.array([_shared(own, other) for other in wanted], dtype=np.float32)
        return table

    def _sets(self, sets: list[list[tuple[str, int]]], *, graded: bool) -> Part:
        import numpy as np

        table = np.zeros((len(sets), len(self._codes)), dtype=np.float32)
        for number, held in enumerate(sets):
            for code, level in held:
                near = self._depth[code] * LEVEL_FACTOR[level] if graded else self._depth[code]
                np.maximum(table[number], near, out=table[number])
        return table

    def of(self, sets: list[list[tuple[str, int]]], *, floor: float = UNSKILLED, unnamed: float = UNSKILLED) -> Part:
        """With a floor for unrelated trades, a middle value where the posting names none, `unnamed` for empty sets."""
        import numpy as np

        table = np.maximum(self._sets(sets, graded=True), np.float32(floor))
        table[[not held for held in sets]] = unnamed
        table[:, [not code for code in self._codes]] = OPEN_TRADE
        return table


def nearness(own: str, other: str) -> float:
    """How near two occupations are, from 0 to 1."""
    return _shared(own.split("-"), other.split("-"))


def _shared(own: list[str], other: list[str]) -> float:
    """A family (6-25) held or asked for counts as far as it reaches: 6-25 against 6-25-04-07 shares all it says."""
    if not other:
        return 0.0
    depth = 0
    for mine, theirs in zip(own, other, strict=False):
        if mine != theirs:
            return NEARNESS[depth]
        depth += 1
    return NEARNESS[4] if len(own) == len(other) else NEARNESS[min(depth, 3)]


class Scorer:
    """Scores pairs by one version of the weights. Powers are taken in the small tables, before pairs multiply them."""

    def __init__(self, fit: Fit, weights: ScoringWeights) -> None:
        import numpy as np

        self._fit, self._weights = fit, weights
        shares = weights.usefulness.model_dump()
        self._share = {name: np.float32(share / sum(shares.values())) for name, share in shares.items()}
        self._place, self._education = _place_table(), _education_table()
        self._wish_share = fit.wish * self._share["trade"]
        self._skill_power = fit.skill ** np.float32(weights.chance.skill)
        self._education_power = self._education ** np.float32(weights.chance.education)

    def usual(self, seekers: Seekers, postings: Postings) -> Part:
        """What wage, board and lodging and security add to usefulness; never quite nothing."""
        import numpy as np

        share = self._share
        usual = self._wage(seekers, postings) * share["wage"]
        usual += share["living"] * postings.living + share["security"] * postings.security + np.float32(LEAST)
        return usual

    def place(self, seekers: Seekers, postings: Postings) -> Part:
        """What the place adds to usefulness."""
        return lookup(self._place * self._share["place"], place_codes(seekers), postings.place)  # type: ignore[no-any-return]

    def wish(self, seekers: Seekers, postings: Postings) -> Part:
        """What the trade adds to usefulness."""
        return lookup(self._wish_share, seekers.wishes, postings.occupation)  # type: ignore[no-any-return]

    def skill(self, seekers: Seekers, postings: Postings) -> Part:
        """What the skills do to the chance."""
        return lookup(self._skill_power, seekers.skills, postings.occupation)  # type: ignore[no-any-return]

    def school(self, seekers: Seekers, postings: Postings) -> Part:
        """What schooling does to the chance."""
        return lookup(self._education_power, seekers.education + 1, postings.education + 1)  # type: ignore[no-any-return]

    def readiness(self, seekers: Seekers) -> Part:
        """What a later start does to the chance; nothing for who is ready."""
        import numpy as np

        return _readiness(seekers) ** np.float32(self._weights.chance.readiness)

    def parts(self, seekers: Seekers, postings: Postings) -> dict[str, Part]:
        """Every part from 0 to 1, then usefulness, chance and score, of chosen pairs."""
        import numpy as np

        parts: dict[str, Part] = {
            "wage": self._wage(seekers, postings),
            "place": lookup(self._place, place_codes(seekers), postings.place),
            "trade": lookup(self._fit.wish, seekers.wishes, postings.occupation),
            "living": postings.living,
            "security": postings.security,
            "skill": lookup(self._fit.skill, seekers.skills, postings.occupation),
            "education": lookup(self._education, seekers.education + 1, postings.education + 1),
            "readiness": _readiness(seekers),
        }
        usefulness = sum(share * parts[name] for name, share in self._share.items())
        powers = self._weights.chance.model_dump()
        chance = math.prod(parts[name] ** np.float32(power) for name, power in powers.items())
        parts["usefulness"] = np.asarray(usefulness, dtype=np.float32)
        parts["chance"] = np.asarray(chance, dtype=np.float32)
        parts["score"] = parts["usefulness"] * parts["chance"]
        return parts

    def _wage(self, seekers: Seekers, postings: Postings) -> Part:
        """The monthly wage against the worker's wish, full at 1.2 times it; a middling value for 面议."""
        import numpy as np

        wish = np.where(seekers.wage > 0, seekers.wage, np.float32(self._weights.reference_wage_cents))
        part = postings.wage * (np.float32(1) / (wish * np.float32(1.2)))
        np.minimum(part, np.float32(1), out=part)
        part += np.where(postings.wage > 0, np.float32(0), np.float32(self._weights.unknown_wage))
        return part


def place_codes(seekers: Seekers) -> Any:
    return seekers.wishes_place * 4 + seekers.wants_out * 2 + seekers.wants_local * 1


def _place_table() -> Part:
    """How welcome each place is, for every combination of wished outposts, going out and staying."""
    import numpy as np

    table = np.zeros((128 * 4, PLACES), dtype=np.float32)
    for wished in range(128):
        for out in (False, True):
            for local in (False, True):
                row = table[wished * 4 + out * 2 + local]
                row[:HOME] = [1.0 if wished >> n & 1 else 0.7 if out and not wished else 0.3 for n in range(HOME)]
                row[HOME] = 1.0 if local else 0.3 if out else 0.9
                row[ELSEWHERE] = 0.4 if out else 0.2
                if not out and not wished:
                    row[:HOME] = 0.2 if local else 0.4
    return table


def _education_table() -> Part:
    """By rank plus one; the first row is unknown education, the first column a posting that asks for none."""
    import numpy as np

    ranks = len(EDUCATION_SHORT_BY)
    table = np.ones((ranks + 1, ranks + 1), dtype=np.float32)
    for asked in range(1, ranks + 1):
        table[0, asked] = UNKNOWN_EDUCATION if asked > 1 else 1.0
        for held in range(1, ranks + 1):
            table[held, asked] = EDUCATION_SHORT_BY[min(max(asked - held, 0), ranks - 1)]
    return table


def _readiness(seekers: Seekers) -> Part:
    import numpy as np

    return np.where(seekers.ready_on > 0, np.float32(0.8), np.float32(1.0))
