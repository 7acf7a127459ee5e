"""What certificates, placements and the caseload do to a worker's record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts import registry as c
from shared.contracts.dispatch import EndReason, PlacementEnded, PlacementStarted
from shared.contracts.outposts import CaseloadClosed, CaseloadOpened
from shared.contracts.scopes import OutpostCode
from shared.contracts.training import CertificateIssued
from shared.kit.tables import new_id
from tests.support.asker import Asker, refused
from tests.support.events import Announce, announcer
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

NOW = datetime.now(UTC)
TODAY = NOW.date()


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(53)


@pytest.fixture
def announce(platform: TestPlatform) -> Announce:
    return announcer(platform)


def started(worker_id: Any, **given: Any) -> PlacementStarted:
    return PlacementStarted(
        **{
            "placement_id": new_id(),
            "order_id": new_id(),
            "worker_id": worker_id,
            "employer_id": new_id(),
            "posting_id": new_id(),
            "outpost": OutpostCode.dongguan,
            "started_on": TODAY,
            "wage_cents": 450_000,
            **given,
        }
    )


def test_a_certificate_is_a_verified_skill(hq: Asker, people: RegisterWorkerFactory, announce: Announce) -> None:
    worker = hq.ask(people.build(skills=[c.SkillIn(occupation="养蜂")]))
    certificate = CertificateIssued(
        certificate_id=new_id(),
        certificate_no="LP-2026-0001",
        worker_id=worker.id,
        course="beekeeping",
        occupation="5-03-03-01",
        issued_on=TODAY,
    )
    announce(certificate)
    (skill,) = hq.ask(c.GetWorker(worker_id=worker.id)).skills
    assert (skill.is_verified, skill.evidence) == (True, "LP-2026-0001")
    kept = hq.ask(c.UpdateWorker(worker_id=worker.id, skills=[]))
    assert [skill.evidence for skill in kept.skills] == ["LP-2026-0001"]


def test_a_placement_is_an_employment_spell_that_ends_what_a_roster_said(
    hq: Asker, people: RegisterWorkerFactory, announce: Announce
) -> None:
    worker = hq.ask(people.build(employment={"kind": "flexible", "started_on": TODAY - timedelta(days=90)}))
    event = started(worker.id)
    announce(event)
    announce(event)
    found = hq.ask(c.GetWorker(worker_id=worker.id))
    assert found.employment is c.Employment.out_of_county
    assert [(spell.kind.value, spell.ended_on) for spell in found.employment_spells] == [
        ("out_of_county", None),
        ("flexible", TODAY),
    ]
    assert found.employment_spells[0].place == "广东省东莞市"
    announce(
        PlacementEnded(
            placement_id=event.placement_id,
            order_id=event.order_id,
            worker_id=worker.id,
            outpost=event.outpost,
            ended_on=TODAY,
            reason=next(iter(EndReason)),
        )
    )
    home = hq.ask(c.GetWorker(worker_id=worker.id))
    assert home.employment is c.Employment.none
    assert c.RosterKind.returned in home.rosters


def test_somebody_erased_is_left_alone(hq: Asker, people: RegisterWorkerFactory, announce: Announce) -> None:
    worker = hq.ask(people.build())
    hq.ask(c.EraseWorker(worker_id=worker.id, reason="本人申请"))
    announce(started(worker.id))
    assert hq.ask(c.GetWorker(worker_id=worker.id)).employment_spells == []


def test_an_outpost_sees_a_worker_while_the_caseload_says_so(
    hq: Asker, outpost: Callable[[str], Asker], people: RegisterWorkerFactory, announce: Announce
) -> None:
    worker = hq.ask(people.build())
    at = {"worker_id": worker.id, "outpost": OutpostCode.hangzhou}
    announce(CaseloadOpened(**at, from_at=NOW, until_at=None))
    assert outpost("hangzhou").ask(c.GetWorker(worker_id=worker.id)).name == worker.name
    with refused("resource.not_found"):
        outpost("wenling").ask(c.GetWorker(worker_id=worker.id))
    announce(CaseloadClosed(**at, until_at=NOW))
    with refused("resource.not_found"):
        outpost("hangzhou").ask(c.GetWorker(worker_id=worker.id))


def test_a_snapshot_tells_what_the_events_told(hq: Asker, as_service: Any, people: RegisterWorkerFactory) -> None:
    worker = hq.ask(people.build())
    cursor: str | None = None
    seen: dict[Any, c.WorkerSnapshot] = {}
    while True:
        page = as_service("postings").ask(c.SnapshotWorkers(limit=2, cursor=cursor))
        seen |= {facts.worker_id: facts for facts in page.items}
        cursor = page.next_cursor
        if cursor is None:
            break
    facts = seen[worker.id]
    assert (facts.version, facts.division) == (1, worker.division)
    assert facts.destinations == worker.intention.destinations
    assert facts.automated_matching is True
