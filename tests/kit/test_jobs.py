"""Long work goes on where it stood: after a crash, in another process, and not after a cancellation."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest

from shared.contracts.base import JobState
from shared.contracts.kit import CancelJob, GetJob
from tests.kit.conftest import SamplePlatform
from tests.kit.sample import CountSlowly, CrashOfTheProcess
from tests.support.asker import refused


def _id(state: JobState) -> UUID:
    service, _, number = state.id.partition(".")
    assert service == "writer"
    return UUID(number)


def _steps(sample: SamplePlatform) -> list[str]:
    with psycopg.connect(sample.admin_url) as connection:
        return [
            row[0] for row in connection.execute("SELECT words FROM writer.note WHERE words ~ '^[0-9]+$' ORDER BY id")
        ]


@pytest.fixture(autouse=True)
def _no_notes(sample: SamplePlatform) -> None:
    with psycopg.connect(sample.admin_url) as connection:
        connection.execute("DELETE FROM writer.note")


def _get(sample: SamplePlatform, job_id: UUID) -> JobState:
    return sample.hq().ask(GetJob(job_id=job_id), service="writer")


def test_a_job_says_how_far_it_is_and_what_came_of_it(sample: SamplePlatform) -> None:
    submitted = sample.hq().ask(CountSlowly(upto=3))
    assert submitted.state == "queued"
    assert sample.run_jobs() == 1
    done = _get(sample, _id(submitted))
    assert (done.state, done.progress, done.result) == ("succeeded", 1.0, {"counted": 3})


def test_a_job_goes_on_after_a_crash_and_repeats_no_step(sample: SamplePlatform) -> None:
    submitted = sample.hq().ask(CountSlowly(upto=6, fail_at=4))
    with pytest.raises(CrashOfTheProcess):
        sample.run_jobs()
    assert _get(sample, _id(submitted)).state == "running"
    assert sample.run_jobs() == 0, "the lease still holds"
    with psycopg.connect(sample.admin_url) as connection:
        connection.execute("UPDATE writer.job SET lease_until = now() - interval '1 second' WHERE state = 'running'")
    assert sample.run_jobs() == 1
    assert _get(sample, _id(submitted)).state == "succeeded"
    assert _steps(sample) == ["0", "1", "2", "3", "4", "5"]


def test_a_queued_job_can_be_cancelled_and_a_finished_one_cannot(sample: SamplePlatform) -> None:
    submitted = sample.hq().ask(CountSlowly(upto=3))
    cancelled = sample.hq().ask(CancelJob(job_id=_id(submitted)), service="writer")
    assert cancelled.state == "cancelled"
    assert sample.run_jobs() == 0
    with refused("job.finished"):
        sample.hq().ask(CancelJob(job_id=_id(submitted)), service="writer")


def test_a_job_is_not_found_outside_the_scope_that_submitted_it(sample: SamplePlatform) -> None:
    submitted = sample.hq().ask(CountSlowly(upto=1))
    with refused("job.not_found"):
        sample.outpost("dongguan").ask(GetJob(job_id=_id(submitted)), service="writer")
    sample.run_jobs()


def test_a_process_that_lost_its_lease_writes_nothing_more(sample: SamplePlatform) -> None:
    from shared.kit.jobs import LeaseLost

    sample.hq().ask(CountSlowly(upto=1))
    claimed = sample.hosted["writer"].jobs._claim()
    assert claimed is not None
    with psycopg.connect(sample.admin_url) as connection:
        connection.execute("UPDATE writer.job SET fence = fence + 1, lease_until = now() WHERE state = 'running'")
    with pytest.raises(LeaseLost), claimed[0].transaction() as session:
        session.connection().exec_driver_sql("SELECT 1")
    assert sample.run_jobs() == 1
