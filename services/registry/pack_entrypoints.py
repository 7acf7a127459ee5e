"""What the registry answers about packs that are taken along to villages."""

from __future__ import annotations

from services.registry import village_pack_findings, village_pack_returns, village_packs
from shared.contracts import registry as c
from shared.contracts.base import JobState, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query, timer
from shared.kit.session import Session

COUNTY = ("hq", "area")
WRITERS = (Role.hq_admin, Role.hq_officer, Role.township_officer, Role.grid_leader)

PACK_JOBS = (village_packs.write_village_pack, village_pack_returns.merge_village_pack)


class PackEntrypoints:
    """A part of RegistryService."""

    @command(c.IssueVillagePack, allow=COUNTY, roles=WRITERS)
    def issue_village_pack(self, session: Session, message: c.IssueVillagePack) -> JobState:
        return village_packs.issue_village_pack(session, message)

    @query(c.GetVillagePack, allow=COUNTY)
    def get_village_pack(self, session: Session, message: c.GetVillagePack) -> c.VillagePackView:
        return village_packs.get_village_pack(session, message)

    @query(c.ListVillagePacks, allow=COUNTY)
    def list_village_packs(self, session: Session, message: c.ListVillagePacks) -> Page[c.VillagePackView]:
        return village_packs.list_village_packs(session, message)

    @query(c.GetVillagePackFile, allow=COUNTY, roles=WRITERS)
    def get_village_pack_file(self, session: Session, message: c.GetVillagePackFile) -> c.VillagePackFile:
        return village_packs.get_village_pack_file(session, message)

    @command(c.ReturnVillagePack, allow=COUNTY, roles=WRITERS)
    def return_village_pack(self, session: Session, message: c.ReturnVillagePack) -> JobState:
        return village_pack_returns.return_village_pack(session, message)

    @query(c.ListPackFindings, allow=COUNTY, roles=WRITERS)
    def list_pack_findings(self, session: Session, message: c.ListPackFindings) -> Page[c.PackFindingView]:
        return village_pack_findings.list_pack_findings(session, message)

    @command(c.SettlePackConflict, allow=COUNTY, roles=WRITERS)
    def settle_pack_conflict(self, session: Session, message: c.SettlePackConflict) -> c.PackFindingView:
        return village_pack_findings.settle_pack_conflict(session, message)

    @timer(seconds=86_400)
    def forget_old_packs(self, session: Session) -> None:
        village_packs.forget_old_packs(session)
