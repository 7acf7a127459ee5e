"""联系方式: further phones, WeChat, an emergency contact, an address; sealed, and ended where they hold no longer."""

from __future__ import annotations

import orjson
from sqlmodel import col, select

from services.registry.changes import change_of
from services.registry.intake import actor_of, source_of
from services.registry.models import Worker, WorkerContact
from services.registry.phones import parse_phone
from services.registry.vault import Vault, vault_of
from shared.contracts import registry as c
from shared.contracts.base import Nothing
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import ContactKind
from shared.kit.session import Session

NUMBERS = (ContactKind.phone, ContactKind.emergency)


def add_contact(session: Session, command: c.AddContact) -> c.ContactView:
    """Raises NOT_FOUND, WORKER_ERASED, or PHONE_INVALID for a number that is none."""
    change = change_of(session, command.worker_id, source=source_of(session))
    form = c.ContactForm(**command.model_dump(exclude={"worker_id"}))
    if form.kind in NUMBERS:
        form.value = parse_phone(form.value)
    vault = vault_of(session.keys, change.worker)
    contact = WorkerContact(
        worker_id=change.worker.id,
        division=change.worker.division,
        kind=form.kind,
        details=vault.seal(form.model_dump_json(), "contact"),
        source=source_of(session),
        actor=actor_of(session),
        recorded_at=session.now,
    )
    session.add(contact)
    change.announce(["contacts"])
    return _view(contact, vault)


def end_contact(session: Session, command: c.EndContact) -> Nothing:
    """Raises NOT_FOUND."""
    change = change_of(session, command.worker_id, source=source_of(session))
    contact = session.get(WorkerContact, command.contact_id, with_for_update=True)
    if contact is None or contact.worker_id != command.worker_id or contact.ended_at:
        raise NOT_FOUND(contact_id=str(command.contact_id))
    contact.ended_at, contact.ended_by = session.now, actor_of(session)
    session.add(contact)
    change.announce(["contacts"])
    return Nothing()


def list_contacts(session: Session, query: c.ListContacts) -> c.Contacts:
    """Raises NOT_FOUND or WORKER_ERASED."""
    worker = session.get(Worker, query.worker_id)
    if worker is None:
        raise NOT_FOUND(worker_id=str(query.worker_id))
    vault = vault_of(session.keys, worker)
    found = session.exec(
        select(WorkerContact)
        .where(col(WorkerContact.worker_id) == worker.id, col(WorkerContact.ended_at).is_(None))
        .order_by(col(WorkerContact.recorded_at), col(WorkerContact.id))
    ).all()
    return c.Contacts(items=[_view(contact, vault) for contact in found])


def _view(contact: WorkerContact, vault: Vault) -> c.ContactView:
    form = orjson.loads(vault.open(contact.details or b"", "contact"))
    return c.ContactView(**form, id=contact.id, source=contact.source, recorded_at=contact.recorded_at)
