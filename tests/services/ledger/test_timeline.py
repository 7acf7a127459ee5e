from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.ledger.models import Chain
from shared.contracts import ledger as c
from shared.contracts import outposts, registry
from shared.contracts.scopes import Actor, OutpostCode
from shared.kit import inbox
from shared.kit.context import service_context
from shared.kit.session import Session
from shared.kit.tables import new_id
from tests.services.ledger.conftest import News
from tests.support.asker import refused
from tests.support.platform import TestPlatform


class TestTimeline:
    def test_what_happened_who_did_it_and_where(self, news: News) -> None:
        worker = news.registered()
        order = news.sent(worker)
        news.started(order)

        entries = news.hq.ask(c.ListLedgerEntries(worker_id=worker)).items

        assert [entry.topic for entry in entries] == [
            "worker.registered",
            "dispatch_order.issued",
            "employment_receipt.received",
            "placement.started",
        ]
        assert [entry.title for entry in entries] == ["实名登记入库", "开具派遣单", "收到就业回执单", "上岗"]
        assert [entry.place for entry in entries[:2]] == ["八开村", "东莞服务站"]
        assert {entry.actor.id for entry in entries} == {"officer-1"}
        assert entries[1].facts["order_no"] == "PQ-2026-00001"
        assert "worker_id" not in entries[1].facts

    def test_pages(self, news: News) -> None:
        worker = news.registered()
        for number in range(4):
            news.sent(worker, number=number)
        first = news.hq.ask(c.ListLedgerEntries(worker_id=worker, limit=3))
        rest = news.hq.ask(c.ListLedgerEntries(worker_id=worker, limit=3, cursor=first.next_cursor))
        sequences = [entry.sequence for entry in [*first.items, *rest.items]]
        assert len(sequences) == 5
        assert sequences == sorted(sequences)

    def test_one_batch_of_events_is_one_chain_a_worker(self, news: News) -> None:
        workers = [new_id() for _ in range(3)]
        events = [
            registry.ReferralRecorded(referral_id=new_id(), referrer_id=new_id(), worker_id=workers[number % 3])
            for number in range(60)
        ]
        news.announce(*events)
        for worker in workers:
            chain = news.hq.ask(c.VerifyChain(worker_id=worker))
            assert (chain.entries, chain.is_intact) == (20, True)

    def test_merged_records_are_one_story(self, news: News) -> None:
        merged, stays = news.registered(), news.registered()
        news.sent(merged)
        news.announce(registry.WorkerMerged(worker_id=merged, into_worker_id=stays))
        topics = [entry.topic for entry in news.hq.ask(c.ListLedgerEntries(worker_id=stays)).items]
        assert topics.count("dispatch_order.issued") == 1
        assert "worker.merged" in topics

    def test_nobody(self, news: News) -> None:
        with refused("resource.not_found"):
            news.hq.ask(c.ListLedgerEntries(worker_id=new_id()))


class TestSight:
    def test_an_outpost_reads_what_concerns_it(self, news: News, platform: TestPlatform) -> None:
        worker = news.registered()
        news.sent(worker)
        news.announce(
            outposts.FollowUpDue(
                follow_up_id=new_id(),
                worker_id=worker,
                outpost=OutpostCode.wenling,
                due_on=datetime.now(UTC).date(),
                kind=outposts.FollowUpKind.day_7,
            )
        )
        news.granted(worker, "dongguan")

        topics = {
            entry.topic for entry in platform.outpost("dongguan").ask(c.ListLedgerEntries(worker_id=worker)).items
        }

        assert topics == {"worker.registered", "dispatch_order.issued", "caseload.opened"}
        with refused("resource.not_found"):
            platform.outpost("wenling").ask(c.ListLedgerEntries(worker_id=worker))

    def test_a_grid_leader_and_the_worker(self, news: News, platform: TestPlatform) -> None:
        worker = news.registered()
        query = c.ListLedgerEntries(worker_id=worker)
        assert platform.area("522631104").ask(query).items
        assert platform.worker(worker).ask(query).items
        with refused("resource.not_found"):
            platform.area("522631105").ask(query)
        with refused("resource.not_found"):
            platform.worker(new_id()).ask(query)

    def test_employers_and_the_public_read_nothing(self, news: News, platform: TestPlatform) -> None:
        worker = news.registered()
        for asker in (platform.partner(new_id()), platform.public()):
            with refused("scope.forbidden"):
                asker.ask(c.ListLedgerEntries(worker_id=worker))


class TestChain:
    def test_each_entry_covers_the_one_before(self, news: News) -> None:
        worker = news.registered()
        news.sent(worker)
        entries = news.hq.ask(c.ListLedgerEntries(worker_id=worker)).items
        chain = news.hq.ask(c.VerifyChain(worker_id=worker))
        assert chain.is_intact
        assert chain.head == entries[-1].hash
        assert chain.entries == 2

    def test_an_entry_cut_off_at_the_end_shows(
        self, news: News, inside: Callable[[Callable[[Session], Any]], Any]
    ) -> None:
        worker = news.registered()

        def cut(session: Session) -> None:
            session.get_one(Chain, worker).entries = 2

        inside(cut)
        assert not news.hq.ask(c.VerifyChain(worker_id=worker)).is_intact

    @pytest.mark.parametrize("statement", ["UPDATE ledger.received SET topic = 'x'", "DELETE FROM ledger.received"])
    def test_the_database_refuses_to_change_the_log(
        self, news: News, inside: Callable[[Callable[[Session], Any]], Any], statement: str
    ) -> None:
        news.registered()
        with pytest.raises(DBAPIError, match="append-only"):
            inside(lambda session: session.connection().execute(text(statement)))

    def test_the_same_event_twice_is_one_entry(self, news: News) -> None:
        worker = new_id()
        event = registry.ReferralRecorded(referral_id=new_id(), referrer_id=new_id(), worker_id=worker)
        sealed = news.sealed(event, Actor(kind="user", id="x"), datetime.now(UTC))
        for _ in range(2):
            with news.ledger.runtime.database.transaction(service_context("ledger")) as session:
                inbox.receive(session, [sealed])
            news.ledger.drainer.drain()
        assert news.hq.ask(c.VerifyChain(worker_id=worker)).entries == 1
