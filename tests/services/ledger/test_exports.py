"""The 台账 as a spreadsheet, and 八个一 of a batch."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from python_calamine import CalamineWorkbook

from shared.contracts import ledger as c
from shared.contracts.base import BlobRef
from shared.contracts.kit import GetJob
from tests.services.ledger.conftest import HOME, News
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

ELSEWHERE = "522631111205"


def exported(news: News, run_jobs: Callable[[], int], **given: Any) -> dict[str, list[list[Any]]]:
    state = news.hq.ask(c.ExportLedger.model_validate(given))
    run_jobs()
    done = news.hq.ask(GetJob.model_validate({"job_id": state.id.partition(".")[2]}), service="ledger")
    assert done.state == "succeeded", done.problem
    content = news.platform.blobs.read(BlobRef.model_validate(done.result["file"]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_sheet_a_township_with_what_is_there_and_what_lacks(
    news: News, platform: TestPlatform, run_jobs: Callable[[], int]
) -> None:
    people = RegisterWorkerFactory(77).batch(2, division=HOME)
    known = [news.hq.ask(command) for command in people]
    platform.settle()
    order = news.sent(known[0].id, agreement_id=news.agreed(), number=4711)
    news.started(order)
    news.registered(ELSEWHERE)

    sheets = exported(news, run_jobs)

    own = next(rows for rows in sheets.values() if any("PQ-2026-04711" in row for row in rows))
    assert len(sheets) >= 2
    header = own[1]
    line = next(row for row in own if "PQ-2026-04711" in row)
    assert line[header.index("姓名")] == known[0].name
    assert "*" in line[header.index("身份证号码")]
    assert line[header.index("劳务合作框架协议")] == "有"
    assert line[header.index("劳务合同")] == ""
    assert line[header.index("齐全")] == "5/8"
    assert "劳务合同" in line[header.index("缺项")]
    assert line[header.index("最近动态")] == "上岗"


def test_a_township_by_village_and_only_the_dispatched(news: News, run_jobs: Callable[[], int]) -> None:
    news.sent(news.registered("522631111206"), number=4712)
    news.registered("522631111207")
    everybody = exported(news, run_jobs, division="522631111")
    dispatched = exported(news, run_jobs, division="522631111", is_dispatched=True)
    assert len(everybody) >= 2
    assert sum(len(rows) - 2 for rows in dispatched.values()) == 1


class TestBatch:
    def test_how_many_have_each_of_the_eight(self, news: News) -> None:
        division = "522631112"
        complete, bare = news.registered(f"{division}201"), news.registered(f"{division}201")
        order = news.sent(complete, agreement_id=news.agreed(), number=4713)
        news.contracted(order)
        news.trained(complete)
        news.sent(bare, number=4714)
        found = news.hq.ask(c.SummarizeEssentials(division=division))
        counts = {count.key: (count.present, count.missing) for count in found.counts}
        assert (found.workers, found.complete) == (2, 0)
        assert counts[c.Essential.agreement] == (1, 1)
        assert counts[c.Essential.labor_contract] == (1, 1)
        assert counts[c.Essential.ledger] == (2, 0)
        assert counts[c.Essential.receipt] == (0, 2)

    def test_who_lacks_one(self, news: News) -> None:
        division = "522631113"
        one, other = news.registered(f"{division}201"), news.registered(f"{division}201")
        news.contracted(news.sent(one, number=4715))
        news.sent(other, number=4716)
        asked = c.ListEssentials(division=division, missing=c.Essential.labor_contract)
        assert [row.worker_id for row in news.hq.ask(asked).items] == [other]
        named = c.ListEssentials(worker_ids=[one], missing=c.Essential.labor_contract)
        assert news.hq.ask(named).items == []


def test_an_outpost_opens_its_own_figures_and_no_other(news: News, http: Any) -> None:
    worker = news.registered()
    news.sent(worker, "wenling", number=4717)
    news.granted(worker, "wenling")
    period = {"from": "2026-01-01", "to": "2030-12-31"}
    own, other = http.as_outpost("wenling"), http.as_outpost("hangzhou")
    rows = own.get("/api/v1/outposts/wenling/figures/orders_issued/rows", params=period).json()["items"]
    assert worker.hex in {row["worker_id"].replace("-", "") for row in rows}
    elsewhere = other.get("/api/v1/outposts/hangzhou/figures/orders_issued/rows", params=period).json()["items"]
    assert {row["outpost"] for row in elsewhere} <= {"hangzhou"}
    assert own.get(f"/api/v1/outposts/wenling/workers/{worker}/essentials").status_code == 200
    assert other.get(f"/api/v1/outposts/hangzhou/workers/{worker}/essentials").status_code == 404
