"""A platform at rest holds no sessions that it does not need, and wakes without an error."""

from __future__ import annotations

import pytest

from shared.kit import resting
from shared.kit.resting import Resting
from tests.kit.conftest import SamplePlatform
from tests.kit.sample import ListNotes, WriteNote


def test_idle_sessions_are_closed_and_work_goes_on_after(
    sample: SamplePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.outpost("dongguan").ask(WriteNote(outpost="dongguan", words="before the rest"))
    held = sample.engine.pool.checkedin()  # type: ignore[attr-defined]
    rest = Resting(sample.engine)
    assert not rest.look(), "it has worked just now"
    monkeypatch.setattr(resting, "IDLE_SECONDS", -1.0)
    assert held > 0
    assert rest.look()
    assert sample.engine.pool.checkedin() == 0  # type: ignore[attr-defined]
    notes = sample.outpost("dongguan").ask(ListNotes())
    assert "before the rest" in {note.words for note in notes.items}


def test_work_ends_the_rest(sample: SamplePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    rest = Resting(sample.engine)
    monkeypatch.setattr(resting, "IDLE_SECONDS", -1.0)
    assert rest.look()
    monkeypatch.setattr(resting, "IDLE_SECONDS", 60.0)
    rest.worked()
    assert not rest.look()
