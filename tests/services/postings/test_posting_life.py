"""Confirmed, stale and ending postings, and who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text

from shared.contracts import postings as c
from shared.kit.tables import new_id
from tests.services.postings import feed_files as files
from tests.services.postings.county import County
from tests.services.postings.employer_factory import posting_for, register, today
from tests.services.postings.feed_source import Source, jobs
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform


def age(platform: TestPlatform, table: str, columns: str, days: int, row_id: UUID) -> None:
    """Let time pass for one row."""
    runtime = platform.hosted["postings"].runtime
    moved = ", ".join(f"{name} = {name} - interval '{days} days'" for name in columns.split())
    with runtime.database.transaction(runtime.own_context()) as session:
        session.connection().execute(text(f"UPDATE postings.{table} SET {moved} WHERE id = :id"), {"id": row_id})


def tick(platform: TestPlatform, name: str) -> None:
    platform.hosted["postings"].clockwork.run_now(name)


def told(platform: TestPlatform, topic: str, row_id: UUID, *, field: str = "posting_id") -> list[Any]:
    runtime = platform.hosted["postings"].runtime
    with runtime.database.transaction(runtime.own_context()) as session:
        return list(
            session.connection().execute(
                text("SELECT payload FROM postings.outbox WHERE topic = :topic AND payload LIKE :like"),
                {"topic": topic, "like": f'%"{field}":"{row_id}"%'},
            )
        )


class TestCollected:
    def test_what_nobody_confirms_for_a_month_is_withheld_until_somebody_does(
        self, platform: TestPlatform, hq: Asker
    ) -> None:
        liaison = platform.outpost("dongguan")
        posting = liaison.ask(posting_for(register(hq).id))
        public = platform.public()
        tick(platform, "mark_stale_postings")
        assert public.ask(c.GetPublicPosting(posting_id=posting.id)).id == posting.id
        since = public.ask(c.StreamPostings(since=today().isoformat(), limit=500)).next_since
        age(platform, "posting", "confirmed_at opened_at", 31, posting.id)
        tick(platform, "mark_stale_postings")
        tick(platform, "mark_stale_postings")
        with refused("resource.not_found"):
            public.ask(c.GetPublicPosting(posting_id=posting.id))
        assert [row.id for row in liaison.ask(c.ListPostings(is_stale=True)).items] == [posting.id]
        assert len(told(platform, "posting.stale", posting.id)) == 1
        removed = [item for item in public.ask(c.StreamPostings(since=since)).items if item.id == posting.id]
        assert [item.model_dump().get("removed") for item in removed] == [True]
        confirmed = liaison.ask(c.ConfirmPosting(posting_id=posting.id))
        assert (confirmed.is_stale, confirmed.state) == (False, "open")
        assert public.ask(c.GetPublicPosting(posting_id=posting.id)).id == posting.id

    def test_confirming_does_not_lift_a_blacklisting(self, platform: TestPlatform, hq: Asker) -> None:
        employer = register(hq)
        posting = hq.ask(posting_for(employer.id))
        age(platform, "posting", "confirmed_at opened_at", 31, posting.id)
        tick(platform, "mark_stale_postings")
        hq.ask(c.BlockEmployer(employer_id=employer.id, reason="拖欠工资"))
        hq.ask(c.ConfirmPosting(posting_id=posting.id))
        with refused("resource.not_found"):
            platform.public().ask(c.GetPublicPosting(posting_id=posting.id))
        hq.ask(c.UnblockEmployer(employer_id=employer.id, reason="已付清"))
        assert platform.public().ask(c.GetPublicPosting(posting_id=posting.id)).id == posting.id

    def test_another_outpost_confirms_nothing_of_it(self, platform: TestPlatform, hq: Asker) -> None:
        posting = platform.outpost("dongguan").ask(posting_for(register(hq).id))
        with refused("resource.not_found"):
            platform.outpost("wenling").ask(c.ConfirmPosting(posting_id=posting.id))


class TestFed:
    def test_a_feed_that_falls_silent_takes_its_jobs_out_and_brings_them_back(
        self, source: Source, platform: TestPlatform
    ) -> None:
        source.push(jobs(0, 1))
        posting = source.postings()["R-0"]
        feed = source.partner.ask(c.GetFeed(source="hr"))
        age(platform, "feed", "last_good_at", 15, feed.id)
        tick(platform, "mark_stale_postings")
        assert {view.is_stale for view in source.postings().values()} == {True}
        with refused("resource.not_found"):
            platform.public().ask(c.GetPublicPosting(posting_id=posting.id))
        with refused("posting.owned_by_feed"):
            source.partner.ask(c.ConfirmPosting(posting_id=posting.id))
        run = source.push(jobs(0, 1))
        assert run.not_modified
        assert {view.is_stale for view in source.postings().values()} == {False}
        assert platform.public().ask(c.GetPublicPosting(posting_id=posting.id)).id == posting.id

    def test_a_job_missing_from_two_broken_files_is_stale_but_not_closed(
        self, source: Source, platform: TestPlatform
    ) -> None:
        source.push(jobs(*range(10)))
        for openings in (4, 5):
            assert source.push(jobs(0, 1, openings=openings)).closing == "skipped"
        tick(platform, "mark_stale_postings")
        seen = source.postings()
        assert [seen[f"R-{n}"].is_stale for n in range(3)] == [False, False, True]
        assert seen["R-2"].state == "open"
        source.push(jobs(*range(10)))
        assert not any(view.is_stale for view in source.postings().values())


class TestReminding:
    def test_once_for_each_last_day_what_a_person_keeps(self, platform: TestPlatform, hq: Asker) -> None:
        liaison = platform.outpost("dongguan")
        employer = register(hq)
        near = liaison.ask(posting_for(employer.id, valid_through=today() + timedelta(days=3)))
        far = liaison.ask(posting_for(employer.id, valid_through=today() + timedelta(days=30)))
        for _ in range(2):
            tick(platform, "remind_of_expiry")
        assert len(told(platform, "posting.expiry_near", near.id)) == 1
        assert told(platform, "posting.expiry_near", far.id) == []
        until = today() + timedelta(days=10)
        assert near.id in {row.id for row in liaison.ask(c.ListPostings(ending_before=until)).items}
        liaison.ask(c.UpdatePosting(posting_id=near.id, valid_through=today() + timedelta(days=5)))
        tick(platform, "remind_of_expiry")
        assert len(told(platform, "posting.expiry_near", near.id)) == 2

    def test_once_for_all_jobs_of_a_feed(self, platform: TestPlatform, source: Source) -> None:
        days = [today() + timedelta(days=number) for number in (4, 2, 30)]
        source.push(files.xml([files.job(n, expirationdate=day.isoformat()) for n, day in enumerate(days)]))
        feed = source.partner.ask(c.GetFeed(source="hr"))
        for _ in range(2):
            tick(platform, "remind_of_expiry")
        rows = told(platform, "feed.expiry_near", feed.id, field="feed_id")
        found = [orjson.loads(row.payload)["body"] for row in rows]
        assert [(one["jobs"], one["first_ends_on"]) for one in found] == [(2, days[1].isoformat())]


class TestRevising:
    @pytest.fixture
    def accepted(self, platform: TestPlatform) -> tuple[County, UUID, UUID]:
        county = County(platform, seed=new_id().int % 2**31)
        employer, worker = county.employer(), county.worker()
        posting = county.posting(employer)
        platform.settle()
        made = county.hq.ask(c.RecommendPosting(worker_id=worker, posting_id=posting, reason="合适"))
        county.hq.ask(c.AnswerRecommendation(recommendation_id=made.id, answer=c.Answer.accepted))
        platform.settle()
        return county, posting, worker

    def test_who_accepted_is_told_of_a_lower_wage_but_not_of_a_longer_text(
        self, platform: TestPlatform, accepted: tuple[County, UUID, UUID]
    ) -> None:
        county, posting, worker = accepted
        county.hq.ask(c.UpdatePosting(posting_id=posting, description="新的说明"))
        county.hq.ask(c.UpdatePosting(posting_id=posting, openings=9))
        platform.settle()
        assert told(platform, "recommendation.revised", posting) == []
        county.hq.ask(c.UpdatePosting(posting_id=posting, wage_min_cents=400_000))
        platform.settle()
        assert len(told(platform, "recommendation.revised", posting)) == 1
        assert "岗位有变化" in titles(platform, worker)

    def test_who_accepted_is_told_that_the_posting_closed(
        self, platform: TestPlatform, accepted: tuple[County, UUID, UUID]
    ) -> None:
        county, posting, worker = accepted
        county.hq.ask(c.ClosePosting(posting_id=posting))
        platform.settle()
        assert "岗位已结束" in titles(platform, worker)


def titles(platform: TestPlatform, worker_id: UUID) -> set[str]:
    from shared.contracts import notify

    return {item.title for item in platform.worker(worker_id).ask(notify.ListInbox(limit=50)).items}
