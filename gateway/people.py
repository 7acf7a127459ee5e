"""Names beside ids: rows carry a worker's id, and whoever may see the person gets the person from registry."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gateway.caller import Caller
from shared.contracts.registry import GetPeople, PeoplePurpose


async def with_people(caller: Caller, rows: list[dict[str, Any]], purpose: PeoplePurpose) -> list[dict[str, Any]]:
    """The rows, each with `person`: null where registry says that this caller may not see the worker (any more)."""
    wanted = list(dict.fromkeys(row["worker_id"] for row in rows if row["worker_id"]))
    if not wanted:
        return [{**row, "person": None} for row in rows]
    asked = GetPeople(worker_ids=[UUID(worker_id) for worker_id in wanted], purpose=purpose)
    found = await caller.ask_raw(asked)
    people = {person["worker_id"]: person for person in found["people"]}
    return [{**row, "person": people.get(row["worker_id"])} for row in rows]
