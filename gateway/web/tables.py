"""A list as its address says: which filters, sort, columns and page. The macros `table` and `filterbar` draw it.

State lives in the address alone, so a bulk action, a reload or a link sent to a colleague keeps all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request

SORT, COLUMNS, CURSOR = "sort", "columns", "cursor"


@dataclass(frozen=True)
class Column:
    """`key` names the cell (and the sort) to the page's service."""

    key: str
    label: str
    is_number: bool = False
    is_sortable: bool = False
    is_hidden: bool = False


@dataclass(frozen=True)
class Filter:
    """One field of the filter bar; `options` (value, text) make it a choice, `options_lang` says if they are names."""

    name: str
    label: str
    value: str = ""
    kind: str = "search"
    options: Sequence[tuple[str, str]] = ()
    options_lang: str = ""


@dataclass(frozen=True)
class TableView:
    """What the macros need. Exports take the same filters as the page; bulk actions are (name, text)."""

    id: str
    caption: str
    path: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    sort: str = ""
    chosen: Sequence[str] = ()
    cursor: str = ""
    next_cursor: str | None = None
    bulk: Sequence[tuple[str, str]] = ()
    bulk_action: str = ""
    exports: Sequence[str] = ()
    choosable: bool = False

    @property
    def shown(self) -> list[Column]:
        """The chosen columns in their own order; without a choice those that are not hidden."""
        chosen = [column for column in self.columns if column.key in self.chosen]
        return chosen or [column for column in self.columns if not column.is_hidden]

    @property
    def is_filtered(self) -> bool:
        return any(found.value for found in self.filters)

    @property
    def is_paged(self) -> bool:
        return bool(self.cursor)

    def sort_of(self, column: Column) -> str:
        """For `aria-sort`; empty where the list is not sorted by it."""
        return {column.key: "ascending", f"-{column.key}": "descending"}.get(self.sort, "")

    def url(self) -> str:
        return self._url([*self._filters(), *self._columns(), *self._sort(), *self._at()])

    def url_sorted_by(self, column: Column) -> str:
        """The first click sorts upwards, the second downwards; a new sort begins at the first page."""
        turned = f"-{column.key}" if self.sort == column.key else column.key
        return self._url([*self._filters(), *self._columns(), (SORT, turned)])

    def url_without_filters(self) -> str:
        return self._url([*self._columns(), *self._sort()])

    def url_of_first_page(self) -> str:
        return self._url([*self._filters(), *self._columns(), *self._sort()])

    def url_of_next_page(self) -> str:
        return self._url([*self._filters(), *self._columns(), *self._sort(), (CURSOR, self.next_cursor or "")])

    def url_of_export(self, kind: str) -> str:
        """Everything that is filtered, not the page alone, in the chosen columns."""
        pairs = [*self._filters(), *self._columns(), *self._sort()]
        return f"{self.path}.{kind}?{urlencode(pairs)}" if pairs else f"{self.path}.{kind}"

    def kept_beside_filters(self) -> list[tuple[str, str]]:
        return [*self._columns(), *self._sort()]

    def kept_beside_columns(self) -> list[tuple[str, str]]:
        return [*self._filters(), *self._sort(), *self._at()]

    def _url(self, pairs: list[tuple[str, str]]) -> str:
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def _filters(self) -> list[tuple[str, str]]:
        return [(found.name, found.value) for found in self.filters if found.value]

    def _columns(self) -> list[tuple[str, str]]:
        return [(COLUMNS, key) for key in self.chosen]

    def _sort(self) -> list[tuple[str, str]]:
        return [(SORT, self.sort)] if self.sort else []

    def _at(self) -> list[tuple[str, str]]:
        return [(CURSOR, self.cursor)] if self.cursor else []


def table_view(
    request: Request,
    *,
    id: str,
    caption: str,
    columns: Sequence[Column],
    filters: Sequence[Filter] = (),
    next_cursor: str | None = None,
    bulk: Sequence[tuple[str, str]] = (),
    bulk_action: str = "",
    exports: Sequence[str] = (),
    choosable: bool = False,
) -> TableView:
    """The view that a request's address asks for. Unknown columns and sorts are left out."""
    query = request.query_params
    known = {column.key for column in columns}
    sort = query.get(SORT, "")
    sortable = {column.key for column in columns if column.is_sortable}
    return TableView(
        id=id,
        caption=caption,
        path=request.url.path,
        columns=columns,
        filters=[Filter(f.name, f.label, query.get(f.name, ""), f.kind, f.options) for f in filters],
        sort=sort if sort.removeprefix("-") in sortable else "",
        chosen=[key for key in query.getlist(COLUMNS) if key in known],
        cursor=query.get(CURSOR, ""),
        next_cursor=next_cursor,
        bulk=bulk,
        bulk_action=bulk_action,
        exports=exports,
        choosable=choosable,
    )
