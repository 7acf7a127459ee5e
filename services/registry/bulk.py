"""Rows by the hundred; the kit has it now."""

from __future__ import annotations

from shared.kit.bulk import insert_rows

__all__ = ["insert_rows"]
