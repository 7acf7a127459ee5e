"""密钥轮换: which keys the people's records are sealed under, and sealing them anew under the active one."""

from __future__ import annotations

from pydantic import Field

from shared.contracts.base import Command, JobState, Query, View


class KeyUse(View):
    key_id: str = Field(examples=["k2"])
    is_active: bool
    people: int = Field(description="records sealed under it")


class KeyUses(View):
    keys: list[KeyUse]
    is_finished: bool = Field(description="whether every record is sealed under the active key")


class GetKeyUses(Query[KeyUses]):
    """How far a rotation is."""


class ResealPeople(Command[JobState]):
    """Seal and hash every record anew under the active key; one that is under way already is answered, not doubled."""
