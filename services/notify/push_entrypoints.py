"""What notify answers about messages to one person, and what comes back."""

from __future__ import annotations

from services.notify import opt_outs, pushes, replies
from services.notify.replies import Answered
from shared.contracts import notify as c
from shared.contracts.base import Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query
from shared.kit.session import Session

HQ_STAFF = (Role.hq_admin, Role.hq_officer)
STAFF = (*HQ_STAFF, Role.township_officer, Role.grid_leader)


class PushEntrypoints:
    """A part of NotifyService."""

    @command(c.PushRecommendations, allow=("hq", "area"), roles=STAFF, as_service=True)
    def push_recommendations(self, session: Session, command: c.PushRecommendations) -> c.PushReport:
        return pushes.push_recommendations(session, command)

    @query(c.OpenShortLink, allow=("public",), as_service=True)
    def open_short_link(self, session: Session, query: c.OpenShortLink) -> c.ShortLinkTarget:
        return pushes.open_short_link(session, query)

    @query(c.GetReplyStanding, allow=())
    def get_reply_standing(self, session: Session, query: c.GetReplyStanding) -> c.ReplyStanding:
        """The machinery alone asks: what a phone was sent is nobody else's business."""
        return pushes.get_reply_standing(session, query)

    # The gateway has checked that it is the SMS gateway that calls.
    @command(c.ReceiveSms, allow=("public",), before=replies.pass_on, as_service=True)
    def receive_sms(self, session: Session, command: c.ReceiveSms, answered: Answered) -> c.SmsReplyTaken:
        return replies.receive_sms(session, command, answered)

    @query(c.ListSmsReplies, allow=("hq",))
    def list_sms_replies(self, session: Session, query: c.ListSmsReplies) -> Page[c.SmsReplyView]:
        return replies.list_replies(session, query)

    @query(c.GetSmsStanding, allow=("hq", "area"), before=opt_outs.phone_of, as_service=True)
    def get_sms_standing(self, session: Session, query: c.GetSmsStanding, phone: str) -> c.SmsStanding:
        return opt_outs.get_sms_standing(session, query, phone)

    @command(c.ResumeSms, allow=("hq", "area"), roles=STAFF, before=opt_outs.phone_of, as_service=True)
    def resume_sms(self, session: Session, command: c.ResumeSms, phone: str) -> c.SmsStanding:
        return opt_outs.resume_sms(session, command, phone)

    @command(c.HandleSmsReply, allow=("hq",), roles=HQ_STAFF)
    def handle_sms_reply(self, session: Session, command: c.HandleSmsReply) -> c.SmsReplyView:
        return replies.handle_reply(session, command)
