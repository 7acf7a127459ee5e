"""What registry answers about protecting people: the keys their records are sealed under."""

from __future__ import annotations

from services.registry import resealing
from shared.contracts import registry as c
from shared.contracts.base import JobState
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query
from shared.kit.session import Session

PRIVACY_JOBS = (resealing.reseal,)


class PrivacyEntrypoints:
    """A part of RegistryService."""

    @query(c.GetKeyUses, allow=("hq",), roles=(Role.hq_admin, Role.hq_auditor))
    def get_key_uses(self, session: Session, message: c.GetKeyUses) -> c.KeyUses:
        return resealing.get_key_uses(session, message)

    @command(c.ResealPeople, allow=("hq",), roles=(Role.hq_admin,))
    def reseal_people(self, session: Session, message: c.ResealPeople) -> JobState:
        return resealing.reseal_people(session, message)
