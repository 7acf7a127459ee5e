"""Who entered and left a roster between two days, and the figures by township and month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from services.registry.days import COUNTY_TIME
from shared.contracts import registry as c
from shared.contracts.registry import RosterKind, RosterMove, SpellKind
from shared.contracts.scopes import OutpostCode
from shared.kit.context import service_context
from shared.kit.tables import new_id
from tests.support.asker import Asker, refused
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

TODAY = datetime.now(COUNTY_TIME).date()
HERE, THERE = "522631104", "522631203"


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture(scope="module")
def people(platform: TestPlatform) -> dict[str, UUID]:
    """Registered 400 days ago: one who lost a hardship, one who got work, one who always had both."""
    hq, make = platform.hq(), RegisterWorkerFactory(81)
    lost = hq.ask(make.build(division=HERE, difficulty={"kind": "low_income", "valid_from": ago(300).isoformat()}))
    status = UUID(lost.difficulty[0].id)
    hq.ask(c.EndDifficulty(worker_id=lost.id, difficulty_id=status, valid_to=ago(11), reason="退出低保"))
    hired = hq.ask(make.build(division=HERE, difficulty={"kind": "disabled", "valid_from": ago(300).isoformat()}))
    hq.ask(
        c.RecordEmploymentSpell(worker_id=hired.id, kind=SpellKind.local, employer_name="黎平茶厂", started_on=ago(5))
    )
    both = hq.ask(make.build(division=THERE, difficulty={"kind": "monitored", "valid_from": ago(300).isoformat()}))
    hq.ask(c.RecordEmploymentSpell(worker_id=both.id, kind=SpellKind.flexible, started_on=ago(200)))
    with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
        session.connection().execute(text("UPDATE registry.worker_revision SET valid_from = valid_from - 400"))
    return {"lost": lost.id, "hired": hired.id, "both": both.id}


def compared(asker: Asker, kind: RosterKind, **given: object) -> dict[UUID, c.RosterChange]:
    found = asker.ask(c.CompareRoster(kind=kind, from_on=ago(20), **given))
    assert (found.entered, found.left) == (
        sum(one.move is RosterMove.entered for one in found.items),
        sum(one.move is RosterMove.left for one in found.items),
    )
    assert found.members_after - found.members_before == found.entered - found.left
    return {one.worker_id: one for one in found.items}


class TestDifference:
    def test_names_who_left_and_why(self, hq: Asker, people: dict[str, UUID]) -> None:
        found = compared(hq, RosterKind.hardship)
        assert set(found) == {people["lost"]}
        change = found[people["lost"]]
        assert (change.move, change.happened_on) == (RosterMove.left, ago(10))
        assert change.reason == f"低保户认定于{ago(11)}止"

    def test_names_who_entered_and_why(self, hq: Asker, people: dict[str, UUID]) -> None:
        change = compared(hq, RosterKind.hardship_employed)[people["hired"]]
        assert (change.move, change.happened_on) == (RosterMove.entered, ago(5))
        assert change.reason == f"残疾人员; {ago(5)}起县内就业黎平茶厂"
        left = compared(hq, RosterKind.unemployed)[people["hired"]]
        assert (left.move, left.reason) == (RosterMove.left, f"{ago(5)}起县内就业黎平茶厂")

    def test_an_area_compares_its_own(self, hq: Asker, area: Callable[[str], Asker], people: dict[str, UUID]) -> None:
        assert compared(area(THERE), RosterKind.hardship) == {}
        assert set(compared(hq, RosterKind.hardship, division=HERE)) == {people["lost"]}

    def test_days_out_of_order_are_refused(self, hq: Asker) -> None:
        with refused("worker.period_invalid"):
            hq.ask(c.CompareRoster(kind=RosterKind.hardship, from_on=ago(1), to_on=ago(2)))


class TestFigures:
    def test_size_and_flow_add_up_in_every_township(
        self, hq: Asker, platform: TestPlatform, people: dict[str, UUID]
    ) -> None:
        hq.ask(c.RecountRosters(from_month=ago(100)))
        platform.run_jobs()
        found = hq.ask(c.GetRosterFigures(from_month=ago(100)))
        assert found.uncounted == []
        last: dict[tuple[RosterKind, str], int] = {}
        for row in found.townships:
            key = (row.kind, row.division)
            if key in last:
                assert row.members == last[key] + row.entered - row.left
            last[key] = row.members
        assert last[RosterKind.hardship, HERE] == 1
        ends = {one.kind: one.members for one in found.totals if one.month == TODAY.replace(day=1)}
        assert ends == {one.kind: one.members for one in hq.ask(c.CountRosters()).rosters}

    def test_an_area_reads_its_own_sums(
        self, area: Callable[[str], Asker], platform: TestPlatform, people: dict[str, UUID]
    ) -> None:
        platform.hq().ask(c.RecountRosters(from_month=TODAY))
        platform.run_jobs()
        found = area(HERE).ask(c.GetRosterFigures())
        assert {row.division for row in found.townships} == {HERE}

    def test_months_never_counted_are_named(self, hq: Asker) -> None:
        found = hq.ask(c.GetRosterFigures(from_month=date(2020, 1, 1), to_month=date(2020, 2, 1)))
        assert found.uncounted == [date(2020, 1, 1), date(2020, 2, 1)]

    def test_the_share_with_a_skill(self, hq: Asker, people: dict[str, UUID]) -> None:
        skills = {"lost": [], "hired": [c.SkillIn(occupation="缝纫工")], "both": []}
        for name, given in skills.items():
            hq.ask(c.UpdateWorker(worker_id=people[name], skills=given))
        found = hq.ask(c.GetSkillShares())
        assert (found.total.workers, found.total.with_skill, found.total.share) == (2, 1, 0.5)
        assert {row.division: row.share for row in found.townships} == {HERE: 1.0, THERE: 0.0}
        for count in ("workers", "with_skill", "without_skill"):
            rows = hq.ask(c.ListSkillRows(count=count)).items
            numbers = {"workers": 2, "with_skill": 1, "without_skill": 1}
            assert len(rows) == numbers[count]
        assert [row.worker_id for row in hq.ask(c.ListSkillRows(division=THERE)).items] == [people["both"]]

    def test_from_certificate_to_placement(self, hq: Asker, platform: TestPlatform, people: dict[str, UUID]) -> None:
        from services.registry import projections
        from shared.contracts.dispatch import PlacementStarted
        from shared.contracts.training import CertificateIssued

        runtime = platform.hosted["registry"].runtime
        with runtime.database.transaction(service_context("registry")) as session:
            for number, worker_id in enumerate(people.values()):
                certificate = CertificateIssued(
                    certificate_id=new_id(),
                    certificate_no=f"LP{number}",
                    worker_id=worker_id,
                    course="缝纫",
                    occupation="6-05-01-01",
                    issued_on=TODAY - timedelta(days=40 if worker_id == people["both"] else 0),
                )
                projections.skill_from_certificate(session, certificate)
            placement = PlacementStarted(
                placement_id=new_id(),
                order_id=new_id(),
                worker_id=people["lost"],
                employer_id=new_id(),
                posting_id=new_id(),
                outpost=OutpostCode.dongguan,
                started_on=TODAY,
                wage_cents=500_000,
            )
            projections.spell_from_placement(session, placement)
        total = hq.ask(c.GetTrainingFunnel(days=30)).total
        assert (total.certified, total.employed_within_days, total.placed_within_days, total.employed_now) == (
            3,
            1,
            1,
            3,
        )
        months = {step.month: step.certified for step in hq.ask(c.GetTrainingFunnel(days=30)).months if step.certified}
        earlier = (TODAY - timedelta(days=40)).replace(day=1)
        assert months == {earlier: 1, TODAY.replace(day=1): 2}
        (old,) = hq.ask(c.ListFunnelRows(month=earlier)).items
        assert (old.worker_id, old.certified_on) == (people["both"], TODAY - timedelta(days=40))
        placed = hq.ask(c.ListFunnelRows(count="placed_within_days", days=30)).items
        assert [row.worker_id for row in placed] == [people["lost"]]
        assert len(hq.ask(c.ListFunnelRows(count="employed_now")).items) == 3
