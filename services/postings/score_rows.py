"""Scores of a seeker with every posting at once, gates applied, in millionths: whole numbers, so that sums are exact.

A row is put together from rows that many seekers share (one for each wish of wage, of place, of trade, for each birth
year …), so that two hundred thousand seekers against twenty thousand postings take seconds and little memory.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from services.postings.columns import Inputs, Postings, Seekers
from services.postings.gating import ADULT_AGE, Fit, closed_between, closed_to, lacks_certificate
from services.postings.scoring import Scorer, place_codes
from shared.contracts.postings.matching import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    Row = NDArray[np.float32]

MILLION = 1_000_000
KEPT_CELLS = 30_000_000


class ScoreRows:
    """Rows by seeker. 0 says that a gate is closed or the posting has no room; who passes scores a millionth at least.

    Each gate asks about one trait of the seeker or another, never about two together, so that a row for each trait
    alone, the others being harmless, gives the same answer as `closed_between`.
    """

    def __init__(self, inputs: Inputs, fit: Fit, scorer: Scorer) -> None:
        import numpy as np

        self.inputs, self._fit, self._scorer = inputs, fit, scorer
        self._every = inputs.postings.at(np.s_[None, :])
        self.width = len(inputs.postings)
        self.excluded = np.zeros(len(inputs.seekers), dtype=bool)
        for closed in closed_to(inputs.seekers, inputs.today).values():
            self.excluded |= closed
        self._has_room = inputs.postings.room > 0
        order = np.argsort(inputs.barred_seeker, kind="stable")
        self._barred_seeker, self._barred_posting = inputs.barred_seeker[order], inputs.barred_posting[order]
        self._usual = _Kept(self._every, scorer.usual)
        self._place = _Kept(self._every, scorer.place)
        self._wish = _Kept(self._every, scorer.wish)
        self._skill = _Kept(self._every, self._skilled)
        self._school = _Kept(self._every, scorer.school)
        self._age = _Kept(self._every, self._old_enough)
        self._body = _Kept(self._every, self._able)
        self._ready = _Kept(self._every, self._in_time)

    def of(self, wanted: Any) -> Iterator[tuple[int, Row]]:
        """The wanted seekers with their rows, alike ones together. A row is lent until the next one is asked for."""
        import numpy as np

        wanted = wanted[~self.excluded[wanted]]
        seekers = self.inputs.seekers.at(wanted)
        order = np.lexsort((seekers.birth_year, seekers.ready_on, seekers.limits, seekers.education, seekers.skills))
        wanted, seekers = wanted[order], seekers.at(order)
        first = np.searchsorted(self._barred_seeker, wanted)
        upto = np.searchsorted(self._barred_seeker, wanted, side="right")
        place = place_codes(seekers)
        traits = (seekers.skills, seekers.education, seekers.ready_on, seekers.limits, seekers.birth_year)
        alike = zip(*(column.tolist() for column in traits), strict=True)
        rest = (column.tolist() for column in (wanted, seekers.wage, place, seekers.wishes, first, upto))
        row, enough = np.empty(self.width, np.float32), np.empty(self.width, bool)
        least = np.float32(self.inputs.weights.least_score * MILLION)
        chance = factor = row
        last: Any = (None,) * 5
        for at, (trait, seeker, wage, where, wish, begin, end) in enumerate(zip(alike, *rest, strict=True)):
            if trait != last:
                if trait[:2] != last[:2]:
                    chance = self._chance(trait[0], trait[1], seekers, at)
                factor = self._factor(chance, trait, seekers, at)
                last = trait
            np.add(self._usual.get(wage, seekers, at), self._place.get(where, seekers, at), out=row)
            row += self._wish.get(wish, seekers, at)
            row *= factor
            np.ceil(row, out=row)
            if least:
                np.greater_equal(row, least, out=enough)
                row *= enough
            if begin < end:
                row[self._barred_posting[begin:end]] = 0
            yield seeker, row

    def _chance(self, skills: int, school: int, seekers: Seekers, at: int) -> Row:
        """The chance in millionths, without readiness; 0 where a skill or certificate is missing."""
        return self._skill.get(skills, seekers, at) * self._school.get(school, seekers, at)

    def _skilled(self, one: Seekers, _: Postings) -> Row:
        import numpy as np

        able = ~lacks_certificate(one, self._every, self._fit)[0] & self._has_room
        return np.asarray(self._scorer.skill(one, self._every)[0] * able * np.float32(MILLION), dtype=np.float32)

    def _factor(self, chance: Row, trait: tuple[int, ...], seekers: Seekers, at: int) -> Row:
        _, _, ready_on, limits, birth_year = trait
        factor = chance * self._age.get(birth_year, seekers, at)
        if limits:
            factor *= self._body.get(limits, seekers, at)
        if ready_on:
            factor *= self._ready.get(ready_on, seekers, at)
        return factor

    def _old_enough(self, one: Seekers, _: Postings) -> Row:
        return self._open(replace(one, limits=one.limits * 0), Gate.age_limit, Gate.shift, Gate.limits)

    def _able(self, one: Seekers, _: Postings) -> Row:
        grown_up = replace(one, birth_year=one.birth_year * 0 + self.inputs.today.year - 2 * ADULT_AGE)
        return self._open(grown_up, Gate.shift, Gate.limits)

    def _in_time(self, one: Seekers, _: Postings) -> Row:
        factor: Row = self._open(one, Gate.availability) * self._scorer.readiness(one)[0]
        return factor

    def _open(self, one: Seekers, *asked: Gate) -> Row:
        """1 where the posting has room and none of the asked gates is closed to this seeker, else 0."""
        import numpy as np

        closed = closed_between(one, self._every, self._fit, self.inputs.today)
        is_open = self._has_room.copy()
        for gate in asked:
            is_open &= ~np.broadcast_to(closed[gate], (1, self.width))[0]
        return np.asarray(is_open, dtype=np.float32)


class _Kept:
    """Rows made once each, by key, as long as they do not become too many."""

    def __init__(self, every: Postings, make: Callable[[Seekers, Postings], Row]) -> None:
        self._every, self._make = every, make
        self._most = max(KEPT_CELLS // max(every.openings.size, 1), 16)
        self._rows: dict[float, Row] = {}

    def get(self, key: float, seekers: Seekers, at: int) -> Row:
        """The row of this key, made of the seeker at this place where it is not kept."""
        found = self._rows.get(key)
        if found is None:
            if len(self._rows) >= self._most:
                self._rows.clear()
            found = self._rows[key] = self._make(_one(seekers, at), self._every).reshape(-1)
        return found


def _one(seekers: Seekers, at: int) -> Seekers:
    """One seeker, standing upright before every posting."""
    import numpy as np

    return seekers.at(np.s_[at : at + 1, None])
