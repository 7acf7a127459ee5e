"""What registry's events change: enrolment by area accounts and workers, moving, merging, erasure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from shared.contracts import registry
from shared.contracts import training as c
from shared.contracts.scopes import Role
from shared.kit.tables import new_id
from tests.services.training.school import TODAY, School
from tests.support.asker import Asker, refused
from tests.support.events import announcer
from tests.support.platform import TestPlatform

AreaOf = Callable[[str], Asker]
WorkerOf = Callable[[UUID], Asker]


def test_a_grid_leader_enrols_the_own_grid(school: School, area: AreaOf) -> None:
    planned = school.session()
    here, there = school.worker(division="522631104"), school.worker(division="522631105")
    own = area("522631104").ask(c.EnrolWorker(session_id=planned.id, worker_id=here))
    assert own.state is c.EnrolmentState.confirmed
    with refused("resource.not_found"):
        area("522631104").ask(c.EnrolWorker(session_id=planned.id, worker_id=there))
    foreign = school.enrol(planned, there)
    with refused("resource.not_found"):
        area("522631104").ask(c.CancelEnrolment(enrolment_id=foreign.id))
    seen = area("522631104").ask(c.ListEnrolments(session_id=planned.id)).items
    assert [one.id for one in seen] == [own.id]
    assert area("522631104").ask(c.CancelEnrolment(enrolment_id=own.id)).state is c.EnrolmentState.cancelled


def test_a_worker_enrols_nobody_else(school: School, worker: WorkerOf) -> None:
    planned = school.session()
    me, other = school.worker(), school.worker()
    mine = worker(me).ask(c.EnrolWorker(session_id=planned.id, worker_id=me))
    with refused("resource.not_found"):
        worker(me).ask(c.EnrolWorker(session_id=planned.id, worker_id=other))
    theirs = school.enrol(planned, other)
    with refused("resource.not_found"):
        worker(me).ask(c.CancelEnrolment(enrolment_id=theirs.id))
    assert worker(me).ask(c.CancelEnrolment(enrolment_id=mine.id)).state is c.EnrolmentState.cancelled


def test_rows_follow_who_moves(school: School, area: AreaOf, settle: Callable[[], None]) -> None:
    planned = school.session()
    learner = school.worker(division="522631104")
    school.enrol(planned, learner)
    settle()
    school.hq.ask(registry.UpdateWorker(worker_id=learner, division="522631105"))
    settle()
    assert area("522631104").ask(c.ListEnrolments(session_id=planned.id)).items == []
    (moved,) = area("522631105").ask(c.ListEnrolments(session_id=planned.id)).items
    assert moved.worker_id == learner


def test_a_duplicates_training_becomes_the_others(school: School, platform: TestPlatform) -> None:
    """Where both had a place in one session, one place is free again, and whoever waits takes it."""
    certificate = school.graduate(school.session(), TODAY)
    duplicate, kept = certificate.worker_id, school.worker()
    later = school.session(capacity=2, starts_on=TODAY + timedelta(days=1), ends_on=TODAY + timedelta(days=2))
    for one in (kept, duplicate):
        school.enrol(later, one)
    waits = school.enrol(later)
    announcer(platform, to="training")(registry.WorkerMerged(worker_id=duplicate, into_worker_id=kept))
    assert [one.id for one in school.hq.ask(c.ListCertificates(worker_id=kept)).items] == [certificate.id]
    assert school.hq.ask(c.ListCertificates(worker_id=duplicate)).items == []
    seated = school.hq.ask(c.ListEnrolments(session_id=later.id, state=c.EnrolmentState.confirmed)).items
    assert {one.worker_id for one in seated} == {kept, waits.worker_id}


def test_an_erased_learner_leaves_the_line(school: School, platform: TestPlatform) -> None:
    planned = school.session(capacity=1)
    gone, next_one = school.enrol(planned), school.enrol(planned)
    announcer(platform, to="training")(registry.WorkerErased(worker_id=gone.worker_id))
    states = {one.id: one.state for one in school.hq.ask(c.ListEnrolments(session_id=planned.id)).items}
    assert states == {gone.id: c.EnrolmentState.cancelled, next_one.id: c.EnrolmentState.confirmed}


def test_an_outpost_sees_training_of_its_people_only(
    school: School, outpost: Callable[[str], Asker], platform: TestPlatform
) -> None:
    school.graduate(school.session(), TODAY)
    assert outpost("dongguan").ask(c.ListCertificates()).items == []
    assert outpost("dongguan").ask(c.ListEnrolments()).items == []
    with refused("scope.forbidden"):
        platform.hq(Role.hq_auditor).ask(c.EnrolWorker(session_id=new_id(), worker_id=new_id()))
