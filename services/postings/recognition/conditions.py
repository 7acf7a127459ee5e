"""What a posting asks for and gives, from the words of its title, wage and description."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from services.postings.recognition.wages import read_board
from shared.contracts.postings.requirements import Education, EmploymentType, PayCycle, Shift

_AGES = re.compile(r"(?:年龄)?[^\d]{0,4}(\d{2})(?:周?岁)?\s*(?:-|~|–|—|―|至|到)\s*(\d{2})周?岁")
_MAX_AGE = re.compile(r"(\d{2})周?岁(?:及?以下|以内|之内)")
_MIN_AGE = re.compile(r"(?:满|年满|年龄)?(\d{2})周?岁(?:及?以上|起)")
_EXPERIENCE = re.compile(
    r"(\d{1,2})(?:\s*[-~–至到]\s*\d{1,2})?\s*年(?:及?以上)?(?:的?(?:相关|工作|行业|从业|岗位)*经[验历])"
)
_NO_EXPERIENCE = re.compile(r"无需经验|不需要经验|经验不限|无经验|新手可|生手|免费培训上岗")
_EDUCATION: tuple[tuple[Education, re.Pattern[str]], ...] = (
    (Education.none, re.compile(r"学历不限|不限学历|无学历要求|不要求学历")),
    (Education.postgraduate, re.compile(r"硕士|研究生|博士|master", re.IGNORECASE)),
    (Education.bachelor, re.compile(r"本科|学士|bachelor", re.IGNORECASE)),
    (Education.college, re.compile(r"大专|专科|高职")),
    (Education.vocational, re.compile(r"中专|中技|技校|职高|中职")),
    (Education.senior_middle, re.compile(r"高中")),
    (Education.junior_middle, re.compile(r"初中")),
    (Education.primary, re.compile(r"小学")),
)
_SHIFTS: tuple[tuple[Shift, re.Pattern[str]], ...] = (
    (Shift.three_shift, re.compile(r"三班倒|三班制|三班两运转")),
    (Shift.two_shift, re.compile(r"两班倒|两班制|二班倒|白夜班|倒班|黑白班")),
    (Shift.night, re.compile(r"(长|只上|纯|固定)夜班|夜班岗")),
    (Shift.day, re.compile(r"长白班|(只上|纯|固定)白班|常白班|正常班|朝九晚")),
    (Shift.flexible, re.compile(r"时间自由|弹性|灵活排班|排班制")),
)
_CYCLES = ((PayCycle.daily, "日结"), (PayCycle.weekly, "周结"), (PayCycle.monthly, "月结"))
_INSURANCE = re.compile(r"六险一金|五险一金|五险|社保|意外险|雇主责任险|商业保险|工伤保险")
_CERTIFICATES = re.compile(
    r"叉车证|低压电工证|高压电工证|电工证|焊工证|健康证|驾驶证|驾照|行车证|登高证|保安员证|月嫂证|育婴师证|厨师证"
)
_COUPLES = re.compile(r"夫妻(工|房|档|优先|可)")
_HEAVY = re.compile(r"重体力|搬运|装卸|体力活|扛包")
_TYPES = (
    (EmploymentType.full_time, re.compile(r"full.?time|全职|全日制|permanent|cdi\b|正式工|长期工", re.IGNORECASE)),
    (EmploymentType.part_time, re.compile(r"part.?time|兼职|非全日制|小时工", re.IGNORECASE)),
    (EmploymentType.temporary, re.compile(r"temp|per.?diem|临时|短期|季节|cdd\b|暑假工|寒假工", re.IGNORECASE)),
    (EmploymentType.contractor, re.compile(r"contract|外包|承揽|freelance", re.IGNORECASE)),
    (EmploymentType.intern, re.compile(r"intern|实习|学徒|apprenti|altern", re.IGNORECASE)),
    (EmploymentType.other, re.compile(r"^(other|volunteer|其他|其它)$", re.IGNORECASE)),
)


def read_conditions(text: str) -> dict[str, Any]:
    """Fields of `Requirements` that the text names; what it does not name is left out."""
    found: dict[str, Any] = {}
    low, high = read_ages(text)
    board, lodging = read_board(text)
    shift = next((value for value, pattern in _SHIFTS if pattern.search(text)), None)
    named: dict[str, Any] = {
        "min_age": low,
        "max_age": high,
        "board": board,
        "lodging": lodging,
        "shift": shift.value if shift else None,
        "pay_cycle": next((value.value for value, word in _CYCLES if word in text), None),
        "insurance": list(dict.fromkeys(_INSURANCE.findall(text)))[:5],
        "certificates": list(dict.fromkeys(_CERTIFICATES.findall(text)))[:5],
        "couples": True if _COUPLES.search(text) else None,
        "heavy_work": True if _HEAVY.search(text) else None,
    }
    found |= {name: value for name, value in named.items() if value not in (None, [])}
    return found


def read_ages(text: str) -> tuple[int | None, int | None]:
    """(lowest, highest) age that a text asks for; None where it does not say."""
    if match := _AGES.search(text):
        low, high = int(match[1]), int(match[2])
        return (low, high) if low <= high else (None, None)
    low_found, high_found = _MIN_AGE.search(text), _MAX_AGE.search(text)
    return (int(low_found[1]) if low_found else None, int(high_found[1]) if high_found else None)


@lru_cache(maxsize=1024)
def read_education(text: str) -> Education | None:
    """The lowest education that is asked for; of several words the one that stands first decides."""
    hits = [(match.start(), value) for value, pattern in _EDUCATION if (match := pattern.search(text))]
    return min(hits)[1] if hits else None


@lru_cache(maxsize=1024)
def read_experience(text: str) -> int | None:
    """Months of experience that are asked for: 1-3年经验 asks for twelve."""
    if match := _EXPERIENCE.search(text):
        return int(match[1]) * 12
    return 0 if _NO_EXPERIENCE.search(text) else None


@lru_cache(maxsize=512)
def read_employment_type(text: str) -> EmploymentType | None:
    return next((value for value, pattern in _TYPES if pattern.search(text)), None)
