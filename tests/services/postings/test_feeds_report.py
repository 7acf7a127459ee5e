"""What is refused wholly, and what a run's report says of each job and field."""

from __future__ import annotations

import pytest

from shared.contracts import postings as c
from tests.services.postings import feed_files as files
from tests.services.postings.employer_factory import register
from tests.services.postings.feed_source import Source, counts, jobs
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform


class TestRefusing:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (jobs(*range(3))[:-40], "feed.truncated"),
            (b'<!DOCTYPE s [<!ENTITY a "b">]><source><job><title>&a;</title></job></source>', "feed.doctype_refused"),
            (files.page(title="502 Bad Gateway"), "feed.html_instead"),
            (b"<source><job><title>a</titel></job></source>", "feed.not_wellformed"),
        ],
    )
    def test_a_broken_file_leaves_everything_as_it_was(self, source: Source, content: bytes, code: str) -> None:
        source.push(jobs(0, 1, 2, 3))
        before = source.states(), source.topics()
        run = source.push(content)
        assert run.state == "failed"
        assert run.problem is not None
        assert (run.problem.code, run.problems[0].code) == (code, code)
        assert counts(run) == {}
        assert (source.states(), source.topics()) == before

    def test_a_blocked_employer_cannot_push(self, source: Source, hq: Asker) -> None:
        hq.ask(c.BlockEmployer(employer_id=source.employer.id, reason="拖欠工资"))
        with refused("employer.blocked"):
            source.push(jobs(0))

    def test_an_unknown_media_type_is_refused_at_once(self, source: Source, platform: TestPlatform) -> None:
        blob = platform.blobs.put_bytes(b"x", media_type="image/png")
        with refused("feed.format_unknown"):
            source.partner.ask(c.PushFeed(source="hr", blob=blob))

    def test_another_partner_sees_nothing_of_it(self, source: Source, platform: TestPlatform, hq: Asker) -> None:
        run = source.push(jobs(0))
        other = platform.partner(register(hq).id)
        with refused("resource.not_found"):
            other.ask(c.GetFeedRun(source="hr", run_id=run.id))
        with refused("resource.not_found"):
            other.ask(c.GetFeed(employer_id=source.employer.id, source="hr"))
        assert other.ask(c.ListFeeds()).items == []

    def test_hq_may_push_for_an_employer(self, source: Source, hq: Asker, platform: TestPlatform) -> None:
        blob = platform.blobs.put_bytes(jobs(1, 2), media_type="application/xml")
        run = hq.ask(c.PushFeed(employer_id=source.employer.id, source="excel", blob=blob))
        platform.run_jobs()
        assert hq.ask(c.GetFeedRun(employer_id=source.employer.id, source="excel", run_id=run.id)).opened == 2
        with refused("resource.not_found"):
            hq.ask(c.PushFeed(source="excel", blob=blob))


class TestReport:
    def test_every_loss_is_named_by_row_and_field(self, source: Source) -> None:
        run = source.push(
            files.xml(
                [
                    files.job(0, title=None),
                    files.job(1, expirationdate="2020-01-01"),
                    files.job(2, salary="待遇从优!!"),
                    files.job(3, city="上海市浦东新区"),
                    files.job(4, openings="很多"),
                    files.job(4),
                    files.job(5, salary="$20/hour", referencenumber=None),
                    files.job(6, description="招15岁以下学徒"),
                ]
            )
        )
        assert counts(run) == {"jobs": 8, "opened": 4, "rejected": 3, "doubled": 1}
        found = {(p.row, p.code): p for p in run.problems}
        assert found[1, "feed.title_missing"].severity == "error"
        assert found[2, "feed.valid_through_past"].field == "validThrough"
        assert found[3, "feed.wage_unreadable"].severity == "warning"
        assert "上海市浦东新区" in found[4, "feed.division_unknown"].message
        assert found[5, "feed.openings_invalid"].message_en.startswith("The number of openings")
        assert found[6, "feed.reference_doubled"].reference == "R-4"
        assert (7, "feed.reference_missing") in found
        assert (7, "feed.wage_foreign_currency") in found
        assert (8, "feed.age_unlawful") in found
        assert [p.severity for p in run.problems] == sorted(
            (p.severity for p in run.problems), key=["error", "warning", "info"].index
        )

    def test_the_problems_are_listed_in_pages_and_by_gravity(self, source: Source) -> None:
        run = source.push(files.xml([files.job(n, title=None) for n in range(130)] + [files.job(999)]))
        assert len(run.problems) == 100
        assert run.problem_counts["feed.title_missing"] == 130
        seen: list[int | None] = []
        cursor = None
        while True:
            page = source.partner.ask(
                c.ListFeedProblems(source="hr", run_id=run.id, severity="error", limit=60, cursor=cursor)
            )
            seen += [problem.row for problem in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert seen == list(range(1, 131))

    def test_a_common_finding_is_counted_but_not_kept_a_thousand_times(self, source: Source) -> None:
        run = source.push(files.xml([files.job(n, expirationdate=None) for n in range(1200)]))
        assert run.problem_counts["feed.valid_through_missing"] == 1200
        kept = source.partner.ask(
            c.ListFeedProblems(source="hr", run_id=run.id, code="feed.valid_through_missing", limit=500)
        )
        assert len(kept.items) == 50

    def test_the_runs_are_listed_newest_first(self, source: Source) -> None:
        first, second = source.push(jobs(0)), source.push(jobs(0, 1))
        listed = source.partner.ask(c.ListFeedRuns(source="hr")).items
        assert [row.id for row in listed] == [second.id, first.id]
        feed = source.partner.ask(c.GetFeed(source="hr"))
        assert (feed.live_jobs, feed.last_run_id) == (2, second.id)
