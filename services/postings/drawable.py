"""Papers in large numbers must not fail for one rare character: a mark stands in its place, and the rest is printed."""

from __future__ import annotations

from typing import Any

from shared.kit import papers

# 〓 is the printer's mark for a character that the font lacks.
MISSING = "〓"
DRAWINGS = ("qr", "live_qr")


def drawable(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with a mark in place of each character that no font here can draw."""
    table = str.maketrans(dict.fromkeys(papers.undrawable(_words(facts)), MISSING))

    def mended(value: Any) -> Any:
        if isinstance(value, str):
            return value.translate(table)
        if isinstance(value, list):
            return [mended(one) for one in value]
        if isinstance(value, dict):
            return {name: one if name in DRAWINGS else mended(one) for name, one in value.items()}
        return value

    found: dict[str, Any] = mended(facts)
    return found


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [word for one in value for word in _words(one)]
    if isinstance(value, dict):
        return [word for name, one in value.items() if name not in DRAWINGS for word in _words(one)]
    return []
