"""Types that several contracts share, with their units and the standard that bounds them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

DivisionCode = Annotated[
    str,
    StringConstraints(pattern=r"^\d{6}(\d{3}(\d{3})?)?$"),
    Field(description="GB/T 2260 + GB/T 10114: 6 digits county, 9 township, 12 village", examples=["522631104"]),
]
Cents = Annotated[int, Field(ge=0, le=10**12, description="integer fen, CNY", examples=[450000])]
Grams = Annotated[int, Field(gt=0, le=10**9, description="integer grams", examples=[25000])]
PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=50)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]


def _no_control_characters(value: str) -> str:
    if any(ord(character) < 32 and character not in "\n\t\r" for character in value):
        raise ValueError("control characters are not allowed")
    return value


CleanText = Annotated[LongText, AfterValidator(_no_control_characters)]
