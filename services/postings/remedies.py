"""What would help a seeker who lacks offers: a course, another place, a lower wish of wage."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from services.postings.columns import HOME, Inputs, Postings, Seekers
from services.postings.encoding import OUTPOSTS
from services.postings.gating import closed_between, closed_to
from services.postings.score_rows import MILLION
from shared.contracts.postings.matching import Gate, HelpKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from services.postings.solving import Solution

EVERY_OUTPOST = 2 ** len(OUTPOSTS) - 1
LOWER_WISHES = (0.9, 0.8, 0.7, 0.6)
AT_MOST = 3


class Remedies:
    """Looks for one seeker at a time at the postings that have room left after the run."""

    def __init__(self, inputs: Inputs, solution: Solution) -> None:
        import numpy as np

        self._inputs, self._solution = inputs, solution
        made = np.bincount(solution.posting, minlength=len(inputs.postings))
        self._left = inputs.postings.room - made
        self._least = inputs.weights.least_score

    def of(self, seeker: int) -> list[dict[str, Any]]:
        """The remedies that open something, those of one kind best first; none for who may not be matched at all."""
        import numpy as np

        one = self._inputs.seekers.at(np.s_[seeker : seeker + 1])
        if not len(self._left) or any(closed[0] for closed in closed_to(one, self._inputs.today).values()):
            return []
        free = self._left > 0
        free[self._inputs.barred_posting[self._inputs.barred_seeker == seeker]] = False
        passing = free & self._passes(one)
        return [
            *self._courses(one, free),
            *self._places(one, free & ~passing),
            *self._wages(one, free & ~passing),
        ]

    def _passes(self, one: Seekers, *but: Gate) -> NDArray[np.bool_]:
        import numpy as np

        every = self._inputs.postings
        is_open = np.ones(len(every), bool)
        for gate, closed in closed_between(one, every, self._solution.fit, self._inputs.today).items():
            if gate not in but:
                is_open &= ~np.broadcast_to(closed, is_open.shape)
        if not but:
            is_open &= self._score(one, every) >= self._least
        return is_open

    def _score(self, one: Seekers, every: Postings) -> Any:
        parts = self._solution.scorer.parts(one, every)
        return parts["score"] + 1 / MILLION

    def _courses(self, one: Seekers, free: NDArray[np.bool_]) -> list[dict[str, Any]]:
        """Trades that alone would open postings whose every other gate is open."""
        import numpy as np

        inputs = self._inputs
        lacking = ~self._solution.fit.meets[one.skills[0]]
        blocked = free & self._passes(one, Gate.certificate) & lacking[inputs.postings.requirement]
        by_trade: dict[str, list[int]] = {}
        for number in np.unique(inputs.postings.requirement[blocked]).tolist():
            groups = inputs.words.requirements[number]
            if len(groups) != 1:
                continue
            postings = blocked & (inputs.postings.requirement == number)
            found = by_trade.setdefault(groups[0][0], [0, 0])
            found[0] += int(postings.sum())
            found[1] += self._openings(postings)
        best = sorted(by_trade.items(), key=lambda item: (-item[1][1], item[0]))[:AT_MOST]
        return [
            {"kind": HelpKind.course.value, "occupation": trade, "postings": postings, "openings": openings}
            for trade, (postings, openings) in best
        ]

    def _places(self, one: Seekers, closed: NDArray[np.bool_]) -> list[dict[str, Any]]:
        """Outposts where more would be good enough if the worker wished to go there."""
        import numpy as np

        anywhere = replace(
            one, wishes_place=np.full_like(one.wishes_place, EVERY_OUTPOST), wants_out=np.ones_like(one.wants_out)
        )
        opened = closed & self._passes(anywhere)
        found = [(place, opened & (self._inputs.postings.place == place)) for place in range(HOME)]
        ranked = sorted(((self._openings(some), place, int(some.sum())) for place, some in found), reverse=True)
        return [
            {"kind": HelpKind.place.value, "outpost": OUTPOSTS[place].value, "postings": number, "openings": openings}
            for openings, place, number in ranked[:AT_MOST]
            if number
        ]

    def _wages(self, one: Seekers, closed: NDArray[np.bool_]) -> list[dict[str, Any]]:
        """The smallest step down from the wished wage that opens anything."""
        import numpy as np

        for share in LOWER_WISHES if one.wage[0] > 0 else ():
            wish = np.round(one.wage * share, -4)
            opened = closed & self._passes(replace(one, wage=wish.astype(np.float32)))
            if opened.any():
                openings = self._openings(opened)
                return [
                    {
                        "kind": HelpKind.wage.value,
                        "wage_cents": int(wish[0]),
                        "postings": int(opened.sum()),
                        "openings": openings,
                    }
                ]
        return []

    def _openings(self, postings: NDArray[np.bool_]) -> int:
        """Openings that can still be offered there; a posting's offers are counted back to openings, at least one."""
        import numpy as np

        per_opening = self._inputs.request.offers_per_opening
        return int(np.maximum(self._left[postings] // per_opening, 1).sum())
