"""Reading feeds: every form, every slip that is mended, everything that is refused."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.postings.feeds import xml_repair
from services.postings.feeds.reading import format_of, open_feed, unpacked
from services.postings.feeds.records import RawJob, Reading
from services.postings.feeds.xml_repair import RepairedXml
from shared.contracts import postings as c
from shared.contracts.errors import Problem
from tests.services.postings import feed_files as files
from tests.support.asker import refused

XML, JSONLD, CSV, XLSX = c.FeedFormat.xml, c.FeedFormat.jsonld, c.FeedFormat.csv, c.FeedFormat.xlsx


def read(content: bytes, form: c.FeedFormat, reading: Reading | None = None) -> list[RawJob]:
    reader = open_feed(io.BytesIO(content), form, reading if reading is not None else Reading())
    total = reader.count()
    jobs = list(reader.jobs())
    assert len(jobs) == total
    return jobs


class TestXml:
    def test_the_indeed_form(self) -> None:
        (job,) = read(files.xml([files.job(7)]), XML)
        assert job.fields["reference"] == "R-7"
        assert job.fields["wage"] == "4500-6000元/月 包吃住"
        assert (job.row, job.fields["valid_through"]) == (1, "2035-12-31")

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (
                b'<jobs><job id="A1"><name>T</name><pubdate>2026-01-01</pubdate></job></jobs>',
                {"reference": "A1", "title": "T"},
            ),
            (
                b"<jobatus><ad><url>http://x/1</url><title>T</title><content>C</content></ad></jobatus>",
                {"description": "C"},
            ),
            (b"<rss><channel><item><title>T</title><guid>G</guid></item></channel></rss>", {"reference": "G"}),
            (b"<r xmlns='urn:x'><job><title>T</title></job></r>", {"title": "T"}),
            (b"<rss><channel><item><g:id>9</g:id><title>T</title></item></channel></rss>", {"reference": "9"}),
            (b"<a><b><vac9><title>T</title><salary>5-8K</salary></vac9></b></a>", {"title": "T", "wage": "5-8K"}),
            (b"<JOBS><JOB><TITLE>T</TITLE></JOB></JOBS>", {"title": "T"}),
            (
                b"<s><job><title>T</title><company><name>C</name><description>D</description></company></job></s>",
                {"company": "C"},
            ),
            (b"<s><job><title>T</title><description><p>a</p><p>b</p></description></job></s>", {"description": "a b"}),
            ("<s><岗位><岗位名称>缝纫工</岗位名称></岗位></s>".encode(), {"title": "缝纫工"}),
            (
                '<?xml version="1.0" encoding="GB2312"?><s><job><title>焊工</title></job></s>'.encode("gbk"),
                {"title": "焊工"},
            ),
            (
                '<?xml version="1.0" encoding="utf-16"?><s><job><title>焊工</title></job></s>'.encode("utf-16"),
                {"title": "焊工"},
            ),
        ],
    )
    def test_its_relatives(self, content: bytes, expected: dict[str, str]) -> None:
        (job,) = read(content, XML)
        assert expected.items() <= job.fields.items()

    @pytest.mark.parametrize(
        ("content", "title"),
        [
            (b"<s><job><title>A & B</title></job></s>", "A & B"),
            (b"<s><job><title>A&nbsp;B</title></job></s>", "A\xa0B"),
            (b"<s><job><title>A&unknown;B</title></job></s>", "A&unknown;B"),
            (b"<s><job><title>A\x0b\x1fB</title></job></s>", "AB"),
            (b"\xef\xbb\xbf\n  <?xml version='1.0'?><s><job><title>AB</title></job></s>", "AB"),
            ("<s><job><title>焊工</title></job></s>".encode("gbk"), "焊工"),
        ],
    )
    def test_slips_are_mended_and_reported(self, content: bytes, title: str) -> None:
        reading = Reading()
        (job,) = read(content, XML, reading)
        assert job.fields["title"] == title
        assert reading.repairs or title == "焊工"

    def test_what_stands_in_cdata_is_left_alone(self) -> None:
        (job,) = read(b"<s><p>x & y</p><job><title><![CDATA[a & b &nbsp; </job> <b>]]></title></job></s>", XML)
        assert job.fields["title"] == "a & b &nbsp; </job> <b>"

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (
                b'<!DOCTYPE s [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><s><job><title>&b;</title></job></s>',
                "feed.doctype_refused",
            ),
            (
                b'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]><s><job><title>&a;</title></job></s>',
                "feed.doctype_refused",
            ),
            (b'<!DOCTYPE s SYSTEM "http://x/y.dtd"><s><job><title>a</title></job></s>', "feed.doctype_refused"),
            (b'<!DOCTYPE lolz [<!ENTITY a "x">]><lolz>&a;</lolz>', "feed.doctype_refused"),
            (b"<s><job><title>a</title></job><job><ti", "feed.truncated"),
            (b"<s><job><title>a</title></job>", "feed.truncated"),
            (b"<s><job><title><![CDATA[a", "feed.truncated"),
            (b"<s><job><title>a</titel></job></s>", "feed.not_wellformed"),
            (b"hello", "feed.not_wellformed"),
            (b"", "feed.empty"),
            (b"  \n ", "feed.empty"),
            (b'<?xml version="1.0" encoding="x-9"?><s><job/></s>', "feed.encoding_unknown"),
            (b"<s>" + b"<a>" * 2000 + b"</a>" * 2000 + b"</s>", "feed.not_wellformed"),
            (files.page(title="502 Bad Gateway"), "feed.html_instead"),
        ],
    )
    def test_what_is_no_sound_feed_is_refused(self, content: bytes, code: str) -> None:
        with refused(code):
            read(content, XML)

    @given(st.integers(1, 5), st.data())
    def test_a_feed_cut_off_anywhere_is_never_taken_for_a_whole_one(self, jobs: int, data: st.DataObject) -> None:
        whole = files.xml([files.job(number) for number in range(jobs)]).rstrip()
        cut = data.draw(st.integers(1, len(whole) - 1))
        with pytest.raises(Problem):
            read(whole[:cut], XML)

    @given(st.text(alphabet="ab<&>;![]CDAT-焊 \n", max_size=300), st.integers(1, 50))
    def test_repairing_does_not_depend_on_where_the_chunks_end(self, text: str, size: int) -> None:
        content = (
            f"<s><job><title><![CDATA[{text.replace(']]>', '')}]]></title><d>{text.replace('<', '')}</d></job></s>"
        )
        with patch.object(xml_repair, "CHUNK", size):
            in_pieces = RepairedXml(io.BytesIO(content.encode()), Reading()).read()
        assert in_pieces == RepairedXml(io.BytesIO(content.encode()), Reading()).read()

    def test_the_announced_number_of_jobs_is_read(self) -> None:
        reading = Reading()
        read(files.xml([files.job(1)], head="<expectedJobCount>9</expectedJobCount>"), XML, reading)
        assert reading.expected == 9

    def test_memory_does_not_grow_with_the_feed(self) -> None:
        def peak(jobs: int) -> int:
            content = io.BytesIO(files.xml([files.job(number) for number in range(jobs)]))
            reader = open_feed(content, XML, Reading())
            reader.count()
            tracemalloc.start()
            for _ in reader.jobs():
                pass
            found = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return found

        peak(50)
        assert peak(4000) < peak(400) + 200_000


class TestJson:
    @pytest.mark.parametrize(
        "document",
        [
            files.jobposting(1),
            [files.jobposting(1)],
            {"@context": "https://schema.org", "@graph": [{"@type": "Organization", "name": "x"}, files.jobposting(1)]},
            {
                "@type": "ItemList",
                "itemListElement": [{"@type": "ListItem", "position": 1, "item": files.jobposting(1)}],
            },
            {"code": 0, "data": {"list": [files.jobposting(1)]}},
            {**files.jobposting(1), "@type": ["JobPosting", "Thing"]},
            {**files.jobposting(1), "@type": "http://schema.org/JobPosting"},
        ],
    )
    def test_each_form_of_the_document(self, document: Any) -> None:
        (job,) = read(files.jsonld(document), JSONLD)
        assert job.fields["reference"] == "J-1"
        assert (job.fields["city"], job.fields["address"]) == ("东莞市", "长安镇建安路9号")
        assert (job.fields["wage_min"], job.fields["wage_max"], job.fields["wage_unit"]) == ("20", "22.5", "HOUR")
        assert job.fields["company"] == "东莞市长安鑫源电子有限公司"
        assert job.fields["openings"] == "12"

    def test_a_long_list_is_read_in_pieces(self) -> None:
        many = [files.jobposting(number) for number in range(1500)]
        assert len(read(files.jsonld(many), JSONLD)) == 1500
        reading = Reading()
        graph = {"@context": "https://schema.org", "@graph": many, "expectedJobCount": 1600}
        assert len(read(files.jsonld(graph), JSONLD, reading)) == 1500
        assert reading.expected == 1600

    def test_plain_objects_and_removals_are_understood(self) -> None:
        jobs = read(files.jsonld([{"岗位名称": "普工", "工资": "5-8K"}, {"id": "7", "removed": True}, 5]), JSONLD)
        assert [job.fields for job in jobs] == [
            {"title": "普工", "wage": "5-8K"},
            {"reference": "7", "removed": "true"},
            {},
        ]

    @pytest.mark.parametrize(
        "content",
        [
            b'{"@type": "JobPosting", "title": "a\nb\tc"}',
            b'// made by us\n{"@type": "JobPosting", "title": "abc"}',
            b'<!-- x -->{"@type": "JobPosting", "title": "abc"}',
        ],
    )
    def test_slips_are_tolerated_and_reported(self, content: bytes) -> None:
        reading = Reading()
        document = files.page(content.decode()) if content.startswith(b"<") else content
        (job,) = read(document, JSONLD, reading)
        assert job.fields["title"].startswith("a")
        assert reading.repairs

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (files.jsonld([files.jobposting(n) for n in range(900)])[:-9], "feed.truncated"),
            (files.jsonld({"@graph": [files.jobposting(n) for n in range(900)]})[:-1], "feed.truncated"),
            (b'[{"title": "a"}', "feed.truncated"),
            (b'{"title": "a"', "feed.truncated"),
            (b'{"title" "a"}', "feed.not_wellformed"),
            (b'[{"title": "a"}] x', "feed.not_wellformed"),
            (b"[" * 100_000, "feed.not_wellformed"),
            (b'{"a":' * 100_000, "feed.not_wellformed"),
            (b"", "feed.empty"),
            (b"\xff\xff\xff\xff\x80", "feed.encoding_unknown"),
            (files.page(title="登录"), "feed.html_instead"),
            (files.page("{ title: a }"), "feed.not_wellformed"),
        ],
    )
    def test_what_is_no_sound_document_is_refused(self, content: bytes, code: str) -> None:
        with refused(code):
            read(content, JSONLD)

    @pytest.mark.parametrize("content", [b'{"a": 1}', b"[]", b'{"@type": "Organization", "name": "x"}'])
    def test_a_document_without_jobs_has_none(self, content: bytes) -> None:
        assert read(content, JSONLD) == []


class TestPages:
    def test_the_scripts_of_a_page_are_read_and_a_broken_one_is_reported(self) -> None:
        reading = Reading()
        content = files.page("{ broken: x }", files.jsonld(files.jobposting(3)).decode())
        assert [job.fields["reference"] for job in read(content, JSONLD, reading)] == ["J-3"]
        assert reading.repairs

    def test_microdata_is_read_where_there_is_no_script(self) -> None:
        content = (
            b'<html><body><div itemscope itemtype="https://schema.org/JobPosting"><h2 itemprop="title">Welder</h2>'
            b'<div itemprop="hiringOrganization" itemscope><b itemprop="name">ABC</b></div></div></body></html>'
        )
        (job,) = read(content, JSONLD)
        assert (job.fields["title"], job.fields["company"]) == ("Welder", "ABC")


class TestTables:
    ROWS = (
        "岗位名称,招聘人数（人）,月薪,工作地点,截止日期",
        "缝纫工,20,5000-7000,东莞长安,2035/1/1",
        ",,,,",
        "普工,5,面议,温岭,",
    )

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_csv_in_any_encoding_with_any_separator(self, encoding: str, separator: str) -> None:
        content = "\r\n".join(self.ROWS).replace(",", separator).encode(encoding)
        jobs = read(content, CSV)
        assert [job.fields["title"] for job in jobs] == ["缝纫工", "普工"]
        assert (jobs[0].fields["openings"], jobs[0].fields["wage_per_month"]) == ("20", "5000-7000")

    def test_a_workbook_with_a_title_above_its_header(self) -> None:
        rows: list[list[Any]] = [
            ["鑫源电子 2026 年用工需求表"],
            [],
            ["工种", "需求人数", "薪资待遇", "上班地址"],
            ["焊工", 12, "6-9K", "杭州市余杭区"],
        ]
        (job,) = read(files.xlsx(rows), XLSX)
        assert job.fields == {"title": "焊工", "openings": "12", "wage": "6-9K", "address": "杭州市余杭区"}

    @pytest.mark.parametrize(
        ("content", "form", "code"),
        [
            (b"a,b,c\n1,2,3\n", CSV, "feed.columns_missing"),
            (b"", CSV, "feed.empty"),
            (b"\xff\xff\x80\x81", CSV, "feed.encoding_unknown"),
            (files.xlsx([[]]), XLSX, "feed.empty"),
            (files.xlsx([["岗位名称", "人数"], ["焊工", 1]])[:-700], XLSX, "feed.truncated"),
            (b"not a workbook", XLSX, "feed.not_wellformed"),
        ],
    )
    def test_what_is_no_table_is_refused(self, content: bytes, form: c.FeedFormat, code: str) -> None:
        with refused(code):
            read(content, form)


class TestFiles:
    def test_a_packed_feed_is_unpacked_and_a_broken_one_refused(self) -> None:
        content = files.xml([files.job(1)])
        for sent in (content, gzip.compress(content)):
            with unpacked(io.BytesIO(sent)) as file:
                assert file.read() == content
        with refused("feed.truncated"), unpacked(io.BytesIO(gzip.compress(content)[:-20])):
            pass

    def test_a_bomb_of_zeros_is_stopped_at_the_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("services.postings.feeds.reading.MAX_FEED_MB", 1)
        with refused("feed.too_large"), unpacked(io.BytesIO(gzip.compress(bytes(3_000_000)))):
            pass

    def test_media_types_and_endings(self) -> None:
        assert format_of("application/ld+json; charset=utf-8") is JSONLD
        assert format_of("application/octet-stream", "岗位.XLSX") is XLSX
        with refused("feed.format_unknown"):
            format_of("image/png")
