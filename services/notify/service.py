"""What notify answers, hears and carries out by the clock."""

from __future__ import annotations

from services.notify import delivery, messages, on_the_way, told, webhook_delivery, webhooks
from services.notify.group_entrypoints import GroupEntrypoints
from services.notify.personal_tables import PERSONAL
from services.notify.push_entrypoints import PushEntrypoints
from services.notify.sealed_columns import SEALED
from services.notify.webhook_delivery import fan_out
from shared.contracts import dispatch, honey, outposts, postings, registry, training
from shared.contracts import notify as c
from shared.contracts.base import Nothing, Page
from shared.kit.entrypoints import Unit, command, query, subscribe, subscribe_many, timer
from shared.kit.session import Session
from shared.kit.ticking import Ticker

OWNERS = ("hq", "outpost", "partner")


class NotifyService(GroupEntrypoints, PushEntrypoints):
    name = "notify"
    unit = Unit()
    jobs = ()
    personal = PERSONAL
    sealed = SEALED

    @command(c.SendPhoneCode, allow=())
    def send_phone_code(self, session: Session, command: c.SendPhoneCode) -> c.MessageAccepted:
        """The machinery alone asks: identity, for somebody who signs in."""
        return messages.send_phone_code(session, command)

    @query(c.ListMessages, allow=("hq",))
    def list_messages(self, session: Session, query: c.ListMessages) -> Page[c.MessageRow]:
        return messages.list_messages(session, query)

    @command(c.RetryMessage, allow=("hq",))
    def retry_message(self, session: Session, command: c.RetryMessage) -> c.MessageRow:
        return messages.retry_message(session, command)

    @query(c.ListInbox, allow=("hq", "worker", "outpost"))
    def list_inbox(self, session: Session, query: c.ListInbox) -> Page[c.InboxItemView]:
        return messages.list_inbox(session, query)

    @command(c.MarkInboxRead, allow=("hq", "worker", "outpost"))
    def mark_inbox_read(self, session: Session, command: c.MarkInboxRead) -> c.InboxItemView:
        return messages.mark_read(session, command)

    @command(c.TakePrintPack, allow=("hq",), as_service=True)
    def take_print_pack(self, session: Session, command: c.TakePrintPack) -> c.PrintPack:
        return messages.take_print_pack(session, command)

    @command(c.CreateWebhook, allow=OWNERS)
    def create_webhook(self, session: Session, command: c.CreateWebhook) -> c.WebhookView:
        return webhooks.create_webhook(session, command)

    @command(c.ChangeWebhook, allow=OWNERS)
    def change_webhook(self, session: Session, command: c.ChangeWebhook) -> c.WebhookView:
        return webhooks.change_webhook(session, command)

    @command(c.RotateWebhookSecret, allow=OWNERS)
    def rotate_webhook_secret(self, session: Session, command: c.RotateWebhookSecret) -> c.WebhookView:
        return webhooks.rotate_secret(session, command)

    @command(c.DeleteWebhook, allow=OWNERS)
    def delete_webhook(self, session: Session, command: c.DeleteWebhook) -> Nothing:
        return webhooks.delete_webhook(session, command)

    @query(c.GetWebhook, allow=OWNERS)
    def get_webhook(self, session: Session, query: c.GetWebhook) -> c.WebhookView:
        return webhooks.get_webhook(session, query)

    @query(c.ListWebhooks, allow=OWNERS)
    def list_webhooks(self, session: Session, query: c.ListWebhooks) -> Page[c.WebhookView]:
        return webhooks.list_webhooks(session, query)

    @query(c.ListWebhookTopics, allow=OWNERS)
    def list_webhook_topics(self, session: Session, query: c.ListWebhookTopics) -> c.WebhookTopics:
        return c.WebhookTopics(items=webhooks.topics_for(session.caller.scope))

    @command(c.SendTestWebhook, allow=OWNERS)
    def send_test_webhook(self, session: Session, command: c.SendTestWebhook) -> c.WebhookDeliveryView:
        return webhook_delivery.send_test(session, command)

    @command(c.ReplayWebhookDelivery, allow=OWNERS)
    def replay_webhook_delivery(self, session: Session, command: c.ReplayWebhookDelivery) -> c.WebhookDeliveryView:
        return webhook_delivery.replay(session, command)

    @query(c.ListWebhookDeliveries, allow=OWNERS)
    def list_webhook_deliveries(self, session: Session, query: c.ListWebhookDeliveries) -> Page[c.WebhookDeliveryView]:
        return webhook_delivery.list_deliveries(session, query)

    @subscribe_many(registry.WorkerRegistered)
    def worker_registered(self, session: Session, events: list[registry.WorkerRegistered]) -> None:
        told.workers_live(session, events)

    @subscribe(registry.WorkerUpdated)
    def worker_updated(self, session: Session, event: registry.WorkerUpdated) -> None:
        told.worker_lives(session, event)

    @subscribe(registry.WorkerErased)
    def worker_erased(self, session: Session, event: registry.WorkerErased) -> None:
        told.worker_erased(session, event)

    @subscribe(postings.RecommendationMade)
    def recommendation_made(self, session: Session, event: postings.RecommendationMade) -> None:
        told.recommendation_made(session, event)

    @subscribe(postings.OutreachChanged)
    def outreach_changed(self, session: Session, event: postings.OutreachChanged) -> None:
        told.outreach_changed(session, event)

    @subscribe(postings.RecommendationRevised)
    def recommendation_revised(self, session: Session, event: postings.RecommendationRevised) -> None:
        told.recommendation_revised(session, event)

    @subscribe(postings.RecommendationExpired)
    def recommendation_expired(self, session: Session, event: postings.RecommendationExpired) -> None:
        told.recommendation_expired(session, event)

    @subscribe(postings.PostingExpiryNear)
    def posting_expiry_near(self, session: Session, event: postings.PostingExpiryNear) -> None:
        told.posting_expiry_near(session, event)
        fan_out(session, event)

    @subscribe(postings.PostingStale)
    def posting_stale(self, session: Session, event: postings.PostingStale) -> None:
        told.posting_stale(session, event)
        fan_out(session, event)

    @subscribe(postings.FeedExpiryNear)
    def feed_expiry_near(self, session: Session, event: postings.FeedExpiryNear) -> None:
        fan_out(session, event)

    @subscribe(postings.FeedStale)
    def feed_stale(self, session: Session, event: postings.FeedStale) -> None:
        fan_out(session, event)

    @subscribe(postings.JobFairChanged)
    def job_fair_changed(self, session: Session, event: postings.JobFairChanged) -> None:
        told.job_fair_changed(session, event)

    @subscribe(postings.PostingOpened)
    def posting_opened(self, session: Session, event: postings.PostingOpened) -> None:
        fan_out(session, event)

    @subscribe(postings.PostingChanged)
    def posting_changed(self, session: Session, event: postings.PostingChanged) -> None:
        fan_out(session, event)

    @subscribe(postings.PostingClosed)
    def posting_closed(self, session: Session, event: postings.PostingClosed) -> None:
        fan_out(session, event)

    @subscribe(postings.AgreementChanged)
    def agreement_changed(self, session: Session, event: postings.AgreementChanged) -> None:
        fan_out(session, event)

    @subscribe(dispatch.DispatchOrderIssued)
    def dispatch_order_issued(self, session: Session, event: dispatch.DispatchOrderIssued) -> None:
        told.order_issued(session, event)
        fan_out(session, event)

    @subscribe(dispatch.DispatchOrderCancelled)
    def dispatch_order_cancelled(self, session: Session, event: dispatch.DispatchOrderCancelled) -> None:
        on_the_way.order_cancelled(session, event)
        fan_out(session, event)

    @subscribe(dispatch.SeatConfirmed)
    def seat_confirmed(self, session: Session, event: dispatch.SeatConfirmed) -> None:
        on_the_way.seat_confirmed(session, event)

    @subscribe(dispatch.SeatReleased)
    def seat_released(self, session: Session, event: dispatch.SeatReleased) -> None:
        on_the_way.seat_released(session, event)

    @subscribe(dispatch.WorkerBoarded)
    def worker_boarded(self, session: Session, event: dispatch.WorkerBoarded) -> None:
        on_the_way.worker_boarded(session, event)

    @subscribe(dispatch.WorkerMissed)
    def worker_missed(self, session: Session, event: dispatch.WorkerMissed) -> None:
        on_the_way.worker_missed(session, event)

    @subscribe(dispatch.WorkerArrived)
    def worker_arrived(self, session: Session, event: dispatch.WorkerArrived) -> None:
        on_the_way.worker_arrived(session, event)

    @subscribe(dispatch.WorkerHandedOver)
    def worker_handed_over(self, session: Session, event: dispatch.WorkerHandedOver) -> None:
        on_the_way.worker_handed_over(session, event)

    @subscribe(dispatch.TripPlanned)
    def trip_planned(self, session: Session, event: dispatch.TripPlanned) -> None:
        told.trip_planned(session, event)
        fan_out(session, event)

    @subscribe(dispatch.TripArrived)
    def trip_arrived(self, session: Session, event: dispatch.TripArrived) -> None:
        fan_out(session, event)

    @subscribe(dispatch.EmploymentReceiptReceived)
    def employment_receipt_received(self, session: Session, event: dispatch.EmploymentReceiptReceived) -> None:
        fan_out(session, event)

    @subscribe(dispatch.EmploymentReceiptOverdue)
    def employment_receipt_overdue(self, session: Session, event: dispatch.EmploymentReceiptOverdue) -> None:
        told.receipt_overdue(session, event)
        fan_out(session, event)

    @subscribe(dispatch.LaborContractDue)
    def labor_contract_due(self, session: Session, event: dispatch.LaborContractDue) -> None:
        told.contract_due(session, event)
        fan_out(session, event)

    @subscribe(dispatch.PlacementStarted)
    def placement_started(self, session: Session, event: dispatch.PlacementStarted) -> None:
        on_the_way.placement_started(session, event)
        fan_out(session, event)

    @subscribe(dispatch.PlacementEnded)
    def placement_ended(self, session: Session, event: dispatch.PlacementEnded) -> None:
        fan_out(session, event)

    @subscribe(dispatch.ReimbursementApproved)
    def reimbursement_approved(self, session: Session, event: dispatch.ReimbursementApproved) -> None:
        told.reimbursement_approved(session, event)

    @subscribe(training.CertificateIssued)
    def certificate_issued(self, session: Session, event: training.CertificateIssued) -> None:
        fan_out(session, event)

    @subscribe(honey.StockTransferred)
    def stock_transferred(self, session: Session, event: honey.StockTransferred) -> None:
        fan_out(session, event)

    @subscribe(honey.SalesOrderPlaced)
    def sales_order_placed(self, session: Session, event: honey.SalesOrderPlaced) -> None:
        fan_out(session, event)

    @subscribe(outposts.RightsCaseDeadlineNear)
    def deadline_near(self, session: Session, event: outposts.RightsCaseDeadlineNear) -> None:
        told.deadline_near(session, event)
        fan_out(session, event)

    @subscribe(outposts.FollowUpDue)
    def follow_up_due(self, session: Session, event: outposts.FollowUpDue) -> None:
        told.follow_up_due(session, event)
        fan_out(session, event)

    @subscribe(outposts.JobTransferRequested)
    def job_transfer_requested(self, session: Session, event: outposts.JobTransferRequested) -> None:
        told.transfer_requested(session, event)

    @timer(seconds=2, outside=True)
    def deliver_messages(self, ticker: Ticker) -> None:
        delivery.deliver(ticker)

    @timer(seconds=2, outside=True)
    def deliver_webhooks(self, ticker: Ticker) -> None:
        webhook_delivery.deliver(ticker)
