"""A replay finds every entry that was changed, left out, added or put elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.ledger.chains import link
from services.ledger.models import GENESIS
from services.ledger.replaying import Logged, Replay
from shared.contracts.base import Envelope
from shared.contracts.scopes import Actor
from shared.kit import envelopes
from shared.kit.keys import Keys

KEYS = Keys("test", {"test": b"only for tests, never for people"})
WORKERS = [UUID(int=1), UUID(int=2)]


def log(owners: list[int]) -> list[Logged]:
    """A genuine log: each number is the worker whom the next event is about."""
    heads = dict.fromkeys(WORKERS, GENESIS)
    rows = []
    for sequence, owner in enumerate(owners, start=1):
        worker = WORKERS[owner]
        envelope = envelopes.signed(
            KEYS,
            Envelope(
                event_id=UUID(int=1000 + sequence),
                topic="referral.recorded",
                publisher="registry",
                aggregate_id=str(sequence),
                version=1,
                at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=sequence),
                actor=Actor(kind="user", id="x"),
                worker_id=worker,
                body={"worker_id": str(worker), "referral_id": str(UUID(int=sequence))},
            ),
        )
        text = envelopes.dump(envelope)
        rows.append(
            Logged(
                sequence=sequence,
                worker_id=worker,
                division=None,
                envelope=text,
                previous_hash=heads[worker],
                hash=link(heads[worker], text),
            )
        )
        heads[worker] = rows[-1].hash or ""
    return rows


def replayed(rows: list[Logged]) -> Replay:
    replay = Replay(KEYS)
    replay.take(rows)
    return replay


def changed(rows: list[Logged], chosen: int) -> Logged:
    """Write another topic into one entry, leaving its hashes as they were."""
    row = rows[chosen % len(rows)]
    row = row._replace(envelope=row.envelope.replace("referral.recorded", "referral.invented"))
    rows[row.sequence - 1] = row
    return row


owners = st.lists(st.integers(min_value=0, max_value=1), min_size=2, max_size=12)


@settings(deadline=None)
@given(owners=owners)
def test_a_genuine_log_is_intact(owners: list[int]) -> None:
    rows = log(owners)
    replay = replayed(rows)
    assert (replay.broken, replay.forged) == ([], [])
    for worker, (count, head) in replay.heads.items():
        own = [row for row in rows if row.worker_id == worker]
        assert (count, head) == (len(own), own[-1].hash)


@settings(deadline=None)
@given(owners=owners, chosen=st.integers(min_value=0, max_value=11))
def test_a_changed_entry_is_found(owners: list[int], chosen: int) -> None:
    rows = log(owners)
    row = changed(rows, chosen)
    replay = replayed(rows)
    assert row.sequence in replay.broken
    assert replay.forged == [row.sequence]


@settings(deadline=None)
@given(owners=owners, chosen=st.integers(min_value=0, max_value=11))
def test_an_entry_rewritten_with_its_hashes_is_still_forged(owners: list[int], chosen: int) -> None:
    rows = log(owners)
    row = changed(rows, chosen)
    rows[row.sequence - 1] = row._replace(hash=link(row.previous_hash or "", row.envelope))
    assert replayed(rows).forged == [row.sequence]


@settings(deadline=None)
@given(owners=owners, chosen=st.integers(min_value=0, max_value=11))
def test_an_entry_left_out_breaks_its_workers_chain(owners: list[int], chosen: int) -> None:
    rows = log(owners)
    gone = rows.pop(chosen % len(rows))
    later = [row for row in rows if row.worker_id == gone.worker_id and row.sequence > gone.sequence]
    assert replayed(rows).broken == [row.sequence for row in later]


@settings(deadline=None)
@given(owners=owners, chosen=st.integers(min_value=0, max_value=11))
def test_an_entry_given_to_another_worker_is_found(owners: list[int], chosen: int) -> None:
    rows = log(owners)
    row = rows[chosen % len(rows)]
    other = WORKERS[1] if row.worker_id == WORKERS[0] else WORKERS[0]
    rows[row.sequence - 1] = row._replace(worker_id=other)
    assert row.sequence in replayed(rows).broken


def test_an_entry_filed_under_another_division_is_found() -> None:
    rows = log([0, 1])
    rows[0] = rows[0]._replace(division="522631104")
    assert replayed(rows).misplaced == 1
