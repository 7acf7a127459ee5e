"""One employer's feed, pushed file by file, and what came of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.contracts import postings as c
from tests.services.postings import feed_files as files
from tests.services.postings.employer_factory import register
from tests.support.asker import Asker
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


def jobs(*numbers: int, **given: Any) -> bytes:
    return files.xml([files.job(number, **given) for number in numbers])


def counts(run: c.FeedRunView) -> dict[str, int]:
    names = ("jobs", "opened", "updated", "unchanged", "closed", "rejected", "doubled")
    return {name: getattr(run, name) for name in names if getattr(run, name)}


def codes(run: c.FeedRunView) -> set[str]:
    return {problem.code for problem in run.problems}
