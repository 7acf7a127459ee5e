"""培训委托书, 签到表 and 结业证书 on paper, with real names and codes that lead somewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pypdfium2 as pdfium
import pytest

from shared.contracts import registry
from shared.contracts import training as c
from shared.contracts.base import BlobRef, JobState
from shared.contracts.kit import GetJob
from tests.services.training.school import TODAY, School
from tests.support.asker import refused
from tests.support.platform import TestPlatform


@pytest.fixture
def printed(platform: TestPlatform, school: School) -> Any:
    """The words of the PDF that a print job makes."""

    def words(state: JobState) -> list[str]:
        platform.run_jobs()
        done = school.hq.ask(GetJob(job_id=UUID(state.id.removeprefix("training."))), service="training")
        assert done.state == "succeeded", done.problem
        pdf = platform.blobs.read(BlobRef.model_validate((done.result or {})["file"]).hash)
        return [page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(pdf)]

    return words


def test_a_commission_is_printed_and_its_reprints_are_counted(school: School, printed: Any) -> None:
    commission = school.commission()
    school.session(20, course=None, commission_id=commission.id, cost_cents=2_400_050, place="岩洞镇中心")
    order = c.PrintTrainingCommission(commission_id=commission.id)
    (first,) = printed(school.hq.ask(order))
    for said in (commission.commission_no, "黎平县中等职业学校", "50 人", "60000", "24000.50", "岩洞镇中心", "第 1 次"):
        assert said in first
    (again,) = printed(school.hq.ask(order))
    assert "第 2 次" in again
    assert school.hq.ask(c.GetTrainingCommission(commission_id=commission.id)).prints == 2


def test_the_sign_in_sheet_names_those_with_a_seat(school: School, printed: Any) -> None:
    planned = school.session(capacity=1, teacher="石老师")
    seated, waits = school.worker(name="吴秀兰"), school.worker(name="杨通海")
    school.enrol(planned, seated)
    school.enrol(planned, waits)
    (sheet,) = printed(school.hq.ask(c.PrintSignInSheet(session_id=planned.id)))
    assert "吴秀兰" in sheet
    assert "杨通海" not in sheet
    assert TODAY.isoformat() in sheet
    assert "石老师" in sheet


def test_certificates_are_printed_a_page_each(school: School, printed: Any) -> None:
    planned = school.session()
    learners = [school.enrol(planned, school.worker(name=name)).worker_id for name in ("龙胜花", "石明德")]
    school.attend(planned, *learners)
    first, _ = school.certify(planned)
    page, other = printed(school.hq.ask(c.PrintCertificates(session_id=planned.id)))
    masked = school.hq.ask(registry.GetWorker(worker_id=first.worker_id)).id_number_masked or "?"
    for said in ("龙胜花", first.certificate_no, "养蜂", masked):
        assert said in page
    assert "石明德" in other
    school.hq.ask(c.RevokeCertificate(certificate_id=first.id, reason="登记有误"))
    with refused("resource.not_found"):
        school.hq.ask(c.PrintCertificates(certificate_ids=[first.id]))
