"""Courses, commissions within their seats, budget and term, and sessions whose waiting list moves up."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts import training as c
from shared.contracts.scopes import Role
from shared.kit.tables import new_id
from tests.services.postings.county import County
from tests.services.training.school import FROM, TODAY, UNTIL, School
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform


def test_the_accounts_six_courses_are_there(hq: Asker, public: Asker) -> None:
    names = {course.name for course in public.ask(c.ListCourses()).items}
    assert {"农业实用技术", "餐饮烹饪", "电子手工", "家政服务", "建筑工", "养蜂"} <= names
    hq.ask(c.CreateCourse(code="forklift", name="叉车操作", hours=40, days=5))
    with refused("course.exists"):
        hq.ask(c.CreateCourse(code="forklift", name="叉车", hours=40, days=5))
    with refused("scope.forbidden"):
        public.ask(c.CreateCourse(code="crane", name="行车", hours=40, days=5))
    assert [course.code for course in public.ask(c.ListCourses(q="叉车")).items] == ["forklift"]


def test_an_auditor_reads_and_changes_nothing(platform: TestPlatform) -> None:
    auditor = platform.hq(Role.hq_auditor)
    assert auditor.ask(c.ListCourses()).items
    with refused("scope.forbidden"):
        auditor.ask(c.ChangeCourse(code="beekeeping", hours=1))


def test_sessions_keep_within_the_commissions_seats(school: School) -> None:
    commission = school.commission()
    assert commission.commission_no.startswith(f"PX-{TODAY.year}-")
    planned = school.session(30, course=None, commission_id=commission.id)
    assert planned.course == "beekeeping"
    with refused("training_commission.seats_exceeded") as caught:
        school.session(30, course=None, commission_id=commission.id)
    assert caught[0].facts["left"] == 20
    with refused("state.illegal_transition"):
        school.hq.ask(c.CancelTrainingCommission(commission_id=commission.id))
    school.hq.ask(c.CancelTrainingSession(session_id=planned.id))
    assert school.hq.ask(c.CancelTrainingCommission(commission_id=commission.id)).state is c.CommissionState.cancelled


def test_sessions_keep_within_the_commissions_budget_and_term(school: School) -> None:
    commission = school.commission(budget_cents=1_000_000)
    within = {"course": None, "commission_id": commission.id}
    first = school.session(10, cost_cents=600_000, **within)
    with refused("training_commission.budget_exceeded") as caught:
        school.session(10, cost_cents=400_001, **within)
    assert caught[0].facts["left_cents"] == 400_000
    with refused("training_session.outside_commission"):
        school.session(10, ends_on=UNTIL + timedelta(days=1), **within)
    school.hq.ask(c.CancelTrainingSession(session_id=first.id))
    after = school.hq.ask(c.GetTrainingCommission(commission_id=commission.id))
    assert (after.seats_planned, after.budget_planned_cents) == (0, 0)


def test_a_commission_is_completed_when_its_sessions_were_held(school: School) -> None:
    commission = school.commission()
    with refused("state.illegal_transition"):
        school.hq.ask(c.CompleteTrainingCommission(commission_id=commission.id))
    planned = school.session(5, course=None, commission_id=commission.id)
    with refused("state.illegal_transition"):
        school.hq.ask(c.CompleteTrainingCommission(commission_id=commission.id))
    school.hq.ask(c.CompleteTrainingSession(session_id=planned.id))
    done = school.hq.ask(c.CompleteTrainingCommission(commission_id=commission.id))
    assert done.state is c.CommissionState.completed
    assert done.completed_at is not None


def test_training_for_a_named_posting(school: School, platform: TestPlatform) -> None:
    """定岗培训."""
    county = County(platform)
    posting_id = county.posting(title="叉车司机")
    commission = school.commission(posting_id=posting_id)
    planned = school.session(5, course=None, commission_id=commission.id)
    assert (planned.posting_id, planned.posting_title) == (posting_id, "叉车司机")
    assert school.session(5, posting_id=posting_id).posting_title == "叉车司机"
    found = school.hq.ask(c.ListTrainingSessions(posting_id=posting_id)).items
    assert len(found) == 2
    with refused("training.posting_unknown"):
        school.commission(posting_id=new_id())


def test_the_waiting_list_moves_up_in_order(school: School) -> None:
    planned = school.session(capacity=1)
    seated, first, second = (school.enrol(planned) for _ in range(3))
    assert (seated.state, first.position, second.position) == (c.EnrolmentState.confirmed, 1, 2)
    with refused("enrolment.already_enrolled"):
        school.enrol(planned, first.worker_id)
    school.hq.ask(c.CancelEnrolment(enrolment_id=seated.id))
    after = {one.id: one for one in school.hq.ask(c.ListEnrolments(session_id=planned.id)).items}
    assert after[first.id].state is c.EnrolmentState.confirmed
    assert after[second.id].position == 1
    found = school.hq.ask(c.GetTrainingSession(session_id=planned.id))
    assert (found.enrolled, found.waiting) == (1, 1)


def test_more_seats_go_to_those_who_wait(school: School) -> None:
    planned = school.session(capacity=1)
    learners = [school.enrol(planned) for _ in range(4)]
    wider = school.hq.ask(c.ChangeTrainingSession(session_id=planned.id, capacity=3))
    assert (wider.enrolled, wider.waiting) == (3, 1)
    states = {one.id: one.state.value for one in school.hq.ask(c.ListEnrolments(session_id=planned.id)).items}
    assert [states[one.id] for one in learners] == ["confirmed"] * 3 + ["waiting"]
    with refused("training_session.too_small"):
        school.hq.ask(c.ChangeTrainingSession(session_id=planned.id, capacity=2))
    with refused("resource.changed_meanwhile"):
        school.hq.ask(c.ChangeTrainingSession(session_id=planned.id, place="县职校", expected_version=planned.version))


def test_a_recorded_day_stays_in_the_session(school: School) -> None:
    planned = school.session()
    school.hq.ask(c.RecordAttendance(session_id=planned.id, on=FROM, present=[school.enrol(planned).worker_id]))
    with refused("training_session.days_recorded"):
        school.hq.ask(c.ChangeTrainingSession(session_id=planned.id, starts_on=FROM + timedelta(days=1)))


def test_nobody_sits_in_two_sessions_on_one_day(school: School) -> None:
    learner = school.enrol(school.session()).worker_id
    with refused("enrolment.clashes") as caught:
        school.enrol(school.session(starts_on=UNTIL, ends_on=UNTIL + timedelta(days=3)), learner)
    assert caught[0].facts["course"] == "beekeeping"
    later = school.session(starts_on=UNTIL + timedelta(days=1), ends_on=UNTIL + timedelta(days=3))
    assert school.enrol(later, learner).state is c.EnrolmentState.confirmed


def test_a_held_session_lets_those_go_who_waited(school: School) -> None:
    planned = school.session(capacity=1)
    _, late = school.enrol(planned), school.enrol(planned)
    held = school.hq.ask(c.CompleteTrainingSession(session_id=planned.id))
    assert (held.state, held.enrolled, held.waiting) == (c.SessionState.completed, 1, 0)
    states = {one.id: one.state for one in school.hq.ask(c.ListEnrolments(session_id=planned.id)).items}
    assert states[late.id] is c.EnrolmentState.cancelled
    with refused("state.illegal_transition"):
        school.enrol(planned)


def test_ten_at_once_on_three_seats(school: School) -> None:
    planned = school.session(capacity=3)
    workers = [school.worker() for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        states = Counter(pool.map(lambda worker_id: school.enrol(planned, worker_id).state.value, workers))
    assert states == {"confirmed": 3, "waiting": 7}


def test_an_unknown_worker_is_not_enrolled(school: School) -> None:
    with refused("resource.not_found"):
        school.enrol(school.session(), new_id())


STEPS = st.lists(st.tuples(st.sampled_from(["enrol", "cancel", "widen"]), st.integers(0, 5)), max_size=14)


@pytest.fixture(scope="module")
def six_people(platform: TestPlatform) -> list[object]:
    school = School(platform.hq())
    return [school.worker() for _ in range(6)]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(capacity=st.integers(1, 3), steps=STEPS)
def test_no_seat_is_empty_while_somebody_waits(
    school: School, six_people: list[object], capacity: int, steps: list[tuple[str, int]]
) -> None:
    """Whatever is done: no more learners than seats, nobody waits beside a free seat, and the line keeps its order."""
    planned = school.session(capacity=capacity)
    for step, number in steps:
        theirs = [
            one
            for one in school.hq.ask(c.ListEnrolments(session_id=planned.id)).items
            if one.worker_id == six_people[number] and one.state is not c.EnrolmentState.cancelled
        ]
        if step == "enrol" and not theirs:
            school.enrol(planned, six_people[number])  # type: ignore[arg-type]
        elif step == "cancel" and theirs:
            school.hq.ask(c.CancelEnrolment(enrolment_id=theirs[0].id))
        elif step == "widen":
            now = school.hq.ask(c.GetTrainingSession(session_id=planned.id))
            school.hq.ask(c.ChangeTrainingSession(session_id=planned.id, capacity=max(now.enrolled, number, 1)))
        found = school.hq.ask(c.GetTrainingSession(session_id=planned.id))
        line = school.hq.ask(c.ListEnrolments(session_id=planned.id)).items
        counted = Counter(one.state for one in line)
        assert found.enrolled == counted[c.EnrolmentState.confirmed] <= found.capacity
        assert found.waiting == counted[c.EnrolmentState.waiting]
        assert not (found.waiting and found.enrolled < found.capacity)
        positions = [one.position for one in line if one.state is c.EnrolmentState.waiting]
        assert positions == list(range(1, found.waiting + 1))
    school.hq.ask(c.CancelTrainingSession(session_id=planned.id))
