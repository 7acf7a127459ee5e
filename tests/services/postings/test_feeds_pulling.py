"""Feeds pulled from a partner's server: when due, only if changed, never from inside."""

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
from shared.contracts import postings as c
from tests.conftest import Http
from tests.services.postings import feed_files as files
from tests.services.postings.feed_source import Source, jobs
from tests.support.asker import refused
from tests.support.platform import TestPlatform


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

    def test_a_schedule_is_paused_changed_and_taken_up_again(self, source: Source, platform: TestPlatform) -> None:
        with web_server() as server:
            server.answers["/feed.xml"] = (jobs(0, 1), '"v1"')
            server.answers["/other.xml"] = (jobs(0, 1, 2), '"v1"')
            url = f"{server.url}/feed.xml"
            feed = source.partner.ask(c.RegisterFeed(source="hr", url=url, format="xml", every_minutes=60))
            _pull_due(platform)
            assert len(source.states()) == 2
            paused = source.partner.ask(c.ChangeFeed(source="hr", is_active=False))
            assert (paused.is_active, paused.next_pull_at) == (False, None)
            _make_due(platform, feed.id)
            _pull_due(platform)
            assert len(source.partner.ask(c.ListFeedRuns(source="hr")).items) == 1
            with refused("resource.changed_meanwhile"):
                source.partner.ask(c.ChangeFeed(source="hr", every_minutes=30, expected_version=1))
            changed = source.partner.ask(
                c.ChangeFeed(
                    source="hr", url=f"{server.url}/other.xml", every_minutes=30, expected_version=paused.version
                )
            )
            assert (changed.is_active, changed.every_minutes) == (False, 30)
            resumed = source.partner.ask(c.ChangeFeed(source="hr", is_active=True))
            assert resumed.next_pull_at is not None
            _pull_due(platform)
            assert len(source.states()) == 3
            assert source.partner.ask(c.ListFeedRuns(source="hr")).items[0].not_modified is False

    def test_over_http_a_feed_is_stopped_and_begun_again(self, source: Source, http: Http) -> None:
        partner = http.as_partner(source.employer.id)
        form = {"source": "hr", "url": "https://93.184.216.34/feed.xml", "format": "xml", "every_minutes": 60}
        assert partner.post("/api/v1/partner/feeds", json=form).status_code == 201
        where = "/api/v1/partner/feeds/hr"
        assert partner.post(f"{where}/stop").json()["next_pull_at"] is None
        again = partner.patch(where, json={"is_active": True, "every_minutes": 120})
        assert (again.json()["is_active"], again.json()["every_minutes"]) == (True, 120)
        assert partner.patch(where, json={"every_minutes": 1}).status_code == 422

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


def _make_due(platform: TestPlatform, feed_id: UUID) -> None:
    """Its time has come, whether it is paused or not."""
    runtime = platform.hosted["postings"].runtime
    with runtime.database.transaction(runtime.own_context()) as session:
        session.connection().execute(
            text("UPDATE postings.feed SET next_pull_at = now() - interval '1 minute' WHERE id = :id"), {"id": feed_id}
        )


def _pull_due(platform: TestPlatform) -> None:
    platform.hosted["postings"].clockwork.run_now("pull_due_feeds")
    platform.run_jobs()
