"""What postings answers about where openings come from: visits, wordings to decide, postings to confirm."""

from __future__ import annotations

from services.postings import staleness, visits
from services.postings.feeds import closing
from services.postings.recognition import remembering
from shared.contracts import postings as c
from shared.contracts.base import BlobRef, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query, timer
from shared.kit.session import Session

_HQ_STAFF = (Role.hq_admin, Role.hq_officer)
_LIAISON = (Role.outpost_lead, Role.liaison_officer)
_COLLECTORS = (*_HQ_STAFF, *_LIAISON, Role.partner_employer)


class SourcingEntrypoints:
    """Mixed into the service class."""

    @command(c.RecordVisit, allow=("outpost",), roles=_LIAISON)
    def record_visit(self, session: Session, message: c.RecordVisit) -> c.VisitView:
        return visits.record_visit(session, message)

    @command(c.UpdateVisit, allow=("outpost",), roles=_LIAISON)
    def update_visit(self, session: Session, message: c.UpdateVisit) -> c.VisitView:
        return visits.update_visit(session, message)

    @command(c.AddVisitPhoto, allow=("outpost",), roles=_LIAISON)
    def add_visit_photo(self, session: Session, message: c.AddVisitPhoto) -> c.VisitView:
        return visits.add_photo(session, message)

    @command(c.RemoveVisitPhoto, allow=("outpost",), roles=_LIAISON)
    def remove_visit_photo(self, session: Session, message: c.RemoveVisitPhoto) -> c.VisitView:
        return visits.remove_photo(session, message)

    @query(c.GetVisit, allow=("hq", "outpost"))
    def get_visit(self, session: Session, message: c.GetVisit) -> c.VisitView:
        return visits.get_visit(session, message)

    @query(c.GetVisitPhoto, allow=("hq", "outpost"))
    def get_visit_photo(self, session: Session, message: c.GetVisitPhoto) -> BlobRef:
        return visits.get_photo(session, message)

    @query(c.ListVisits, allow=("hq", "outpost"))
    def list_visits(self, session: Session, message: c.ListVisits) -> Page[c.VisitRow]:
        return visits.list_visits(session, message)

    @query(c.ListRecognitions, allow=("hq",))
    def list_recognitions(self, session: Session, message: c.ListRecognitions) -> Page[c.RecognitionView]:
        return remembering.list_recognitions(session, message)

    @command(c.DecideRecognition, allow=("hq",), roles=_HQ_STAFF)
    def decide_recognition(self, session: Session, message: c.DecideRecognition) -> c.RecognitionView:
        return remembering.decide_recognition(session, message)

    @command(c.ForgetRecognition, allow=("hq",), roles=_HQ_STAFF)
    def forget_recognition(self, session: Session, message: c.ForgetRecognition) -> c.RecognitionView:
        return remembering.forget_recognition(session, message)

    @command(c.ConfirmPosting, allow=("hq", "outpost", "partner"), roles=_COLLECTORS)
    def confirm_posting(self, session: Session, message: c.ConfirmPosting) -> c.PostingView:
        return staleness.confirm_posting(session, message)

    @timer(seconds=600)
    def mark_stale_postings(self, session: Session) -> None:
        staleness.mark_stale(session)

    @timer(seconds=600)
    def close_missing_from_feeds(self, session: Session) -> None:
        closing.close_overdue(session)

    @timer(seconds=3600)
    def remind_of_expiry(self, session: Session) -> None:
        staleness.remind_of_expiry(session)
