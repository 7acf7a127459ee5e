"""The rules between the six rosters, for any history, on any day, by any knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import col, select

from services.registry import history
from services.registry.bulk import insert_rows
from services.registry.memberships import Known, known_of
from services.registry.models import DifficultyStatus, EmploymentSpell, Worker, WorkerRevision
from services.registry.rosters import Moment, members
from shared.contracts import registry as c
from shared.contracts.registry import RosterKind, SpellKind
from shared.kit.context import service_context
from shared.kit.session import Session
from shared.kit.tables import new_id
from tests.support.platform import TestPlatform

DAYS = 12
FIRST = date(2024, 3, 1)


@dataclass
class Life:
    """One person's recorded life: everything by day numbers from FIRST on."""

    is_active: list[tuple[int, bool]]
    wants_out: bool
    can_work: bool
    statuses: list[tuple[int, int | None, int, int | None]] = field(default_factory=list)
    spells: list[tuple[SpellKind, int, int | None, int, int | None]] = field(default_factory=list)
    worker_id: UUID = field(default_factory=new_id)


SWITCHES = ["is_active", "wants_out_work", "can_work"]
days = st.integers(0, DAYS)
later = st.none() | st.integers(0, DAYS)


def _period(start: int, length: int | None) -> tuple[int, int | None]:
    return start, None if length is None else start + length


@st.composite
def lives(draw: st.DrawFn) -> Life:
    switches = sorted(draw(st.sets(st.integers(1, DAYS), max_size=2)))
    active = [(0, draw(st.booleans()))] + [(day, draw(st.booleans())) for day in switches]
    life = Life(active, draw(st.booleans()), draw(st.booleans()))
    for _ in range(draw(st.integers(0, 2))):
        recorded, superseded = _period(draw(days), draw(later))
        life.statuses.append((*_period(draw(days), draw(later)), recorded, superseded))
    for _ in range(draw(st.integers(0, 2))):
        recorded, superseded = _period(draw(days), draw(later))
        kind = draw(st.sampled_from(list(SpellKind)))
        life.spells.append((kind, *_period(draw(days), draw(later)), recorded, superseded))
    return life


def _day(number: int) -> date:
    return FIRST + timedelta(days=number)


def _moment(number: int | None) -> datetime | None:
    return None if number is None else datetime.combine(_day(number), time(12), UTC)


def _store(session: Session, all_lives: list[Life]) -> None:
    workers, revisions, statuses, spells = [], [], [], []
    for life in all_lives:
        common = {"worker_id": life.worker_id, "division": "522631001001", "source": c.RecordSource.hq, "actor": "t"}
        number = life.worker_id.hex[-8:]
        workers.append(
            {
                "id": life.worker_id,
                "version": 1,
                "name": "吴" + number,
                "name_key": number,
                "id_hash": life.worker_id.hex,
                "id_area": "522631",
                "id_last4": "0000",
                "sex": c.Sex.male,
                "born_on": date(1990, 1, 1),
                "division": "522631001001",
                "is_relocated": False,
                "can_work": life.can_work,
                "limits": [],
                "wants_out_work": life.wants_out,
                "wants_local_work": False,
                "destinations": [],
                "wanted_occupations": [],
                "employment": c.Employment.none,
                "automated_matching": True,
                "is_active": True,
                "is_verified": True,
                "source": c.RecordSource.hq,
                "created_at": _moment(0),
                "updated_at": _moment(0),
            }
        )
        ends = [day for day, _ in life.is_active[1:]] + [None]
        for (start, is_active), end in zip(life.is_active, ends, strict=True):
            revisions.append(
                common
                | {
                    "id": new_id(),
                    "version": 1,
                    "valid_from": _day(start),
                    "valid_until": None if end is None else _day(end),
                    "recorded_at": _moment(0),
                    "superseded_at": None,
                    "is_active": is_active,
                    "is_verified": True,
                    "can_work": life.can_work,
                    "wants_out_work": life.wants_out,
                    "wants_local_work": False,
                    "changed": [],
                }
            )
        for start, end, recorded, superseded in life.statuses:
            statuses.append(
                common
                | {
                    "id": new_id(),
                    "kind": c.DifficultyKind.monitored,
                    "valid_from": _day(start),
                    "valid_to": None if end is None else _day(end),
                    "recorded_at": _moment(recorded),
                    "superseded_at": _moment(superseded),
                }
            )
        for kind, start, end, recorded, superseded in life.spells:
            spells.append(
                common
                | {
                    "id": new_id(),
                    "kind": kind,
                    "started_on": _day(start),
                    "ended_on": None if end is None else _day(end),
                    "recorded_at": _moment(recorded),
                    "superseded_at": _moment(superseded),
                }
            )
    insert_rows(session, Worker, workers)
    insert_rows(session, WorkerRevision, revisions)
    insert_rows(session, DifficultyStatus, statuses)
    insert_rows(session, EmploymentSpell, spells)


def _expected(life: Life, day: int, known: int) -> set[RosterKind]:
    """The lists by the county's words, told a second time, without SQL."""

    def believed(recorded: int, superseded: int | None) -> bool:
        return recorded <= known and (superseded is None or superseded > known)

    if not [active for start, active in life.is_active if start <= day][-1]:
        return set()
    found = {RosterKind.labour_force}
    if any(s <= day and (e is None or e >= day) and believed(r, x) for s, e, r, x in life.statuses):
        found.add(RosterKind.hardship)
    spells = [(kind, s, e) for kind, s, e, r, x in life.spells if believed(r, x)]
    running = [kind for kind, s, e in spells if s <= day and (e is None or e > day)]
    if running and RosterKind.hardship in found:
        found.add(RosterKind.hardship_employed)
    if not running and life.wants_out and life.can_work:
        found.add(RosterKind.unemployed)
    if life.wants_out and SpellKind.out_of_county not in running:
        found.add(RosterKind.seeking_out_work)
    away_ended = any(kind is SpellKind.out_of_county and e is not None and e <= day for kind, _, e in spells)
    if away_ended and not running:
        found.add(RosterKind.returned)
    return found


@contextmanager
def _undone(platform: TestPlatform) -> Iterator[Session]:
    with platform.hosted["registry"].runtime.database.transaction(service_context("registry")) as session:
        trial = session.begin_nested()
        yield session
        trial.rollback()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(all_lives=st.lists(lives(), min_size=1, max_size=6), day=st.integers(0, DAYS), known=st.integers(0, DAYS + 2))
def test_the_lists_follow_the_rules_on_any_day_by_any_knowledge(
    platform: TestPlatform, all_lives: list[Life], day: int, known: int
) -> None:
    moment = _moment(known)
    assert moment is not None
    ours = {life.worker_id for life in all_lives}
    with _undone(platform) as session:
        _store(session, all_lives)
        at = Moment(_day(day), moment)
        on = {
            kind: ours & set(session.scalars(members(kind, at).with_only_columns(col(Worker.id))))
            for kind in RosterKind
        }
        workers = session.exec(select(Worker).where(col(Worker.id).in_(ours))).all()
        told_again = known_of(session, workers, at)
    for kind in RosterKind:
        assert {worker_id for worker_id, person in told_again.items() if person.is_on(kind, at.day)} == on[kind]
        for person in told_again.values():
            _check_turns(person, kind, at.day)
    assert on[RosterKind.hardship_employed] <= on[RosterKind.hardship] <= on[RosterKind.labour_force]
    assert not on[RosterKind.hardship_employed] & on[RosterKind.unemployed]
    for life in all_lives:
        assert {kind for kind in RosterKind if life.worker_id in on[kind]} == _expected(life, day, known)


def _check_turns(person: Known, kind: RosterKind, day: date) -> None:
    """`since` and `until` are the ends of the unbroken time around the day."""
    is_on, since, until = person.is_on(kind, day), person.since(kind, day), person.until(kind, day)
    around = [day + timedelta(days=number) for number in range(-DAYS - 2, 2 * DAYS + 4)]
    assert all(person.is_on(kind, one) is is_on for one in around if since <= one <= day)
    assert since < around[0] or since == day or person.is_on(kind, since - timedelta(days=1)) is not is_on
    if is_on:
        assert all(person.is_on(kind, one) for one in around if day <= one and (until is None or one < until))
        assert until is None or not person.is_on(kind, until)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 20), st.sampled_from(SWITCHES)), max_size=5))
def test_at_any_day_and_knowledge_exactly_one_revision_applies(
    platform: TestPlatform, changes: list[tuple[int, str]]
) -> None:
    """Also after corrections that reach back; and what was known before is read as it was known then."""
    begin = datetime.combine(FIRST, time(0), UTC)
    with _undone(platform) as session:
        life = Life([(0, True)], wants_out=True, can_work=True)
        session.now = begin
        _store(session, [life])
        session.connection().execute(
            text("UPDATE registry.worker_revision SET recorded_at = :now WHERE worker_id = :id"),
            {"now": begin, "id": life.worker_id},
        )
        worker = session.get_one(Worker, life.worker_id)
        seen: list[tuple[datetime, int, tuple[bool, ...]]] = []
        for number, (reach, name) in enumerate(changes, 1):
            session.now = begin + timedelta(days=number)
            setattr(worker, name, not getattr(worker, name))
            worker.version += 1
            valid_from = max(FIRST, session.now.date() - timedelta(days=reach))
            history.record(session, worker, changed=[name], source=c.RecordSource.hq, valid_from=valid_from)
            session.flush()
            seen += [(session.now, day, _applies(session, life, session.now, day)) for day in range(number + 1)]
        for known_at, day, facts in seen:
            assert _applies(session, life, known_at, day) == facts
        if changes:
            assert _applies(session, life, session.now, len(changes)) == (
                worker.is_active,
                worker.wants_out_work,
                worker.can_work,
            )


def _applies(session: Session, life: Life, known_at: datetime, day: int) -> tuple[bool, ...]:
    (revision,) = session.exec(
        select(WorkerRevision).where(
            col(WorkerRevision.worker_id) == life.worker_id, Moment(_day(day), known_at).revision()
        )
    ).all()
    return revision.is_active, revision.wants_out_work, revision.can_work
