"""Organisations: listing them, renaming one, saying that one works no longer."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlmodel import col, select

from services.identity import audit
from services.identity.models import Organisation
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND, STALE, TENANT_NOT_FOUND
from shared.contracts.identity import (
    ChangeOrganisation,
    GetOutpost,
    ListOrganisations,
    ListOutposts,
    OrganisationChanged,
    OrganisationKind,
    OrganisationView,
    OutpostView,
)
from shared.contracts.scopes import OutpostCode
from shared.kit.paging import page
from shared.kit.reads import Read
from shared.kit.session import Session

_ONE_OUTPOST = Read(
    select(Organisation).where(
        col(Organisation.kind) == OrganisationKind.outpost, col(Organisation.code) == bindparam("code")
    )
)


def list_organisations(session: Session, query: ListOrganisations) -> Page[OrganisationView]:
    statement = select(Organisation)
    if query.kind:
        statement = statement.where(col(Organisation.kind) == query.kind)
    order = (col(Organisation.kind), col(Organisation.rank), col(Organisation.id))
    return page(session, statement, order=order, request=query, view=view)


def list_outposts(session: Session, query: ListOutposts) -> Page[OutpostView]:
    statement = select(Organisation).where(col(Organisation.kind) == OrganisationKind.outpost)
    return page(
        session, statement, order=(col(Organisation.rank), col(Organisation.id)), request=query, view=outpost_view
    )


def get_outpost(session: Session, query: GetOutpost) -> OutpostView:
    found = session.read(_ONE_OUTPOST, code=query.code.value)
    if not found:
        raise TENANT_NOT_FOUND(code=query.code.value)
    return outpost_view(found[0])


def change_organisation(session: Session, command: ChangeOrganisation) -> OrganisationView:
    """Rename an organisation or change whether it works; raises resource.changed_meanwhile."""
    found = session.get(Organisation, command.organisation_id, with_for_update=True)
    if found is None:
        raise NOT_FOUND()
    if command.expected_version is not None and command.expected_version != found.version:
        raise STALE(version=found.version)
    if command.name is not None:
        found.name = command.name
    if command.division is not None:
        found.division = command.division
    if command.is_active is not None:
        found.is_active = command.is_active
    found.version += 1
    found.updated_at = session.now
    audit.note(session, "organisation.changed", "organisation", found.id, code=found.code, is_active=found.is_active)
    publish(session, found)
    return view(found)


def publish(session: Session, organisation: Organisation) -> None:
    session.publish(
        OrganisationChanged(
            organisation_id=organisation.id,
            kind=organisation.kind,
            code=organisation.code,
            is_active=organisation.is_active,
        )
    )


def view(organisation: Organisation) -> OrganisationView:
    return OrganisationView.model_validate(organisation)


def outpost_view(organisation: Organisation) -> OutpostView:
    return OutpostView(
        code=OutpostCode(organisation.code),
        name=organisation.name,
        is_hub=organisation.is_hub,
        division=organisation.division,
        is_active=organisation.is_active,
        organisation_id=organisation.id,
        version=organisation.version,
    )
