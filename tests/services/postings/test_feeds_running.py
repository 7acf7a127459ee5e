"""Runs beside each other, interrupted runs, and what happens to a posting meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from services.postings.feeds.runs import run_feed
from shared.contracts import postings as c
from shared.kit.jobs import JobRun
from tests.services.postings.feed_source import Source, counts, jobs
from tests.support.asker import Asker
from tests.support.platform import TestPlatform


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
