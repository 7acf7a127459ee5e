"""The recognition of occupations in real titles keeps what it reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_data.occupations import accuracy

pytestmark = pytest.mark.real_data


def test_nine_of_ten_titles_that_no_rule_was_made_for(shared_data: Path) -> None:
    found = accuracy(shared_data)
    assert {name: part.titles for name, part in found.items()} == {"tuning": 120, "held_out": 120}
    held_out = found["held_out"]
    assert held_out.exact >= 108, str(held_out)
    assert held_out.sure_right >= 0.95 * held_out.sure, str(held_out)
