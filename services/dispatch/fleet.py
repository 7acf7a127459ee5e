"""The coaches that may still be chartered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shared.contracts import dispatch as c


class Fleet:
    """Counts what is left of each kind; a kind without a number is never used up."""

    def __init__(self, coaches: Iterable[c.Coach]) -> None:
        self._coaches = list(coaches)
        self._left = [coach.available for coach in self._coaches]

    def fitting(self, people: int) -> Iterator[c.Coach]:
        for coach, left in zip(self._coaches, self._left, strict=True):
            if coach.seats >= people and (left is None or left > 0):
                yield coach

    def any(self) -> list[c.Coach]:
        return list(self.fitting(1))

    def largest(self) -> c.Coach | None:
        return max(self.any(), key=lambda coach: coach.seats, default=None)

    def left(self, coach: c.Coach) -> int | None:
        return self._left[self._coaches.index(coach)]

    def take(self, coach: c.Coach) -> None:
        number = self._coaches.index(coach)
        left = self._left[number]
        self._left[number] = None if left is None else left - 1

    def give_back(self, coach: c.Coach) -> None:
        number = self._coaches.index(coach)
        left = self._left[number]
        self._left[number] = None if left is None else left + 1
