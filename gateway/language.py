"""Which of the two languages the caller reads: Chinese unless English is preferred."""

from __future__ import annotations

from typing import Literal

Locale = Literal["zh-CN", "en"]


def locale_from(accept_language: str | None) -> Locale:
    """The better weighted of the two in an Accept-Language header; `*`, nothing and other languages read Chinese."""
    if not accept_language:
        return "zh-CN"
    weights = {"zh": 0.0, "en": 0.0}
    for position, part in enumerate(accept_language.split(",")[:20]):
        tag, _, rest = part.strip().partition(";")
        language = tag.strip().lower()[:2]
        if language in weights:
            weights[language] = max(weights[language], _quality(rest) - position / 1000)
    return "en" if weights["en"] > weights["zh"] else "zh-CN"


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
