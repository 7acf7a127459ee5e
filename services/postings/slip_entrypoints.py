"""What postings answers about 推荐单: looked at and confirmed, printed, and come back with ticks."""

from __future__ import annotations

from services.postings import slip_answers, slip_confirmation, slips
from shared.contracts import postings as c
from shared.contracts.base import BlobRef, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query
from shared.kit.session import Session

STAFF = (Role.hq_admin, Role.hq_officer, Role.township_officer, Role.grid_leader)

SLIP_JOBS = (slips.print_batch,)


class SlipEntrypoints:
    """A part of PostingsService."""

    @command(c.PrintSlips, allow=("hq", "area"), roles=STAFF)
    def print_slips(self, session: Session, command: c.PrintSlips) -> c.SlipBatchView:
        return slips.print_slips(session, command)

    @query(c.GetSlipBatch, allow=("hq", "area"))
    def get_slip_batch(self, session: Session, query: c.GetSlipBatch) -> c.SlipBatchView:
        return slips.get_slip_batch(session, query)

    @query(c.ListSlipBatches, allow=("hq", "area"))
    def list_slip_batches(self, session: Session, query: c.ListSlipBatches) -> Page[c.SlipBatchView]:
        return slips.list_slip_batches(session, query)

    @query(c.GetSlipPaper, allow=("hq", "area"))
    def get_slip_paper(self, session: Session, query: c.GetSlipPaper) -> BlobRef:
        return slips.get_slip_paper(session, query)

    @query(c.ListSlips, allow=("hq", "area"))
    def list_slips(self, session: Session, query: c.ListSlips) -> Page[c.SlipView]:
        return slips.list_slips(session, query)

    @query(c.PreviewSlips, allow=("hq", "area"))
    def preview_slips(self, session: Session, query: c.PreviewSlips) -> Page[c.PreviewedSlip]:
        return slip_confirmation.preview_slips(session, query)

    @command(c.ConfirmSlips, allow=("hq", "area"), roles=STAFF)
    def confirm_slips(self, session: Session, command: c.ConfirmSlips) -> c.SlipBatchView:
        return slip_confirmation.confirm_slips(session, command)

    @command(c.CancelSlips, allow=("hq", "area"), roles=STAFF)
    def cancel_slips(self, session: Session, command: c.CancelSlips) -> c.SlipBatchView:
        return slip_confirmation.cancel_slips(session, command)

    @command(c.WithdrawRecommendation, allow=("hq", "area"), roles=STAFF)
    def withdraw_recommendation(self, session: Session, command: c.WithdrawRecommendation) -> c.RecommendationView:
        return slip_confirmation.withdraw_recommendation(session, command)

    @query(c.GetSlip, allow=("hq", "area"))
    def get_slip(self, session: Session, query: c.GetSlip) -> c.SlipSheet:
        return slip_answers.get_slip(session, query)

    @command(c.AnswerSlip, allow=("hq", "area"), roles=STAFF)
    def answer_slip(self, session: Session, command: c.AnswerSlip) -> c.SlipAnswersTaken:
        return slip_answers.answer_slip(session, command)
