"""Asking many services for one page: each answer stands alone, so one that is down blanks its own card only."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.contracts.base import Page
from shared.contracts.errors import Problem, ProblemKind

T = TypeVar("T")
MOST = 500


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What came back, or why nothing did."""

    value: T | None = None
    problem: Problem | None = None

    @property
    def is_missing(self) -> bool:
        return self.problem is not None


async def attempt(asked: Awaitable[T]) -> Answer[T]:
    """The answer, or the refusal as a value. A session that ended concerns the whole page and is raised."""
    try:
        return Answer(value=await asked)
    except Problem as problem:
        if problem.kind is ProblemKind.unauthenticated:
            raise
        return Answer(problem=problem)


async def together(**asked: Awaitable[Any]) -> Mapping[str, Answer[Any]]:
    """All of them at once, by name."""
    answers = await asyncio.gather(*(attempt(one) for one in asked.values()))
    return dict(zip(asked, answers, strict=True))


@dataclass(frozen=True)
class Count:
    """How many a list holds; `is_more` where it was longer than one page."""

    number: int
    is_more: bool = False


def count(found: Page[Any]) -> Count:
    return Count(len(found.items), found.next_cursor is not None)
