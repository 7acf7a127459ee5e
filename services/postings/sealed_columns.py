"""What postings seals: contacts under the employer's or the posting's id, people's own words under theirs."""

from __future__ import annotations

from sqlmodel import col

from services.postings.fair_models import FairInterview
from services.postings.models import Employer, JobPosting
from services.postings.offers import Recommendation
from services.postings.visit_models import EmployerVisit
from shared.kit.resealing import SealedColumn

ANSWER_NOTE = SealedColumn(Recommendation, "answer_note", lambda: col(Recommendation.worker_id))
STAFF_NOTE = SealedColumn(Recommendation, "staff_note", lambda: col(Recommendation.worker_id))
INTERVIEW_NOTE = SealedColumn(FairInterview, "note", lambda: col(FairInterview.worker_id))
SEALED = (
    SealedColumn(Employer, "contacts"),
    SealedColumn(JobPosting, "contact"),
    SealedColumn(EmployerVisit, "met_with"),
    ANSWER_NOTE,
    STAFF_NOTE,
    INTERVIEW_NOTE,
)
