"""A posting's life: who may open it, the steps it takes, what others are told, what the public reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from shared.contracts import postings as c
from shared.kit.tables import new_id
from tests.services.postings.employer_factory import posting_for, register, today
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform


def told(platform: TestPlatform, posting_id: UUID) -> list[str]:
    """Topics that were published about a posting, in order."""
    runtime = platform.hosted["postings"].runtime
    with runtime.database.transaction(runtime.own_context()) as session:
        rows = session.connection().execute(
            text("SELECT topic FROM postings.outbox WHERE aggregate_id = :id ORDER BY version"), {"id": str(posting_id)}
        )
        return [row.topic for row in rows]


class TestOpening:
    def test_hq_opens_and_everyone_reads(self, platform: TestPlatform, hq: Asker, public: Asker) -> None:
        employer = register(hq)
        posting = hq.ask(posting_for(employer.id, requirements={"min_age": 18, "board": True}))
        assert (posting.state, posting.openings_free, posting.company) == (c.PostingState.open, 5, employer.name)
        assert (posting.occupation, posting.occupation_name) == ("6-31-05-00", "包装工")
        seen = public.ask(c.GetPublicPosting(posting_id=posting.id))
        assert (seen.division_name, seen.requirements.board) == ("长安镇", True)
        assert told(platform, posting.id) == ["posting.opened"]

    def test_a_liaison_officers_posting_belongs_to_the_outpost(self, hq: Asker, outpost: Callable[..., Asker]) -> None:
        employer = register(hq)
        posting = outpost("dongguan").ask(posting_for(employer.id))
        assert (posting.outpost, posting.source) == ("dongguan", "outpost")
        with refused("resource.not_found"):
            outpost("shenzhen").ask(c.GetPosting(posting_id=posting.id))
        with refused("resource.not_found"):
            outpost("shenzhen").ask(c.ClosePosting(posting_id=posting.id))
        assert outpost("dongguan").ask(c.ClosePosting(posting_id=posting.id)).state is c.PostingState.closed

    def test_an_outpost_cannot_collect_for_another_one(self, hq: Asker, outpost: Callable[..., Asker]) -> None:
        employer = register(hq)
        with refused("tenant.not_found"):
            outpost("dongguan").ask(posting_for(employer.id, outpost="wenling"))

    def test_an_outpost_cannot_change_the_countys_postings(self, hq: Asker, outpost: Callable[..., Asker]) -> None:
        posting = hq.ask(posting_for(register(hq).id))
        assert outpost("dongguan").ask(c.GetPosting(posting_id=posting.id)).id == posting.id
        with refused("resource.not_found"):
            outpost("dongguan").ask(c.UpdatePosting(posting_id=posting.id, openings=1))

    def test_a_partner_opens_for_itself_alone(self, hq: Asker, partner: Callable[..., Asker]) -> None:
        own, other = register(hq), register(hq)
        posting = partner(own.id).ask(posting_for(own.id))
        assert posting.source is c.PostingSource.partner
        with refused("resource.not_found"):
            partner(own.id).ask(posting_for(other.id))
        with refused("resource.not_found"):
            partner(other.id).ask(c.GetPosting(posting_id=posting.id))

    def test_words_for_an_occupation_are_understood(self, hq: Asker) -> None:
        employer = register(hq)
        assert hq.ask(posting_for(employer.id, occupation="缝纫工")).occupation == "6-05-01-03"
        assert hq.ask(posting_for(employer.id, title="高薪诚聘叉车司机 (包吃住)")).occupation == "6-30-05-01"
        with refused("posting.unknown_occupation"):
            hq.ask(posting_for(employer.id, occupation="9-99-99-99"))

    def test_a_place_that_is_in_no_list_is_refused_only_where_the_list_is_whole(self, hq: Asker) -> None:
        employer = register(hq)
        with refused("posting.unknown_division"):
            hq.ask(posting_for(employer.id, division="441900999"))
        assert hq.ask(posting_for(employer.id, division="420100")).division == "420100"

    def test_a_day_that_is_past_and_a_day_that_does_not_exist(self, hq: Asker) -> None:
        employer = register(hq)
        with refused("posting.valid_through_past"):
            hq.ask(posting_for(employer.id, valid_through=today() - timedelta(days=1)))
        with pytest.raises(ValidationError):
            posting_for(employer.id, valid_through="2026-02-30")

    def test_a_moment_is_taken_as_the_countys_day(self) -> None:
        assert posting_for(new_id(), valid_through="2030-12-31T20:00:00Z").valid_through.isoformat() == "2031-01-01"

    @pytest.mark.parametrize(
        "wage",
        [
            {"wage_min_cents": 2, "wage_max_cents": 1, "wage_unit": "day"},
            {"wage_min_cents": 1, "wage_max_cents": None, "wage_unit": "day"},
            {"wage_min_cents": 1, "wage_max_cents": 2, "wage_unit": None},
        ],
    )
    def test_a_wage_is_whole_or_absent(self, wage: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            posting_for(new_id(), **wage)

    def test_the_contact_is_for_those_who_need_it(self, hq: Asker, worker: Callable[..., Asker]) -> None:
        posting = hq.ask(posting_for(register(hq).id, contact="王经理 13800138000"))
        assert hq.ask(c.GetPosting(posting_id=posting.id)).contact == "王经理 13800138000"
        assert worker(new_id()).ask(c.GetPosting(posting_id=posting.id)).contact is None


class TestSteps:
    def test_a_draft_is_nobodys_business_until_it_is_published(
        self, platform: TestPlatform, hq: Asker, public: Asker, worker: Callable[..., Asker]
    ) -> None:
        draft = hq.ask(posting_for(register(hq).id, as_draft=True))
        assert draft.state is c.PostingState.draft
        with refused("resource.not_found"):
            worker(new_id()).ask(c.GetPosting(posting_id=draft.id))
        hq.ask(c.UpdatePosting(posting_id=draft.id, openings=7))
        assert told(platform, draft.id) == []
        assert hq.ask(c.PublishPosting(posting_id=draft.id)).state is c.PostingState.open
        assert public.ask(c.GetPublicPosting(posting_id=draft.id)).openings == 7
        assert told(platform, draft.id) == ["posting.opened"]

    @pytest.mark.parametrize(
        ("done", "action"),
        [
            ([], c.PublishPosting),
            ([c.ClosePosting], c.ClosePosting),
            ([c.ClosePosting], c.PublishPosting),
            ([c.ClosePosting], c.UpdatePosting),
        ],
    )
    def test_an_impossible_step_is_refused(self, hq: Asker, done: list[Any], action: Any) -> None:
        posting = hq.ask(posting_for(register(hq).id))
        for step in done:
            hq.ask(step(posting_id=posting.id))
        with refused("state.illegal_transition"):
            hq.ask(action(posting_id=posting.id))

    def test_a_closed_posting_is_opened_again_with_a_new_day(self, platform: TestPlatform, hq: Asker) -> None:
        posting = hq.ask(posting_for(register(hq).id))
        closed = hq.ask(c.ClosePosting(posting_id=posting.id, reason=c.CloseReason.withdrawn))
        assert (closed.state, closed.close_reason) == ("closed", "withdrawn")
        last = today() + timedelta(days=5)
        again = hq.ask(c.ReopenPosting(posting_id=posting.id, valid_through=last))
        assert (again.state, again.close_reason, again.valid_through) == ("open", None, last)
        assert told(platform, posting.id) == ["posting.opened", "posting.closed", "posting.opened"]

    def test_a_change_is_told_with_its_fields(self, platform: TestPlatform, hq: Asker) -> None:
        posting = hq.ask(posting_for(register(hq).id))
        hq.ask(c.UpdatePosting(posting_id=posting.id, description="按作业指导书操作"))
        assert told(platform, posting.id) == ["posting.opened"]
        hq.ask(c.UpdatePosting(posting_id=posting.id, wage_max_cents=700_000))
        assert told(platform, posting.id) == ["posting.opened", "posting.changed"]
        with refused("posting.wage_invalid"):
            hq.ask(c.UpdatePosting(posting_id=posting.id, wage_min_cents=800_000))

    def test_a_posting_expires_by_itself_after_its_last_day(
        self, platform: TestPlatform, hq: Asker, public: Asker
    ) -> None:
        posting = hq.ask(posting_for(register(hq).id, valid_through=today()))
        platform.hosted["postings"].clockwork.run_now("expire_postings")
        assert hq.ask(c.GetPosting(posting_id=posting.id)).state is c.PostingState.open
        runtime = platform.hosted["postings"].runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            session.connection().execute(
                text("UPDATE postings.posting SET valid_through = valid_through - 1 WHERE id = :id"), {"id": posting.id}
            )
        platform.hosted["postings"].clockwork.run_now("expire_postings")
        seen = hq.ask(c.GetPosting(posting_id=posting.id))
        assert (seen.state, seen.close_reason) == ("expired", "expired")
        assert told(platform, posting.id)[-1] == "posting.closed"
        with refused("resource.not_found"):
            public.ask(c.GetPublicPosting(posting_id=posting.id))


class TestReading:
    def test_the_public_list_filters_and_pages(self, hq: Asker, public: Asker) -> None:
        employer = register(hq)
        for number in range(5):
            hq.ask(
                posting_for(
                    employer.id,
                    title=f"电焊工{number}",
                    division="331081101" if number % 2 else "440306",
                    wage_min_cents=2000,
                    wage_max_cents=2000 + 500 * number,
                    wage_unit="hour",
                    requirements={"lodging": number > 2},
                )
            )
        own = {"employer_id": employer.id}
        first = public.ask(c.ListPublicPostings(**own, limit=3))
        second = public.ask(c.ListPublicPostings(**own, limit=3, cursor=first.next_cursor))
        assert [row.title for row in (*first.items, *second.items)] == [f"电焊工{n}" for n in (4, 3, 2, 1, 0)]
        assert second.next_cursor is None
        assert {row.division for row in public.ask(c.ListPublicPostings(**own, division="3310")).items} == {"331081101"}
        assert len(public.ask(c.ListPublicPostings(**own, division="440300")).items) == 3
        assert len(public.ask(c.ListPublicPostings(**own, lodging=True)).items) == 2
        assert len(public.ask(c.ListPublicPostings(**own, wage_from_cents=174 * 3500)).items) == 2
        assert len(public.ask(c.ListPublicPostings(**own, q="焊工3")).items) == 1
        assert public.ask(c.ListPublicPostings(**own, q="焊%3")).items == []

    def test_the_stream_tells_changes_and_removals_once(self, hq: Asker, public: Asker) -> None:
        employer = register(hq)
        kept, closed = hq.ask(posting_for(employer.id)), hq.ask(posting_for(employer.id))
        draft = hq.ask(posting_for(employer.id, as_draft=True))
        known = _follow(public, None)
        assert {kept.id, closed.id} <= set(known.seen)
        assert draft.id not in known.seen
        assert _follow(public, known.since).seen == {}
        hq.ask(c.ClosePosting(posting_id=closed.id))
        hq.ask(c.UpdatePosting(posting_id=kept.id, openings=9))
        news = _follow(public, known.since)
        assert news.seen.keys() == {kept.id, closed.id}
        assert isinstance(news.seen[closed.id], c.RemovedPosting)
        changed = news.seen[kept.id]
        assert isinstance(changed, c.PublicPosting)
        assert changed.openings == 9
        hq.ask(c.BlockEmployer(employer_id=employer.id, reason="拖欠工资"))
        assert isinstance(_follow(public, news.since).seen[kept.id], c.RemovedPosting)

    def test_the_stream_may_begin_at_a_moment(self, hq: Asker, public: Asker) -> None:
        employer = register(hq)
        first = hq.ask(posting_for(employer.id))
        second = hq.ask(posting_for(employer.id))
        moment = hq.ask(c.GetPosting(posting_id=second.id)).updated_at.isoformat()
        seen = _follow(public, moment).seen
        assert second.id in seen
        assert first.id not in seen

    @pytest.mark.parametrize("since", ["nonsense", "eyJh", "WzEsMl0"])
    def test_a_cursor_that_nobody_gave_is_refused(self, public: Asker, since: str) -> None:
        with refused("page.cursor_invalid"):
            public.ask(c.StreamPostings(since=since))


class _Followed:
    def __init__(self) -> None:
        self.seen: dict[UUID, c.PublicPosting | c.RemovedPosting] = {}
        self.since: str | None = None


def _follow(public: Asker, since: str | None) -> _Followed:
    """Read the stream to its end, in small steps."""
    found = _Followed()
    found.since = since
    more = True
    while more:
        step = public.ask(c.StreamPostings(since=found.since, limit=2))
        found.seen |= {item.id: item for item in step.items}
        found.since, more = step.next_since, step.has_more
    return found
