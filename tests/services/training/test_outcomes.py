"""From the certificate to work: linked and counted from events, in whatever order they come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert

from services.training.models import Certificate, Enrolment, WorkStart
from services.training.placements import link
from shared.contracts import registry
from shared.contracts import training as c
from shared.kit.context import service_context
from shared.kit.tables import new_id
from tests.services.postings.county import County
from tests.services.training.school import FROM, TODAY, UNTIL, School, placement
from tests.support.asker import Asker
from tests.support.events import Announce, announcer
from tests.support.platform import TestPlatform


@pytest.fixture
def announce(platform: TestPlatform) -> Announce:
    return announcer(platform, to="training")


def certificate_of(hq: Asker, worker_id: UUID) -> c.CertificateView:
    (found,) = hq.ask(c.ListCertificates(worker_id=worker_id)).items
    return found


def test_a_placement_is_linked_to_the_certificate_before_it(
    school: School, announce: Announce, worker: Callable[[UUID], Asker]
) -> None:
    learner = school.graduate(school.session(), TODAY - timedelta(days=3)).worker_id
    announce(placement(learner, TODAY))
    (own,) = worker(learner).ask(c.ListCertificates()).items
    assert (own.placed_on, own.placed_within_days) == (TODAY, 3)
    assert worker(new_id()).ask(c.ListCertificates()).items == []
    soon = school.hq.ask(c.GetTrainingOutcomes(days=3)).total
    late = school.hq.ask(c.GetTrainingOutcomes(days=2)).total
    assert (soon.placed_within - late.placed_within, soon.placed, late.placed) == (1, late.placed, soon.placed)
    assert school.hq.ask(c.ListCertificates(is_placed=True, worker_id=learner)).items


def test_work_begun_before_the_certificate_is_not_its_fruit(school: School, announce: Announce) -> None:
    learner = school.graduate(school.session(), TODAY).worker_id
    announce(placement(learner, TODAY - timedelta(days=1)))
    assert certificate_of(school.hq, learner).placed_on is None
    announce(placement(learner, TODAY + timedelta(days=9)))
    announce(placement(learner, TODAY + timedelta(days=4)))
    assert certificate_of(school.hq, learner).placed_within_days == 4


def test_the_paper_may_follow_the_work(school: School, announce: Announce) -> None:
    """The placement is heard first, and the certificate is dated back to the last day of the course."""
    planned = school.session()
    learner = school.enrol(planned).worker_id
    school.attend(planned, learner)
    announce(placement(learner, TODAY))
    issued = school.certify(planned, issued_on=TODAY - timedelta(days=1))
    assert issued[0].placed_within_days == 1


def test_trained_for_a_posting_and_placed_there(school: School, announce: Announce, platform: TestPlatform) -> None:
    """定岗培训 counts apart from work found elsewhere."""
    posting_id = County(platform).posting()
    there, elsewhere = (
        school.graduate(school.session(posting_id=posting_id, course="electronics"), TODAY) for _ in range(2)
    )
    announce(placement(there.worker_id, TODAY, posting_id))
    announce(placement(elsewhere.worker_id, TODAY))
    assert certificate_of(school.hq, there.worker_id).is_placed_as_trained
    assert not certificate_of(school.hq, elsewhere.worker_id).is_placed_as_trained
    rows = {row.key: row for row in school.hq.ask(c.GetTrainingOutcomes()).items}
    assert (rows["electronics"].placed, rows["electronics"].placed_as_trained) == (2, 1)
    assert rows["electronics"].name == "电子手工"


def test_local_work_counts_from_its_first_day(school: School, settle: Callable[[], None]) -> None:
    """县内就业: registry's own record of it, since 2,589 placed are more than the 2,158 dispatched."""
    learner = school.graduate(school.session(), TODAY - timedelta(days=2)).worker_id
    settle()
    began = TODAY - timedelta(days=1)
    school.hq.ask(
        registry.RecordEmploymentSpell(
            worker_id=learner, kind=registry.SpellKind.local, place="黎平县", started_on=began
        )
    )
    settle()
    assert certificate_of(school.hq, learner).placed_within_days == 1


def test_the_countys_figures_are_counted_so(platform: TestPlatform, school: School) -> None:
    """培训 2,876 人, 其中实现就业 2,589 人."""
    trained, employed = 2876, 2589
    day = FROM - timedelta(days=400)
    planned = school.session(1000, starts_on=day, ends_on=day)
    township = "522631109"
    people = [new_id() for _ in range(trained)]
    enrolments = [new_id() for _ in people]
    with platform.hosted["training"].runtime.database.transaction(service_context("training")) as session:
        session.execute(
            insert(Enrolment),
            [
                {
                    "id": one,
                    "session_id": planned.id,
                    "worker_id": person,
                    "division": f"{township}201",
                    "course": "beekeeping",
                    "state": c.EnrolmentState.confirmed,
                    "enrolled_at": session.now,
                    "enrolled_by": "user:hq",
                    "version": 1,
                }
                for one, person in zip(enrolments, people, strict=True)
            ],
        )
        session.execute(
            insert(Certificate),
            [
                {
                    "id": new_id(),
                    "certificate_no": f"LPJY-2019-{number:05d}-T",
                    "enrolment_id": one,
                    "session_id": planned.id,
                    "worker_id": person,
                    "division": f"{township}201",
                    "course": "beekeeping",
                    "issued_on": day,
                    "issued_at": session.now,
                    "issued_by": "user:hq",
                }
                for number, (one, person) in enumerate(zip(enrolments, people, strict=True))
            ],
        )
        # Somebody who changed employers twice is one person placed.
        starts = [(person, day + timedelta(days=30)) for person in people[:employed]]
        starts += [(person, day + timedelta(days=200)) for person in people[:100]]
        session.execute(
            insert(WorkStart),
            [
                {"id": new_id(), "worker_id": person, "started_on": on, "placement_id": new_id()}
                for person, on in starts
            ],
        )
        link(session, people)
    asked = c.GetTrainingOutcomes(by=c.OutcomesBy.township, from_date=day, to_date=day)
    counted = school.hq.ask(asked).total
    assert (counted.certified, counted.placed, counted.placed_percent) == (trained, employed, 90.0)
    assert counted.placed_within == employed
    (row,) = school.hq.ask(asked).items
    assert (row.key, row.certified) == (township, trained)
    month = school.hq.ask(asked.model_copy(update={"by": c.OutcomesBy.month})).items
    assert [(one.key, one.placed) for one in month] == [(f"{day:%Y-%m}", employed)]


def test_an_area_counts_its_own_people(school: School, area: Callable[[str], Asker]) -> None:
    planned = school.session(starts_on=UNTIL, ends_on=UNTIL)
    here, there = school.worker(division="522631104"), school.worker(division="522631105")
    school.enrol(planned, here)
    school.enrol(planned, there)
    asked = c.GetTrainingOutcomes(by=c.OutcomesBy.township, from_date=UNTIL, to_date=UNTIL)
    assert [row.key for row in area("522631104").ask(asked).items] == ["522631104"]
    assert school.hq.ask(asked).total.enrolled - area("522631104").ask(asked).total.enrolled == 1
