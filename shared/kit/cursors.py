"""Opaque page cursors: the order values of the last row that was shown."""

from __future__ import annotations

import base64

import orjson

from shared.contracts.errors import CURSOR_INVALID


def encode_cursor(values: list[str | int | float | None]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()


def decode_cursor(cursor: str, *, count: int | None = None) -> list[str | int | float | None]:
    """The order values; raises CURSOR_INVALID for anything that was not made by `encode_cursor`."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise CURSOR_INVALID() from error
    if not isinstance(values, list) or (count is not None and len(values) != count):
        raise CURSOR_INVALID()
    return values
