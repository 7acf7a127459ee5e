"""Wordings that were not recognised wait for a person; what is decided holds from then on, and can be taken back."""

from __future__ import annotations

import pytest

from shared.contracts import postings as c
from shared.contracts.scopes import Role
from tests.services.postings import feed_files as files
from tests.services.postings.employer_factory import posting_for
from tests.services.postings.feed_source import Source
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform


@pytest.fixture
def wording() -> str:
    """A title that means nothing to anybody, new for each test."""
    from shared.kit.tables import new_id

    letters = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"
    return "".join(letters[int(digit, 16)] for digit in new_id().hex[-10:])


def waiting(hq: Asker, wording: str, **which: object) -> c.RecognitionView | None:
    found = hq.ask(c.ListRecognitions.model_validate({"q": wording, "limit": 500, **which})).items
    assert len(found) <= 1
    return found[0] if found else None


def test_one_wording_waits_once_whatever_the_number_of_jobs(source: Source, hq: Asker, wording: str) -> None:
    source.push(files.xml([files.job(n, title=f"急招{wording} {n}名(包吃住)") for n in range(4)]))
    found = waiting(hq, wording)
    assert found is not None
    assert (found.kind, found.state, found.code, found.postings, found.openings) == (
        "occupation",
        "waiting",
        None,
        4,
        12,
    )
    assert found.sample.startswith("急招")


def test_a_decision_holds_for_what_is_open_and_for_what_comes(source: Source, hq: Asker, wording: str) -> None:
    source.push(files.xml([files.job(0, title=wording), files.job(1, title=f"高薪{wording}")]))
    found = waiting(hq, wording)
    assert found is not None
    decided = hq.ask(c.DecideRecognition(recognition_id=found.id, code="6-05-01-03", expected_version=found.version))
    assert (decided.state, decided.code_name, decided.decided_by) == ("decided", "缝纫工", "hq-test")
    assert {view.occupation for view in source.postings().values()} == {"6-05-01-03"}
    assert source.topics() == ["posting.opened"] * 2 + ["posting.changed"] * 2
    titles = (wording, f"高薪{wording}", wording)
    run = source.push(files.xml([files.job(number, title=title) for number, title in enumerate(titles)]))
    assert "feed.occupation_unknown" not in run.problem_counts
    seen = source.postings()["R-2"]
    assert (seen.occupation, seen.occupation_confidence) == ("6-05-01-03", 0.99)
    assert waiting(hq, wording) is None
    typed = hq.ask(posting_for(source.employer.id, title=wording))
    assert typed.occupation == "6-05-01-03"


def test_nothing_fits_is_a_decision_too(source: Source, hq: Asker, wording: str) -> None:
    source.push(files.xml([files.job(0, title=wording)]))
    found = waiting(hq, wording)
    assert found is not None
    hq.ask(c.DecideRecognition(recognition_id=found.id, code=None))
    assert waiting(hq, wording) is None
    assert hq.ask(c.ListPostings(q=wording, needs_review=True)).items == []


def test_a_decision_is_taken_back(source: Source, hq: Asker, wording: str) -> None:
    source.push(files.xml([files.job(0, title=wording)]))
    found = waiting(hq, wording)
    assert found is not None
    hq.ask(c.DecideRecognition(recognition_id=found.id, code="6-05-01-03"))
    hq.ask(c.ForgetRecognition(recognition_id=found.id))
    assert source.postings()["R-0"].occupation is None
    assert waiting(hq, wording) is not None
    with refused("state.illegal_transition"):
        hq.ask(c.ForgetRecognition(recognition_id=found.id))


def test_a_place_is_decided_like_a_title(source: Source, hq: Asker, wording: str) -> None:
    source.push(files.xml([files.job(n, city=f"{wording}工业园", country="CN") for n in range(2)]))
    found = waiting(hq, wording, kind="division")
    assert found is not None
    hq.ask(c.DecideRecognition(recognition_id=found.id, code="441900119"))
    assert {view.division for view in source.postings().values()} == {"441900119"}


def test_correcting_one_posting_that_was_not_recognised_decides_its_wording(
    source: Source, hq: Asker, wording: str
) -> None:
    source.push(files.xml([files.job(0, title=wording), files.job(1, title=wording)]))
    first, second = source.postings()["R-0"], source.postings()["R-1"]
    hq.ask(c.UpdatePosting(posting_id=first.id, occupation="6-31-05-00"))
    assert hq.ask(c.GetPosting(posting_id=second.id)).occupation == "6-31-05-00"
    decided = waiting(hq, wording, state="decided")
    assert decided is not None
    hq.ask(c.DecideRecognition(recognition_id=decided.id, code="6-05-01-03"))
    assert hq.ask(c.GetPosting(posting_id=second.id)).occupation == "6-05-01-03"
    assert hq.ask(c.GetPosting(posting_id=first.id)).occupation == "6-31-05-00", (
        "one person's correction of one posting"
    )


def test_only_hq_decides_and_only_what_exists(source: Source, hq: Asker, platform: TestPlatform, wording: str) -> None:
    source.push(files.xml([files.job(0, title=wording)]))
    found = waiting(hq, wording)
    assert found is not None
    with refused("posting.unknown_occupation"):
        hq.ask(c.DecideRecognition(recognition_id=found.id, code="9-99-99"))
    with refused("resource.changed_meanwhile"):
        hq.ask(c.DecideRecognition(recognition_id=found.id, code=None, expected_version=found.version + 7))
    for other in (source.partner, platform.outpost("dongguan"), platform.hq(Role.hq_auditor)):
        with refused("scope.forbidden"):
            other.ask(c.DecideRecognition(recognition_id=found.id, code="6-05-01-03"))
