"""Generated from the OpenAPI document: every endpoint, as every scope that it lets in, with ids that are another's.

In every table lies a row of somebody else's, and each id in path, query and body names it. No answer shows any of it,
none of it is changed, and nobody gets a 5xx. A plain run takes a sample (`SONGGANG_SEED` repeats it);
`SONGGANG_TEST_FULL=1` takes everything.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from fastapi.testclient import TestClient
from psycopg import sql

from gateway.app import create_app
from shared.contracts.identity import BootstrapCounty
from shared.kit.schema import KIT_TABLES
from tests.scopes.conftest import Crowded
from tests.scopes.requests import Attempt, attempts
from tests.scopes.rows import FOREIGN, OWN, PRIVATE, snapshot
from tests.scopes.test_tables import SCOPES, SEEN
from tests.support.platform import TestPlatform
from tests.support.sampling import IS_FULL, SEED
from tests.support.signing_in import token_for

SAMPLE = 160
# What a platform without an SMS gateway answers.
NOT_SET_UP = ("channel.not_ready",)


class People:
    """A client of each kind, signed in again whenever an endpoint has ended its session."""

    def __init__(self, platform: TestPlatform) -> None:
        self.app = create_app(bus=platform.bus, settings=platform.settings, keys=platform.keys, blobs=platform.blobs)
        self._platform = platform
        self._askers = {
            "worker": platform.worker(OWN.id),
            "area": platform.area(OWN.division),
            "outpost": platform.outpost(OWN.outpost),
            "partner": platform.partner(OWN.id),
            "hq": platform.hq(),
        }
        self._clients = {kind: self._signed_in(kind) for kind in (*SCOPES, "hq")}

    def send(self, attempt: Attempt) -> Any:
        answer = self._send(attempt)
        if answer.status_code == 401 and attempt.kind in self._askers:
            self._clients[attempt.kind] = self._signed_in(attempt.kind)
            answer = self._send(attempt)
        return answer

    def _send(self, attempt: Attempt) -> Any:
        return self._clients[attempt.kind].request(
            attempt.method, attempt.path, params=attempt.query, json=attempt.body, follow_redirects=False
        )

    def _signed_in(self, kind: str) -> TestClient:
        client = TestClient(self.app, raise_server_exceptions=False)
        if kind in self._askers:
            client.headers["Authorization"] = f"Bearer {token_for(self._platform, self._askers[kind].context)}"
        return client


@pytest.fixture(scope="module")
def people(crowded: Crowded) -> People:
    """What everybody may see is taken away, so that any mark of the other's is one too many."""
    for table in crowded.tables:
        if str(table) in SEEN and table.name != "aggregate_version":
            crowded.owner.execute(
                sql.SQL("DELETE FROM {} AS found WHERE found::text LIKE %s").format(table.identifier),
                (f"%{FOREIGN.mark}%",),
            )
    crowded.platform.as_service("identity").ask(BootstrapCounty(admin_password="the-admin-of-liping"))
    return People(crowded.platform)


def test_the_sweep_finds_an_open_table(crowded: Crowded, people: People) -> None:
    """With one policy opened, the same requests show the other's row: the sweep can fail."""
    certificates = [
        one for one in attempts(people.app, ("area",)) if one.template == "/api/v1/hq/certificates" and not one.query
    ]
    (closed,) = crowded.owner.execute(
        "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname = 'scope_read' "
        "AND polrelid = 'training.certificate'::regclass"
    ).fetchone() or ("",)
    crowded.owner.execute("ALTER POLICY scope_read ON training.certificate USING (true)")
    try:
        assert [one for one in certificates if FOREIGN.mark in people.send(one).text]
    finally:
        crowded.owner.execute(
            sql.SQL("ALTER POLICY scope_read ON training.certificate USING ({})").format(sql.SQL(closed))
        )
    assert not [one for one in certificates if FOREIGN.mark in people.send(one).text]


def test_no_answer_shows_or_changes_somebody_elses_row(crowded: Crowded, people: People) -> None:
    found = list(attempts(people.app, tuple(SCOPES)))
    if not IS_FULL:
        print(f"SONGGANG_SEED={SEED}")
        found = random.Random(SEED).sample(found, SAMPLE)
    theirs = [table for table in crowded.tables if table.name not in KIT_TABLES]
    before = snapshot(crowded.owner, theirs)
    shown, broken, unknown = [], [], []
    for attempt in found:
        answer = people.send(attempt)
        said = (attempt, answer.status_code, answer.text[:300])
        if FOREIGN.mark in answer.text:
            shown.append(said)
        if answer.status_code >= 500 and answer.json().get("code") not in NOT_SET_UP:
            broken.append(said)
        if answer.status_code == 401:
            unknown.append(said)
    after = snapshot(crowded.owner, theirs)
    changed = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    assert not shown
    assert not changed
    assert not broken
    assert not [said for said in unknown if said[0].kind != "public"], "these were never tried as anybody"


def test_no_answer_shows_hq_what_an_outpost_keeps_to_itself(crowded: Crowded, people: People) -> None:
    """Every list and every record that HQ may read, with every id that of an outpost's own row."""
    found = [one for one in attempts(people.app, ("hq",)) if one.method == "GET"]
    if not IS_FULL:
        print(f"SONGGANG_SEED={SEED}")
        found = random.Random(SEED).sample(found, min(SAMPLE, len(found)))
    answers = [(attempt, people.send(attempt)) for attempt in found]
    assert not [(attempt, answer.text[:300]) for attempt, answer in answers if PRIVATE.mark in answer.text]
    assert not [attempt for attempt, answer in answers if answer.status_code == 401]
