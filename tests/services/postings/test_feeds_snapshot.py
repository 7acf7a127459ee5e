"""What a run opens, updates, leaves alone and closes."""

from __future__ import annotations

from sqlalchemy import text

from shared.contracts import postings as c
from tests.services.postings import feed_files as files
from tests.services.postings.feed_source import Source, codes, counts, jobs
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform


def missing_for(source: Source, *, hours: int) -> None:
    """Let time pass for what the feed misses."""
    runtime = source.platform.hosted["postings"].runtime
    with runtime.database.transaction(runtime.own_context()) as session:
        session.connection().execute(
            text("UPDATE postings.feed_item SET missing_since = missing_since - make_interval(hours => :hours)"),
            {"hours": hours},
        )


def close_by_the_clock(platform: TestPlatform) -> None:
    platform.hosted["postings"].clockwork.run_now("close_missing_from_feeds")


class TestSnapshot:
    def test_a_first_run_opens_everything(self, source: Source) -> None:
        run = source.push(jobs(0, 1, 2))
        assert (run.state, counts(run)) == ("succeeded", {"jobs": 3, "opened": 3})
        posting = source.postings()["R-0"]
        assert (posting.title, posting.occupation, posting.division) == ("包装工", "6-31-05-00", "441900119")
        assert (posting.wage_min_cents, posting.wage_max_cents, posting.wage_unit) == (450_000, 600_000, "month")
        assert (posting.openings, posting.valid_through and posting.valid_through.isoformat()) == (3, "2035-12-31")
        assert (posting.requirements.board, posting.requirements.shift) == (True, "two_shift")
        assert source.topics() == ["posting.opened"] * 3

    def test_a_second_run_opens_updates_keeps_and_closes(self, source: Source) -> None:
        source.push(jobs(0, 1, 2, 3, 4, 5))
        run = source.push(files.xml([files.job(n) for n in (0, 1, 2, 3)] + [files.job(4, openings=9), files.job(6)]))
        assert counts(run) == {"jobs": 6, "opened": 1, "updated": 1, "unchanged": 4}
        assert (run.closing, run.missing, run.waiting, run.live_before) == ("done", 1, 1, 6)
        seen = source.postings()
        assert (seen["R-4"].openings, seen["R-5"].state) == (9, "open")
        missing_for(source, hours=49)
        run = source.push(jobs(0, 1, 2, 3, 6))
        seen = source.postings()
        assert (run.closed, run.missing, run.waiting) == (1, 2, 1)
        assert (seen["R-5"].state, seen["R-5"].close_reason, seen["R-4"].state) == (
            "closed",
            "missing_from_feed",
            "open",
        )
        assert source.topics()[6:] == ["posting.opened", "posting.changed", "posting.closed"]

    def test_what_comes_back_within_two_days_was_never_gone(self, source: Source) -> None:
        source.push(jobs(0, 1, 2, 3))
        source.push(jobs(0, 1, 2))
        missing_for(source, hours=40)
        assert counts(source.push(jobs(0, 1, 2, 3))) == {"jobs": 4, "unchanged": 4}
        missing_for(source, hours=40)
        source.push(jobs(0, 1, 2))
        assert set(source.states().values()) == {"open"}
        assert source.topics() == ["posting.opened"] * 4

    def test_what_comes_back_later_is_opened_again(self, source: Source) -> None:
        source.push(jobs(0, 1, 2, 3))
        source.push(jobs(0, 1, 2), allow_shrink=True)
        run = source.push(jobs(0, 1, 2, 3))
        assert counts(run) == {"jobs": 4, "updated": 1, "unchanged": 3}
        assert set(source.states().values()) == {"open"}
        assert source.topics()[4:] == ["posting.closed", "posting.opened"]

    def test_the_same_file_again_is_not_read_again(self, source: Source) -> None:
        source.push(jobs(0, 1, 1))
        run = source.push(jobs(0, 1, 1))
        assert (run.not_modified, counts(run)) == (True, {"jobs": 3, "unchanged": 2, "doubled": 1})

    def test_a_file_that_differs_in_its_date_alone_changes_nothing(self, source: Source) -> None:
        source.push(jobs(0, 1))
        run = source.push(files.xml([files.job(0), files.job(1)], head="<lastBuildDate>now</lastBuildDate>"))
        assert (run.not_modified, counts(run)) == (False, {"jobs": 2, "unchanged": 2})
        assert source.topics() == ["posting.opened"] * 2

    def test_a_change_of_the_description_is_stored_but_not_told(self, source: Source) -> None:
        source.push(jobs(0))
        source.push(jobs(0, description="新的说明, 两班倒, 月结工资。"))
        assert source.postings()["R-0"].description == "新的说明, 两班倒, 月结工资。"
        assert source.topics() == ["posting.opened"]

    def test_what_a_person_closed_the_feed_does_not_open(self, source: Source, hq: Asker) -> None:
        source.push(jobs(0, 1))
        hq.ask(c.ClosePosting(posting_id=source.postings()["R-0"].id, reason=c.CloseReason.unlawful))
        run = source.push(jobs(0, 1, openings=8))
        assert counts(run) == {"jobs": 2, "updated": 2}
        assert source.states() == {"R-0": "closed", "R-1": "open"}

    def test_a_correction_by_a_person_outlives_the_next_run(self, source: Source, hq: Asker) -> None:
        source.push(jobs(0, city="Porto", country=None))
        posting = source.postings()["R-0"]
        assert posting.division is None
        with refused("posting.owned_by_feed"):
            hq.ask(c.UpdatePosting(posting_id=posting.id, title="别的"))
        hq.ask(c.UpdatePosting(posting_id=posting.id, division="441900121", occupation="6-05-01-03"))
        source.push(jobs(0, city="Porto", country=None, openings=7))
        seen = source.postings()["R-0"]
        assert (seen.division, seen.occupation, seen.openings) == ("441900121", "6-05-01-03", 7)


class TestClosing:
    def test_a_feed_with_a_twentieth_of_its_jobs_closes_nothing_and_says_why(self, source: Source) -> None:
        source.push(jobs(*range(40)))
        run = source.push(jobs(0, 1))
        assert (run.state, run.closing, run.closed, run.missing) == ("succeeded", "skipped", 0, 38)
        assert run.closing_reason is not None
        assert run.closing_reason.code == "feed.too_few_jobs"
        assert "feed.too_few_jobs" in codes(run)
        assert "40" in run.closing_reason.message
        assert set(source.states().values()) == {"open"}

    def test_fewer_jobs_than_the_feed_announces_close_nothing(self, source: Source) -> None:
        source.push(jobs(0, 1, 2, 3, 4))
        content = files.xml([files.job(n) for n in range(4)], head="<expectedJobCount>5</expectedJobCount>")
        run = source.push(content)
        assert (run.closing, run.closed, run.expected_jobs) == ("skipped", 0, 5)

    def test_a_shrinking_that_is_meant_may_be_said(self, source: Source) -> None:
        source.push(jobs(*range(10)))
        assert source.push(jobs(0), allow_shrink=True).closed == 9

    def test_after_a_broken_file_only_another_run_is_believed_two_days_later(
        self, source: Source, platform: TestPlatform
    ) -> None:
        source.push(jobs(*range(10)))
        assert source.push(jobs(0, 1)).closed == 0
        assert source.push(jobs(0, 1, openings=4)).closed == 0
        missing_for(source, hours=49)
        close_by_the_clock(platform)
        assert set(source.states().values()) == {"open"}
        run = source.push(jobs(0, 1, openings=5))
        assert (run.closed, run.closing) == (8, "done")

    def test_the_clock_closes_where_no_run_comes_any_more(self, source: Source, platform: TestPlatform) -> None:
        source.push(jobs(*range(6)))
        assert source.push(jobs(0, 1, 2, 3, 4)).closed == 0
        missing_for(source, hours=47)
        close_by_the_clock(platform)
        assert set(source.states().values()) == {"open"}
        missing_for(source, hours=2)
        close_by_the_clock(platform)
        assert source.states() == {**dict.fromkeys(("R-0", "R-1", "R-2", "R-3", "R-4"), "open"), "R-5": "closed"}
        assert source.partner.ask(c.GetFeed(source="hr")).live_jobs == 5

    def test_a_job_that_two_runs_miss_is_withheld_meanwhile(self, source: Source, platform: TestPlatform) -> None:
        source.push(jobs(*range(6)))
        for _ in range(2):
            source.push(jobs(0, 1, 2, 3, 4))
        platform.hosted["postings"].clockwork.run_now("mark_stale_postings")
        seen = source.postings()
        assert [(seen[f"R-{n}"].is_stale, seen[f"R-{n}"].state.value) for n in (4, 5)] == [
            (False, "open"),
            (True, "open"),
        ]

    def test_an_empty_feed_is_refused_and_closes_nothing(self, source: Source) -> None:
        source.push(jobs(0, 1))
        run = source.push(files.xml([]))
        assert (run.state, run.problem and run.problem.code) == ("failed", "feed.empty")
        assert set(source.states().values()) == {"open"}

    def test_a_job_that_became_faulty_is_no_longer_offered(self, source: Source) -> None:
        source.push(jobs(0, 1))
        run = source.push(files.xml([files.job(0), files.job(1, expirationdate="2026/2/30")]))
        assert counts(run) == {"jobs": 2, "unchanged": 1, "rejected": 1, "closed": 1}
        assert source.states() == {"R-0": "open", "R-1": "closed"}


class TestDelta:
    def test_only_what_is_named_changes(self, platform: TestPlatform, hq: Asker) -> None:
        source = Source(platform, hq, "jsonld")
        source.push(files.jsonld([files.jobposting(n) for n in range(4)]))
        run = source.push(
            files.jsonld([files.jobposting(9), {"id": "J-1", "removed": True}, {"id": "J-77", "removed": True}]),
            mode=c.FeedMode.delta,
        )
        assert counts(run) == {"jobs": 3, "opened": 1, "closed": 1, "unchanged": 1}
        assert (run.closing, source.states()["J-1"], source.states()["J-0"]) == ("none", "closed", "open")
