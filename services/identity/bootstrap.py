"""The first start: the county, its townships, the seven outposts, one administrator. A second start changes nothing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import exists
from sqlmodel import col, select

from services.identity import audit, organisations, passwords, users
from services.identity.models import Organisation, PasswordCredential, UserAccount
from shared import reference
from shared.contracts.identity import BootstrapCounty, BootstrapView, GetCredential, OrganisationKind
from shared.contracts.scopes import Hq, Role
from shared.kit.calls import Ask, Call
from shared.kit.session import Session
from shared.kit.tables import new_id

ADMIN = "admin"
COUNTY_NAME = "黎平县"


@dataclass(frozen=True)
class FirstPassword:
    """The administrator's password, hashed before the transaction; `generated` is what to print, once."""

    password_hash: str
    generated: str | None
    is_weak: bool


def prepare(ask: Ask, command: BootstrapCounty, call: Call) -> FirstPassword | None:
    """Hash the administrator's password, unless the administrator is there already. The operator's choice stands."""
    if ask(GetCredential(username=ADMIN), as_service=True).user_id is not None:
        return None
    generated = None if command.admin_password else secrets.token_urlsafe(12)
    password = command.admin_password or generated or ""
    return FirstPassword(
        passwords.hash_password(password), generated, is_weak=passwords.weakness(password, ADMIN) is not None
    )


def bootstrap(session: Session, first: FirstPassword | None) -> BootstrapView:
    """Make what is missing; existing organisations keep the names that the county gave them."""
    created = _organisations(session)
    made_admin = first is not None and not session.exec(select(exists().where(col(UserAccount.folded) == ADMIN))).one()
    if made_admin and first is not None:
        account = UserAccount(
            id=new_id(),
            username=ADMIN,
            folded=ADMIN,
            display_name="县总部管理员",
            role=Role.hq_admin,
            scope=Hq().model_dump(mode="json"),
            must_change_password=first.generated is not None or first.is_weak,
        )
        session.add(account)
        session.add(PasswordCredential(user_id=account.id, password_hash=first.password_hash))
        audit.note(session, "user.registered", "user", account.id, role=account.role.value)
        users.publish(session, account)
    return BootstrapView(
        organisations_created=created,
        is_admin_created=made_admin,
        admin_username=ADMIN,
        generated_password=first.generated if made_admin and first else None,
        is_password_weak=bool(made_admin and first and first.is_weak),
    )


def _organisations(session: Session) -> int:
    known = {(found.kind, found.code): found for found in session.exec(select(Organisation)).all()}
    county = known.get((OrganisationKind.county, reference.HOME_COUNTY)) or Organisation(
        id=new_id(),
        kind=OrganisationKind.county,
        code=reference.HOME_COUNTY,
        name=COUNTY_NAME,
        division=reference.HOME_COUNTY,
    )
    wanted = [county]
    for rank, township in enumerate(reference.townships()):
        wanted.append(
            Organisation(
                kind=OrganisationKind.township,
                code=township.code,
                name=township.name,
                division=township.code,
                parent_id=county.id,
                rank=rank,
            )
        )
    for rank, place in enumerate(reference.outposts()):
        wanted.append(
            Organisation(
                kind=OrganisationKind.outpost,
                code=place.code.value,
                name=f"{place.name}东西部劳务协作服务站",
                division=place.division,
                parent_id=county.id,
                is_hub=place.is_hub,
                rank=rank,
            )
        )
    missing = [found for found in wanted if (found.kind, found.code) not in known]
    for organisation in missing:
        session.add(organisation)
        organisations.publish(session, organisation)
    return len(missing)
