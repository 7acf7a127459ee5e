"""清单月末存档: sealed rosters are chained, signed, reproduced, and what was tampered with is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from services.registry import roster_proofs
from services.registry.days import COUNTY_TIME
from services.registry.roster_models import RosterSnapshot
from services.registry.roster_seals import month_end_before
from shared.contracts import registry as c
from shared.contracts.kit import GetJob
from shared.contracts.registry import RosterKind
from shared.kit.context import service_context
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import Databases, TestPlatform, running_platform

TODAY = datetime.now(COUNTY_TIME).date()


@pytest.fixture(scope="module")
def sealed(platform: TestPlatform) -> list[c.RosterSnapshotView]:
    """Two people who were registered long ago, one of them in hardship; the month's end sealed, and its first day."""
    hq, people = platform.hq(), RegisterWorkerFactory(71)
    hq.ask(people.build(difficulty={"kind": "low_income", "valid_from": "2024-01-01"}))
    hq.ask(people.build())
    _backdate(platform, days=90)
    for day in (month_end_before(TODAY), month_end_before(TODAY).replace(day=1)):
        hq.ask(c.SealRosters(as_of=day))
        platform.run_jobs()
    return hq.ask(c.ListRosterSnapshots()).items


def _backdate(platform: TestPlatform, *, days: int) -> None:
    with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
        for statement in (
            "UPDATE registry.worker_revision SET valid_from = valid_from - :days, "
            "recorded_at = recorded_at - make_interval(days => :days)",
            "UPDATE registry.difficulty_status SET recorded_at = recorded_at - make_interval(days => :days)",
        ):
            session.connection().execute(text(statement), {"days": days})


def verified(platform: TestPlatform, hq: Asker, snapshot_id: UUID) -> dict[str, Any]:
    job = hq.ask(c.VerifyRosterSnapshot(snapshot_id=snapshot_id))
    platform.run_jobs()
    state = hq.ask(GetJob(job_id=UUID(job.id.rpartition(".")[2])), service="registry")
    assert state.state == "succeeded", state.problem
    return state.result


class TestSealing:
    def test_each_roster_is_sealed_and_chained(self, sealed: list[c.RosterSnapshotView]) -> None:
        oldest_first = sealed[::-1]
        assert [one.sequence for one in oldest_first] == list(range(1, 13))
        assert all(later.previous_hash == one.hash for one, later in pairwise(oldest_first))
        members = {one.kind: one.members for one in oldest_first[:6]}
        assert (members[RosterKind.labour_force], members[RosterKind.hardship]) == (2, 1)

    def test_a_day_is_sealed_once(self, hq: Asker, sealed: list[c.RosterSnapshotView], platform: TestPlatform) -> None:
        first, second = (hq.ask(c.SealRosters(as_of=sealed[0].as_of)) for _ in range(2))
        platform.run_jobs()
        assert first.id == second.id
        assert len(hq.ask(c.ListRosterSnapshots(limit=100)).items) == len(sealed)

    def test_a_day_that_is_not_over_is_not_sealed(self, hq: Asker) -> None:
        with refused("roster.date_in_future"):
            hq.ask(c.SealRosters(as_of=TODAY))

    def test_before_anybody_was_registered_nothing_is_sealed(self, databases: Databases) -> None:
        from services.registry.roster_seals import seal_last_month

        with databases.fresh() as url, running_platform(url) as empty:
            with empty.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
                seal_last_month(session)
            assert empty.run_jobs() == 0
            empty.hq().ask(RegisterWorkerFactory(73).build())
            _backdate(empty, days=90)
            with empty.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
                seal_last_month(session)
            assert empty.run_jobs() == 1

    def test_a_sealed_month_is_not_sealed_again(
        self, platform: TestPlatform, sealed: list[c.RosterSnapshotView]
    ) -> None:
        from services.registry.roster_seals import seal_last_month

        with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
            seal_last_month(session)
        assert platform.run_jobs() == 0, "the month's end was sealed already"

    def test_a_seal_is_never_changed(self, platform: TestPlatform, sealed: list[c.RosterSnapshotView]) -> None:
        with (
            pytest.raises(Exception, match="roster_snapshot keeps what was written"),
            platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session,
        ):
            session.connection().execute(text("UPDATE registry.roster_snapshot SET members = 0"))


class TestVerification:
    def test_what_was_sealed_holds(self, platform: TestPlatform, hq: Asker, sealed: list[c.RosterSnapshotView]) -> None:
        labour = next(one for one in sealed if one.kind is RosterKind.labour_force)
        found = verified(platform, hq, labour.id)
        checks = ("is_chain_intact", "is_signature_genuine", "is_content_intact", "is_reproduced")
        assert [found[check] for check in checks] == [True] * 4

    def test_later_events_change_neither_the_seal_nor_its_reproduction(
        self, platform: TestPlatform, hq: Asker, sealed: list[c.RosterSnapshotView]
    ) -> None:
        hq.ask(RegisterWorkerFactory(72).build())
        hardship = next(one for one in sealed if one.kind is RosterKind.hardship)
        person = hq.ask(c.GetRoster(kind=RosterKind.hardship)).items[0]
        worker = hq.ask(c.GetWorker(worker_id=person.worker_id))
        hq.ask(
            c.EndDifficulty(
                worker_id=worker.id,
                difficulty_id=UUID(worker.difficulty[0].id),
                valid_to=hardship.as_of - timedelta(days=10),
                reason="退出低保",
            )
        )
        assert verified(platform, hq, hardship.id)["is_reproduced"]
        today = hq.ask(c.GetRoster(kind=RosterKind.hardship, as_of=hardship.as_of)).total
        then = hq.ask(c.GetRoster(kind=RosterKind.hardship, as_of=hardship.as_of, known_at=hardship.known_at)).total
        assert (today, then) == (0, 1)

    def test_a_changed_past_is_found(
        self, platform: TestPlatform, hq: Asker, sealed: list[c.RosterSnapshotView]
    ) -> None:
        labour = next(one for one in sealed if one.kind is RosterKind.labour_force)
        worker_id = hq.ask(c.GetRoster(kind=RosterKind.labour_force, as_of=labour.as_of)).items[0].worker_id
        with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
            session.connection().execute(
                text("UPDATE registry.worker_revision SET division = '522631203' WHERE worker_id = :id"),
                {"id": worker_id},
            )
        found = verified(platform, hq, labour.id)
        assert (found["is_reproduced"], found["rows_different"], found["is_chain_intact"]) == (False, 1, True)

    @pytest.mark.parametrize("field", ["members", "hash", "signature", "previous_hash"])
    def test_a_tampered_seal_breaks_the_chain(
        self, platform: TestPlatform, sealed: list[c.RosterSnapshotView], field: str
    ) -> None:
        with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
            kept = session.exec(select(RosterSnapshot).order_by(col(RosterSnapshot.sequence))).all()
            chain = [RosterSnapshot(**one.model_dump()) for one in kept]
        assert roster_proofs.first_break(platform.keys, chain) is None
        setattr(chain[3], field, 99 if field == "members" else "A" + getattr(chain[3], field)[1:])
        assert roster_proofs.first_break(platform.keys, chain) == 4
        assert roster_proofs.first_break(platform.keys, chain[:3] + chain[4:]) is not None


def test_area_accounts_see_no_seals(area: Callable[[str], Asker]) -> None:
    with refused("scope.forbidden"):
        area("522631104").ask(c.ListRosterSnapshots())
