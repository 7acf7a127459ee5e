"""An employer sends a table in and reads what became of it, on the real platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gateway.app import create_app
from shared.contracts import identity
from shared.contracts import postings as c
from shared.contracts.scopes import Role
from tests.services.postings import feed_files as files
from tests.services.postings.employer_factory import register
from tests.support.platform import Databases, TestPlatform, running_platform
from tests.web.accounts import PASSWORD
from tests.web.conftest import Watched, serving, sign_in
from tests.web.test_pages_in_browser import serious

pytestmark = pytest.mark.browser
OWN = "hongqiao-jiaotang-5521"


@dataclass
class Site:
    url: str
    platform: TestPlatform
    employer_id: UUID


@pytest.fixture(scope="module")
def site(databases: Databases) -> Iterator[Site]:
    with databases.fresh() as url, running_platform(url, threads=True) as platform:
        platform.as_service("identity").ask(identity.BootstrapCounty(admin_password=PASSWORD))
        hq = platform.hq()
        employer = register(hq)
        for username in ("xinyuan.hr", "xinyuan.office", "xinyuan.lead"):
            form = identity.RegisterUser(
                username=username,
                password=PASSWORD,
                role=Role.partner_employer,
                employer_id=employer.id,
                display_name="鑫源人事",
            )
            hq.ask(form)
        app = create_app(platform.bus, platform.settings, platform.keys, platform.blobs)
        with serving(app) as address:
            yield Site(address, platform, employer.id)


def enter(watched: Watched, site: Site, username: str) -> None:
    page = watched.page
    sign_in(page, site.url, username)
    page.wait_for_url("**/password")
    page.fill("[name=current_password]", PASSWORD)
    page.fill("[name=new_password]", OWN)
    page.fill("[name=new_again]", OWN)
    page.locator("main form button").first.click()
    page.wait_for_url("**/partner")


def table(folder: Path) -> Path:
    rows: list[list[Any]] = [
        ["岗位编号", "岗位名称", "工作地点", "招聘人数", "工资", "截止日期", "岗位描述"],
        ["A-1", "包装工", "广东省东莞市长安镇", 20, "4500-6000元/月", "2035-12-31", "两班倒"],
        ["A-2", "", "广东省东莞市长安镇", 2, "5-8K", "2035-12-31", "两班倒"],
        ["A-3", "电焊工", "广东省东莞市长安镇", 3, "待遇从优!!", "2035-12-31", "两班倒"],
        ["A-4", "=缝纫工", "广东省东莞市长安镇", 3, "=1+1", "2035-12-31", "两班倒"],
    ]
    path = folder / "岗位.xlsx"
    path.write_bytes(files.xlsx(rows))
    return path


def test_a_table_is_sent_and_its_report_says_what_to_do(
    site: Site, watch: Callable[..., Watched], tmp_path: Path
) -> None:
    watched = watch()
    page = watched.page
    enter(watched, site, "xinyuan.hr")
    assert serious(page) == []
    page.set_input_files("[name=file]", table(tmp_path))
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/partner/feeds/table/runs/*")
    site.platform.run_jobs()
    page.get_by_text("文件里 4 个岗位, 3 个可以推荐给求职者。").wait_for(timeout=20_000)
    assert page.get_by_text("1 个没有采用").is_visible()
    first = page.locator("section tbody tr").first
    assert "没有岗位名称" in first.inner_text()
    assert "第 2 个 (A-2)" in first.inner_text()
    assert "请在“岗位名称”一列写明招什么工" in first.inner_text()
    assert page.locator("tr", has_text="工资读不懂").is_visible()
    assert serious(page) == []
    assert watched.complaints == []
    with page.expect_download() as download:
        page.get_by_role("link", name="下载全部明细").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "feed.title_missing" in text
    page.goto(f"{site.url}/partner")
    assert page.get_by_text("共 4 个, 未采用 1 个").is_visible()


def test_the_report_speaks_english_too_and_fits_a_phone(site: Site, watch: Callable[..., Watched]) -> None:
    watched = watch(locale="en", width=390)
    page = watched.page
    enter(watched, site, "xinyuan.office")
    run = site.platform.partner(site.employer_id).ask(
        c.PushFeed(
            source="xml",
            blob=site.platform.blobs.put_bytes(files.page(title="维护中"), media_type="application/xml"),
        )
    )
    site.platform.run_jobs()
    page.goto(f"{site.url}/partner/feeds/xml/runs/{run.id}")
    assert page.get_by_text("The whole file was not used").is_visible()
    assert page.get_by_text("A web page came instead of a file of jobs").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert serious(page) == []
    page.goto(f"{site.url}/partner")
    page.get_by_role("button", name="Send").click()
    assert page.url.endswith("/partner")


def test_hq_reads_the_same_report_and_another_employer_none(site: Site, watch: Callable[..., Watched]) -> None:
    hq, employer = site.platform.hq(), register(site.platform.hq())
    blob = site.platform.blobs.put_bytes(files.xml([files.job(1)]), media_type="application/xml")
    run = hq.ask(c.PushFeed(employer_id=employer.id, source="excel", blob=blob))
    site.platform.run_jobs()
    page = watch().page
    sign_in(page, site.url, "admin")
    page.wait_for_url("**/hq")
    page.goto(f"{site.url}/hq/employers/{employer.id}/feeds/excel/runs/{run.id}")
    assert page.get_by_text("1 个可以推荐给求职者").is_visible()
    other = watch()
    enter(other, site, "xinyuan.lead")
    for path in (f"/partner/feeds/excel/runs/{run.id}", f"/partner/feeds/excel/runs/{run.id}.csv"):
        answer = other.page.goto(site.url + path)
        assert answer is not None
        assert answer.status == 404
