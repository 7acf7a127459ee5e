"""Which occupation a job title means (职业分类大典 2022), with how sure that is.

Two tables of everyday words: trades of the hand, looked up by the longest word in the title, and office trades, looked
up in the table's order, in which what says more (嵌入式, 大数据) stands before what says less (软件, 助理). One that
calls itself an engineer's or a teacher's is read by the second one first: 电子工程师 holds the word for an assembler.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

from services.postings.recognition.phrases import NOISE
from shared import reference

BY_CODE, BY_NAME, ONE_MEANING, FIRST_OF_SEVERAL, FAMILY, DOUBTFUL = 1.0, 0.95, 0.8, 0.6, 0.5, 0.3

_CODE = re.compile(r"^\d-\d{2}(-\d{2}(-\d{2})?)?$")
_OFFICE = re.compile(
    r"工程师|经理|主管|总监|顾问|研究员|研究岗|分析师|架构师|科学家|讲师|教师|老师|律师|会计|程序员|设计师|专员|实习|研发|开发|算法|软件"
    r"|大数据|人工智能|运维|数据|engineer|developer|analyst",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[\(（【\[<《][^\)）】\]>》]*[\)）】\]>》]")


@lru_cache(maxsize=32768)
def occupation_of_title(title: str, category: str = "") -> tuple[str | None, float | None]:
    """(code, confidence) of a title; the feed's own category helps only where the title says nothing."""
    for words, sure in ((category, BY_CODE), (title, 1.0), (category, 0.75)):
        plain = normalize("NFKC", words).strip()
        if _CODE.match(plain) and plain in reference.occupations():
            return plain, BY_CODE
        if sure == BY_CODE and words is category:
            continue
        if (found := _recognise(plain)) and found[1] > DOUBTFUL:
            return found[0], round(found[1] * sure, 2)
    return None, None


@lru_cache(maxsize=32768)
def _recognise(title: str) -> tuple[str, float] | None:
    office = _office_trade(title) if _OFFICE.search(title) else None
    if office is not None:
        return office
    return _hand_trade(title) or _office_trade(title)


def _hand_trade(title: str) -> tuple[str, float] | None:
    plain = NOISE.sub(" ", title).strip()
    words = max(plain.split(), key=len, default="")
    for text in dict.fromkeys((plain.replace(" ", ""), words)):
        found = reference.find_occupations(text) if len(text) >= 2 else ()
        if found:
            return found[0].code, _confidence(text, found)
    return None


def _office_trade(title: str) -> tuple[str, float] | None:
    """By the words outside brackets, then by those in them: 算法工程师（计算机视觉方向）."""
    bare = _BRACKETED.sub(" ", title)
    for text in dict.fromkeys((bare, title)):
        if found := reference.office_trade(text):
            whole = found[0].name == "".join(text.split())
            return found[0].code, BY_NAME if whole else ONE_MEANING if len(found) == 1 else FIRST_OF_SEVERAL
    return None


def _confidence(text: str, found: tuple[reference.Occupation, ...]) -> float:
    if text == found[0].name:
        return BY_NAME
    if (office := _OFFICE.search(text)) and office.group(0) not in found[0].name:
        return DOUBTFUL
    if found[0].level < 4:
        return FAMILY
    return ONE_MEANING if len(found) == 1 else FIRST_OF_SEVERAL
