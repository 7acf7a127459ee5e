"""What a villager's short answer means: `1`, `1去 2不去`, `都不去`, `好的`, `T`. In doubt a person reads it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

NONE_OF_THEM = {"不去", "都不去", "不要", "都不要", "不想去", "一个都不去", "不", "否", "NO", "N"}
YES = {"去", "我去", "愿意", "愿意去", "我愿意", "我愿意去", "想去", "好", "好的", "行", "可以", "是", "要", "YES", "Y"}
NO_MORE = {"T", "TD", "退订", "退", "回T", "STOP"}
_ENDS = " \t\r\n。.!！,，、~～?？"
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
_ONE = re.compile(
    r"(?P<before>不想去|不去|不要)?第?(?<!\d)(?P<number>\d{1,3})(?!\d)(?:号|个)?(?:岗位)?(?P<after>不想去|不去|不要)?"
)
_FILLER = re.compile(r"[\s,，、;；.。和去要愿意想我选的好行也]*")


@dataclass(frozen=True)
class Said:
    """Numbers wanted and not wanted; or one of three words. Nothing of it: not understood."""

    accepts: list[int] = field(default_factory=list)
    declines: list[int] = field(default_factory=list)
    is_none: bool = False
    is_yes: bool = False
    is_no_more: bool = False

    @property
    def is_understood(self) -> bool:
        return bool(self.accepts or self.declines or self.is_none or self.is_yes or self.is_no_more)


def read_reply(text: str) -> Said:
    plain = unicodedata.normalize("NFKC", text).strip(_ENDS).upper()
    if plain in NO_MORE:
        return Said(is_no_more=True)
    if plain in NONE_OF_THEM:
        return Said(is_none=True)
    if plain in YES:
        return Said(is_yes=True)
    return _numbers(plain.translate(_DIGITS))


def _numbers(plain: str) -> Said:
    accepts: list[int] = []
    declines: list[int] = []
    rest, has_before = "", False
    end = 0
    for found in _ONE.finditer(plain):
        rest += plain[end : found.start()] + " "
        end = found.end()
        has_before = has_before or bool(found["before"])
        (declines if found["before"] or found["after"] else accepts).append(int(found["number"]))
    rest += plain[end:]
    # “不去1 2” may mean both or one of them; and what is in both lists contradicts itself.
    unclear = has_before and len(accepts) + len(declines) > 1
    if unclear or not _FILLER.fullmatch(rest) or set(accepts) & set(declines):
        return Said()
    return Said(accepts=list(dict.fromkeys(accepts)), declines=list(dict.fromkeys(declines)))
