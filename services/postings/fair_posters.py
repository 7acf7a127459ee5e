"""入口海报: the code to check in by, and which employer stands at which booth with which postings."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.postings.drawable import drawable
from services.postings.fair_visits import door_code
from services.postings.job_fairs import booths_of, find_fair
from services.postings.models import Employer, JobPosting
from services.postings.posting_views import known_division
from services.postings.publication import is_public
from services.postings.slip_papers import posting_words
from shared.contracts import postings as c
from shared.contracts.base import JobState
from shared.kit import papers
from shared.kit.jobs import JobRun, job, submit
from shared.kit.session import Session

TEMPLATE = Path(__file__).parent / "papers" / "fair_poster.typ"


def print_fair_poster(session: Session, command: c.PrintFairPoster) -> JobState:
    find_fair(session, command.fair_id)
    return submit(session, make_fair_poster, {"fair_id": str(command.fair_id)})


@job("fair_poster")
def make_fair_poster(run: JobRun) -> dict[str, Any]:
    with run.transaction() as session:
        facts = _facts(session, UUID(run.params["fair_id"]))
    pdf = papers.render(TEMPLATE, drawable(facts))
    with run.transaction() as session:
        ref = session.blobs.put_bytes(pdf, media_type="application/pdf", filename=f"{facts['title']}-海报.pdf")
    return {"booths": len(facts["booths"]), "file": ref.model_dump(mode="json")}


def _facts(session: Session, fair_id: UUID) -> dict[str, Any]:
    fair = find_fair(session, fair_id)
    begins, ends = (moment.astimezone(c.COUNTY_ZONE) for moment in (fair.starts_at, fair.ends_at))
    booths = []
    for booth in booths_of(session, fair.id):
        wanted = [UUID(one) for one in booth.posting_ids]
        found = session.exec(select(JobPosting).where(col(JobPosting.id).in_(wanted), is_public())).all()
        booths.append(
            {
                "number": str(booth.number),
                "employer": session.get_one(Employer, booth.employer_id).name,
                "postings": [
                    posting_words(posting) | {"openings": str(posting.openings_free)}
                    for posting in sorted(found, key=lambda posting: wanted.index(posting.id))
                ],
            }
        )
    return {
        "title": fair.title,
        "place": f"{known_division(fair.division) or ''} {fair.venue}",
        "time": f"{begins:%Y年%m月%d日 %H:%M} 至 {ends:%H:%M}"
        if begins.date() == ends.date()
        else f"{begins:%Y年%m月%d日 %H:%M} 至 {ends:%m月%d日 %H:%M}",
        "live": fair.live_stream_url or "",
        "live_qr": papers.qr_svg(fair.live_stream_url) if fair.live_stream_url else "",
        "qr": papers.qr_svg(f"{session.settings.base_url}/w/check-in/{door_code(session, fair)}"),
        "booths": booths,
    }
