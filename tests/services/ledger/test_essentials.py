from __future__ import annotations

from shared.contracts import dispatch, registry, training
from shared.contracts import ledger as c
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.services.ledger.conftest import News, today
from tests.support.asker import refused
from tests.support.platform import TestPlatform


def present(news: News, worker: object) -> set[str]:
    view = news.hq.ask(c.GetEssentials.model_validate({"worker_id": worker}))
    return {item.key.value for item in view.items if item.is_present}


def test_each_of_the_eight_has_the_event_that_proves_it(news: News) -> None:
    agreement = news.agreed()
    worker = news.registered()
    order = news.sent(worker, agreement_id=agreement)
    news.trained(worker)
    news.contracted(order)
    news.started(order)

    view = news.hq.ask(c.GetEssentials(worker_id=worker))

    assert view.present == 7
    assert view.missing == [c.Essential.worker_group]
    assert not view.is_complete
    by_key = {item.key: item for item in view.items}
    assert by_key[c.Essential.dispatch_order].reference == order.order_no
    assert by_key[c.Essential.agreement].reference == str(agreement)
    assert by_key[c.Essential.agreement].topic == "agreement.changed"
    timeline = {entry.event_id: entry for entry in news.hq.ask(c.ListLedgerEntries(worker_id=worker)).items}
    for item in view.items:
        if item.is_present and item.key is not c.Essential.agreement:
            assert item.event_id is not None
            assert timeline[item.event_id].topic == item.topic


def test_they_come_one_after_another(news: News) -> None:
    worker = news.registered()
    assert present(news, worker) == {"database", "ledger"}
    order = news.sent(worker)
    assert present(news, worker) == {"database", "ledger", "dispatch_order"}
    news.cancelled(order)
    assert present(news, worker) == {"database", "ledger"}
    news.sent(worker, number=2)
    assert "dispatch_order" in present(news, worker)


def test_a_place_that_was_given_back_proves_no_training(news: News) -> None:
    worker = news.registered()
    news.trained(worker)

    def given_back(has_other_place: bool) -> None:
        news.announce(
            training.EnrolmentCancelled(
                enrolment_id=new_id(),
                session_id=new_id(),
                worker_id=worker,
                course="电子装配",
                has_other_place=has_other_place,
            )
        )

    given_back(has_other_place=True)
    assert "training_commission" in present(news, worker)
    given_back(has_other_place=False)
    assert "training_commission" not in present(news, worker)


def test_issued_cancelled_and_reissued_in_one_batch(news: News) -> None:
    worker = new_id()

    def issued(number: int) -> dispatch.DispatchOrderIssued:
        return dispatch.DispatchOrderIssued(
            order_id=new_id(),
            order_no=f"PQ-2026-{number:05d}",
            worker_id=worker,
            posting_id=new_id(),
            employer_id=new_id(),
            outpost=OutpostCode.dongguan,
            depart_on=today(),
            division="522631104202",
        )

    first, second = issued(1), issued(2)
    cancelled = dispatch.DispatchOrderCancelled(
        order_id=first.order_id,
        worker_id=worker,
        posting_id=first.posting_id,
        employer_id=first.employer_id,
        outpost=first.outpost,
        reason=dispatch.CancelReason.reissued,
    )
    news.announce(first, cancelled, second)
    view = news.hq.ask(c.GetEssentials(worker_id=worker))
    references = {item.key: item.reference for item in view.items}
    assert references[c.Essential.dispatch_order] == "PQ-2026-00002"


def test_the_records_of_a_merged_person_count_together(news: News) -> None:
    merged, stays = news.registered(), news.registered()
    news.trained(merged)
    news.announce(registry.WorkerMerged(worker_id=merged, into_worker_id=stays))
    assert "training_commission" in present(news, stays)


def test_a_batch_shows_what_each_lacks(news: News, platform: TestPlatform) -> None:
    dispatched = news.registered("522631113200")
    order = news.sent(dispatched, "wenling")
    news.granted(dispatched, "wenling")
    at_home = news.registered("522631113200")

    sent = news.hq.ask(c.ListEssentials(division="522631113"))
    everybody = news.hq.ask(c.ListEssentials(division="522631113", is_dispatched=None))
    own = platform.outpost("wenling").ask(c.ListEssentials(outpost=OutpostCode.wenling))

    assert [row.worker_id for row in sent.items] == [dispatched]
    assert {row.worker_id for row in everybody.items} == {dispatched, at_home}
    assert [row.worker_id for row in own.items] == [order.worker_id]
    assert c.Essential.receipt in sent.items[0].missing
    assert sent.items[0].present == 3


def test_nobody(news: News) -> None:
    with refused("resource.not_found"):
        news.hq.ask(c.GetEssentials(worker_id=new_id()))
