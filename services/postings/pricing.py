"""What postings will cost, found without a flow: each in turn asks what clears its room, until little changes.

A seeker would pay for a pair what it is worth above the best that is left without it; a posting that asks what the
last bidder within its room would pay gives out its room and no more (an auction in which all bid at once). The prices
come close to those of the best allocation, never quite there: they say where to look, and the flow decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from services.postings.problem import AllocationProblem

    Ints = NDArray[np.int64]

# A step of the whole way would swing between too dear and too cheap.
STEP, LONGER, LONGEST, SHORTER, SHORTEST = 0.5, 1.2, 8.0, 0.7, 0.1
NOTHING = -(2**50)
_BID_BITS = 44


class Market:
    """The pairs of a problem by seeker, with `most` further choices each: to take nothing, or to lack an offer."""

    def __init__(self, problem: AllocationProblem, weight: int) -> None:
        import numpy as np

        self._problem = problem
        seekers, postings = len(problem.need), len(problem.room)
        gain = np.rint(problem.score * problem.scale).astype(np.int64)
        order = np.argsort(problem.seeker, kind="stable")
        seeker = problem.seeker[order]
        first = np.searchsorted(seeker, np.arange(seekers))
        place = np.arange(len(seeker)) - first[seeker]
        self._gain = np.full((seekers, int(place.max(initial=-1)) + 1), NOTHING, np.int64)
        self._posting = np.full(self._gain.shape, postings, np.int32)
        self._gain[seeker, place], self._posting[seeker, place] = gain[order], problem.posting[order]
        need = np.minimum(problem.need, problem.most)[:, None]
        most, choice = problem.most[:, None], np.arange(int(problem.most.max(initial=0)) + 1)
        lacking = np.where(choice < most, -weight * problem.scale, NOTHING)
        self._choices = np.where(choice < most - need, 0, lacking).astype(np.int64)
        self._employer = None if problem.employer is None else np.append(problem.employer, 0)

    def thresholds(self, paid: Ints) -> tuple[Ints, Ints]:
        """Of each seeker the least net worth that is taken at these prices, and the best that is not."""
        least, next_best, _, _ = self._ranked(paid)
        return least, next_best

    def settled(self, own: Ints, firm: Ints | None, rounds: int) -> tuple[Ints, Ints | None]:
        """Prices of postings and of employers' shares, of those seen the ones with the lowest bound."""
        import numpy as np

        best, lowest = (own, firm), None
        asked, share = _Asked(own), None if firm is None else _Asked(firm)
        for _ in range(rounds):
            paid = own if firm is None or self._problem.employer is None else own + firm[self._problem.employer]
            least, next_best, net, worth = self._ranked(paid)
            bound = worth + self._rent(own, firm)
            if lowest is None or bound < lowest:
                best, lowest = (own, firm), bound
            bid = self._gain - np.where(net > next_best[:, None], next_best[:, None], least[:, None])
            where, amount = self._posting[bid > 0].astype(np.int64), bid[bid > 0]
            room = self._problem.employer_room
            if share is None or firm is None or self._employer is None or room is None:
                own = asked.towards(_clearing(where, amount, self._problem.room))
            else:
                employer = self._employer[where]
                cleared = _clearing(where, amount - firm[employer], self._problem.room)
                firm = share.towards(_clearing(employer, amount - np.append(own, 0)[where], room))
                own = asked.towards(cleared)
        return best

    def _rent(self, own: Ints, firm: Ints | None) -> int:
        rent = int((own * self._problem.room).sum())
        if firm is None or self._problem.employer_room is None:
            return rent
        return rent + int((firm * self._problem.employer_room).sum())

    def _ranked(self, paid: Ints) -> tuple[Ints, Ints, Ints, int]:
        import numpy as np

        most = self._problem.most
        net = self._gain - np.append(paid, 0)[self._posting]
        every = np.concatenate([net, self._choices], axis=1)
        every.sort(axis=1)
        width, who = every.shape[1], np.arange(len(every))
        least = np.where(most > 0, every[who, width - np.maximum(most, 1)], -NOTHING)
        next_best = np.where(most > 0, every[who, width - 1 - most], -NOTHING)
        taken = np.arange(width) >= width - most[:, None]
        return least, next_best, net, int(every[taken].sum())


class _Asked:
    """Prices on their way: each takes longer steps as long as it goes one way, shorter ones when it turns."""

    def __init__(self, price: Ints) -> None:
        import numpy as np

        self._price = price.astype(np.float64)
        self._step, self._last = np.full(len(price), STEP), np.zeros(len(price))

    def towards(self, cleared: Ints) -> Ints:
        import numpy as np

        way = cleared - self._price
        turn = way * self._last
        self._step = np.where(turn > 0, np.minimum(self._step * LONGER, LONGEST), self._step)
        self._step = np.where(turn < 0, np.maximum(self._step * SHORTER, SHORTEST), self._step)
        self._last = way
        self._price = np.maximum(self._price + self._step * way, 0)
        return np.rint(self._price).astype(np.int64)


def _clearing(where: Ints, bid: Ints, room: Ints) -> Ints:
    """Between the last bid within each one's room and the first beyond it; 0 where there is room for all."""
    import numpy as np

    bidding = (bid > 0) & (where < len(room))
    highest = (1 << _BID_BITS) - 1
    keys = np.sort((where[bidding] << _BID_BITS) | (highest - np.minimum(bid[bidding], highest)))
    number, bid = keys >> _BID_BITS, highest - (keys & highest)
    first = np.searchsorted(number, np.arange(len(room)))
    bidders = np.diff(np.append(first, len(number)))
    bid = np.append(bid, 0)
    beyond = np.where(bidders > room, bid[np.where(bidders > room, first + room, -1)], 0)
    within = np.where((bidders >= room) & (room > 0), bid[np.where(bidders >= room, first + room - 1, -1)], beyond)
    return (within + beyond) // 2
