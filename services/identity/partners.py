"""Whom a partner's credential stands for: its employer, or the one that it was merged into; is that one blocked."""

from __future__ import annotations

from services.identity.models import EmployerStanding
from shared.contracts.scopes import Partner, Principal
from shared.kit.session import Session


def followed(session: Session, principal: Principal) -> Principal:
    """Accounts and keys of an employer that was merged into another stand for that one."""
    while isinstance(principal.scope, Partner):
        standing = session.get(EmployerStanding, principal.scope.employer_id)
        if standing is None or standing.into_employer_id is None:
            break
        principal = principal.model_copy(update={"scope": Partner(employer_id=standing.into_employer_id)})
    return principal


def is_blocked(session: Session, principal: Principal) -> bool:
    if not isinstance(principal.scope, Partner):
        return False
    standing = session.get(EmployerStanding, principal.scope.employer_id)
    return standing is not None and standing.is_blocked
