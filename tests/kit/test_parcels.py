"""Many events of one transaction travel together and are still handled, retried and parked one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from uuid import UUID

import psycopg
import pytest

from shared.contracts.kit import DiscardParked, KitStatus, ListParked, ReplayParked
from shared.kit import parcels
from shared.kit.tables import new_id
from tests.kit.conftest import SamplePlatform
from tests.kit.sample import ReaderService, ReadSeen, WriteNote, WriteNotes
from tests.support.waiting import wait_for

MANY = parcels.LEAST + 5


@pytest.fixture(autouse=True)
def nothing_breaks_afterwards() -> Iterator[None]:
    yield
    ReaderService.breaks_on.clear()


def _write(sample: SamplePlatform, notes: list[tuple[UUID, str]]) -> None:
    sample.outpost("dongguan").ask(WriteNotes(outpost="dongguan", notes=notes))


def _notes(word: str, many: int = MANY) -> list[tuple[UUID, str]]:
    return [(new_id(), f"{word} {number}") for number in range(many)]


def _seen(sample: SamplePlatform, word: str) -> list[str]:
    return [words for words in sample.hq().ask(ReadSeen()).words if words.startswith(word)]


def _rows(sample: SamplePlatform, table: str) -> int:
    with psycopg.connect(sample.admin_url) as connection:
        found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found[0]) if found else 0


def _settle_until_parked(sample: SamplePlatform) -> None:
    def parked() -> bool:
        sample.settle()
        return sample.hq().ask(KitStatus(), service="reader").inbox_parked == 1

    wait_for(parked, seconds=20, every=0.1)


@pytest.mark.parametrize(("many", "rows"), [(parcels.LEAST - 1, parcels.LEAST - 1), (MANY, 1), (parcels.MOST + 1, 2)])
def test_many_events_are_few_rows_with_an_effect_each_in_their_order(
    sample: SamplePlatform, many: int, rows: int
) -> None:
    before = _rows(sample, "writer.outbox"), _rows(sample, "reader.inbox")
    notes = _notes(f"of {many}", many)
    _write(sample, notes)
    sample.settle()
    assert (_rows(sample, "writer.outbox") - before[0], _rows(sample, "reader.inbox") - before[1]) == (rows, rows)
    assert _seen(sample, f"of {many}") == [words for _, words in notes]


def test_a_parcel_relayed_twice_has_one_effect(sample: SamplePlatform) -> None:
    _write(sample, _notes("twice"))
    sample.settle()
    with psycopg.connect(sample.admin_url) as connection:
        connection.execute("UPDATE writer.outbox SET published_at = NULL")
    sample.settle()
    assert len(_seen(sample, "twice")) == MANY


def test_a_bad_event_in_a_parcel_is_parked_alone(sample: SamplePlatform) -> None:
    notes = _notes("mixed")
    bad_id, bad = notes[7]
    ReaderService.breaks_on.add(bad)
    _write(sample, notes)
    sample.outpost("dongguan").ask(WriteNote(outpost="dongguan", words="mixed later", note_id=bad_id))
    _settle_until_parked(sample)
    assert _seen(sample, "mixed") == [words for _, words in notes if words != bad]
    (parked,) = sample.hq().ask(ListParked(), service="reader").items
    assert (parked.topic, parked.held_back) == ("note.written", 1)

    ReaderService.breaks_on.clear()
    sample.hq().ask(ReplayParked(event_id=parked.id), service="reader")
    sample.settle()
    assert _seen(sample, "mixed")[-2:] == [bad, "mixed later"]


def test_an_event_in_a_parcel_waits_for_an_earlier_one_of_its_aggregate(sample: SamplePlatform) -> None:
    notes = _notes("second")
    note_id = notes[3][0]
    ReaderService.breaks_on.add("first")
    sample.outpost("dongguan").ask(WriteNote(outpost="dongguan", words="first", note_id=note_id))
    _settle_until_parked(sample)
    _write(sample, notes)
    sample.settle()
    assert _seen(sample, "second") == [words for other, words in notes if other != note_id]
    (parked,) = sample.hq().ask(ListParked(), service="reader").items
    assert parked.held_back == 1
    sample.hq().ask(DiscardParked(event_id=parked.id, reason="录入有误"), service="reader")
    sample.settle()
    assert set(_seen(sample, "second")) == {words for _, words in notes}


def test_a_parcel_that_was_changed_on_the_way_is_never_opened(sample: SamplePlatform) -> None:
    _write(sample, _notes("genuine"))
    with psycopg.connect(sample.admin_url) as connection:
        connection.execute(
            "UPDATE writer.outbox SET payload = replace(payload, 'genuine 3', 'forging 3') WHERE published_at IS NULL"
        )
    sample.settle()
    assert _seen(sample, "genuine") == []
    (parked,) = sample.hq().ask(ListParked(), service="reader").items
    sample.hq().ask(DiscardParked(event_id=parked.id, reason="forged"), service="reader")


def test_the_broker_carries_parcels_and_its_batches_are_measured_in_events(sample: SamplePlatform) -> None:
    from shared.kit import rabbit
    from shared.kit.nameko_host import _weight
    from shared.kit.relay import BrokerRelay
    from tests.support.rabbitmq import rabbitmq_uri

    notes = _notes("by broker", 3 * parcels.MOST)
    runtime = sample.hosted["writer"].runtime
    with rabbitmq_uri() as uri:
        rabbit.declare(uri, {"reader": ["note.written"]})
        _write(sample, notes)
        with closing(rabbit.BatchPublisher(uri)) as publisher:
            relay = BrokerRelay(runtime, publisher)
            moved = [relay.move() for _ in range(3)]
        assert moved == [runtime.kit.settings.event_batch, parcels.MOST, 0]
        heard: list[str] = []
        with rabbit.connect(uri) as connection, connection.channel() as channel:
            queue = rabbit.event_queue("reader", ["note.written"])(channel)
            for _ in range(3):
                message = wait_for(queue.get, seconds=10, every=0.05)
                assert _weight(message) == parcels.MOST
                opened = parcels.opened(sample.keys, rabbit.received(message))
                heard += [envelope.body["words"] for envelope in opened]
                message.ack()
    assert heard == [words for _, words in notes]
