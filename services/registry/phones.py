"""Phone numbers, kept as E.164. A family may share one, so it is never unique."""

from __future__ import annotations

import re
from unicodedata import normalize

from shared.contracts.registry import PHONE_INVALID

COUNTRY = re.compile(r"^(?:\+|00)?86(?=1\d{10}$|0?\d{2,3}\d{7,8}$)")
MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
LANDLINE = re.compile(r"0(10|2\d|[3-9]\d{2})[2-9]\d{6,7}", re.ASCII)
NOISE = re.compile(r"[\s\u200b-\u200f\ufeff'‘’\"“”=\-—_.()]+")


def parse_phone(given: str) -> str:
    """`+8613800138000` or `+868556221234`; raises PHONE_INVALID. Of several in one cell the first sound one counts."""
    for piece in re.split(r"[,;/、|]+", normalize("NFKC", given)):
        if found := _parse(NOISE.sub("", piece)):
            return found
    raise PHONE_INVALID()


def _parse(number: str) -> str | None:
    if MOBILE.fullmatch(number):
        return "+86" + number
    local = COUNTRY.sub("", number)
    if MOBILE.fullmatch(local):
        return "+86" + local
    if local != number and not local.startswith("0"):
        local = "0" + local
    if LANDLINE.fullmatch(local):
        return "+86" + local[1:]
    return _abroad(number) if number.startswith("+") else None


def _abroad(number: str) -> str | None:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
