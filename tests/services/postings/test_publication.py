"""Postings on their way out: pages that search engines accept, sitemaps, feeds and streams, for all and per outpost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from lxml import etree

from shared.contracts import postings as c
from tests.conftest import Http
from tests.services.postings.employer_factory import posting_for, register, today
from tests.services.postings.google_rules import complaints, job_data
from tests.support.asker import Asker
from tests.support.platform import TestPlatform

API = "/api/v1"
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def employer_id(hq: Asker) -> UUID:
    return register(hq).id


class TestPages:
    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"wage_min_cents": None, "wage_max_cents": None, "wage_unit": None},
            {"wage_min_cents": 150, "wage_max_cents": 150, "wage_unit": "piece"},
            {"wage_min_cents": 1800, "wage_max_cents": 1800, "wage_unit": "hour"},
            {"title": "缝纫工 </script> & <b>急招</b>", "description": "第一行 <i>\n第二行 & 更多"},
            {"requirements": {"education": "senior_middle", "experience_months": 6, "employment_type": "full_time"}},
            {"division": "331081103", "address": "温岭市大溪镇"},
            {"division": "310115"},
        ],
    )
    def test_google_has_nothing_to_complain_of(
        self, http: Http, hq: Asker, employer_id: UUID, given: dict[str, Any]
    ) -> None:
        posting = hq.ask(posting_for(employer_id, **given))
        answer = http.get(f"/jobs/{posting.id}")
        assert answer.status_code == 200
        assert complaints(answer.text) == []
        assert job_data(answer.text)["url"].endswith(f"/jobs/{posting.id}")

    def test_a_job_that_ended_is_gone_and_an_unknown_one_never_was(
        self, http: Http, hq: Asker, employer_id: UUID
    ) -> None:
        posting = hq.ask(posting_for(employer_id))
        draft = hq.ask(posting_for(employer_id, as_draft=True))
        hq.ask(c.ClosePosting(posting_id=posting.id))
        gone = http.get(f"/jobs/{posting.id}")
        assert (gone.status_code, gone.headers["x-robots-tag"]) == (410, "noindex")
        assert "JobPosting" not in gone.text
        assert [http.get(f"/jobs/{one}").status_code for one in (draft.id, uuid4())] == [404, 404]

    def test_the_list_links_and_carries_no_job_data(self, http: Http, hq: Asker, employer_id: UUID) -> None:
        posting = hq.ask(posting_for(employer_id, title="裁剪工<img>"))
        page = http.get("/jobs", params={"q": "裁剪工"}).text
        assert f'href="/jobs/{posting.id}"' in page
        assert "ld+json" not in page
        assert "<img>" not in page


class TestSitemaps:
    def test_the_county_has_all_and_an_outpost_its_own(self, http: Http, hq: Asker, employer_id: UUID) -> None:
        here = hq.ask(posting_for(employer_id, division="441900119"))
        there = hq.ask(posting_for(employer_id, division="331081103"))
        collected = hq.ask(posting_for(employer_id, division="331081103", outpost="dongguan"))
        assert "/sitemaps/county-0.xml" in http.get("/sitemap.xml").text
        assert "/sitemaps/dongguan-0.xml" in http.get("/sitemaps/dongguan.xml").text
        county, dongguan = addresses(http, "county-0"), addresses(http, "dongguan-0")
        assert {str(one.id) for one in (here, there, collected)} <= county
        assert {str(here.id), str(collected.id)} <= dongguan
        assert str(there.id) not in dongguan
        hq.ask(c.ClosePosting(posting_id=here.id))
        assert str(here.id) not in addresses(http, "county-0")

    @pytest.mark.parametrize("name", ["county-7.xml", "paris-0.xml", "county-0", "..%2fetc"])
    def test_no_other_part(self, http: Http, name: str) -> None:
        assert http.get(f"/sitemaps/{name}").status_code == 404

    def test_robots_are_shown_the_way(self, http: Http) -> None:
        text = http.get("/robots.txt").text
        assert "/sitemap.xml" in text
        assert "Disallow: /api/" in text


class TestPerOutpost:
    def test_the_feed_of_an_outpost(self, http: Http, hq: Asker, employer_id: UUID) -> None:
        here = hq.ask(posting_for(employer_id, division="441900119"))
        there = hq.ask(posting_for(employer_id, division="331081103"))
        root = etree.fromstring(http.get(f"{API}/public/postings.xml", params={"outpost": "dongguan"}).content)
        listed = {job.findtext("referencenumber") for job in root.iter("job")}
        assert str(here.id) in listed
        assert str(there.id) not in listed
        own = http.get(f"{API}/public/postings.xml", params={"employer_id": str(employer_id)}).content
        assert len(etree.fromstring(own).findall("job")) == 2
        assert http.get(f"{API}/public/postings.xml", params={"outpost": "paris"}).status_code == 422

    def test_the_stream_of_an_outpost_tells_what_left_it(self, hq: Asker, employer_id: UUID, public: Asker) -> None:
        moving = hq.ask(posting_for(employer_id, division="441900119"))
        elsewhere = hq.ask(posting_for(employer_id, division="331081103"))
        since = drained(public, "dongguan")
        hq.ask(c.UpdatePosting(posting_id=moving.id, division="331081103"))
        hq.ask(c.UpdatePosting(posting_id=elsewhere.id, openings=9))
        told = public.ask(c.StreamPostings(since=since, outpost="dongguan")).items
        assert [(item.id, isinstance(item, c.RemovedPosting)) for item in told] == [(moving.id, True)]
        hq.ask(c.UpdatePosting(posting_id=moving.id, division="441900121"))
        told = public.ask(c.StreamPostings(since=since, outpost="dongguan")).items
        assert [(item.id, isinstance(item, c.RemovedPosting)) for item in told] == [(moving.id, False)]


class TestJobsByApi:
    def test_single_jobs_are_opened_changed_and_closed(
        self, http: Http, platform: TestPlatform, employer_id: UUID
    ) -> None:
        partner = http.as_partner(employer_id)
        where = f"{API}/partner/feeds/api/jobs"
        until = (today() + timedelta(days=90)).isoformat()
        job = {
            "reference": "A-1",
            "title": "包装工",
            "address": "广东省东莞市长安镇",
            "openings": 20,
            "salary": "5-8K",
            "valid_through": until,
        }
        run = sent(partner, platform, where, [job, {**job, "reference": "A-2", "title": "电焊工"}])
        assert (run["state"], run["mode"], run["opened"], run["rejected"]) == ("succeeded", "delta", 2, 0)
        run = sent(partner, platform, where, [{**job, "openings": 5}, {"reference": "A-2", "removed": True}])
        assert (run["updated"], run["closed"]) == (1, 1)
        rows = {row["title"]: row for row in partner.get(f"{API}/partner/postings").json()["items"]}
        assert (rows["包装工"]["openings"], rows["包装工"]["division"]) == (5, "441900119")
        assert (rows["包装工"]["wage_min_cents"], rows["包装工"]["wage_max_cents"]) == (500_000, 800_000)
        assert rows["电焊工"]["state"] == "closed"
        bad = partner.post(where, json={"jobs": [{"title": "没有编号"}]})
        assert bad.status_code == 422


def sent(partner: Http, platform: TestPlatform, where: str, jobs: list[dict[str, Any]]) -> dict[str, Any]:
    answer = partner.post(where, json={"jobs": jobs})
    assert answer.status_code == 202, answer.text
    platform.run_jobs()
    found: dict[str, Any] = partner.get(answer.headers["location"]).json()
    return found


def addresses(http: Http, name: str) -> set[str]:
    answer = http.get(f"/sitemaps/{name}.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    root = etree.fromstring(answer.content)
    return {(url.findtext(f"{SPACE}loc") or "").rpartition("/")[2] for url in root.iter(f"{SPACE}url")}


def drained(public: Asker, outpost: str) -> str:
    since = None
    while True:
        step = public.ask(c.StreamPostings(since=since, outpost=outpost, limit=500))
        since = step.next_since
        if not step.has_more:
            return since


@pytest.fixture
def public(platform: TestPlatform) -> Asker:
    return platform.public()
