"""Employers, postings and feeds over HTTP: the paths that client writers were promised."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

import pytest
from lxml import etree

from tests.conftest import Http
from tests.services.postings import feed_files as files
from tests.services.postings.employer_factory import make_uscc, posting_for, register
from tests.support.asker import Asker
from tests.support.platform import TestPlatform

API = "/api/v1"


@pytest.fixture
def employer_id(hq: Asker) -> UUID:
    return register(hq).id


def opened(client: Http, employer_id: UUID, prefix: str = "/hq", **given: Any) -> dict[str, Any]:
    body = posting_for(employer_id, **given).model_dump(mode="json", exclude_unset=True)
    answer = client.post(f"{API}{prefix}/postings", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{API}{prefix}/postings/{answer.json()['id']}"
    found: dict[str, Any] = answer.json()
    return found


class TestEmployers:
    def test_from_registration_to_termination(self, http: Http) -> None:
        hq = http.as_hq()
        form = {"name": "凯里服饰有限公司", "uscc": make_uscc(), "contact": {"name": "王经理", "phone": "0855-1"}}
        created = hq.post(f"{API}/hq/employers", json=form)
        assert (created.status_code, created.headers["etag"]) == (201, '"1"')
        where = created.headers["location"]
        again = hq.post(f"{API}/hq/employers", json=form)
        assert (again.status_code, again.json()["code"]) == (409, "employer.duplicate")
        changed = hq.patch(where, json={"industry": "服装"}, headers={"If-Match": '"1"'})
        assert (changed.json()["industry"], changed.headers["etag"]) == ("服装", '"2"')
        assert hq.patch(where, json={"industry": "鞋"}, headers={"If-Match": '"1"'}).status_code == 412
        dates = {"valid_from": "2026-01-01", "valid_to": "2035-12-31"}
        agreement = hq.post(f"{where}/agreements", json=dates)
        assert agreement.status_code == 201
        paper = agreement.headers["location"]
        scan = hq.put(f"{paper}/scan", files={"file": ("协议.pdf", b"%PDF-1.7 signed", "application/pdf")})
        assert len(scan.json()["scan"]["hash"]) == 64
        assert hq.get(f"{paper}/scan").content == b"%PDF-1.7 signed"
        assert hq.post(f"{paper}/termination", json={"reason": "违约"}).json()["state"] == "terminated"
        assert hq.post(f"{where}/block", json={"reason": "拖欠工资"}).json()["is_blocked"] is True
        assert [row["state"] for row in hq.get(f"{where}/agreements").json()["items"]] == ["terminated"]

    def test_a_wrong_code_is_said_in_both_languages(self, http: Http) -> None:
        body = {"name": "某公司", "uscc": "91441900MA4UXK9T17"}
        refusal = http.as_hq().post(f"{API}/hq/employers", json=body)
        assert (refusal.status_code, refusal.json()["code"]) == (422, "employer.uscc_invalid")
        assert "校验位" in refusal.json()["detail"]
        english = http.as_hq().post(f"{API}/hq/employers", json=body, headers={"Accept-Language": "en"})
        assert "check character" in english.json()["detail"]


class TestPostings:
    def test_an_outposts_posting_by_its_own_path_only(self, http: Http, employer_id: UUID) -> None:
        posting = opened(http.as_outpost("dongguan"), employer_id, "/outposts/dongguan")
        assert posting["outpost"] == "dongguan"
        wrong = http.as_outpost("wenling").get(f"{API}/outposts/dongguan/postings/{posting['id']}")
        assert (wrong.status_code, wrong.json()["code"]) == (404, "tenant.not_found")
        foreign = http.as_outpost("wenling").get(f"{API}/outposts/wenling/postings/{posting['id']}")
        assert (foreign.status_code, foreign.json()["code"]) == (404, "resource.not_found")

    def test_the_steps_of_a_posting(self, http: Http, employer_id: UUID) -> None:
        hq = http.as_hq()
        posting = opened(hq, employer_id, as_draft=True)
        where = f"{API}/hq/postings/{posting['id']}"
        assert hq.post(f"{where}/publication").json()["state"] == "open"
        assert hq.patch(where, json={"openings": 8}).json()["openings"] == 8
        assert hq.post(f"{where}/closure", json={"reason": "withdrawn"}).json()["state"] == "closed"
        assert hq.post(f"{where}/closure", json={}).status_code == 409
        assert hq.post(f"{where}/reopening", json={"valid_through": "2036-01-01"}).json()["state"] == "open"
        assert hq.get(f"{where}/reservations").json() == {"items": [], "next_cursor": None}

    def test_a_day_that_does_not_exist_names_its_field(self, http: Http, employer_id: UUID) -> None:
        body = posting_for(employer_id).model_dump(mode="json") | {"valid_through": "2026-02-30"}
        answer = http.as_hq().post(f"{API}/hq/postings", json=body)
        assert answer.status_code == 422
        assert "valid_through" in json.dumps(answer.json())

    def test_a_partner_sees_itself(self, http: Http, employer_id: UUID) -> None:
        partner = http.as_partner(employer_id)
        posting = opened(partner, employer_id, "/partner")
        assert [row["id"] for row in partner.get(f"{API}/partner/postings").json()["items"]] == [posting["id"]]
        assert partner.get(f"{API}/partner/employer").json()["id"] == str(employer_id)
        assert partner.get(f"{API}/hq/employers").status_code == 403


class TestPublic:
    def test_a_posting_as_data_and_as_a_page_that_search_engines_accept(self, http: Http, employer_id: UUID) -> None:
        title = "包装工 </script><b>急招</b>"
        posting = opened(
            http.as_hq(), employer_id, title=title, description="第一行\n第二行", address="长安镇建安路9号"
        )
        where = f"{API}/public/postings/{posting['id']}"
        assert http.get(where).json()["title"] == title
        answer = http.get(where, headers={"Accept": "text/html,application/xhtml+xml"})
        assert answer.headers["content-type"].startswith("text/html")
        assert "Accept" in answer.headers["vary"]
        assert "<b>急招" not in answer.text
        (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.DOTALL)
        found = json.loads(data)
        required = {"title", "description", "datePosted", "hiringOrganization", "jobLocation", "validThrough"}
        assert required <= found.keys()
        assert found["title"] == title
        assert found["jobLocation"]["address"]["addressCountry"] == "CN"
        assert found["jobLocation"]["address"]["addressLocality"] == "东莞市长安镇"
        assert found["baseSalary"]["value"] == {
            "@type": "QuantitativeValue",
            "unitText": "MONTH",
            "minValue": 4500.0,
            "maxValue": 6000.0,
        }

    def test_what_we_send_out_we_take_in(self, http: Http, platform: TestPlatform, hq: Asker) -> None:
        first, second = register(hq).id, register(hq).id
        for number in range(3):
            opened(http.as_hq(), first, title=f"缝纫工{number}]]>", requirements={"board": True, "shift": "day"})
        feed = http.get(f"{API}/public/postings.xml")
        assert feed.headers["content-type"].startswith("application/xml")
        root = etree.fromstring(feed.content)
        own = [job for job in root.iter("job") if (job.findtext("title") or "").startswith("缝纫工")]
        assert len(own) >= 3
        push = http.as_partner(second).put(
            f"{API}/partner/feeds/ours", content=feed.content, headers={"Content-Type": "application/xml"}
        )
        assert push.status_code == 202
        platform.run_jobs()
        run = http.as_partner(second).get(push.headers["location"]).json()
        assert (run["state"], run["opened"], run["rejected"]) == ("succeeded", len(root.findall("job")), 0)

    def test_the_stream_goes_on_where_it_stopped(self, http: Http, employer_id: UUID) -> None:
        where = f"{API}/public/postings/stream"
        since = None
        while True:
            step = http.get(where, params={"limit": 100} | ({"since": since} if since else {})).json()
            since = step["next_since"]
            if not step["has_more"]:
                break
        posting = opened(http.as_hq(), employer_id)
        assert [item["id"] for item in http.get(where, params={"since": since}).json()["items"]] == [posting["id"]]
        http.as_hq().post(f"{API}/hq/postings/{posting['id']}/closure", json={})
        (gone,) = http.get(where, params={"since": since}).json()["items"]
        assert gone.keys() == {"id", "removed", "removed_at"}
        assert gone["removed"] is True
        bad = http.get(where, params={"since": "nonsense"})
        assert (bad.status_code, bad.json()["code"]) == (422, "page.cursor_invalid")


class TestFeeds:
    @pytest.mark.parametrize(
        ("media", "content"),
        [
            ("application/ld+json", files.jsonld([files.jobposting(1), files.jobposting(2)])),
            ("application/xml", files.xml([files.job(1), files.job(2)])),
            ("text/csv", "岗位名称,招聘人数,工资,工作地点\n焊工,2,5-8K,东莞\n普工,3,面议,温岭\n".encode("gbk")),
            (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                files.xlsx([["岗位名称", "招聘人数"], ["焊工", 2], ["普工", 3]]),
            ),
        ],
    )
    def test_a_partner_pushes_what_it_has(
        self, http: Http, platform: TestPlatform, employer_id: UUID, media: str, content: bytes
    ) -> None:
        partner = http.as_partner(employer_id)
        answer = partner.put(f"{API}/partner/feeds/erp", content=content, headers={"Content-Type": media})
        assert answer.status_code == 202, answer.text
        platform.run_jobs()
        run = partner.get(answer.headers["location"]).json()
        assert (run["state"], run["jobs"], run["opened"], run["progress"]) == ("succeeded", 2, 2, 1.0)
        assert all({"reference", "field", "code", "severity", "message"} <= p.keys() for p in run["problems"])
        assert partner.get(f"{answer.headers['location']}/problems").status_code == 200
        assert partner.get(f"{API}/partner/feeds").json()["items"][0]["live_jobs"] == 2
        assert len(partner.get(f"{API}/partner/feeds/erp/runs").json()["items"]) == 1

    def test_another_media_type_and_another_partners_run(
        self, http: Http, platform: TestPlatform, hq: Asker, employer_id: UUID
    ) -> None:
        partner, other = http.as_partner(employer_id), http.as_partner(register(hq).id)
        wrong = partner.put(f"{API}/partner/feeds/erp", content=b"x", headers={"Content-Type": "image/png"})
        assert wrong.status_code == 415
        answer = partner.put(
            f"{API}/partner/feeds/erp", content=files.xml([files.job(1)]), headers={"Content-Type": "text/xml"}
        )
        assert other.get(answer.headers["location"]).status_code == 404
        platform.run_jobs()

    def test_a_pulled_feed_is_registered(self, http: Http, employer_id: UUID) -> None:
        partner = http.as_partner(employer_id)
        form = {"url": "https://jobs.example.com/feed.xml", "format": "xml", "every_minutes": 60}
        answer = partner.post(f"{API}/partner/feeds", json=form)
        assert (answer.status_code, answer.json()["source"]) == (201, "jobs.example.com")
        assert partner.post(f"{API}/partner/feeds/jobs.example.com/stop").json()["is_active"] is False
        refusal = partner.post(f"{API}/partner/feeds", json=form | {"url": "ftp://jobs.example.com/x"})
        assert (refusal.status_code, refusal.json()["code"]) == (422, "feed.url_refused")

    def test_an_officer_sends_an_employers_table_in(
        self, http: Http, platform: TestPlatform, employer_id: UUID
    ) -> None:
        table = files.xlsx([["工种", "人数", "薪资"], ["焊工", 2, "5-8K"]])
        answer = http.as_hq().put(
            f"{API}/hq/employers/{employer_id}/feeds/excel", files={"file": ("用工需求.xlsx", table)}
        )
        assert answer.status_code == 202, answer.text
        platform.run_jobs()
        assert http.as_hq().get(answer.headers["location"]).json()["opened"] == 1
