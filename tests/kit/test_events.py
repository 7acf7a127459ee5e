"""From commit to effect: once each, in order, and a bad one costs the others nothing."""

from __future__ import annotations

import psycopg

from shared.contracts.kit import DiscardParked, KitStatus, ListParked, ReplayParked
from shared.kit.tables import new_id
from tests.kit.conftest import SamplePlatform
from tests.kit.sample import ReaderService, ReadSeen, WriteNote
from tests.support.asker import refused
from tests.support.waiting import wait_for


def _write(sample: SamplePlatform, words: str, note_id=None) -> object:  # type: ignore[no-untyped-def]
    return sample.outpost("dongguan").ask(WriteNote(outpost="dongguan", words=words, note_id=note_id))


def _seen(sample: SamplePlatform) -> list[str]:
    return sample.hq().ask(ReadSeen()).words


def test_an_event_has_one_effect_however_often_it_is_relayed(sample: SamplePlatform) -> None:
    _write(sample, "relayed twice")
    sample.settle()
    with psycopg.connect(sample.admin_url) as connection:
        connection.execute("UPDATE writer.outbox SET published_at = NULL")
    sample.settle()
    assert _seen(sample).count("relayed twice") == 1


def test_a_refused_command_publishes_nothing(sample: SamplePlatform) -> None:
    before = len(_seen(sample))
    with refused("resource.not_found"):
        _write(sample, "wrong")
    sample.settle()
    assert len(_seen(sample)) == before


def test_the_events_of_one_aggregate_are_handled_in_order(sample: SamplePlatform) -> None:
    note = new_id()
    for number in range(10):
        _write(sample, f"step {number}", note)
    sample.settle()
    assert [words for words in _seen(sample) if words.startswith("step")] == [f"step {n}" for n in range(10)]


def test_a_bad_event_is_parked_and_holds_back_its_own_aggregate_only(sample: SamplePlatform) -> None:
    note = new_id()
    ReaderService.breaks_on.add("bad")
    _write(sample, "bad", note)
    _write(sample, "after bad", note)
    _write(sample, "somebody else's")
    _settle_until_parked(sample)
    assert "somebody else's" in _seen(sample)
    assert "after bad" not in _seen(sample)
    (parked,) = sample.hq().ask(ListParked(), service="reader").items
    assert (parked.topic, parked.held_back) == ("note.written", 1)
    assert "RuntimeError" in (parked.problem or "")

    ReaderService.breaks_on.clear()
    sample.hq().ask(ReplayParked(event_id=parked.id), service="reader")
    sample.settle()
    assert [words for words in _seen(sample) if words.endswith("bad")] == ["bad", "after bad"]


def test_a_discarded_event_lets_the_later_ones_through(sample: SamplePlatform) -> None:
    note = new_id()
    ReaderService.breaks_on.add("hopeless")
    _write(sample, "hopeless", note)
    _write(sample, "after hopeless", note)
    _settle_until_parked(sample)
    (parked,) = sample.hq().ask(ListParked(), service="reader").items
    sample.hq().ask(DiscardParked(event_id=parked.id, reason="重复录入"), service="reader")
    sample.settle()
    assert "hopeless" not in _seen(sample)
    assert "after hopeless" in _seen(sample)
    with refused("parked.not_found"):
        sample.hq().ask(ReplayParked(event_id=parked.id), service="reader")


def test_an_event_that_was_changed_on_the_way_is_never_handled(sample: SamplePlatform) -> None:
    _write(sample, "genuine words")
    with psycopg.connect(sample.admin_url) as connection:
        connection.execute(
            "UPDATE writer.outbox SET payload = replace(payload, 'genuine words', 'forged words!') "
            "WHERE published_at IS NULL"
        )
    sample.settle()
    assert "forged words!" not in _seen(sample)
    (parked,) = sample.hq().ask(ListParked(), service="reader").items
    sample.hq().ask(DiscardParked(event_id=parked.id, reason="forged"), service="reader")


def _settle_until_parked(sample: SamplePlatform) -> None:
    def parked() -> bool:
        sample.settle()
        return sample.hq().ask(KitStatus(), service="reader").inbox_parked == 1

    wait_for(parked, seconds=20, every=0.1)
