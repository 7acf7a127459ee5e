"""A wording as it is compared: without advertising, brackets and spelling variants, so that it is decided once."""

from __future__ import annotations

import re
from unicodedata import normalize

LONGEST = 80
NOISE = re.compile(
    r"[\(（【\[<《].*?[\)）】\]>》]|\d+(\.\d+)?|[kKwW]\b|急招|急聘|诚聘|高薪|招聘|直招|直聘|大量|长期|短期|日结|周结|包吃住|包吃|包住"
    r"|五险一金|五险|双休|单休|元|薪资|月薪|以上|无经验|可学|带薪|名额|男女不限|[/／、,，;；!！|·~～\-—_+*#:：。\s]+"
)


def title_phrase(title: str) -> str:
    """高薪急招 普工 20名(包吃住) -> 普工名; the whole title where nothing else is left."""
    plain = normalize("NFKC", title).upper()
    return (NOISE.sub("", plain) or "".join(plain.split()))[:LONGEST]


def place_phrase(place: str) -> str:
    return re.sub(r"[\s,，、·]+", "", normalize("NFKC", place)).upper()[:LONGEST]
