"""Why this posting for this worker, in the words a villager would use: 会包装工, 月薪4500元以上, 包吃住, 温岭."""

from __future__ import annotations

from typing import Any

from services.postings.columns import ELSEWHERE, HOME
from services.postings.encoding import OUTPOSTS, place_number
from services.postings.scoring import MEETS_FROM, nearness
from shared import reference
from shared.contracts import postings as c

UNIT_ZH = {
    c.WageUnit.hour: "时薪",
    c.WageUnit.day: "日薪",
    c.WageUnit.week: "周薪",
    c.WageUnit.month: "月薪",
    c.WageUnit.year: "年薪",
    c.WageUnit.piece: "计件",
}


class Reasons:
    """Composes reasons, remembering the half that is the same for everyone who is offered a posting."""

    def __init__(self) -> None:
        self._of_posting: dict[Any, list[str]] = {}
        self._of_trade: dict[Any, str] = {}

    def of(self, seeker: Any, posting: Any) -> str:
        if posting.id not in self._of_posting:
            self._of_posting[posting.id] = _of_posting(posting)
        held = tuple(skill["occupation"] for skill in seeker.skills), tuple(seeker.wanted_occupations)
        key = (*held, posting.occupation)
        if key not in self._of_trade:
            self._of_trade[key] = _trade(*held, posting.occupation)
        wage, *rest = self._of_posting[posting.id]
        if seeker.expected_wage_cents and (posting.wage_month_cents or 0) >= seeker.expected_wage_cents:
            wage += " (达到期望)"
        return ", ".join(part for part in (self._of_trade[key], wage, *rest) if part)


def _trade(skills: tuple[str, ...], wanted: tuple[str, ...], occupation: str | None) -> str:
    if not occupation:
        return ""
    name = reference.occupation_name(occupation)
    if any(nearness(code, occupation) == 1.0 for code in skills):
        return f"会{name}"
    if any(nearness(code, occupation) == 1.0 for code in wanted):
        return f"想做{name}"
    near = [code for code in skills if nearness(code, occupation) >= MEETS_FROM]
    if near:
        return f"会{reference.occupation_name(near[0])}, 与{name}相近"
    return ""


def _of_posting(posting: Any) -> list[str]:
    asked = c.Requirements.model_validate(posting.requirements)
    parts = [_wage(posting)]
    if asked.board and asked.lodging:
        parts.append("包吃住")
    elif asked.board or asked.lodging:
        parts.append("包吃" if asked.board else "包住")
    if asked.insurance:
        parts.append("、".join(asked.insurance[:2]))
    parts.append(place_name(posting))
    return parts


def _wage(posting: Any) -> str:
    if posting.wage_min_cents is None or posting.wage_unit is None:
        return "工资面议"
    return f"{UNIT_ZH[posting.wage_unit]}{_yuan(posting.wage_min_cents)}元以上"


def _yuan(cents: int) -> str:
    return f"{cents / 100:.2f}".rstrip("0").rstrip(".")


def place_name(posting: Any) -> str:
    """The city by its short name, with the place in it where it has another (台州温岭); at home the township."""
    number = place_number(posting.division, posting.outpost)
    if number == HOME:
        return reference.division_name(posting.division)
    if number == ELSEWHERE:
        return reference.division_name(posting.division) if posting.division else ""
    place = reference.outpost_place(OUTPOSTS[number].value)
    city = place.city.removesuffix("市")
    return city if place.name == city else f"{city}{place.name}"
