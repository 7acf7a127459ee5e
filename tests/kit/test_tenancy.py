"""Row level security is the wall: what a scope may not see is not there, and what it may not write is refused."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.contracts.scopes import Actor, Context, Hq, Outpost, OutpostCode, Role
from shared.kit.context import service_context
from shared.kit.tables import new_id
from tests.kit.conftest import SamplePlatform
from tests.kit.sample import ListNotes, Person, WriteNote
from tests.support.asker import refused


def test_an_outpost_sees_its_own_rows_only(sample: SamplePlatform) -> None:
    sample.outpost("shenzhen").ask(WriteNote(outpost="shenzhen", words="ours"))
    sample.outpost("guangzhou").ask(WriteNote(outpost="guangzhou", words="theirs"))
    assert {note.words for note in sample.outpost("shenzhen").ask(ListNotes()).items} == {"ours"}
    assert {"ours", "theirs"} <= {note.words for note in sample.hq().ask(ListNotes()).items}


def test_an_outpost_cannot_write_for_another(sample: SamplePlatform) -> None:
    with refused("scope.forbidden"):
        sample.outpost("shenzhen").ask(WriteNote(outpost="guangzhou", words="forged"))


def test_a_transaction_without_a_scope_sees_nothing(sample: SamplePlatform) -> None:
    sample.outpost("shenzhen").ask(WriteNote(outpost="shenzhen", words="hidden"))
    role = sample.hosted["writer"].runtime.database.role
    with sample.engine.begin() as connection:
        connection.execute(text("SELECT set_config('role', :role, true)"), {"role": role})
        assert connection.execute(text("SELECT count(*) FROM writer.note")).scalar() == 0


def test_the_application_cannot_read_without_a_role(sample: SamplePlatform) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), sample.engine.begin() as connection:
        connection.execute(text("SELECT count(*) FROM writer.note"))


def test_the_application_owns_nothing_and_bypasses_nothing(sample: SamplePlatform) -> None:
    with psycopg.connect(sample.admin_url) as connection:
        roles = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE current_database() || '%' "
            "AND (rolsuper OR rolbypassrls OR rolcreaterole)"
        ).fetchall()
        open_tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text "
            "IN ('writer', 'reader') AND NOT (relrowsecurity AND relforcerowsecurity) "
            "AND relname NOT IN ('alembic_version', 'kit_version')"
        ).fetchall()
    assert roles == []
    assert open_tables == []


def test_a_person_is_seen_by_grant_while_it_lasts(sample: SamplePlatform) -> None:
    database = sample.hosted["writer"].runtime.database
    person = new_id()
    with database.transaction(service_context("writer")) as session:
        session.add(Person(id=person, division="522631104200"))
        session.connection().execute(
            text(
                "INSERT INTO writer.worker_grant (worker_id, scope_key, from_at, until_at) VALUES "
                "(:id, 'outpost:dongguan', now() - interval '1 day', now() + interval '1 day'), "
                "(:id, 'outpost:hangzhou', now() - interval '2 days', now() - interval '1 day')"
            ),
            {"id": person},
        )

    def sees(scope: object, role: Role) -> bool:
        context = Context(actor=Actor(kind="user", id="x"), role=role, scope=scope)
        with database.transaction(context) as session:
            return session.get(Person, person) is not None

    from shared.contracts.scopes import Area, Partner, WorkerSelf

    assert sees(Hq(), Role.hq_officer)
    assert sees(Outpost(code=OutpostCode.dongguan), Role.liaison_officer)
    assert not sees(Outpost(code=OutpostCode.hangzhou), Role.liaison_officer)
    assert not sees(Outpost(code=OutpostCode.wenling), Role.liaison_officer)
    assert sees(Area(division="522631104"), Role.grid_leader)
    assert not sees(Area(division="522631105"), Role.grid_leader)
    assert sees(WorkerSelf(worker_id=person), Role.worker)
    assert not sees(WorkerSelf(worker_id=new_id()), Role.worker)
    assert not sees(Partner(employer_id=new_id()), Role.partner_employer)
