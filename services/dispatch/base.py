"""The base of dispatch's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.kit.tables import ServiceTable as Table
else:
    from shared.kit.tables import service_tables

    Table = service_tables("dispatch")

__all__ = ["Table"]
