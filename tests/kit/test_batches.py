"""Many events a transaction: in the order of each aggregate, one outpost after the other, what is gathered at once."""

from __future__ import annotations

import itertools
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from shared.contracts.base import Envelope
from shared.contracts.scopes import Actor, OutpostCode
from shared.kit.inbox import in_turns
from shared.kit.session import Session
from shared.kit.tables import new_id, utc_now
from tests.kit.conftest import SamplePlatform
from tests.kit.sample import Seen

OUTPOSTS = (None, OutpostCode.dongguan, OutpostCode.shenzhen)


def _envelope(note: str, version: int, outpost: OutpostCode | None) -> Envelope:
    return Envelope(
        event_id=new_id(),
        topic="note.written",
        publisher="writer",
        aggregate_id=note,
        version=version,
        at=utc_now(),
        actor=Actor(kind="user", id="officer-1"),
        outpost=outpost,
        worker_id=None,
        body={},
    )


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(OUTPOSTS)), max_size=40))
def test_taking_turns_keeps_every_event_and_each_aggregates_order(
    written: list[tuple[str, OutpostCode | None]],
) -> None:
    came = [_envelope(note, version, outpost) for version, (note, outpost) in enumerate(written)]
    taken = list(in_turns(came))
    assert {one.event_id for one in taken} == {one.event_id for one in came}
    assert len(taken) == len(came)
    for note in "abcde":
        versions = [one.version for one in taken if one.aggregate_id == note]
        assert versions == sorted(versions)


def test_events_of_different_things_change_the_outpost_once_each() -> None:
    came = [_envelope(str(number), 1, OUTPOSTS[number % 3]) for number in range(30)]
    outposts = [one.outpost for one in in_turns(came)]
    changes = sum(before is not after for before, after in itertools.pairwise(outposts))
    assert changes == 2


def test_what_was_gathered_is_written_before_anything_is_read_and_at_the_end(sample: SamplePlatform) -> None:
    written: list[list[UUID]] = []

    def write(session: Session, notes: list[UUID]) -> None:
        written.append(notes)
        session.add_all(Seen(note_id=note, words="gathered") for note in notes)

    first, second, third = new_id(), new_id(), new_id()
    runtime = sample.hosted["reader"].runtime
    with runtime.database.transaction(runtime.own_context()) as session:
        session.gather(write, first)
        seen = session.exec(select(Seen.note_id).where(Seen.words == "gathered")).all()
        assert list(seen) == [first]
        session.gather(write, second)
        session.gather(write, third)
    assert written == [[first], [second, third]]
    with runtime.database.transaction(runtime.own_context()) as session:
        seen = session.exec(select(Seen.note_id).where(Seen.words == "gathered").order_by(Seen.seq)).all()  # type: ignore[arg-type]
        assert list(seen) == [first, second, third]
