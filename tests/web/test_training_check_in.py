"""The page behind the code of the day, as a learner's phone opens it."""

from __future__ import annotations

import re
from typing import Any

from gateway.web.worker_link import COOKIE
from shared.contracts import training as c
from tests.services.training.school import School
from tests.support.asker import Asker
from tests.support.platform import TestPlatform
from tests.support.signing_in import token_for


def test_a_scan_and_one_button_check_a_learner_in(http: Any, hq: Asker, platform: TestPlatform) -> None:
    school = School(hq)
    planned = school.session()
    learner = school.enrol(planned).worker_id
    address = "/w/training/" + hq.ask(c.MakeAttendanceCode(session_id=planned.id)).code
    stranger = http.get(address)
    assert (stranger.status_code, "<button" in stranger.text) == (200, False)
    http.cookies.set(COOKIE, token_for(platform, platform.worker(learner).context))
    page = http.get(address)
    assert "<script" not in page.text
    (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)
    forged = http.post(address, data={"csrf_token": "x"})
    assert forged.status_code >= 400
    done = http.post(address, data={"csrf_token": token})
    assert "签到成功" in done.text
    assert "岩洞镇就业服务中心" in done.text
    (row,) = hq.ask(c.ListAttendance(session_id=planned.id)).items
    assert (row.worker_id, row.source) == (learner, c.AttendanceSource.code)
    refused = http.post(address[:-4] + "AAAA", data={"csrf_token": token})
    assert "签到成功" not in refused.text
