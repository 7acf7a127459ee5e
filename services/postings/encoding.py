"""Turning rows into numbers: skill sets, places, demands and requirements, each numbered once a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from services.postings.columns import ELSEWHERE, HOME, Postings, Seekers, Words
from services.postings.gating import NIGHT_SHIFTS, NO_MAX_AGE, demands_of, limit_bits, requirement_of
from shared import reference
from shared.contracts import postings as c
from shared.contracts import registry
from shared.contracts.scopes import OutpostCode

if TYPE_CHECKING:
    from numpy.typing import NDArray

KeyT = TypeVar("KeyT")
OUTPOSTS = tuple(OutpostCode)
LEVELS = tuple(level.value for level in registry.SkillLevel)
EDUCATION_RANKS = {
    c.Education.none: 0,
    c.Education.primary: 1,
    c.Education.junior_middle: 2,
    c.Education.senior_middle: 3,
    c.Education.vocational: 3,
    c.Education.college: 4,
    c.Education.bachelor: 5,
    c.Education.postgraduate: 6,
}
NEVER = 10**6


class _Numbered(Generic[KeyT]):
    """Distinct values in the order of their first appearance, the empty one first."""

    def __init__(self, empty: KeyT) -> None:
        self._numbers = {empty: 0}

    def number(self, value: KeyT) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[KeyT]:
        return list(self._numbers)


Trades = tuple[tuple[str, int], ...]
Groups = tuple[tuple[str, ...], ...]


class Encoder:
    """Numbers the words of one run as its rows are encoded; postings first or seekers first makes no difference."""

    def __init__(self) -> None:
        self._skills, self._wishes = _Numbered[Trades](()), _Numbered[Trades](())
        self._occupations, self._townships = _Numbered(""), _Numbered("")
        self._requirements = _Numbered[Groups](())
        self.employers: dict[UUID, int] = {}

    def words(self) -> Words:
        """What the numbers stand for. Ask last."""
        requirements = [[list(group) for group in groups] for groups in self._requirements.values]
        for groups in requirements:
            for group in groups:
                for code in group:
                    self._occupations.number(code)
        return Words(
            skills=[list(held) for held in self._skills.values],
            wishes=[list(held) for held in self._wishes.values],
            occupations=self._occupations.values,
            requirements=requirements,
            townships=self._townships.values,
        )

    def seekers(self, seekers: Sequence[Any], kept: dict[UUID, int]) -> Seekers:
        """`kept` counts each one's live offers."""
        import numpy as np

        skills, wishes, townships = self._skills.number, self._wishes.number, self._townships.number
        return Seekers(
            birth_year=_column(seekers, np.int16, lambda s: s.birth_year),
            education=_column(seekers, np.int8, lambda s: education_held(s.education)),
            wishes_place=_column(seekers, np.int16, lambda s: _outpost_bits(s.destinations)),
            wants_out=_column(seekers, np.bool_, lambda s: s.wants_out_work),
            wants_local=_column(seekers, np.bool_, lambda s: s.wants_local_work),
            wage=_column(seekers, np.float32, lambda s: s.expected_wage_cents or 0),
            ready_on=_column(seekers, np.int32, lambda s: s.available_from.toordinal() if s.available_from else 0),
            limits=_column(seekers, np.int16, lambda s: limit_bits(s.limits)),
            may_match=_column(seekers, np.bool_, lambda s: s.automated_matching),
            skills=_column(seekers, np.int32, lambda s: skills(_held(s.skills))),
            wishes=_column(seekers, np.int32, lambda s: wishes(_wished(s.wanted_occupations))),
            kept=_column(seekers, np.int16, lambda s: kept.get(s.worker_id, 0)),
            township=_column(seekers, np.int32, lambda s: townships(s.division[:9])),
            is_female=_column(seekers, np.bool_, lambda s: s.sex == registry.Sex.female),
            is_disabled=_column(seekers, np.bool_, lambda s: registry.DifficultyKind.disabled in s.difficulty),
        )

    def postings(self, postings: Sequence[Any], live: dict[UUID, int], per_opening: int) -> Postings:
        """`room` is what free openings allow less what is `live`: an unanswered offer still holds its place."""
        import numpy as np

        asked = [c.Requirements.model_validate(p.requirements) for p in postings]
        places = [place_number(p.division, p.outpost) for p in postings]
        both = list(zip(postings, asked, places, strict=True))
        employers, occupations, requirements = self.employers, self._occupations.number, self._requirements.number

        def room(p: Any) -> int:
            return max(per_opening * int(p.openings - p.openings_taken) - live.get(p.id, 0), 0)

        return Postings(
            employer=_column(postings, np.int32, lambda p: employers.setdefault(p.employer_id, len(employers))),
            occupation=_column(postings, np.int32, lambda p: occupations(p.occupation or "")),
            place=np.array(places, dtype=np.int8),
            wage=_column(postings, np.float32, lambda p: p.wage_month_cents or 0),
            min_age=_column(asked, np.int16, lambda r: r.min_age or 0),
            max_age=_column(asked, np.int16, lambda r: r.max_age or NO_MAX_AGE),
            education=_column(asked, np.int8, lambda r: -1 if r.education is None else EDUCATION_RANKS[r.education]),
            requirement=_column(asked, np.int32, lambda r: requirements(_groups(r))),
            demands=_column(both, np.int16, lambda b: demands_of(b[0].title, b[0].description, b[1])),
            at_night=_column(asked, np.bool_, lambda r: r.shift in NIGHT_SHIFTS),
            is_heavy=_column(asked, np.bool_, lambda r: bool(r.heavy_work)),
            living=_column(both, np.float32, lambda b: _living(b[1], b[2])),
            security=_column(both, np.float32, lambda b: _security(b[1], b[0].wage_unit)),
            closes_on=_column(postings, np.int32, lambda p: p.valid_through.toordinal() if p.valid_through else NEVER),
            openings=_column(postings, np.int32, lambda p: p.openings),
            live=_column(postings, np.int32, lambda p: live.get(p.id, 0)),
            room=_column(postings, np.int32, room),
        )


def education_held(education: str | None) -> int:
    """The rank on registry's scale; -1 unknown."""
    return registry.Education(education).rank if education else -1


@lru_cache(maxsize=4096)
def place_number(division: str | None, outpost: OutpostCode | None) -> int:
    """Which of the seven cities a posting is in: by its division, else by the outpost that collected it."""
    if not division:
        return OUTPOSTS.index(outpost) if outpost else ELSEWHERE
    if division.startswith(reference.HOME_COUNTY):
        return HOME
    for place in reference.outposts():
        # 温岭 is a county-level city, the others whole prefectures (the hub stands in 佛山市禅城区).
        city = place.division if place.code is OutpostCode.wenling else place.division[:4]
        if division.startswith(city):
            return OUTPOSTS.index(place.code)
    return ELSEWHERE


def _outpost_bits(codes: Iterable[str]) -> int:
    return sum(1 << OUTPOSTS.index(OutpostCode(code)) for code in set(codes))


def _held(skills: Iterable[dict[str, Any]]) -> Trades:
    return tuple(sorted({(skill["occupation"], LEVELS.index(skill.get("level", LEVELS[0]))) for skill in skills}))


def _wished(occupations: Iterable[str]) -> Trades:
    return tuple((code, len(LEVELS) - 1) for code in sorted(set(occupations)))


def _groups(asked: c.Requirements) -> Groups:
    return tuple(tuple(group) for group in requirement_of(asked))


def _living(asked: c.Requirements, place: int) -> float:
    """包吃 and 包住 count half each; unsaid a fifth; who works in the county sleeps at home."""
    board = 0.2 if asked.board is None else float(asked.board)
    lodging = 1.0 if place == HOME else 0.2 if asked.lodging is None else float(asked.lodging)
    return (board + lodging) / 2


def _security(asked: c.Requirements, unit: c.WageUnit | None) -> float:
    monthly = asked.pay_cycle is c.PayCycle.monthly or unit in (c.WageUnit.month, c.WageUnit.year)
    return 0.6 * bool(asked.insurance) + 0.4 * monthly


def _column(rows: Iterable[Any], kind: Any, value: Callable[[Any], Any]) -> NDArray[Any]:
    import numpy as np

    return np.array([value(row) for row in rows], dtype=kind)
