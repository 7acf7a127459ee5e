"""What postings answers, hears and does by the clock."""

from __future__ import annotations

from services.postings import agreements, employers, openings, posting_lists, postings, publication, seekers, standing
from services.postings.campaign_entrypoints import CampaignEntrypoints
from services.postings.fair_entrypoints import FAIR_JOBS, FairEntrypoints
from services.postings.feeds import registration, runs
from services.postings.matching_entrypoints import MATCHING_JOBS, MatchingEntrypoints
from services.postings.outreach_entrypoints import OUTREACH_JOBS, OutreachEntrypoints
from services.postings.personal_tables import PERSONAL
from services.postings.sealed_columns import SEALED
from services.postings.slip_entrypoints import SLIP_JOBS, SlipEntrypoints
from services.postings.sourcing_entrypoints import SourcingEntrypoints
from services.postings.standing_entrypoints import StandingEntrypoints
from shared.contracts import dispatch
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import Unit, command, query, subscribe, timer
from shared.kit.session import Session
from shared.kit.ticking import Ticker

STAFF = ("hq", "outpost")
HQ_STAFF = (Role.hq_admin, Role.hq_officer)
COLLECTORS = (*HQ_STAFF, Role.outpost_lead, Role.liaison_officer, Role.partner_employer)
EVERYONE = ("hq", "outpost", "area", "partner", "worker", "public")


class PostingsService(
    MatchingEntrypoints,
    OutreachEntrypoints,
    SlipEntrypoints,
    FairEntrypoints,
    CampaignEntrypoints,
    SourcingEntrypoints,
    StandingEntrypoints,
):
    name = "postings"
    unit = Unit()

    jobs = (runs.run_feed, *MATCHING_JOBS, *SLIP_JOBS, *OUTREACH_JOBS, *FAIR_JOBS)
    personal = PERSONAL
    sealed = SEALED

    @command(c.RegisterEmployer, allow=("hq",), roles=HQ_STAFF)
    def register_employer(self, session: Session, message: c.RegisterEmployer) -> c.EmployerView:
        return employers.register_employer(session, message)

    @command(c.UpdateEmployer, allow=("hq",), roles=HQ_STAFF)
    def update_employer(self, session: Session, message: c.UpdateEmployer) -> c.EmployerView:
        return employers.update_employer(session, message)

    @query(c.GetEmployer, allow=("hq", "outpost", "partner"))
    def get_employer(self, session: Session, message: c.GetEmployer) -> c.EmployerView:
        return employers.get_employer(session, message)

    @query(c.ListEmployers, allow=STAFF)
    def list_employers(self, session: Session, message: c.ListEmployers) -> Page[c.EmployerRow]:
        return employers.list_employers(session, message)

    @command(c.SignAgreement, allow=("hq",), roles=HQ_STAFF)
    def sign_agreement(self, session: Session, message: c.SignAgreement) -> c.AgreementView:
        return agreements.sign_agreement(session, message)

    @command(c.AttachAgreementScan, allow=("hq",), roles=HQ_STAFF)
    def attach_agreement_scan(self, session: Session, message: c.AttachAgreementScan) -> c.AgreementView:
        return agreements.attach_agreement_scan(session, message)

    @command(c.TerminateAgreement, allow=("hq",), roles=HQ_STAFF)
    def terminate_agreement(self, session: Session, message: c.TerminateAgreement) -> c.AgreementView:
        return agreements.terminate_agreement(session, message)

    @query(c.GetAgreement, allow=("hq", "outpost", "partner"))
    def get_agreement(self, session: Session, message: c.GetAgreement) -> c.AgreementView:
        return agreements.get_agreement(session, message)

    @query(c.ListAgreements, allow=("hq", "outpost", "partner"))
    def list_agreements(self, session: Session, message: c.ListAgreements) -> Page[c.AgreementView]:
        return agreements.list_agreements(session, message)

    @command(c.OpenPosting, allow=("hq", "outpost", "partner"), roles=COLLECTORS)
    def open_posting(self, session: Session, message: c.OpenPosting) -> c.PostingView:
        return postings.open_posting(session, message)

    @command(c.PublishPosting, allow=("hq", "outpost", "partner"), roles=COLLECTORS)
    def publish_posting(self, session: Session, message: c.PublishPosting) -> c.PostingView:
        return postings.publish_posting(session, message)

    @command(c.UpdatePosting, allow=("hq", "outpost", "partner"), roles=COLLECTORS)
    def update_posting(self, session: Session, message: c.UpdatePosting) -> c.PostingView:
        return postings.update_posting(session, message)

    @command(c.ClosePosting, allow=("hq", "outpost", "partner"), roles=COLLECTORS)
    def close_posting(self, session: Session, message: c.ClosePosting) -> c.PostingView:
        return postings.close_posting(session, message)

    @command(c.ReopenPosting, allow=("hq", "outpost", "partner"), roles=COLLECTORS)
    def reopen_posting(self, session: Session, message: c.ReopenPosting) -> c.PostingView:
        return postings.reopen_posting(session, message)

    @query(c.GetPosting, allow=("hq", "outpost", "area", "partner", "worker"))
    def get_posting(self, session: Session, message: c.GetPosting) -> c.PostingView:
        return posting_lists.get_posting(session, message)

    @query(c.GetPostings, allow=("hq", "outpost", "area", "partner", "worker"))
    def get_postings(self, session: Session, message: c.GetPostings) -> c.PostingList:
        return posting_lists.get_postings(session, message)

    @query(c.ListPostings, allow=("hq", "outpost", "area", "partner", "worker"))
    def list_postings(self, session: Session, message: c.ListPostings) -> Page[c.PostingRow]:
        return posting_lists.list_postings(session, message)

    @query(c.GetPublicPosting, allow=EVERYONE, as_service=True)
    def get_public_posting(self, session: Session, message: c.GetPublicPosting) -> c.PublicPosting:
        return publication.get_public_posting(session, message)

    @query(c.ListPublicPostings, allow=EVERYONE, as_service=True)
    def list_public_postings(self, session: Session, message: c.ListPublicPostings) -> Page[c.PublicPosting]:
        return publication.list_public_postings(session, message)

    @query(c.StreamPostings, allow=EVERYONE, as_service=True)
    def stream_postings(self, session: Session, message: c.StreamPostings) -> c.PostingStream:
        return publication.stream_postings(session, message)

    @query(c.ListPostingAddresses, allow=EVERYONE, as_service=True)
    def list_posting_addresses(self, session: Session, message: c.ListPostingAddresses) -> c.PostingAddresses:
        return publication.list_addresses(session, message)

    @query(c.GetPostingPresence, allow=EVERYONE, as_service=True)
    def get_posting_presence(self, session: Session, message: c.GetPostingPresence) -> c.PostingPresence:
        return publication.get_presence(session, message)

    # Reservations count every outpost's orders, which no outpost may see: so these run as the machinery.
    @command(c.ReserveOpening, allow=STAFF, roles=COLLECTORS, as_service=True)
    def reserve_opening(self, session: Session, message: c.ReserveOpening) -> c.OpeningReservation:
        return openings.reserve_opening(session, message)

    @command(c.ReleaseOpening, allow=STAFF, roles=COLLECTORS, as_service=True)
    def release_opening(self, session: Session, message: c.ReleaseOpening) -> c.OpeningReservation:
        return openings.release_opening(session, message)

    @query(c.ListReservations, allow=("hq", "partner"))
    def list_reservations(self, session: Session, message: c.ListReservations) -> Page[c.ReservationRow]:
        return openings.list_reservations(session, message)

    @command(c.RegisterFeed, allow=("hq", "partner"), roles=COLLECTORS)
    def register_feed(self, session: Session, message: c.RegisterFeed) -> c.FeedView:
        return registration.register_feed(session, message)

    @command(c.PushFeed, allow=("hq", "partner"), roles=COLLECTORS)
    def push_feed(self, session: Session, message: c.PushFeed) -> c.FeedRunView:
        return registration.push_feed(session, message)

    @command(c.PullFeed, allow=("hq", "partner"), roles=COLLECTORS)
    def pull_feed(self, session: Session, message: c.PullFeed) -> c.FeedRunView:
        return registration.pull_feed(session, message)

    @command(c.ChangeFeed, allow=("hq", "partner"), roles=COLLECTORS)
    def change_feed(self, session: Session, message: c.ChangeFeed) -> c.FeedView:
        return registration.change_feed(session, message)

    @command(c.StopFeed, allow=("hq", "partner"), roles=COLLECTORS)
    def stop_feed(self, session: Session, message: c.StopFeed) -> c.FeedView:
        return registration.stop_feed(session, message)

    @query(c.GetFeed, allow=("hq", "partner"))
    def get_feed(self, session: Session, message: c.GetFeed) -> c.FeedView:
        return registration.get_feed(session, message)

    @query(c.ListFeeds, allow=("hq", "partner"))
    def list_feeds(self, session: Session, message: c.ListFeeds) -> Page[c.FeedView]:
        return registration.list_feeds(session, message)

    @query(c.GetFeedRun, allow=("hq", "partner"))
    def get_feed_run(self, session: Session, message: c.GetFeedRun) -> c.FeedRunView:
        return registration.get_feed_run(session, message)

    @query(c.ListFeedRuns, allow=("hq", "partner"))
    def list_feed_runs(self, session: Session, message: c.ListFeedRuns) -> Page[c.FeedRunRow]:
        return registration.list_feed_runs(session, message)

    @query(c.ListFeedProblems, allow=("hq", "partner"))
    def list_feed_problems(self, session: Session, message: c.ListFeedProblems) -> Page[c.FeedProblem]:
        return registration.list_feed_problems(session, message)

    @subscribe(dispatch.DispatchOrderIssued)
    def dispatch_order_issued(self, session: Session, event: dispatch.DispatchOrderIssued) -> None:
        openings.confirm_opening(session, event)
        seekers.begin_order(session, event)
        standing.order_issued(session, event)

    @subscribe(dispatch.DispatchOrderCancelled)
    def dispatch_order_cancelled(self, session: Session, event: dispatch.DispatchOrderCancelled) -> None:
        standing.order_cancelled(session, event)
        openings.give_back_opening(session, event.order_id)
        seekers.give_up_order(session, event.order_id)

    @subscribe(dispatch.EmploymentReceiptReceived)
    def employment_receipt_received(self, session: Session, event: dispatch.EmploymentReceiptReceived) -> None:
        standing.receipt_received(session, event)
        if event.outcome is dispatch.ReceiptOutcome.not_started:
            openings.give_back_opening(session, event.order_id)
            seekers.give_up_order(session, event.order_id)

    @timer(seconds=300)
    def expire_postings(self, session: Session) -> None:
        postings.expire_postings(session)

    @timer(seconds=600)
    def follow_agreement_dates(self, session: Session) -> None:
        agreements.follow_dates(session)

    @timer(seconds=60, outside=True)
    def release_expired_openings(self, ticker: Ticker) -> None:
        openings.release_expired(ticker)

    @timer(seconds=60)
    def pull_due_feeds(self, session: Session) -> None:
        registration.pull_due(session)
