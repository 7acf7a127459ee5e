"""Which facts one person alone may not change: 敏感信息由一人申请, 另一人审批."""

from __future__ import annotations

from collections.abc import Iterable

from services.registry.field_words import label
from shared.contracts import registry as c
from shared.contracts.scopes import Role
from shared.kit.session import Session

# Who the person is, whether they can work (health), hardship, and whether they are on the rosters at all.
SENSITIVE = frozenset({"name", "id_number", "limits", "can_work", "is_active", "is_verified", "difficulty"})


def needs_approval(session: Session, changed: Iterable[str]) -> None:
    """Raises CHANGE_NEEDS_APPROVAL where a grid leader changed a sensitive fact; nothing of the change is kept then."""
    if session.caller.role is not Role.grid_leader:
        return
    if sensitive := sorted(SENSITIVE.intersection(changed)):
        raise c.CHANGE_NEEDS_APPROVAL(fields=", ".join(sensitive), labels="、".join(map(label, sensitive)))
