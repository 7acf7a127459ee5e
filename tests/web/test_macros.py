"""The macros that the coming consoles are made of, on one page in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.app import create_app
from gateway.web.csp import CONSOLE_POLICY
from gateway.web.tables import Column, Filter, TableView, table_view
from gateway.web.visits import Enter, Visit, page_response
from shared.kit.blobs import Blobs
from shared.kit.keys import Keys
from shared.kit.settings import Settings
from tests.web.conftest import Site, Watched, serving, sign_in
from tests.web.county import FakeBus
from tests.web.test_pages_in_browser import serious

TEMPLATE = (Path(__file__).parent / "sampler.html").read_text()
COLUMNS = (
    Column("name", "姓名", is_sortable=True),
    Column("id_number", "身份证号"),
    Column("wage", "月薪", is_number=True, is_sortable=True),
    Column("state", "状态", is_hidden=True),
)
FILTERS = (Filter("q", "姓名"), Filter("division", "乡镇", options=(("522631106", "岩洞镇"), ("522631104", "敖市镇"))))


@dataclass
class Row:
    id: int
    name: str
    id_number: str | None
    wage: int | None


ROWS = [Row(1, "吴秀英", "522631********0027", 450_000), Row(2, "石光明", None, None)]


def view_of(request: Request) -> TableView:
    return table_view(
        request,
        id="people",
        caption="务工人员",
        columns=COLUMNS,
        filters=FILTERS,
        next_cursor="abc",
        bulk=(("match", "批量匹配"),),
        bulk_action="/sampler",
        exports=("csv", "xlsx"),
        choosable=True,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    keys = Keys.new()
    bus = FakeBus(keys)
    settings = Settings(data=tmp_path_factory.mktemp("sampler"))
    app: Any = create_app(bus, settings, keys, Blobs(settings, keys))
    events = [
        {"at": datetime(2026, 11, 20, tzinfo=UTC), "title": "开具派遣单", "note": "PQ-2026-00012", "tone": "good"},
        {"at": datetime(2026, 11, 22, tzinfo=UTC), "title": "未上车", "note": "", "tone": "bad"},
    ]

    @app.get("/sampler")
    async def sampler(visit: Annotated[Visit, Depends(Enter("hq"))]) -> Response:
        text = (
            visit.pages.environments[visit.locale]
            .from_string(TEMPLATE)
            .render(
                visit=visit,
                csrf_token=visit.csrf_token,
                flash=None,
                other_locale="en",
                other_language_url="?lang=en",
                view=view_of(visit.request),
                rows=[] if visit.request.query_params.get("q") == "nobody" else ROWS,
                events=events,
            )
        )
        return page_response(visit.request, text, headers={"content-security-policy": CONSOLE_POLICY})

    with serving(app) as url:
        yield Site(url, bus)


@pytest.mark.browser
def test_macros_are_accessible_and_work_from_the_address(site: Site, watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = watched.page
    sign_in(page, site.url, "admin")
    page.goto(f"{site.url}/sampler?division=522631106")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})

    bar = page.locator("[data-bulk]")
    assert bar.is_hidden()
    page.get_by_label("选择第 1 行").check()
    assert bar.is_visible()
    assert page.locator("[data-count]").inner_text() == "1"
    page.get_by_label("全选本页").check()
    assert page.locator("[data-count]").inner_text() == "2"

    page.get_by_role("link", name="月薪").click()
    assert "division=522631106&sort=wage" in page.url
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("月薪")
    page.get_by_role("link", name="月薪").click()
    assert "sort=-wage" in page.url

    page.get_by_text("选择列").click()
    page.get_by_label("状态").check()
    page.get_by_role("button", name="显示").click()
    assert page.get_by_role("columnheader").filter(has_text="状态").count() == 1
    assert "sort=-wage" in page.url
    assert "division=522631106" in page.url
    chosen = "columns=name&columns=id_number&columns=wage&columns=state"
    next_page = page.get_by_role("link", name="下一页").get_attribute("href")
    assert next_page == f"/sampler?division=522631106&{chosen}&sort=-wage&cursor=abc"
    export = page.get_by_role("link", name="导出 XLSX").get_attribute("href") or ""
    assert export.startswith("/sampler.xlsx?division=522631106")
    assert "cursor" not in export

    page.keyboard.press("Tab")
    page.get_by_text("选择列").click()
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    page.set_input_files("[name=file]", {"name": "岩洞镇.xlsx", "mimeType": "text/plain", "buffer": b"x"})
    assert page.locator("[data-filename]").inner_text() == "岩洞镇.xlsx"
    assert page.locator("[name=phone]").get_attribute("aria-describedby") == "field-phone-error"
    assert page.locator("[aria-current=step]").inner_text().split() == ["2", "核对"]
    assert watched.complaints == []


def test_unknown_columns_and_sorts_are_left_out() -> None:
    scope = {"type": "http", "method": "GET", "path": "/x", "headers": [], "server": ("a", 80), "scheme": "http"}
    query = b"sort=-id_number&columns=name&columns=password&q=%E5%90%B4&cursor=c1"
    view = view_of(Request({**scope, "query_string": query}))
    assert view.sort == ""
    assert [column.key for column in view.shown] == ["name"]
    assert view.url() == "/x?q=%E5%90%B4&columns=name&cursor=c1"
    assert view.url_sorted_by(COLUMNS[2]) == "/x?q=%E5%90%B4&columns=name&sort=wage"
    assert view.url_without_filters() == "/x?columns=name"
    assert view.kept_beside_filters() == [("columns", "name")]
