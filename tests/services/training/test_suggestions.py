"""Which course would open most postings for those whom matching left uncovered."""

from __future__ import annotations

import random
from datetime import date
from uuid import UUID

from shared.contracts import postings, registry
from shared.contracts import training as c
from tests.services.postings.county import PACKING, County
from tests.services.training.school import TODAY
from tests.support.asker import Asker
from tests.support.people import make_id_number
from tests.support.platform import TestPlatform

FORKLIFT, WELDING = "6-30-05-03", "6-18-02-04"


def asked(county: County, *, needs: str, openings: int = 5) -> UUID:
    return county.posting(title="熟练工", openings=openings, requirements={"skills": [needs]})


def test_without_a_matching_there_is_nothing_to_suggest(hq: Asker) -> None:
    found = hq.ask(c.SuggestCourses())
    assert (found.matching_id, found.uncovered, found.items) == (None, 0, [])


def test_the_course_that_opens_most_comes_first(platform: TestPlatform, hq: Asker) -> None:
    hq.ask(c.CreateCourse(code="forklift", name="叉车操作", hours=40, days=5, occupation=FORKLIFT))
    county = County(platform)
    for _ in range(3):
        asked(county, needs=FORKLIFT, openings=2)
    asked(county, needs=WELDING)
    packers = [county.worker() for _ in range(2)]
    county.worker(skills=[registry.SkillIn(occupation=FORKLIFT)])
    run = county.match()
    assert set(packers) <= set(county.uncovered(run.id))
    found = hq.ask(c.SuggestCourses())
    assert found.matching_id == run.id
    first = found.items[0]
    assert (first.course, first.course_name, first.occupation) == ("forklift", "叉车操作", FORKLIFT)
    assert (first.unlocked, first.seekers, first.lifted, first.postings, first.openings) == (6, 2, 2, 3, 6)
    untaught = next(one for one in found.items if one.occupation == WELDING)
    assert (untaught.course, untaught.unlocked, untaught.lifted) == (None, 2, 0)


def test_what_else_bars_somebody_no_course_opens(platform: TestPlatform, hq: Asker) -> None:
    """An age limit stays an age limit: the same figures as before for one who is too old."""
    county = County(platform, seed=11)
    county.posting(title="熟练工", requirements={"skills": [WELDING], "max_age": 40})
    before = {one.occupation: one.unlocked for one in hq.ask(c.SuggestCourses()).items}
    old = make_id_number(random.Random(1), born=date(TODAY.year - 57, 6, 1))
    county.worker(id_number=old, division="522631105", skills=[registry.SkillIn(occupation=PACKING)])
    county.match()
    after = {one.occupation: one.unlocked for one in hq.ask(c.SuggestCourses(division="522631105")).items}
    # The one without a limit opens; the one with it does not.
    assert after[WELDING] == 1
    assert before != after
    assert hq.ask(postings.GetSkillGaps(division="522631999")).uncovered == 0
