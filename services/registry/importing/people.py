"""Reading a person out of the words of a roster: hardship, work, wishes and skills, in the county's vocabulary."""

from __future__ import annotations

import re
from functools import lru_cache

from services.registry.importing.cells import pieces
from shared.contracts.registry import DifficultyKind, Education, SkillLevel, SpellKind, WorkLimit
from shared.contracts.scopes import OutpostCode
from shared.reference import find_division, find_occupation, outposts

EDUCATION: tuple[tuple[str, Education], ...] = (
    (r"文盲|半文盲|未上学|不识字", Education.illiterate),
    (r"小学", Education.primary),
    (r"初中|九年", Education.junior_middle),
    (r"中专|中技|中职|职高|技校|技工|职业高中", Education.secondary_vocational),
    (r"高中", Education.senior_middle),
    (r"大专|专科|高职|高等职业", Education.college),
    (r"本科|大学|学士|硕士|博士|研究生", Education.bachelor),
)
LEVELS: tuple[tuple[str, SkillLevel], ...] = (
    (r"高级技师|一级", SkillLevel.senior_technician),
    (r"技师|二级", SkillLevel.technician),
    (r"高级|三级", SkillLevel.senior),
    (r"中级|四级", SkillLevel.intermediate),
    (r"初级|五级", SkillLevel.junior),
)
HARDSHIP: tuple[tuple[str, DifficultyKind], ...] = (
    (r"零就业", DifficultyKind.zero_employment),
    (r"残疾", DifficultyKind.disabled),
    (r"低保|最低生活|特困", DifficultyKind.low_income),
    (r"监测|脱贫不稳定|边缘易致贫|突发严重困难", DifficultyKind.monitored),
    (r"脱贫|建档立卡|贫困户", DifficultyKind.out_of_poverty),
    (r"4050|4555|大龄", DifficultyKind.aged_40_50),
    (r"长期失业", DifficultyKind.long_unemployed),
    (r"失地|征地", DifficultyKind.landless),
    (r"单亲", DifficultyKind.single_parent),
    (r"退役|烈士|其他困难|其他|其它", DifficultyKind.other),
)
PROVINCE_OUTPOSTS = {
    "广东": ("guangzhou", "shenzhen", "dongguan", "chancheng"),
    "珠三角": ("guangzhou", "shenzhen", "dongguan", "chancheng"),
    "浙江": ("hangzhou", "wenling"),
    "省内": ("guiyang",),
    "贵州": ("guiyang",),
}
CITY_WORDS = {"佛山": "chancheng", "台州": "wenling", "市外省内": "guiyang"}
AT_HOME = re.compile(r"县内|本县|本地|黎平|就近|本乡|本镇|本村|家门口|县城")
AWAY = re.compile(r"省外|外省|县外|市外|境外|国外|外出|沿海|省|市")
IDLE = re.compile(r"未就业|暂未|未务工|失业|待业|无业|在家|未外出|未上岗|返乡|赋闲|没有务工")
WORKING = re.compile(r"就业|务工|在职|在岗|上班|打工|创业|经营|外出|灵活|在业")
FARMING = re.compile(r"务农|种地|农民|种养")
OWN_BUSINESS = re.compile(r"个体|自主创业|创业|经营|自营")


@lru_cache(maxsize=512)
def education(text: str) -> Education | None:
    return next((kind for pattern, kind in EDUCATION if re.search(pattern, text)), None)


@lru_cache(maxsize=512)
def level(text: str) -> SkillLevel | None:
    return next((kind for pattern, kind in LEVELS if re.search(pattern, text)), None)


@lru_cache(maxsize=512)
def hardships(text: str) -> tuple[DifficultyKind, ...]:
    """Every kind of hardship that a cell names; `4050人员、零就业家庭` names two."""
    found = [next((kind for pattern, kind in HARDSHIP if re.search(pattern, piece)), None) for piece in pieces(text)]
    return tuple(dict.fromkeys(kind for kind in found if kind))


@lru_cache(maxsize=2048)
def trades(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The occupation codes that a cell names, and the words in it that name none."""
    codes: dict[str, None] = {}
    unknown = []
    for piece in pieces(text):
        found = find_occupation(piece)
        if found:
            codes[found.code] = None
        elif level(piece) is None and len(piece) > 1:
            unknown.append(piece)
    return tuple(codes), tuple(unknown)


@lru_cache(maxsize=1024)
def destinations(text: str) -> tuple[str, ...]:
    """The outposts that a wish names, by city or by province."""
    found: dict[str, None] = {}
    for place in outposts():
        if place.name in text:
            found[place.code.value] = None
    for words, code in CITY_WORDS.items():
        if words in text:
            found[code] = None
    if not found:
        for words, codes in PROVINCE_OUTPOSTS.items():
            if words in text:
                found |= dict.fromkeys(codes)
    return tuple(OutpostCode(code).value for code in found)


@lru_cache(maxsize=1024)
def is_away(place: str) -> bool | None:
    """Whether a place lies outside the county; None where it does not say."""
    if not place:
        return None
    if AT_HOME.search(place) or find_division(place):
        return False
    return True if AWAY.search(place) or destinations(place) or len(place) >= 2 else None


def limits_of_health(text: str) -> list[str]:
    if re.search(r"慢性病|大病|残疾|体弱|较差", text):
        return [WorkLimit.heavy_lifting.value]
    return []


def labour_ability(text: str) -> tuple[bool | None, list[str]]:
    """劳动技能 of the anti-poverty system: 普通, 技能, 弱或半, 丧失, 无."""
    if re.search(r"丧失|^无|没有|^否", text):
        return False, []
    if re.search(r"弱|半劳动力", text):
        return True, [WorkLimit.heavy_lifting.value]
    return (True if text else None), []


def spell_kind(status: str, form: str, place: str) -> SpellKind:
    if OWN_BUSINESS.search(form) or OWN_BUSINESS.search(status):
        return SpellKind.self_employed
    away = is_away(place)
    if away or (away is None and re.search(r"外出|务工|打工", status)):
        return SpellKind.out_of_county
    return SpellKind.flexible if "灵活" in form + status else SpellKind.local


def months(text: str) -> float | None:
    """Months of one year's work."""
    found = re.search(r"\d+(?:\.\d+)?", text)
    return float(found[0]) if found and 0 < float(found[0]) <= 12 else None
