"""The base of the notify service's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.kit.tables import ServiceTable, service_tables

if TYPE_CHECKING:
    Table = ServiceTable
else:
    Table = service_tables("notify")
