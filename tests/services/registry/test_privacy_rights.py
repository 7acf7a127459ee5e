"""个人信息权利: asked and answered, restricted and free again, copied, looked at, kept no longer than needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.registry import imports, processing
from services.registry.access_words import sections
from services.registry.days import day_of
from shared.contracts import registry as c
from shared.contracts.base import BlobRef
from shared.contracts.kit import GetJob
from shared.contracts.outposts import RightsCaseOpened
from shared.contracts.registry import PeoplePurpose
from shared.contracts.scopes import OutpostCode, Role
from shared.kit.context import service_context
from shared.kit.tables import new_id
from tests.services.registry.test_privacy import grant
from tests.support.asker import Asker, refused
from tests.support.events import announcer
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform
from tests.support.spreadsheets import xlsx

TODAY = day_of(datetime.now(UTC))
VILLAGE = "522631104200"


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(71)


def run(platform: TestPlatform, statement: str, **given: Any) -> Any:
    with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
        return session.connection().execute(text(statement), given)


class TestRequest:
    def test_is_asked_by_the_worker_and_refused_with_a_reason(
        self, hq: Asker, worker: Callable[[UUID], Asker], people: RegisterWorkerFactory
    ) -> None:
        one, other = hq.ask(people.build()), hq.ask(people.build())
        own = worker(one.id)
        asked = own.ask(c.SubmitPrivacyRequest(worker_id=one.id, right="explanation", reason="为什么给我推荐这个岗位"))
        assert (asked.due_on, asked.is_overdue) == (TODAY + timedelta(days=30), False)
        with refused("privacy_request.open"):
            own.ask(c.SubmitPrivacyRequest(worker_id=one.id, right="explanation"))
        with refused("resource.not_found"):
            own.ask(c.SubmitPrivacyRequest(worker_id=other.id, right="access"))
        with refused("resource.not_found"):
            worker(other.id).ask(c.WithdrawPrivacyRequest(request_id=asked.id))
        answer = hq.ask(c.RefusePrivacyRequest(request_id=asked.id, answer="已当面说明"))
        assert (answer.state, answer.answer) == (c.PrivacyRequestState.refused, "已当面说明")
        assert [found.answer for found in own.ask(c.ListPrivacyRequests()).items] == ["已当面说明"]
        with refused("privacy_request.answered"):
            own.ask(c.WithdrawPrivacyRequest(request_id=asked.id))

    def test_for_deletion_is_carried_out_unless_a_case_is_open(
        self, hq: Asker, platform: TestPlatform, worker: Callable[[UUID], Asker], people: RegisterWorkerFactory
    ) -> None:
        one, held = hq.ask(people.build()), hq.ask(people.build())
        first, second = (
            worker(person.id).ask(c.SubmitPrivacyRequest(worker_id=person.id, right="deletion"))
            for person in (one, held)
        )
        announcer(platform)(
            RightsCaseOpened(
                case_id=new_id(), worker_id=held.id, outpost=OutpostCode.dongguan, case_no="DG-9", kind="wage_dispute"
            )
        )
        with refused("worker.on_legal_hold"):
            hq.ask(c.FulfilPrivacyRequest(request_id=second.id, answer="删除"))
        with refused("scope.forbidden"):
            platform.hq(Role.hq_officer).ask(c.FulfilPrivacyRequest(request_id=first.id, answer="删除"))
        assert hq.ask(c.FulfilPrivacyRequest(request_id=first.id, answer="已删除")).worker_name == "已删除"
        assert hq.ask(c.GetWorker(worker_id=one.id)).name == "已删除"

    def test_overdue_ones_are_found(self, hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory) -> None:
        one = hq.ask(people.build())
        asked = hq.ask(c.SubmitPrivacyRequest(worker_id=one.id, right="access"))
        run(platform, "UPDATE registry.privacy_request SET due_on = '2026-01-01' WHERE id = :id", id=asked.id)
        (found,) = hq.ask(c.ListPrivacyRequests(overdue=True)).items
        assert (found.id, found.is_overdue) == (asked.id, True)


class TestRestriction:
    def test_the_record_is_kept_and_used_for_nothing_else(
        self,
        hq: Asker,
        platform: TestPlatform,
        outpost: Callable[[str], Asker],
        as_service: Callable[[str], Asker],
        people: RegisterWorkerFactory,
        outbox: Callable[[str], list[dict[str, Any]]],
    ) -> None:
        one = hq.ask(people.build())
        grant(platform, one.id, "outpost:wenling", until=None)
        wenling = outpost("wenling")
        assert wenling.ask(c.GetWorker(worker_id=one.id)).id == one.id
        hq.ask(c.RestrictWorker(worker_id=one.id, reason="本人要求停止处理"))
        assert outbox(str(one.id))[-1]["body"]["is_active"] is False
        assert hq.ask(c.GetWorker(worker_id=one.id)).rosters == []
        for change in (c.UpdateWorker(worker_id=one.id, can_work=False), c.UpdateWorker(worker_id=one.id, phone="")):
            with refused("worker.restricted"):
                hq.ask(change)
        with refused("resource.not_found"):
            wenling.ask(c.GetWorker(worker_id=one.id))
        assert wenling.ask(c.ListWorkers(is_active=None)).items == []
        dispatch = as_service("dispatch")
        stopped = dispatch.ask(c.GetPeople(worker_ids=[one.id], purpose=PeoplePurpose.message))
        assert stopped.missing == [one.id]
        assert dispatch.ask(c.GetPeople(worker_ids=[one.id], purpose=PeoplePurpose.rights_case)).missing == []
        hq.ask(c.LiftRestriction(worker_id=one.id, reason="本人撤回"))
        free = hq.ask(c.GetWorker(worker_id=one.id))
        assert (free.is_active, free.rosters) == (True, one.rosters)
        with refused("worker.not_restricted"):
            hq.ask(c.LiftRestriction(worker_id=one.id, reason="再来"))

    def test_begins_by_the_persons_request(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        one = hq.ask(people.build())
        asked = hq.ask(c.SubmitPrivacyRequest(worker_id=one.id, right="restriction"))
        hq.ask(c.FulfilPrivacyRequest(request_id=asked.id, answer="已限制"))
        with refused("worker.restricted"):
            hq.ask(c.UpdateWorker(worker_id=one.id, can_work=False))
        hq.ask(c.EraseWorker(worker_id=one.id, reason="期满"))


class TestConsent:
    def test_is_given_withdrawn_and_given_again_by_the_worker(
        self, hq: Asker, worker: Callable[[UUID], Asker], people: RegisterWorkerFactory
    ) -> None:
        one = hq.ask(people.build())
        own = worker(one.id)
        give = c.GiveConsent(worker_id=one.id, purpose="messages")
        own.ask(give)
        with refused("consent.given_already"):
            own.ask(give)
        own.ask(c.WithdrawConsent(worker_id=one.id, purpose="messages"))
        own.ask(c.GiveConsent(worker_id=one.id, purpose="messages", evidence="授权书 1"))
        with refused("resource.not_found"):
            own.ask(c.GiveConsent(worker_id=hq.ask(people.build()).id, purpose="messages"))
        told = [change.changes[0].after for change in hq.ask(c.ListWorkerChanges(worker_id=one.id)).items]
        sent = f"派遣外出务工({TODAY}起)"
        assert told == [
            f"{sent}、接收岗位信息({TODAY}起)",
            f"{sent}、接收岗位信息({TODAY}撤回)",
            f"{sent}、接收岗位信息({TODAY}起)",
        ]


class TestLooks:
    def test_readings_are_counted_by_account_and_day(
        self, hq: Asker, area: Callable[[str], Asker], platform: TestPlatform, people: RegisterWorkerFactory
    ) -> None:
        one = hq.ask(people.build(division=VILLAGE))
        grid = area("522631104")
        for _ in range(2):
            grid.ask(c.GetWorker(worker_id=one.id))
        grid.ask(c.ListWorkerChanges(worker_id=one.id))
        auditor = platform.hq(Role.hq_auditor)
        looks = auditor.ask(c.ListLooks(worker_id=one.id)).items
        assert [(look.what, look.times, look.scope) for look in looks] == [
            ("history", 1, "area:522631104"),
            ("record", 2, "area:522631104"),
        ]
        with refused("scope.forbidden"):
            grid.ask(c.ListLooks())
        with refused("resource.not_found"):
            area("522631105").ask(c.GetWorker(worker_id=one.id))
        assert len(auditor.ask(c.ListLooks(worker_id=one.id)).items) == 2

    def test_an_account_that_reads_many_people_stands_out(
        self, hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.registry.looks.UNUSUAL", 2)
        curious = platform.area("522631106")
        for form in people.batch(3, division="522631106200"):
            curious.ask(c.GetWorker(worker_id=hq.ask(form).id))
        found = {row.actor: row for row in hq.ask(c.ListLookers(unusual_only=True)).items}
        assert (found["user:area-522631106"].people, found["user:area-522631106"].is_unusual) == (3, True)

    def test_the_person_learns_which_office_looked_and_for_what(
        self,
        hq: Asker,
        area: Callable[[str], Asker],
        worker: Callable[[UUID], Asker],
        as_service: Callable[[str], Asker],
        people: RegisterWorkerFactory,
    ) -> None:
        one = hq.ask(people.build(division=VILLAGE))
        area("522631104").ask(c.GetWorker(worker_id=one.id))
        hq.ask(c.DiscloseIdNumber(worker_id=one.id, purpose="办理社会保障卡"))
        as_service("dispatch").ask(c.GetPeople(worker_ids=[one.id], purpose=PeoplePurpose.manifest))
        own = worker(one.id)
        own.ask(c.GetWorker(worker_id=one.id))
        seen = {(look.who, *look.what, look.purpose) for look in own.ask(c.GetOwnLooks(worker_id=one.id)).items}
        assert seen == {
            ("网格(敖市镇)", "登记信息", None),
            ("县公司", "身份证号码", "办理社会保障卡"),
            ("系统办理业务", "姓名", "身份证号码", "联系电话", "乘车名单"),
        }
        with refused("resource.not_found"):
            own.ask(c.GetOwnLooks(worker_id=hq.ask(people.build()).id))


def test_a_copy_holds_everything_and_is_recorded(
    hq: Asker, worker: Callable[[UUID], Asker], platform: TestPlatform, people: RegisterWorkerFactory
) -> None:
    form = people.build(difficulty={"kind": "disabled", "evidence": "残疾证3", "valid_from": "2024-01-01"})
    one, other = hq.ask(form), hq.ask(people.build())
    hq.ask(c.UpdateWorker(worker_id=one.id, name="新名字"))
    hq.ask(c.RecordVisit(worker_id=one.id, outcome="met", visited_on="2026-01-01", note="想学养蜂"))
    own = worker(one.id)
    own.ask(c.RequestChange(worker_id=one.id, changes=c.AskedChanges(education="college"), reason="毕业了"))
    copy = own.ask(c.MakeAccessCopy(worker_id=one.id))
    assert (copy.id_number, copy.worker.difficulty[0].evidence) == (form.id_number, "残疾证3")
    assert [change.changes[0].before for change in copy.changes] == [form.name]
    assert [visit.note for visit in copy.visits] == ["想学养蜂"]
    assert [request.reason for request in copy.change_requests] == ["毕业了"]
    assert {activity.key for activity in copy.activities} >= {"registration", "matching", "dispatch"}
    assert [entry.kind for entry in copy.entries] == ["difficulty"]
    assert copy.withheld is None
    (entry,) = hq.ask(c.ListDisclosures(worker_id=one.id)).items
    assert (entry.fields, entry.actor) == (["copy"], f"worker:{one.id}")
    with refused("resource.not_found"):
        own.ask(c.MakeAccessCopy(worker_id=other.id))
    with refused("scope.forbidden"):
        platform.hq(Role.hq_auditor).ask(c.MakeAccessCopy(worker_id=one.id))
    assert "维权案件" in (hq.ask(c.MakeAccessCopy(worker_id=one.id)).withheld or "")


def test_a_copy_is_printed_in_words(
    hq: Asker, worker: Callable[[UUID], Asker], platform: TestPlatform, people: RegisterWorkerFactory
) -> None:
    one, other = hq.ask(people.build(employment={"kind": "public_post", "started_on": "2024-03-01"})), people.build()
    brought = hq.ask(other)
    hq.ask(c.RecordReferral(referrer_id=one.id, worker_id=brought.id))
    hq.ask(c.FoundHousehold(worker_id=one.id, members_total=4))
    own = worker(one.id)
    copy = own.ask(c.MakeAccessCopy(worker_id=one.id))
    assert [referral.name for referral in copy.brought] == [other.name]
    assert copy.household is not None
    assert copy.household.members_total == 4
    said = {section["title"]: section["entries"] for section in sections(copy)}
    assert ("家庭户", f"户主(自{TODAY}), 全户4人") in said["登记信息"][0]
    assert said["一带十"] == [[("被介绍人", other.name), ("日期", TODAY.isoformat())]]
    assert said["就业困难认定和就业经历(含更正、撤销)"][0][0][0] == "2024-03-01起公益性岗位"
    job = own.ask(c.PrintAccessCopy(worker_id=one.id))
    platform.run_jobs()
    done = own.ask(GetJob(job_id=UUID(job.id.rpartition(".")[2])), service="registry")
    assert done.state == "succeeded", done.problem
    assert platform.blobs.read(BlobRef.model_validate(done.result["file"])).startswith(b"%PDF")
    with refused("resource.not_found"):
        own.ask(c.PrintAccessCopy(worker_id=brought.id))


def test_the_processing_record_counts_disclosures(
    hq: Asker, as_service: Callable[[str], Asker], people: RegisterWorkerFactory
) -> None:
    ids = [hq.ask(form).id for form in people.batch(2)]

    def training() -> tuple[int, int]:
        record = hq.ask(c.GetProcessingRecord(since=TODAY))
        return next((one.disclosures, one.people) for one in record.activities if one.key == "training")

    before = training()
    for _ in range(2):
        as_service("training").ask(c.GetPeople(worker_ids=ids, purpose=PeoplePurpose.training_roster))
    assert training() == (before[0] + 4, before[1] + 2)


class TestRetention:
    def test_people_of_whom_nothing_was_recorded_for_years_are_due(
        self, hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory
    ) -> None:
        village = "522631107200"
        idle, works, visited = (hq.ask(form) for form in people.batch(3, division=village))
        hq.ask(c.RecordEmploymentSpell(worker_id=works.id, kind="flexible", started_on="2019-01-01"))
        hq.ask(c.RecordVisit(worker_id=visited.id, outcome="met", visited_on=TODAY))
        then = datetime.now(UTC) - timedelta(days=6 * 366)
        run(platform, "UPDATE registry.worker SET updated_at = :then WHERE division = :at", then=then, at=village)

        def due() -> list[UUID]:
            return [row.worker_id for row in hq.ask(c.ListRetentionDue(division=village)).items]

        assert due() == [idle.id]
        with refused("worker.period_invalid"):
            hq.ask(c.KeepWorker(worker_id=idle.id, reason="仍在领取", until=TODAY))
        hq.ask(c.KeepWorker(worker_id=idle.id, reason="仍在领取失业保险", until=TODAY + timedelta(days=30)))
        assert due() == []

    def test_uploaded_rosters_are_dropped_in_time(
        self,
        platform: TestPlatform,
        take: Callable[..., c.WorkerImportView],
        store: Callable[[bytes], BlobRef],
        rng: Any,
    ) -> None:
        content = xlsx([["姓名", "身份证号码", "乡镇"], ["杨小小", "坏号码", "敖市镇"]])
        view = take(content)
        blob = store(content)
        assert _is_stored(platform, blob)
        old = datetime.now(UTC) - processing.IMPORT_FILES_KEPT - timedelta(days=1)
        run(
            platform,
            "UPDATE registry.worker_import SET created_at = :old WHERE id = :id",
            old=old,
            id=imports.job_row(view.id),
        )
        registry = platform.hosted["registry"].runtime
        for _ in range(2):
            with registry.database.transaction(service_context("registry")) as session:
                processing.drop_old_import_files(session)
        assert not _is_stored(platform, blob)


def _is_stored(platform: TestPlatform, blob: BlobRef) -> bool:
    return blob.hash in set(platform.blobs.names())
