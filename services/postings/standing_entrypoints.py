"""What postings answers and hears about employers' standing: blacklist, candidates, reputation, joined postings."""

from __future__ import annotations

from services.postings import blacklistings, employer_mergers, joining, standing
from shared.contracts import outposts
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query, subscribe, timer
from shared.kit.session import Session

_HQ_STAFF = (Role.hq_admin, Role.hq_officer)


class StandingEntrypoints:
    """Mixed into the service class."""

    @command(c.BlockEmployer, allow=("hq",), roles=_HQ_STAFF)
    def block_employer(self, session: Session, message: c.BlockEmployer) -> c.EmployerView:
        return blacklistings.block(session, message)

    @command(c.UnblockEmployer, allow=("hq",), roles=_HQ_STAFF)
    def unblock_employer(self, session: Session, message: c.UnblockEmployer) -> c.EmployerView:
        return blacklistings.unblock(session, message)

    @command(c.ConfirmBlacklisting, allow=("hq",), roles=_HQ_STAFF)
    def confirm_blacklisting(self, session: Session, message: c.ConfirmBlacklisting) -> c.BlacklistingView:
        return blacklistings.confirm(session, message)

    @query(c.ListBlacklistings, allow=("hq", "partner"))
    def list_blacklistings(self, session: Session, message: c.ListBlacklistings) -> Page[c.BlacklistingView]:
        return blacklistings.list_blacklistings(session, message)

    @command(c.AppealBlacklisting, allow=("partner",))
    def appeal_blacklisting(self, session: Session, message: c.AppealBlacklisting) -> c.BlacklistingView:
        return blacklistings.appeal(session, message)

    @command(c.DecideAppeal, allow=("hq",), roles=_HQ_STAFF)
    def decide_appeal(self, session: Session, message: c.DecideAppeal) -> c.BlacklistingView:
        return blacklistings.decide_appeal(session, message)

    @query(c.ListSimilarEmployers, allow=("hq",))
    def list_similar_employers(self, session: Session, message: c.ListSimilarEmployers) -> c.SimilarEmployers:
        return standing.list_similar(session, message)

    @command(c.MergeEmployers, allow=("hq",), roles=_HQ_STAFF, as_service=True)
    def merge_employers(self, session: Session, message: c.MergeEmployers) -> c.EmployerMergerView:
        return employer_mergers.merge_employers(session, message)

    @command(c.UndoEmployerMerger, allow=("hq",), roles=_HQ_STAFF, as_service=True)
    def undo_employer_merger(self, session: Session, message: c.UndoEmployerMerger) -> c.EmployerMergerView:
        return employer_mergers.undo_merger(session, message)

    @query(c.ListEmployerMergers, allow=("hq",))
    def list_employer_mergers(self, session: Session, message: c.ListEmployerMergers) -> Page[c.EmployerMergerView]:
        return employer_mergers.list_mergers(session, message)

    @query(c.ListCandidates, allow=("hq", "partner"), as_service=True)
    def list_candidates(self, session: Session, message: c.ListCandidates) -> Page[c.CandidateView]:
        return standing.list_candidates(session, message)

    @query(c.GetEmployerReputation, allow=("hq", "outpost", "partner"), as_service=True)
    def get_employer_reputation(self, session: Session, message: c.GetEmployerReputation) -> c.EmployerReputation:
        return standing.get_reputation(session, message)

    @command(c.KeepPostingApart, allow=("hq",), roles=_HQ_STAFF)
    def keep_posting_apart(self, session: Session, message: c.KeepPostingApart) -> c.PostingView:
        return joining.keep_apart(session, message)

    @subscribe(outposts.RightsCaseOpened)
    def rights_case_opened(self, session: Session, event: outposts.RightsCaseOpened) -> None:
        standing.case_opened(session, event)

    @subscribe(outposts.RightsCaseResolved)
    def rights_case_resolved(self, session: Session, event: outposts.RightsCaseResolved) -> None:
        standing.case_resolved(session, event)

    @timer(seconds=3600)
    def lapse_unconfirmed_blacklistings(self, session: Session) -> None:
        blacklistings.lapse_unconfirmed(session)

    @timer(seconds=120)
    def join_duplicates(self, session: Session) -> None:
        joining.join_duplicates(session)
