"""A command is carried out once per id, whoever sends it how often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg

from shared.contracts.errors import Problem
from shared.kit.bus import headers_for
from shared.kit.context import ContextSeal
from tests.kit.conftest import SamplePlatform
from tests.kit.sample import ListNotes, WriteNote
from tests.support.asker import refused


def test_the_stored_reply_is_given_again(sample: SamplePlatform) -> None:
    command_id = uuid4()
    dongguan = sample.outpost("dongguan")
    first = dongguan.ask(WriteNote(outpost="dongguan", words="once"), command_id=command_id)
    assert dongguan.ask(WriteNote(outpost="dongguan", words="once"), command_id=command_id) == first


def test_an_id_used_for_other_content_is_refused(sample: SamplePlatform) -> None:
    command_id = uuid4()
    dongguan = sample.outpost("dongguan")
    dongguan.ask(WriteNote(outpost="dongguan", words="one thing"), command_id=command_id)
    with refused("command.key_reused"):
        dongguan.ask(WriteNote(outpost="dongguan", words="another"), command_id=command_id)


def test_fifty_at_once_have_one_effect(sample: SamplePlatform) -> None:
    command_id = uuid4()
    message = WriteNote(outpost="wenling", words="at once")

    def ask(_: int) -> str:
        try:
            return str(sample.outpost("wenling").ask(message, command_id=command_id).id)
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(20) as threads:
        answers = set(threads.map(ask, range(50)))
    assert len(answers - {"command.in_progress"}) == 1
    assert len(sample.outpost("wenling").ask(ListNotes()).items) == 1


def test_a_refused_command_is_not_remembered(sample: SamplePlatform) -> None:
    command_id = uuid4()
    dongguan = sample.outpost("dongguan")
    with refused("resource.not_found"):
        dongguan.ask(WriteNote(outpost="dongguan", words="wrong"), command_id=command_id)
    dongguan.ask(WriteNote(outpost="dongguan", words="right"), command_id=command_id)


def test_a_field_that_is_wrong_is_named(sample: SamplePlatform) -> None:
    headers = headers_for(ContextSeal(sample.keys, "gateway"), sample.hq().context, None, None)
    with refused("request.invalid") as problems:
        sample.caller.call("writer", "write_note", {"outpost": "atlantis", "words": 3}, headers, 5)
    assert {found.field for found in problems[0].body.fields} == {"/outpost", "/words"}


def test_a_database_that_is_gone_is_unavailable_and_comes_back(sample: SamplePlatform) -> None:
    with psycopg.connect(sample.admin_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    answers: list[str] = []
    for _ in range(30):
        try:
            sample.hq().ask(ListNotes())
            answers.append("answered")
        except Problem as problem:
            answers.append(problem.code)
    assert set(answers) <= {"answered", "service.unavailable"}
    assert answers[-1] == "answered"
