"""What registry answers about one worker's record: its history, household and contacts."""

from __future__ import annotations

from services.registry import contacts, corrections, households, looks
from shared.contracts import registry as c
from shared.contracts.base import Nothing, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query
from shared.kit.session import Session

COUNTY = ("hq", "area")
WRITERS = (Role.hq_admin, Role.hq_officer, Role.township_officer, Role.grid_leader)


class RecordEntrypoints:
    """A part of RegistryService."""

    @query(c.ListWorkerChanges, allow=COUNTY)
    def list_worker_changes(self, session: Session, message: c.ListWorkerChanges) -> Page[c.WorkerChangeView]:
        return looks.read_changes(session, message)

    @query(c.GetWorkerAsOf, allow=COUNTY)
    def get_worker_as_of(self, session: Session, message: c.GetWorkerAsOf) -> c.WorkerAsOf:
        return looks.read_as_of(session, message)

    @query(c.ListRecordedEntries, allow=COUNTY)
    def list_recorded_entries(self, session: Session, message: c.ListRecordedEntries) -> Page[c.RecordedEntry]:
        return looks.read_entries(session, message)

    @command(c.CorrectDifficulty, allow=COUNTY, roles=WRITERS)
    def correct_difficulty(self, session: Session, message: c.CorrectDifficulty) -> c.DifficultyView:
        return corrections.correct_difficulty(session, message)

    @command(c.WithdrawDifficulty, allow=COUNTY, roles=WRITERS)
    def withdraw_difficulty(self, session: Session, message: c.WithdrawDifficulty) -> c.DifficultyView:
        return corrections.withdraw_difficulty(session, message)

    @command(c.CorrectEmploymentSpell, allow=COUNTY, roles=WRITERS)
    def correct_employment_spell(self, session: Session, message: c.CorrectEmploymentSpell) -> c.SpellView:
        return corrections.correct_employment_spell(session, message)

    @command(c.WithdrawEmploymentSpell, allow=COUNTY, roles=WRITERS)
    def withdraw_employment_spell(self, session: Session, message: c.WithdrawEmploymentSpell) -> c.SpellView:
        return corrections.withdraw_employment_spell(session, message)

    @command(c.FoundHousehold, allow=COUNTY, roles=WRITERS)
    def found_household(self, session: Session, message: c.FoundHousehold) -> c.HouseholdView:
        return households.found_household(session, message)

    @command(c.JoinHousehold, allow=COUNTY, roles=WRITERS)
    def join_household(self, session: Session, message: c.JoinHousehold) -> c.HouseholdView:
        return households.join_household(session, message)

    @command(c.LeaveHousehold, allow=COUNTY, roles=WRITERS)
    def leave_household(self, session: Session, message: c.LeaveHousehold) -> Nothing:
        return households.leave_household(session, message)

    @query(c.GetHousehold, allow=COUNTY)
    def get_household(self, session: Session, message: c.GetHousehold) -> c.HouseholdView:
        return households.get_household(session, message)

    @command(c.AddContact, allow=COUNTY, roles=WRITERS)
    def add_contact(self, session: Session, message: c.AddContact) -> c.ContactView:
        return contacts.add_contact(session, message)

    @command(c.EndContact, allow=COUNTY, roles=WRITERS)
    def end_contact(self, session: Session, message: c.EndContact) -> Nothing:
        return contacts.end_contact(session, message)

    @query(c.ListContacts, allow=COUNTY)
    def list_contacts(self, session: Session, message: c.ListContacts) -> c.Contacts:
        return contacts.list_contacts(session, message)
