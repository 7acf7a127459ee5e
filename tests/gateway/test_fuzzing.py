"""Schemathesis: whatever the document allows, and whatever it does not, is never answered with an error of ours."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from shared.contracts.identity import BootstrapCounty
from shared.contracts.scopes import Role
from tests.support.asker import Asker

IS_FULL = os.environ.get("SONGGANG_FULL") == "1"
SEED = int(os.environ.get("SONGGANG_SEED", random.SystemRandom().randrange(10**6)))
OPERATIONS, EXAMPLES = (10_000, 25) if IS_FULL else (12, 4)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_input_makes_a_server_error(http: Any, as_service: Callable[[str], Asker], mode: GenerationMode) -> None:
    as_service("identity").ask(BootstrapCounty(admin_password="the-admin-of-liping"))
    client = http.as_hq(Role.hq_admin)
    schema = schemathesis.openapi.from_dict(http.app.openapi())
    operations = [found.ok() for found in schema.get_all_operations()]
    operations = [found for found in operations if not found.path.startswith("/api/v1/sessions")]
    print(f"SONGGANG_SEED={SEED}")
    rng = random.Random(SEED)
    for operation in rng.sample(operations, min(OPERATIONS, len(operations))):

        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: schemathesis.Case) -> None:
            given = case.as_transport_kwargs(base_url="http://testserver")
            headers = {**(given.get("headers") or {}), "Authorization": client.headers["Authorization"]}
            answer = client.request(
                given["method"],
                given["url"],
                params=given.get("params"),
                headers={name: str(value).encode("latin-1", "ignore") for name, value in headers.items()},
                json=given.get("json"),
                content=given.get("data") if isinstance(given.get("data"), bytes | str) else None,
            )
            assert answer.status_code < 500 or answer.status_code == 503, (case.method, case.path, answer.text)

        send()
