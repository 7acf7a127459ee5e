"""公民身份号码 (GB 11643-1999): what makes a number sound, and what it says about birth and sex.

The area is where somebody was first registered, under codes that may be retired by now: an unknown one is a warning,
never a refusal.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple
from unicodedata import normalize

from shared.contracts.errors import Problem
from shared.contracts.registry import ID_NUMBER_INVALID, Sex

PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
SOUND = re.compile(r"\d{17}[\dX]|\d{15}", re.ASCII)
NOISE = re.compile(r"[\s\u200b-\u200f\ufeff'‘’\"“”=\-—_.]+")
LOOKS_LIKE_X = str.maketrans("x×ХхΧ✕", "XXXXXX")


class IdentityNumber(NamedTuple):
    """A sound number, in its 18-character form."""

    value: str
    born_on: date
    sex: Sex

    @property
    def area(self) -> str:
        return self.value[:6]

    @property
    def last4(self) -> str:
        return self.value[-4:]

    @property
    def has_known_area(self) -> bool:
        return PROVINCES.match(self.value) is not None


def tidy(given: str) -> str:
    """Full-width digits, spaces, hyphens, quotes of spreadsheets and a lower-case x do not make a number wrong."""
    return NOISE.sub("", normalize("NFKC", given)).translate(LOOKS_LIKE_X)


def check_character(first17: str) -> str:
    """ISO 7064 MOD 11-2: the weights are powers of two, and 13 is 2 modulo 11, so the digits are read to base 13."""
    return "0123456789X"[(1 - 2 * int(first17, 13)) % 11]


def parse_identity_number(given: str, *, today: date) -> IdentityNumber:
    """The number that was meant; raises ID_NUMBER_INVALID with the reason. 15 digits become 18 (born in the 1900s)."""
    number = given if SOUND.fullmatch(given) else tidy(given)
    if not SOUND.fullmatch(number):
        if re.search(r"[^\dX]", number, re.ASCII) or "X" in number[:-1]:
            raise _invalid("characters", "含有数字和末位X以外的字符", "only digits and a final X may stand in it")
        found = len(number)
        raise _invalid("length", f"应为18位, 实为{found}位", f"it should have 18 characters and has {found}")
    is_old = len(number) == 15
    if is_old:
        number = f"{number[:6]}19{number[6:]}"
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise _invalid("date", "其中的出生日期不存在", "the birth date in it does not exist") from None
    if born_on > today:
        raise _invalid("future", "其中的出生日期还没到", "the birth date in it lies in the future")
    check = check_character(number[:17])
    if is_old:
        number += check
    elif number[17] != check:
        raise _invalid("checksum", "校验码不对, 可能抄错了一位", "its check character is wrong")
    return IdentityNumber(number, born_on, Sex.male if int(number[16]) % 2 else Sex.female)


def _invalid(reason: str, zh: str, en: str) -> Problem:
    return ID_NUMBER_INVALID(reason=reason, reason_zh=zh, reason_en=en)
