"""Who learns what about whom, withdrawal and erasure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from shared.contracts import registry as c
from shared.contracts.outposts import RightsCaseOpened, RightsCaseOutcome, RightsCaseResolved
from shared.contracts.registry import PeoplePurpose
from shared.contracts.scopes import OutpostCode, Role
from shared.kit.context import service_context
from shared.kit.tables import new_id
from tests.support.asker import Asker, refused
from tests.support.events import announcer
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(23)


def stored_text(platform: TestPlatform) -> str:
    """Everything that the registry's schema holds about people, as text."""
    tables = ("worker", "worker_revision", "worker_token", "outbox", "command", "disclosure", "difficulty_status")
    with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
        return "".join(
            str(session.connection().execute(text(f"SELECT t::text FROM registry.{table} t")).all()) for table in tables
        )


class TestDisclosure:
    def test_reveals_one_number_and_says_so_for_good(
        self, hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory
    ) -> None:
        given = people.build()
        worker = hq.ask(given)
        told = hq.ask(c.DiscloseIdNumber(worker_id=worker.id, purpose="办理社会保障卡"))
        assert told.id_number == given.id_number
        auditor = platform.hq(Role.hq_auditor)
        (entry,) = auditor.ask(c.ListDisclosures(worker_id=worker.id)).items
        assert (entry.id, entry.fields, entry.purpose) == (told.disclosure_id, ["id_number"], "办理社会保障卡")
        assert entry.actor == "user:hq-test"

    def test_is_not_for_auditors_or_outposts(
        self,
        hq: Asker,
        platform: TestPlatform,
        outpost: Callable[[str], Asker],
        people: RegisterWorkerFactory,
    ) -> None:
        worker = hq.ask(people.build())
        for asker in (platform.hq(Role.hq_auditor), outpost("dongguan")):
            with refused("scope.forbidden"):
                asker.ask(c.DiscloseIdNumber(worker_id=worker.id, purpose="看看"))

    @pytest.mark.parametrize(
        "statement", ["UPDATE registry.disclosure SET purpose = ''", "DELETE FROM registry.disclosure"]
    )
    def test_its_record_cannot_be_changed(
        self, hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory, statement: str
    ) -> None:
        worker = hq.ask(people.build())
        hq.ask(c.DiscloseIdNumber(worker_id=worker.id, purpose="核对"))
        with (
            pytest.raises(Exception, match="keeps what was written"),
            platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session,
        ):
            session.connection().execute(text(statement))

    def test_identity_numbers_and_phones_stand_nowhere_readable(
        self, hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory
    ) -> None:
        given = people.build(difficulty={"kind": "disabled", "evidence": "证号99887766", "valid_from": "2024-01-01"})
        worker = hq.ask(given)
        hq.ask(c.DiscloseIdNumber(worker_id=worker.id, purpose="核对"))
        stored = stored_text(platform)
        assert given.id_number not in stored
        assert str(given.phone) not in stored
        assert "99887766" not in stored


class TestGetPeople:
    def test_gives_what_the_purpose_needs_and_no_more(
        self, hq: Asker, as_service: Callable[[str], Asker], people: RegisterWorkerFactory
    ) -> None:
        given = people.build()
        worker = hq.ask(given)
        unknown = new_id()
        dispatch = as_service("dispatch")
        manifest = dispatch.ask(c.GetPeople(worker_ids=[unknown, worker.id], purpose=PeoplePurpose.manifest))
        assert [person.id_number for person in manifest.people] == [given.id_number]
        assert manifest.missing == [unknown]
        slip = dispatch.ask(c.GetPeople(worker_ids=[worker.id], purpose=PeoplePurpose.recommendation_slip))
        assert (slip.people[0].name, slip.people[0].id_number, slip.people[0].phone) == (given.name, None, None)
        entries = hq.ask(c.ListDisclosures(worker_id=worker.id)).items
        assert [(entry.purpose, entry.actor) for entry in entries] == [
            ("recommendation_slip", "service:dispatch"),
            ("manifest", "service:dispatch"),
        ]

    def test_an_outpost_asks_about_its_own_people_only(
        self, hq: Asker, outpost: Callable[[str], Asker], people: RegisterWorkerFactory
    ) -> None:
        worker = hq.ask(people.build())
        found = outpost("wenling").ask(c.GetPeople(worker_ids=[worker.id], purpose=PeoplePurpose.caseload))
        assert (found.people, found.missing) == ([], [worker.id])


class TestConsent:
    def test_a_worker_withdraws_the_own_consent_only(
        self,
        hq: Asker,
        worker: Callable[..., Asker],
        people: RegisterWorkerFactory,
        outbox: Callable[[str], list[dict[str, object]]],
    ) -> None:
        one, other = hq.ask(people.build()), hq.ask(people.build())
        purpose = c.ConsentPurpose.automated_matching
        with refused("resource.not_found"):
            worker(one.id).ask(c.WithdrawConsent(worker_id=other.id, purpose=purpose))
        worker(one.id).ask(c.WithdrawConsent(worker_id=one.id, purpose=purpose))
        topics = {event["topic"]: event["body"] for event in outbox(str(one.id))}
        assert topics["worker.updated"]["automated_matching"] is False  # type: ignore[index]
        assert topics["consent.withdrawn"]["purpose"] == "automated_matching"  # type: ignore[index]
        with refused("consent.not_given"):
            worker(one.id).ask(c.WithdrawConsent(worker_id=one.id, purpose=purpose))

    def test_can_be_given_again(self, hq: Asker, people: RegisterWorkerFactory) -> None:
        given = people.build(consents=["messages"])
        one = hq.ask(given)
        hq.ask(c.WithdrawConsent(worker_id=one.id, purpose=c.ConsentPurpose.messages))
        again = hq.ask(c.UpdateWorker(worker_id=one.id, consents=[c.ConsentPurpose.messages]))
        assert [consent.withdrawn_on for consent in again.consents] == [None]


class TestErasure:
    def test_destroys_the_key_and_blanks_the_record(
        self,
        hq: Asker,
        platform: TestPlatform,
        people: RegisterWorkerFactory,
        outbox: Callable[[str], list[dict[str, object]]],
    ) -> None:
        given = people.build(name="龙永福")
        one = hq.ask(given)
        hq.ask(c.UpdateWorker(worker_id=one.id, name="龙永贵"))
        hq.ask(c.EraseWorker(worker_id=one.id, reason="本人书面申请删除"))
        assert outbox(str(one.id))[-1]["topic"] == "worker.erased"
        view = hq.ask(c.GetWorker(worker_id=one.id))
        assert (view.name, view.id_number_masked, view.phone, view.rosters) == ("已删除", None, None, [])
        assert hq.ask(c.ListWorkers(q="永贵")).items == []
        assert "龙永" not in stored_text(platform)
        with refused("worker.erased"):
            hq.ask(c.UpdateWorker(worker_id=one.id, can_work=True))
        with refused("worker.erased"):
            hq.ask(c.DiscloseIdNumber(worker_id=one.id, purpose="核对"))
        with refused("worker.erased"):
            hq.ask(c.EraseWorker(worker_id=one.id, reason="再删一次"))
        assert hq.ask(given).id != one.id

    def test_waits_for_an_open_rights_case(
        self, hq: Asker, platform: TestPlatform, people: RegisterWorkerFactory
    ) -> None:
        one = hq.ask(people.build())
        announce = announcer(platform)
        case: dict[str, Any] = {"case_id": new_id(), "worker_id": one.id, "outpost": OutpostCode.dongguan}
        announce(RightsCaseOpened(**case, case_no="DG-1", kind="wage_dispute"))
        with refused("worker.on_legal_hold"):
            hq.ask(c.EraseWorker(worker_id=one.id, reason="本人申请"))
        outcome = next(iter(RightsCaseOutcome))
        announce(RightsCaseResolved(**case, outcome=outcome, recovered_cents=0))
        hq.ask(c.EraseWorker(worker_id=one.id, reason="本人申请"))


class TestGrant:
    def test_an_outpost_sees_a_worker_only_while_a_grant_says_so(
        self, hq: Asker, platform: TestPlatform, outpost: Callable[[str], Asker], people: RegisterWorkerFactory
    ) -> None:
        one = hq.ask(people.build())
        other = outpost("shenzhen")
        grant(platform, one.id, "outpost:shenzhen", until=NOW + timedelta(days=30))
        assert other.ask(c.GetWorker(worker_id=one.id)).name == one.name
        assert [row.id for row in other.ask(c.ListWorkers()).items] == [one.id]
        with refused("scope.forbidden"):
            other.ask(c.UpdateWorker(worker_id=one.id, can_work=False))
        grant(platform, one.id, "outpost:shenzhen", until=NOW - timedelta(seconds=1))
        with refused("resource.not_found"):
            other.ask(c.GetWorker(worker_id=one.id))

    def test_a_partner_sees_people_without_their_numbers_or_hardship(
        self, hq: Asker, platform: TestPlatform, partner: Callable[..., Asker], people: RegisterWorkerFactory
    ) -> None:
        one = hq.ask(people.build(difficulty={"kind": "disabled", "valid_from": "2024-01-01"}))
        employer_id = new_id()
        grant(platform, one.id, f"partner:{employer_id}", until=None)
        seen = partner(employer_id).ask(c.GetWorker(worker_id=one.id))
        assert (seen.name, seen.id_number_masked, seen.difficulty) == (one.name, None, [])
        with refused("resource.not_found"):
            partner(new_id()).ask(c.GetWorker(worker_id=one.id))


def grant(platform: TestPlatform, worker_id: object, scope_key: str, *, until: datetime | None) -> None:
    with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
        session.connection().execute(
            text(
                "INSERT INTO registry.worker_grant (worker_id, scope_key, from_at, until_at) "
                "VALUES (:worker, :key, :from_at, :until) "
                "ON CONFLICT (worker_id, scope_key) DO UPDATE SET until_at = excluded.until_at"
            ),
            {"worker": worker_id, "key": scope_key, "from_at": NOW - timedelta(days=1), "until": until},
        )
