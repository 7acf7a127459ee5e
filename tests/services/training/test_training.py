"""From a commission to a certificate and the placement that followed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.training.certificates import check_character, number_of
from shared.contracts import dispatch, registry
from shared.contracts import training as c
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.support.asker import Asker, refused
from tests.support.events import announcer
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
PEOPLE = RegisterWorkerFactory(seed=20261123)
FROM, UNTIL = TODAY - timedelta(days=6), TODAY


class School:
    """HQ's side of training, in commands."""

    def __init__(self, hq: Asker) -> None:
        self.hq = hq

    def worker(self) -> UUID:
        return self.hq.ask(PEOPLE.build()).id

    def session(self, capacity: int = 3, **given: Any) -> c.TrainingSessionView:
        fields: dict[str, Any] = {
            "course": "beekeeping",
            "place": "岩洞镇就业服务中心",
            "starts_on": FROM,
            "ends_on": UNTIL,
            "capacity": capacity,
        }
        return self.hq.ask(c.CreateTrainingSession(**{**fields, **given}))

    def enrol(self, session: c.TrainingSessionView, worker_id: UUID | None = None) -> c.EnrolmentView:
        return self.hq.ask(c.EnrolWorker(session_id=session.id, worker_id=worker_id or self.worker()))

    def attend(self, session: c.TrainingSessionView, *worker_ids: UUID, days: int = 7) -> None:
        for day in range(days):
            on = FROM + timedelta(days=day)
            self.hq.ask(c.RecordAttendance(session_id=session.id, on=on, present=list(worker_ids)))


@pytest.fixture
def school(hq: Asker) -> School:
    return School(hq)


def test_the_accounts_six_courses_are_there(hq: Asker, public: Asker) -> None:
    names = {course.name for course in public.ask(c.ListCourses()).items}
    assert {"农业实用技术", "餐饮烹饪", "电子手工", "家政服务", "建筑工", "养蜂"} <= names
    hq.ask(c.CreateCourse(code="forklift", name="叉车操作", hours=40, days=5))
    with refused("course.exists"):
        hq.ask(c.CreateCourse(code="forklift", name="叉车", hours=40, days=5))
    with refused("scope.forbidden"):
        public.ask(c.CreateCourse(code="crane", name="行车", hours=40, days=5))


def test_sessions_keep_within_the_commissions_seats(school: School) -> None:
    commission = school.hq.ask(
        c.CreateTrainingCommission(
            course="beekeeping",
            provider="黎平县中等职业学校",
            seats=50,
            budget_cents=6_000_000,
            starts_on=FROM,
            ends_on=UNTIL,
        )
    )
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


def test_ten_at_once_on_three_seats(school: School) -> None:
    planned = school.session(capacity=3)
    workers = [school.worker() for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        states = Counter(pool.map(lambda worker_id: school.enrol(planned, worker_id).state.value, workers))
    assert states == {"confirmed": 3, "waiting": 7}


def test_an_unknown_worker_is_not_enrolled(school: School) -> None:
    with refused("resource.not_found"):
        school.enrol(school.session(), new_id())


def test_attendance_is_of_the_sessions_days_and_people(school: School) -> None:
    planned = school.session()
    learner = school.enrol(planned)
    with refused("attendance.outside_session"):
        school.hq.ask(c.RecordAttendance(session_id=planned.id, on=UNTIL + timedelta(days=1), present=[]))
    with refused("attendance.not_enrolled"):
        school.hq.ask(c.RecordAttendance(session_id=planned.id, on=FROM, present=[new_id()]))
    present = c.RecordAttendance(session_id=planned.id, on=FROM, present=[learner.worker_id])
    assert [school.hq.ask(present).present for _ in range(2)] == [1, 1]
    corrected = school.hq.ask(c.RecordAttendance(session_id=planned.id, on=FROM, present=[]))
    assert (corrected.present, corrected.absent) == (0, 1)


def test_certificates_need_attendance_and_are_given_once(school: School, public: Asker) -> None:
    planned = school.session()
    diligent, absent = school.enrol(planned).worker_id, school.enrol(planned).worker_id
    school.attend(planned, diligent, absent, days=5)  # 5 of 7 days are less than 80%
    with refused("certificate.nobody_eligible"):
        school.hq.ask(c.IssueCertificates(session_id=planned.id))
    school.attend(planned, diligent, days=1)
    school.hq.ask(c.RecordAttendance(session_id=planned.id, on=UNTIL, present=[diligent]))
    with refused("certificate.attendance_too_low") as caught:
        school.hq.ask(c.IssueCertificates(session_id=planned.id, worker_ids=[diligent, absent]))
    assert caught[0].facts["count"] == 1
    issued = school.hq.ask(c.IssueCertificates(session_id=planned.id)).items
    assert [one.worker_id for one in issued] == [diligent]
    with refused("certificate.nobody_eligible"):
        school.hq.ask(c.IssueCertificates(session_id=planned.id))
    checked = public.ask(c.CheckCertificate(certificate_no=issued[0].certificate_no.lower()))
    assert (checked.course_name, checked.is_genuine) == ("养蜂", True)
    assert str(diligent) not in checked.model_dump_json()
    with refused("certificate.not_found"):
        public.ask(c.CheckCertificate(certificate_no="LPJY-2026-99999-1"))


def test_a_certificate_makes_a_skill_and_a_placement_is_linked(
    school: School, platform: TestPlatform, settle: Callable[[], None], worker: Callable[[UUID], Asker]
) -> None:
    planned = school.session()
    learner = school.enrol(planned).worker_id
    school.attend(planned, learner)
    school.hq.ask(c.IssueCertificates(session_id=planned.id, issued_on=TODAY - timedelta(days=3)))
    settle()
    skills = school.hq.ask(registry.GetWorker(worker_id=learner)).skills
    assert "5-03-03-01" in {skill.occupation for skill in skills}
    announcer(platform, to="training")(
        dispatch.PlacementStarted(
            placement_id=new_id(),
            order_id=new_id(),
            worker_id=learner,
            employer_id=new_id(),
            posting_id=new_id(),
            outpost=OutpostCode.dongguan,
            started_on=TODAY,
            wage_cents=500_000,
        )
    )
    (own,) = worker(learner).ask(c.ListCertificates()).items
    assert (own.placed_on, own.placed_within_days) == (TODAY, 3)
    assert worker(new_id()).ask(c.ListCertificates()).items == []
    beekeeping = next(one for one in school.hq.ask(c.GetCourseOutcomes(days=2)).items if one.course == "beekeeping")
    assert (beekeeping.placed, beekeeping.placed_within) == (1, 0)


@settings(deadline=None)
@given(year=st.integers(2019, 2099), number=st.integers(1, 99_999), place=st.integers(0, 8), digit=st.integers(0, 9))
def test_one_wrong_digit_changes_the_check_character(year: int, number: int, place: int, digit: int) -> None:
    digits = f"{year}{number:05d}"
    other = digits[:place] + str(digit) + digits[place + 1 :]
    assert (check_character(other) == check_character(digits)) == (other == digits)
    assert number_of(year, number).endswith(check_character(digits))
