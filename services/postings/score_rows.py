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
# More than there are place codes.
PLACE_CODES = 1024


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
        self.lowest = max(np.float32(inputs.weights.least_score * MILLION), np.float32(1))
        self._both = _Kept(self._every, scorer.usual)
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

        for seeker, row in self.unsifted(wanted):
            np.copyto(row, 0, where=row < self.lowest)
            yield seeker, row

    def unsifted(self, wanted: Any) -> Iterator[tuple[int, Row]]:
        """The same rows, in which only what reaches `lowest` may be offered: leaving the rest as it is saves passes."""
        import numpy as np

        wanted = self.in_order(wanted)
        seekers = self.inputs.seekers.at(wanted)
        first = np.searchsorted(self._barred_seeker, wanted)
        upto = np.searchsorted(self._barred_seeker, wanted, side="right")
        place = place_codes(seekers)
        traits = (seekers.skills, seekers.education, seekers.ready_on, seekers.limits, seekers.birth_year)
        alike = zip(*(column.tolist() for column in traits), strict=True)
        rest = (column.tolist() for column in (wanted, seekers.wage, place, seekers.wishes, first, upto))
        row = np.empty(self.width, np.float32)
        chance = factor = row
        last: Any = (None,) * 5
        for at, (trait, seeker, wage, where, wish, begin, end) in enumerate(zip(alike, *rest, strict=True)):
            if trait != last:
                if trait[:2] != last[:2]:
                    chance = self._chance(trait[0], trait[1], seekers, at)
                factor = self._factor(chance, trait, seekers, at)
                last = trait
            np.add(self._wage_and_place(wage, where, seekers, at), self._wish.get(wish, seekers, at), out=row)
            np.multiply(row, factor, out=row)
            np.ceil(row, out=row)
            if begin < end:
                row[self._barred_posting[begin:end]] = 0
            yield seeker, row

    def block(self, wanted: Any) -> Row:
        """The rows of several seekers as one table, in the given order, with 0 for what may not be offered."""
        import numpy as np

        some, every = self.inputs.seekers.at(np.s_[wanted, None]), self._every
        scorer = self._scorer
        chance = scorer.skill(some, every) * np.float32(MILLION)
        chance *= scorer.school(some, every)
        chance *= scorer.readiness(some)
        table = scorer.usual(some, every) + scorer.place(some, every)
        table += scorer.wish(some, every)
        table *= chance
        np.ceil(table, out=table)
        is_open = np.broadcast_to(self._has_room & ~self.excluded[wanted, None], table.shape).copy()
        for closed in closed_between(some, every, self._fit, self.inputs.today).values():
            is_open &= ~closed
        first = np.searchsorted(self._barred_seeker, wanted)
        number = np.searchsorted(self._barred_seeker, wanted, side="right") - first
        row = np.repeat(np.arange(len(wanted)), number)
        is_open[
            row, self._barred_posting[np.repeat(first - np.cumsum(number) + number, number) + np.arange(len(row))]
        ] = False
        return np.where(is_open & (table >= self.lowest), table, np.float32(0))

    def in_order(self, wanted: Any) -> Any:
        """Those of the wanted who may be matched, alike ones together."""
        import numpy as np

        wanted = wanted[~self.excluded[wanted]]
        seekers = self.inputs.seekers.at(wanted)
        traits = (seekers.birth_year, seekers.ready_on, seekers.limits, seekers.education, seekers.skills)
        return wanted[np.lexsort(traits)]

    def again(self) -> ScoreRows:
        """The same rows with a memory of their own, for another thread."""
        return ScoreRows(self.inputs, self._fit, self._scorer)

    def among(self, postings: NDArray[np.int64]) -> ScoreRows:
        """Rows over these postings alone, numbered as they are listed."""
        import numpy as np

        number = np.full(self.width, -1, np.int64)
        number[postings] = np.arange(len(postings))
        barred = number[self.inputs.barred_posting]
        inputs = replace(
            self.inputs,
            postings=self.inputs.postings.at(postings),
            barred_seeker=self.inputs.barred_seeker[barred >= 0],
            barred_posting=barred[barred >= 0],
        )
        return ScoreRows(inputs, self._fit, self._scorer)

    def _wage_and_place(self, wage: float, where: int, seekers: Seekers, at: int) -> Row:
        key = wage * PLACE_CODES + where
        found = self._both.kept(key)
        if found is None:
            both = self._usual.get(wage, seekers, at) + self._place.get(where, seekers, at)
            found = self._both.keep(key, both)
        return found

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
        return self.keep(key, self._make(_one(seekers, at), self._every).reshape(-1)) if found is None else found

    def kept(self, key: float) -> Row | None:
        return self._rows.get(key)

    def keep(self, key: float, row: Row) -> Row:
        if len(self._rows) >= self._most:
            self._rows.clear()
        self._rows[key] = row
        return row


def _one(seekers: Seekers, at: int) -> Seekers:
    """One seeker, standing upright before every posting."""
    import numpy as np

    return seekers.at(np.s_[at : at + 1, None])
