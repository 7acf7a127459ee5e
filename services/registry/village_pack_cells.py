"""The cells of a pack: a worker's facts as a spreadsheet shows them, and the three-way comparison of what came back.

Facts that are told together are compared together: a new employer beside the old place of work would be nonsense.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from services.registry.drafts import Draft
from services.registry.models import Worker
from services.registry.records import Records
from services.registry.vault import Vault
from services.registry.words import DIFFICULTY_WORDS, EDUCATION_WORDS
from shared.reference import occupation_name, outpost_place


class PackColumn(NamedTuple):
    """`field` is the meaning that the import's reader knows."""

    field: str
    title: str
    width: int
    choices: tuple[str, ...] = ()


NUMBER, NAME, ID_NUMBER, PLACE = "编号(勿改)", "姓名", "身份证号码", "社区（村）"
EDITED: tuple[PackColumn, ...] = (
    PackColumn("phone", "联系电话", 14),
    PackColumn("education", "文化程度", 12, tuple(EDUCATION_WORDS.values())),
    PackColumn("skill", "技能", 16),
    PackColumn("emp_status", "就业状态", 10, ("已就业", "暂未就业")),
    PackColumn("work_place", "务工地点", 18),
    PackColumn("employer", "务工企业名称", 20),
    PackColumn("job", "从事工种", 12),
    PackColumn("income_month", "务工月收入", 10),
    PackColumn("want_work", "是否打算外出就业", 14, ("是", "否")),
    PackColumn("want_place", "意向务工地", 14),
    PackColumn("want_job", "意向工种", 12),
    PackColumn("want_salary", "期望月薪", 10),
    PackColumn("hardship_group", "困难类别(改动须审批)", 20),
    PackColumn("leaving", "离开原因(须审批)", 14, ("迁出", "死亡", "参军", "服刑", "其他")),
)
GROUPS: dict[str, tuple[str, ...]] = {
    "phone": ("phone",),
    "education": ("education",),
    "skills": ("skill",),
    "employment": ("emp_status", "work_place", "employer", "job", "income_month"),
    "intention": ("want_work", "want_place", "want_job", "want_salary"),
    "hardship": ("hardship_group",),
    "leaving": ("leaving",),
}
# What a returned cell does not change, but asks for: somebody else decides it.
ASKED = frozenset({"hardship", "leaving"})
GROUP_LABELS = {
    "phone": "联系电话",
    "education": "文化程度",
    "skills": "技能",
    "employment": "就业情况",
    "intention": "就业意向",
    "hardship": "困难类别",
    "leaving": "离开",
}
TITLES = {column.field: column.title for column in EDITED}


def cells_of(worker: Worker, records: Records, vault: Vault, day: date) -> dict[str, str]:
    """What the pack's columns say of a worker."""
    spell = records.spell_on(day)
    wants = worker.wants_out_work
    cells = {
        "phone": vault.open(worker.phone_sealed, "phone").removeprefix("+86") if worker.phone_sealed else "",
        "education": EDUCATION_WORDS[worker.education] if worker.education else "",
        "skill": "、".join(occupation_name(skill.occupation) for skill in records.skills),
        "emp_status": "已就业" if spell else "暂未就业",
        "work_place": (spell.place or "") if spell else "",
        "employer": (spell.employer_name or "") if spell else "",
        "job": occupation_name(spell.occupation) if spell and spell.occupation else "",
        "income_month": _yuan(spell.wage_cents) if spell else "",
        "want_work": "是" if wants or worker.wants_local_work else "否",
        "want_place": "、".join(outpost_place(code).name for code in worker.destinations)
        or ("县内" if worker.wants_local_work and not wants else ""),
        "want_job": "、".join(map(occupation_name, worker.wanted_occupations)),
        "want_salary": _yuan(worker.expected_wage_cents),
        "hardship_group": "、".join(dict.fromkeys(DIFFICULTY_WORDS[one.kind] for one in records.statuses_on(day))),
        "leaving": "",
    }
    return {field: cells[field].strip() for field in TITLES}


def _yuan(cents: int | None) -> str:
    return f"{cents / 100:g}" if cents else ""


class Compared(NamedTuple):
    """The groups of one returned row: to be taken over, in conflict, or emptied."""

    take: list[str]
    conflict: list[str]
    cleared: list[str]


def compare(given: Mapping[str, str], returned: Mapping[str, str], current: Mapping[str, str]) -> Compared:
    """A group that came back as it left says nothing. One that says what the record says by now is settled already."""
    found = Compared([], [], [])
    for group, fields in GROUPS.items():
        left, back, now = (tuple(cells.get(field, "") for field in fields) for cells in (given, returned, current))
        if back in (left, now):
            continue
        if not any(back):
            found.cleared.append(group)
        elif now != left:
            found.conflict.append(group)
        else:
            found.take.append(group)
    return found


def part(cells: Mapping[str, str], group: str) -> dict[str, str]:
    return {field: cells.get(field, "") for field in GROUPS[group]}


def says_nothing_new(group: str, draft: Draft, worker: Worker, records: Records, vault: Vault, day: date) -> bool:
    """Whether the record says already what a returned group means, however it is spelled."""
    match group:
        case "phone":
            known_phone = vault.open(worker.phone_sealed, "phone") if worker.phone_sealed else None
            return draft.phone in (None, known_phone)
        case "education":
            return draft.education in (None, worker.education)
        case "skills":
            known = {skill.occupation for skill in records.skills}
            return known.issuperset(skill.occupation for skill in draft.skills or [])
        case "employment":
            return _same_employment(draft, records, day)
        case _:
            return all(
                getattr(draft, name) in (None, getattr(worker, name))
                for name in (
                    "wants_out_work",
                    "wants_local_work",
                    "destinations",
                    "wanted_occupations",
                    "expected_wage_cents",
                )
            )


def _same_employment(draft: Draft, records: Records, day: date) -> bool:
    spell = records.spell_on(day)
    if draft.spell is None:
        return not (draft.is_unemployed and spell)
    if spell is None:
        return False
    told = ("kind", "employer_name", "place", "occupation", "wage_cents")
    return all(getattr(draft.spell, name) in (None, getattr(spell, name)) for name in told)


def only_what_changed(draft: Draft, given: Mapping[str, str], returned: Mapping[str, str]) -> None:
    """Within the intention each cell stands for itself: a new wage says nothing about where."""
    if all(given.get(field, "") == returned.get(field, "") for field in ("want_work", "want_place")):
        draft.wants_out_work = draft.wants_local_work = draft.destinations = None
    if given.get("want_job", "") == returned.get("want_job", ""):
        draft.wanted_occupations = None
    if given.get("want_salary", "") == returned.get("want_salary", ""):
        draft.expected_wage_cents = None
