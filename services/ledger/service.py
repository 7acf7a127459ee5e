"""The map of the ledger: it hears everything and publishes nothing."""

from __future__ import annotations

from services.ledger import chains, essentials, exports, figures, hearing, rebuilding, timeline
from services.ledger.personal_tables import PERSONAL
from shared.contracts import ledger as c
from shared.contracts.base import Envelope, JobState, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import Unit, command, query, subscribe_all
from shared.kit.session import Session

READERS = ("hq", "area", "outpost", "worker")
STAFF = ("hq", "area", "outpost")
ADMIN = (Role.hq_admin, Role.hq_auditor)


class LedgerService:
    """The employment ledger 就业信息台账 built from every other service's events."""

    name = "ledger"
    unit = Unit()
    jobs = (rebuilding.verify, rebuilding.rebuild, exports.make_export)
    personal = PERSONAL

    @subscribe_all
    def hear(self, session: Session, envelope: Envelope) -> None:
        hearing.hear(session, envelope)

    @query(c.ListLedgerEntries, allow=READERS)
    def list_ledger_entries(self, session: Session, query: c.ListLedgerEntries) -> Page[c.LedgerEntry]:
        return timeline.list_ledger_entries(session, query)

    @query(c.GetEssentials, allow=READERS)
    def get_essentials(self, session: Session, query: c.GetEssentials) -> c.EssentialsView:
        return essentials.get_essentials(session, query)

    @query(c.ListEssentials, allow=STAFF)
    def list_essentials(self, session: Session, query: c.ListEssentials) -> Page[c.EssentialsRow]:
        return essentials.list_essentials(session, query)

    @query(c.SummarizeEssentials, allow=STAFF)
    def summarize_essentials(self, session: Session, query: c.SummarizeEssentials) -> c.EssentialsSummary:
        return essentials.summarize_essentials(session, query)

    @command(c.ExportLedger, allow=STAFF)
    def export_ledger(self, session: Session, command: c.ExportLedger) -> JobState:
        return exports.export_ledger(session, command)

    @query(c.GetFigures, allow=STAFF)
    def get_figures(self, session: Session, query: c.GetFigures) -> c.FiguresView:
        return figures.get_figures(session, query)

    @query(c.ListFigureRows, allow=STAFF)
    def list_figure_rows(self, session: Session, query: c.ListFigureRows) -> Page[c.FigureRow]:
        return figures.list_figure_rows(session, query)

    @query(c.GetRollUp, allow=("hq", "outpost"), as_service=True)
    def get_roll_up(self, session: Session, query: c.GetRollUp) -> c.RollUpView:
        """As the service: the hub may see sums of rows that it may not see; the rule checks who asks."""
        return figures.get_roll_up(session, query)

    @query(c.VerifyChain, allow=("hq",))
    def verify_chain(self, session: Session, query: c.VerifyChain) -> c.ChainView:
        return chains.verify_chain(session, query)

    @command(c.VerifyLedger, allow=("hq",), roles=ADMIN)
    def verify_ledger(self, session: Session, command: c.VerifyLedger) -> JobState:
        return rebuilding.verify_ledger(session, command)

    @command(c.RebuildLedger, allow=("hq",), roles=ADMIN)
    def rebuild_ledger(self, session: Session, command: c.RebuildLedger) -> JobState:
        return rebuilding.rebuild_ledger(session, command)
