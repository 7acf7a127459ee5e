"""Feed runs: what is opened, updated, left alone and closed; what is refused wholly; what the report says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.postings.feeds.pulling import host_of, is_public, judge
from services.postings.feeds.runs import run_feed
from shared.contracts import postings as c
from shared.kit.jobs import JobRun
from tests.services.postings import feed_files as files
from tests.services.postings.employer_factory import register
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform

MEDIA = {"xml": "application/xml", "jsonld": "application/ld+json", "csv": "text/csv"}


class Source:
    """One employer's feed, pushed file by file."""

    def __init__(self, platform: TestPlatform, hq: Asker, form: str = "xml") -> None:
        self.platform, self.hq = platform, hq
        self.employer = register(hq)
        self.partner = platform.partner(self.employer.id)
        self.form = form

    def push(self, content: bytes, **given: Any) -> c.FeedRunView:
        """Push one file and carry its run out."""
        blob = self.platform.blobs.put_bytes(content, media_type=MEDIA[self.form])
        started = self.partner.ask(c.PushFeed(source="hr", blob=blob, **given))
        assert started.state == "queued"
        self.platform.run_jobs()
        return self.run(started.id)

    def run(self, run_id: UUID) -> c.FeedRunView:
        return self.partner.ask(c.GetFeedRun(source="hr", run_id=run_id))

    def postings(self) -> dict[str, c.PostingView]:
        rows = self.partner.ask(c.ListPostings(limit=500)).items
        views = [self.partner.ask(c.GetPosting(posting_id=row.id)) for row in rows]
        return {view.reference or "": view for view in views}

    def states(self) -> dict[str, str]:
        return {reference: view.state.value for reference, view in self.postings().items()}

    def topics(self) -> list[str]:
        runtime = self.platform.hosted["postings"].runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            rows = session.connection().execute(
                text("SELECT topic FROM postings.outbox WHERE payload LIKE :like ORDER BY seq"),
                {"like": f'%"employer_id":"{self.employer.id}"%'},
            )
            return [row.topic for row in rows if row.topic.startswith("posting.")]


@pytest.fixture
def source(platform: TestPlatform, hq: Asker) -> Source:
    return Source(platform, hq)


def jobs(*numbers: int, **given: Any) -> bytes:
    return files.xml([files.job(number, **given) for number in numbers])


def counts(run: c.FeedRunView) -> dict[str, int]:
    names = ("jobs", "opened", "updated", "unchanged", "closed", "rejected", "doubled")
    return {name: getattr(run, name) for name in names if getattr(run, name)}


def codes(run: c.FeedRunView) -> set[str]:
    return {problem.code for problem in run.problems}


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
        assert counts(run) == {"jobs": 6, "opened": 1, "updated": 1, "unchanged": 4, "closed": 1}
        assert (run.closing, run.missing, run.live_before) == ("done", 1, 6)
        seen = source.postings()
        assert (seen["R-4"].openings, seen["R-5"].state, seen["R-5"].close_reason) == (9, "closed", "missing_from_feed")
        assert source.topics()[6:] == ["posting.opened", "posting.changed", "posting.closed"]

    def test_what_comes_back_is_opened_again(self, source: Source) -> None:
        source.push(jobs(0, 1, 2, 3))
        source.push(jobs(0, 1, 2))
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

    def test_what_stays_missing_for_two_days_is_believed(self, source: Source, platform: TestPlatform) -> None:
        source.push(jobs(*range(10)))
        assert source.push(jobs(0, 1)).closed == 0
        assert source.push(jobs(0, 1, openings=4)).closed == 0
        runtime = platform.hosted["postings"].runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            session.connection().execute(
                text("UPDATE postings.feed_item SET missing_since = missing_since - interval '49 hours'")
            )
        run = source.push(jobs(0, 1, openings=5))
        assert (run.closed, run.closing) == (8, "done")

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


class TestRunning:
    def test_a_newer_snapshot_replaces_one_that_still_waits(self, source: Source, platform: TestPlatform) -> None:
        blobs = [platform.blobs.put_bytes(jobs(n), media_type="application/xml") for n in (1, 2)]
        first, second = (source.partner.ask(c.PushFeed(source="hr", blob=blob)) for blob in blobs)
        platform.run_jobs()
        assert (source.run(first.id).state, source.run(second.id).state) == ("cancelled", "succeeded")
        assert source.states() == {"R-2": "open"}

    def test_a_run_that_was_killed_goes_on_behind_its_last_batch(
        self, source: Source, platform: TestPlatform, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.postings.feeds.runs.BATCH", 10)
        blob = platform.blobs.put_bytes(jobs(*range(35), 3), media_type="application/xml")
        started = source.partner.ask(c.PushFeed(source="hr", blob=blob))
        _run_and_die(platform, after_batches=2)
        assert len(source.states()) == 20
        _lose_lease(platform)
        platform.run_jobs()
        run = source.run(started.id)
        assert counts(run) == {"jobs": 36, "opened": 35, "doubled": 1}
        assert source.topics() == ["posting.opened"] * 35

    def test_an_opening_taken_meanwhile_is_kept_in_mind(self, source: Source, hq: Asker) -> None:
        from tests.services.postings.test_postings_openings import reserve

        source.push(jobs(0))
        posting = source.postings()["R-0"]
        for _ in range(2):
            hq.ask(reserve(posting.id))
        source.push(jobs(0, openings=2))
        assert source.postings()["R-0"].state is c.PostingState.filled
        source.push(jobs(0, openings=4))
        assert (source.postings()["R-0"].state, source.postings()["R-0"].openings_free) == ("open", 2)


class TestPulling:
    def test_a_feed_is_pulled_when_due_and_only_if_it_changed(self, source: Source, platform: TestPlatform) -> None:
        with web_server() as server:
            server.answers["/feed.xml"] = (jobs(0, 1), '"v1"')
            feed = source.partner.ask(
                c.RegisterFeed(source="hr", url=f"{server.url}/feed.xml", format="xml", every_minutes=60)
            )
            assert feed.next_pull_at is not None
            _pull_due(platform)
            assert source.states() == {"R-0": "open", "R-1": "open"}
            _pull_due(platform)
            assert server.asked == [None]
            source.partner.ask(c.PullFeed(source="hr"))
            platform.run_jobs()
            runs = source.partner.ask(c.ListFeedRuns(source="hr")).items
            assert (len(runs), runs[0].not_modified, runs[0].unchanged) == (2, True, 2)
            assert server.asked == [None, '"v1"']
            server.answers["/feed.xml"] = (jobs(0, 1, 2), '"v2"')
            source.partner.ask(c.PullFeed(source="hr"))
            platform.run_jobs()
            assert len(source.states()) == 3
            assert source.partner.ask(c.StopFeed(source="hr")).next_pull_at is None

    @pytest.mark.parametrize(
        ("path", "code"),
        [("/gone", "feed.fetch_failed"), ("/loop", "feed.fetch_failed"), ("/page", "feed.html_instead")],
    )
    def test_a_server_that_fails_is_said(self, source: Source, platform: TestPlatform, path: str, code: str) -> None:
        with web_server() as server:
            server.answers["/page"] = (files.page(title="维护中"), None)
            source.partner.ask(c.RegisterFeed(source="hr", url=server.url + path, format="xml", every_minutes=60))
            run = source.partner.ask(c.PullFeed(source="hr"))
            platform.run_jobs()
        seen = source.run(run.id)
        assert (seen.state, seen.problem and seen.problem.code) == ("failed", code)

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1/feed.xml",
            "http://localhost/feed",
            "http://10.0.0.8/feed",
            "http://[::1]/feed",
            "http://[::ffff:192.168.1.1]/feed",
            "http://2130706433/feed",
            "http://0x7f.1/feed",
            "http://169.254.169.254/latest/meta-data",
            "http://db.internal/feed",
            "https://user:secret@example.com/feed",
            "ftp://example.com/feed",
            "file:///etc/passwd",
            "http://example.com:22/feed",
            "https:///feed",
        ],
    )
    def test_an_address_inside_is_refused_by_its_writing(self, url: str) -> None:
        with refused("feed.url_refused"):
            host_of(url)

    def test_a_name_that_points_inside_is_refused_when_resolved(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def resolve(*_: Any, **__: Any) -> list[Any]:
            return [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.1.2.3", 443))]

        monkeypatch.setattr("socket.getaddrinfo", resolve)
        with refused("feed.url_refused"):
            judge("https://feeds.example.com/jobs.xml")

    @pytest.mark.parametrize(
        "address", ["127.0.0.1", "192.0.2.1", "100.64.1.1", "fd00::1", "fe80::1%eth0", "64:ff9b::a00:1"]
    )
    def test_private_addresses(self, address: str) -> None:
        assert not is_public(address)

    def test_a_registered_source_is_registered_once(self, source: Source) -> None:
        form = c.RegisterFeed(url="http://127.0.0.1:9/a.xml", format="xml", every_minutes=60)
        assert [source.partner.ask(form).source for _ in range(2)] == ["127.0.0.1", "127.0.0.1-2"]
        with refused("feed.source_taken"):
            source.partner.ask(form.model_copy(update={"source": "127.0.0.1"}))


class Server:
    """A partner's web server."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.answers: dict[str, tuple[bytes, str | None]] = {}
        self.asked: list[str | None] = []


@contextmanager
def web_server() -> Iterator[Server]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/loop":
                self.send_response(302)
                self.send_header("Location", "/loop")
                self.end_headers()
                return
            content, tag = server.answers.get(self.path, (b"", None))
            wanted = self.headers.get("If-None-Match")
            if self.path == "/feed.xml":
                server.asked.append(wanted)
            self.send_response(304 if tag and wanted == tag else 200 if content else 404)
            if tag:
                self.send_header("ETag", tag)
            self.send_header("Content-Type", "application/xml")
            self.end_headers()
            if not (tag and wanted == tag):
                self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as http:
        server = Server(http.server_address[1])
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


def _pull_due(platform: TestPlatform) -> None:
    platform.hosted["postings"].clockwork.run_now("pull_due_feeds")
    platform.run_jobs()


class _Killed(BaseException):
    """The process died: nothing is caught, nothing is written."""


def _run_and_die(platform: TestPlatform, *, after_batches: int) -> None:
    """Carry out the due run up to some batches, as a process that is killed then."""
    runner = platform.hosted["postings"].jobs
    claimed = runner._claim()
    assert claimed is not None
    run: JobRun = claimed[0]
    save, saved = run.save, [0]

    def dying(checkpoint: Any = None, **given: Any) -> None:
        save(checkpoint, **given)
        if given.get("step") == "taking in":
            saved[0] += 1
            if saved[0] > after_batches:
                raise _Killed

    run.save = dying  # type: ignore[method-assign]
    with pytest.raises(_Killed):
        run_feed(run)


def _lose_lease(platform: TestPlatform) -> None:
    runtime = platform.hosted["postings"].runtime
    with runtime.database.transaction(runtime.own_context()) as session:
        session.connection().execute(text("UPDATE postings.job SET lease_until = now() - interval '1 minute'"))
