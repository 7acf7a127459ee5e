"""Who may be offered what: law, health, certificates, shifts and the worker's own refusals decide before any score.

Each gate is a question that a posting passes or not; a seeker whom no posting passes is told which gate it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from services.postings.columns import Inputs, Postings, Seekers, lookup
from shared.contracts.postings.matching import Gate
from shared.contracts.postings.requirements import Requirements, Shift
from shared.reference import find_occupations

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LIMITS = ("heavy_lifting", "heights", "night_shift", "long_standing", "chemicals", "fine_vision")
NIGHT_SHIFTS = (Shift.night, Shift.two_shift, Shift.three_shift)

# 劳动法 第15条, 禁止使用童工规定: not before 16. 第64条, 未成年工特殊保护规定: no night or heavy work before 18.
WORKING_AGE, ADULT_AGE = 16, 18
NO_MAX_AGE = 999
DECLINED_DAYS = 90

# Words of a title or description by which a posting shows what it demands of the body.
DEMAND_WORDS: Mapping[str, tuple[str, ...]] = {
    "heavy_lifting": ("搬运", "装卸", "重体力", "钢筋工", "混凝土"),
    "heights": ("高空", "架子工", "外墙", "塔吊"),
    "long_standing": ("站立", "站班", "久站"),
    "chemicals": ("电镀", "喷漆", "喷涂", "油漆", "化工", "印染", "胶水"),
    "fine_vision": ("显微镜", "目检"),
}

EXPLANATIONS: Mapping[Gate, str] = {
    Gate.automated_matching: "本人不同意自动推荐, 请工作人员当面推荐",
    Gate.under_age: "未满或按出生年份不能确认已满16周岁",
    Gate.no_posting: "目前没有可推荐的在招岗位",
    Gate.age_limit: "年龄不在岗位要求范围内",
    Gate.certificate: "岗位需要本人没有的技能或证书",
    Gate.shift: "岗位要上夜班, 本人不能上夜班",
    Gate.limits: "岗位的劳动强度或环境不适合本人身体状况",
    Gate.availability: "岗位在本人可出发日期之前截止",
    Gate.declined: "岗位已推荐过或本人已婉拒",
    Gate.score: "岗位的工资、地点或工种与本人意愿相差太远",
}


Scores = Callable[[Seekers, Postings], Any]


@dataclass(frozen=True)
class Fit:
    """Tables over the distinct skill sets: how near to each occupation, and which requirements they meet."""

    skill: NDArray[np.float32]
    wish: NDArray[np.float32]
    meets: NDArray[np.bool_]


def demands_of(title: str, description: str | None, requirements: Requirements) -> int:
    """What a posting demands of the body, as bits in the order of LIMITS."""
    words = title + (requirements.note or "") + (description or "")[:500]
    found = {limit for limit, signs in DEMAND_WORDS.items() if any(sign in words for sign in signs)}
    if requirements.heavy_work is False:
        found.discard("heavy_lifting")
    elif requirements.heavy_work:
        found.add("heavy_lifting")
    if requirements.shift in NIGHT_SHIFTS:
        found.add("night_shift")
    return limit_bits(found)


def limit_bits(limits: Iterable[str]) -> int:
    return sum(1 << LIMITS.index(limit) for limit in limits if limit in LIMITS)


def requirement_of(requirements: Requirements) -> list[list[str]]:
    """Groups of occupations of each of which the worker must have one: any listed skill, and every certificate.

    A word that names no trade (健康证, 吃苦耐劳) cannot be checked against skills and closes no gate.
    """
    skills = sorted({code for words in requirements.skills for code in trade_codes(words)})
    groups = [skills] if skills else []
    groups += [sorted(codes) for certificate in requirements.certificates if (codes := trade_codes(certificate))]
    return groups


@lru_cache(maxsize=4096)
def trade_codes(words: str) -> tuple[str, ...]:
    """The occupations that a skill or a certificate (叉车证, 电工操作证) names."""
    for ending in ("", "操作证", "上岗证", "资格证书", "资格证", "证书", "证"):
        bare = words.removesuffix(ending) if ending else words
        if bare and (found := find_occupations(bare)):
            return tuple(occupation.code for occupation in found)
    return ()


def closed_to(seekers: Seekers, today: date) -> dict[Gate, NDArray[np.bool_]]:
    """The gates that look at the person alone: true where they exclude."""
    return {
        Gate.automated_matching: ~seekers.may_match,
        Gate.under_age: _youngest(seekers, today) < WORKING_AGE,
    }


def closed_between(seekers: Seekers, postings: Postings, fit: Fit, today: date) -> dict[Gate, NDArray[np.bool_]]:
    """The gates between a person and a posting, in their order: true where they exclude.

    Only the birth year is known here, so 16 and 18 must be certain, and an employer's limit must be certainly broken.
    """
    youngest = _youngest(seekers, today)
    is_minor = youngest < ADULT_AGE
    night = limit_bits(["night_shift"])
    return {
        Gate.age_limit: (youngest + 1 < postings.min_age) | (youngest > postings.max_age),
        Gate.certificate: lacks_certificate(seekers, postings, fit),
        Gate.shift: postings.at_night & (((seekers.limits & night) != 0) | is_minor),
        Gate.limits: ((seekers.limits & postings.demands & ~night) != 0) | (postings.is_heavy & is_minor),
        Gate.availability: seekers.ready_on > postings.closes_on,
    }


def lacks_certificate(seekers: Seekers, postings: Postings, fit: Fit) -> NDArray[np.bool_]:
    """Where a skill or certificate that the posting asks for is missing."""
    return ~lookup(fit.meets, seekers.skills, postings.requirement)  # type: ignore[no-any-return]


def excluded_by_gate(
    inputs: Inputs, seeker: int, fit: Fit, score: Scores | None = None, *, asked_by_a_person: bool = False
) -> tuple[int, dict[Gate, int]]:
    """For one seeker: how many postings pass, and how many each gate excluded first.

    With `score`, what scores less than the weights ask for is excluded last.

    A person may recommend to who refused automatic offers, or said no before; the gates between person and work stay.
    """
    import numpy as np

    one, every = inputs.seekers.at(np.s_[seeker : seeker + 1]), inputs.postings
    left = np.ones(len(every), dtype=bool)
    counts: dict[Gate, int] = {}
    if not asked_by_a_person:
        for gate, closed in closed_to(one, inputs.today).items():
            if closed[0]:
                return 0, {gate: len(every)}
    if not len(every):
        return 0, {Gate.no_posting: 0}
    barred = np.zeros(len(every), dtype=bool)
    barred[inputs.barred_posting[inputs.barred_seeker == seeker]] = True
    gates: dict[Gate, Any] = closed_between(one, every, fit, inputs.today)
    if not asked_by_a_person:
        gates[Gate.declined] = barred
    if score is not None:
        gates[Gate.score] = score(one, every) < inputs.weights.least_score
    for gate, closed in gates.items():
        closed_now = np.broadcast_to(closed, left.shape) & left
        if number := int(closed_now.sum()):
            counts[gate] = number
        left &= ~closed_now
    return int(left.sum()), counts


def _youngest(seekers: Seekers, today: date) -> NDArray[np.int16]:
    """The age a person of that birth year has reached for certain."""
    import numpy as np

    turned = today.year if (today.month, today.day) == (12, 31) else today.year - 1
    return np.int16(turned) - seekers.birth_year
