"""A read sees what the same select sees through the ORM: the same rows, by the same policies, in any transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.pq.abc import PGresult
from sqlalchemy import bindparam
from sqlmodel import col, select

from shared.contracts.scopes import Actor, Context, Outpost, OutpostCode, Role
from shared.kit import scripts
from shared.kit.database import Database, make_engine
from shared.kit.reads import Read
from shared.kit.scripts import Script, driver_of, rows_of, run
from shared.kit.tables import new_id
from tests.kit.conftest import SamplePlatform
from tests.kit.sample import Note, NoteWritten, WriteNote

_NOTES = Read(select(Note).where(col(Note.words) == bindparam("words")).order_by(col(Note.id)))


def _context(code: str) -> Context:
    return Context(
        actor=Actor(kind="user", id=f"{code}-reader"),
        role=Role.liaison_officer,
        scope=Outpost(code=OutpostCode(code)),
    )


def test_a_read_without_a_transaction_keeps_to_its_scope(sample: SamplePlatform) -> None:
    words = "in one round trip"
    for code in ("dongguan", "shenzhen"):
        sample.outpost(code).ask(WriteNote(outpost=code, words=words))
    database = sample.hosted["writer"].runtime.database
    for code in ("dongguan", "shenzhen", "dongguan"):
        with database.transaction(_context(code)) as session:
            assert [row.outpost for row in session.read(_NOTES, words=words)] == [code]
            assert not session.transaction.is_open


def test_a_read_leaves_no_scope_behind_on_the_connection(sample: SamplePlatform) -> None:
    database = sample.hosted["writer"].runtime.database
    with database.transaction(_context("dongguan")) as session:
        session.read(_NOTES, words="whatever")
    with sample.engine.connect() as connection:
        left = connection.exec_driver_sql("SELECT current_setting('app.kind', true), current_user = session_user").one()
        assert not left[0]
        assert left[1]


def test_a_read_is_prepared_again_where_the_driver_forgot_it(sample: SamplePlatform) -> None:
    """psycopg deallocates all of a connection's statements after a rollback or a change of tables."""
    engine = make_engine(sample.engine.url, pool_size=1)
    database = Database(sample.hosted["writer"].runtime.kit, engine)
    try:
        for _ in range(3):
            with database.transaction(_context("dongguan")) as session:
                session.read(_NOTES, words="again and again")
                assert not session.transaction.is_open
            with engine.connect() as connection:
                connection.exec_driver_sql("DEALLOCATE ALL")
                connection.commit()
            with database.transaction(_context("dongguan")) as session:
                session.connection()
                session.read(_NOTES, words="in an open transaction")
                session.read(_NOTES, words="which is not spoilt")
    finally:
        engine.dispose()


def test_a_read_within_a_transaction_sees_what_is_pending_in_it(sample: SamplePlatform) -> None:
    database = sample.hosted["writer"].runtime.database
    with database.transaction(_context("wenling")) as session:
        session.connection()
        note = Note(outpost="wenling", words="not yet committed")
        session.add(note)
        (row,) = session.read(_NOTES, words="not yet committed")
        assert row.id == note.id
        assert isinstance(row.id, UUID)


def test_a_read_that_is_refused_says_so_and_the_next_one_works(sample: SamplePlatform) -> None:
    database = sample.hosted["reader"].runtime.database
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.transaction(_context("dongguan")) as session:
        session.read(_NOTES, words="another service's table")
    own = sample.hosted["writer"].runtime.database
    with own.transaction(_context("dongguan")) as session:
        assert session.read(_NOTES, words="nothing of that") == []


def test_a_command_takes_three_round_trips_besides_its_own_statements(
    sample: SamplePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scope travels with BEGIN and the first question; events are numbered; they and the reply go with COMMIT."""
    trips: list[tuple[bytes, ...]] = []

    def counted(connection: psycopg.Connection[Any], *statements: bytes) -> list[PGresult]:
        trips.append(statements)
        return run(connection, *statements)

    database = sample.hosted["writer"].runtime.database
    note_id = new_id()
    with database.transaction(_context("dongguan")) as session:
        session.connection()
    monkeypatch.setattr(scripts, "run", counted)
    with database.transaction(_context("dongguan")) as session:
        assert session.say(Script("SELECT %s::int"), (7,)) == [(7,)]
        session.publish(NoteWritten(note_id=note_id, outpost=OutpostCode.dongguan, words="counted"))
        session.say_last(Script("INSERT INTO writer.note (id, outpost, words) VALUES (%s, %s, %s)"), _row(note_id))
    monkeypatch.undo()
    assert [len(trip) for trip in trips] == [3, 1, 3]
    assert (trips[0][0], trips[-1][-1]) == (b"BEGIN", b"COMMIT")
    with database.transaction(_context("dongguan")) as session:
        assert [row.id for row in session.read(_NOTES, words="said last")] == [note_id]


def _row(note_id: UUID) -> tuple[UUID, str, str]:
    return note_id, "dongguan", "said last"


@given(words=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60))
def test_any_text_arrives_as_it_was_given(sample: SamplePlatform, words: str) -> None:
    """Quotes, backslashes, percent signs, dollar signs: values are never part of the statement."""
    with sample.engine.connect() as connection:
        driver = driver_of(connection)
        statement = Script("SELECT %s::text, 'x' LIKE '%', %s::text")(driver, (words, words))
        assert rows_of(driver, run(driver, statement)[-1]) == [(words, True, words)]
        connection.rollback()


def test_the_first_error_of_several_statements_is_raised(sample: SamplePlatform) -> None:
    engine = make_engine(sample.engine.url, pool_size=1)
    try:
        with engine.connect() as connection, pytest.raises(psycopg.errors.DivisionByZero):
            run(driver_of(connection), b"SELECT 1", b"SELECT 1/0", b"SELECT 2")
    finally:
        engine.dispose()


def test_a_script_wants_all_its_values(sample: SamplePlatform) -> None:
    with sample.engine.connect() as connection, pytest.raises(ValueError, match="2 values are wanted"):
        Script("SELECT %s, %s")(driver_of(connection), (1,))
