"""Attendance by list, one by one and by code; results; certificates, their numbers and their revocation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.training.certificates import check_character, number_of
from shared.contracts import registry
from shared.contracts import training as c
from shared.kit.tables import new_id
from tests.services.training.school import FROM, TODAY, UNTIL, School
from tests.support.asker import Asker, refused

AskerOf = Callable[[UUID], Asker]


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
    (row,) = school.hq.ask(c.ListAttendance(session_id=planned.id, on=FROM)).items
    assert (row.is_present, row.source) == (False, c.AttendanceSource.list)


def test_a_day_to_come_has_no_attendance(school: School) -> None:
    planned = school.session(starts_on=TODAY, ends_on=TODAY + timedelta(days=2))
    with refused("attendance.ahead"):
        school.hq.ask(c.RecordAttendance(session_id=planned.id, on=TODAY + timedelta(days=1), present=[]))


def test_learners_check_in_with_the_code_of_the_day(school: School, worker: AskerOf) -> None:
    planned = school.session()
    learner, stranger = school.enrol(planned).worker_id, school.worker()
    code = school.hq.ask(c.MakeAttendanceCode(session_id=planned.id))
    assert code.url.endswith(f"/w/training/{code.code}")
    assert code.svg.startswith("<svg")
    first = worker(learner).ask(c.CheckInByCode(code=code.code))
    again = worker(learner).ask(c.CheckInByCode(code=code.code))
    assert (first.on, first.source, first.recorded_at) == (TODAY, c.AttendanceSource.code, again.recorded_at)
    with refused("attendance.not_enrolled"):
        worker(stranger).ask(c.CheckInByCode(code=code.code))
    with refused("scope.forbidden"):
        school.hq.ask(c.CheckInByCode(code=code.code))
    staff = school.hq.ask(c.CheckIn(session_id=planned.id, worker_id=learner))
    assert staff.source is c.AttendanceSource.code


def test_a_code_is_of_its_day_and_untouched(school: School, worker: AskerOf) -> None:
    planned = school.session()
    learner = worker(school.enrol(planned).worker_id)
    yesterday = school.hq.ask(c.MakeAttendanceCode(session_id=planned.id, on=TODAY - timedelta(days=1)))
    with refused("link.expired"):
        learner.ask(c.CheckInByCode(code=yesterday.code))
    code = school.hq.ask(c.MakeAttendanceCode(session_id=planned.id, minutes=10)).code
    with refused("link.invalid"):
        learner.ask(c.CheckInByCode(code=code[:-3] + ("AAA" if code[-3:] != "AAA" else "BBB")))
    with refused("attendance.outside_session"):
        school.hq.ask(c.MakeAttendanceCode(session_id=planned.id, on=UNTIL + timedelta(days=1)))


def test_certificates_need_attendance_and_are_given_once(school: School, public: Asker) -> None:
    planned = school.session()
    diligent, absent = school.enrol(planned).worker_id, school.enrol(planned).worker_id
    school.attend(planned, diligent, absent, days=5)  # 5 of 7 days are less than 80%
    with refused("certificate.nobody_eligible"):
        school.certify(planned)
    school.attend(planned, diligent, days=1)
    school.hq.ask(c.RecordAttendance(session_id=planned.id, on=UNTIL, present=[diligent]))
    with refused("certificate.attendance_too_low") as caught:
        school.certify(planned, worker_ids=[diligent, absent])
    assert caught[0].facts["count"] == 1
    issued = school.certify(planned)
    assert [one.worker_id for one in issued] == [diligent]
    with refused("certificate.nobody_eligible"):
        school.certify(planned)
    checked = public.ask(c.CheckCertificate(certificate_no=issued[0].certificate_no.lower()))
    assert (checked.course_name, checked.is_genuine) == ("养蜂", True)
    assert str(diligent) not in checked.model_dump_json()
    with refused("certificate.not_found"):
        public.ask(c.CheckCertificate(certificate_no="LPJY-2026-99999-1"))


def test_an_examination_is_passed_before_a_certificate(school: School) -> None:
    school.hq.ask(c.CreateCourse(code="welding", name="电焊", hours=56, days=7, pass_score=60))
    planned = school.session(course="welding")
    good, bad, silent = (school.enrol(planned).worker_id for _ in range(3))
    school.attend(planned, good, bad, silent)
    with refused("certificate.nobody_eligible"):
        school.certify(planned)
    results = [c.LearnerResult(worker_id=good, score=60), c.LearnerResult(worker_id=bad, score=59)]
    seen = school.hq.ask(c.RecordResults(session_id=planned.id, results=results))
    assert (seen.passed, seen.failed, seen.absent, seen.open) == (1, 1, 0, 1)
    with refused("certificate.not_passed") as caught:
        school.certify(planned, worker_ids=[good, bad, silent])
    assert caught[0].facts["count"] == 2
    assert [one.worker_id for one in school.certify(planned)] == [good]
    with refused("result.certified"):
        school.hq.ask(c.RecordResults(session_id=planned.id, results=[c.LearnerResult(worker_id=good, score=10)]))
    with refused("attendance.not_enrolled"):
        school.hq.ask(c.RecordResults(session_id=planned.id, results=[c.LearnerResult(worker_id=new_id(), score=1)]))


def test_without_an_examination_only_a_failure_stands_in_the_way(school: School) -> None:
    planned = school.session()
    fine, failed = school.enrol(planned).worker_id, school.enrol(planned).worker_id
    school.attend(planned, fine, failed)
    said = c.LearnerResult(worker_id=failed, outcome=c.ResultOutcome.failed)
    school.hq.ask(c.RecordResults(session_id=planned.id, results=[said]))
    assert [one.worker_id for one in school.certify(planned)] == [fine]


def test_a_certificate_makes_a_skill_and_its_revocation_takes_the_proof_away(
    school: School, public: Asker, settle: Callable[[], None]
) -> None:
    planned = school.session()
    certificate = school.graduate(planned, TODAY, skills=[])
    settle()

    def skill() -> registry.SkillView:
        skills = school.hq.ask(registry.GetWorker(worker_id=certificate.worker_id)).skills
        return next(one for one in skills if one.occupation == "5-03-03-01")

    assert skill().is_verified
    revoke = c.RevokeCertificate(certificate_id=certificate.id, reason="出勤登记有误")
    assert school.hq.ask(revoke).revocation_reason == "出勤登记有误"
    settle()
    assert not skill().is_verified
    checked = public.ask(c.CheckCertificate(certificate_no=certificate.certificate_no))
    assert (checked.is_genuine, checked.revoked_on) == (False, TODAY)
    with refused("state.illegal_transition"):
        school.hq.ask(revoke)
    (anew,) = school.certify(planned)
    assert anew.certificate_no != certificate.certificate_no
    settle()
    assert skill().is_verified


def test_a_number_that_was_mistyped_checks_as_unknown(school: School, public: Asker) -> None:
    number = school.graduate(school.session(), TODAY).certificate_no
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    with refused("certificate.not_found"):
        public.ask(c.CheckCertificate(certificate_no=wrong))


@pytest.mark.parametrize("minutes", [0, 1441])
def test_a_code_lasts_no_longer_than_a_day(school: School, minutes: int) -> None:
    with pytest.raises(ValueError, match="minutes"):
        c.MakeAttendanceCode(session_id=new_id(), minutes=minutes)


@settings(deadline=None)
@given(year=st.integers(2019, 2099), number=st.integers(1, 99_999), place=st.integers(0, 8), digit=st.integers(0, 9))
def test_one_wrong_digit_changes_the_check_character(year: int, number: int, place: int, digit: int) -> None:
    digits = f"{year}{number:05d}"
    other = digits[:place] + str(digit) + digits[place + 1 :]
    assert (check_character(other) == check_character(digits)) == (other == digits)
    assert number_of(year, number).endswith(check_character(digits))
