"""岗位资料袋: everything that an event in a village needs on paper, since there may be no network there."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.postings.drawable import drawable
from services.postings.offers import Seeker
from services.postings.outreach import find_outreach, pack_postings
from services.postings.outreach_models import VillageOutreach
from services.postings.slip_papers import SEX_ZH, posting_words
from shared import reference
from shared.contracts import postings as c
from shared.contracts import registry
from shared.contracts.base import JobState
from shared.kit import papers
from shared.kit.jobs import JobRun, job, submit
from shared.kit.session import Session

TEMPLATE = Path(__file__).parent / "papers" / "outreach_pack.typ"
AT_MOST = 600
AT_ONCE = 200


def print_outreach_pack(session: Session, command: c.PrintOutreachPack) -> JobState:
    find_outreach(session, command.outreach_id)
    return submit(session, make_outreach_pack, {"outreach_id": str(command.outreach_id)})


@job("outreach_pack")
def make_outreach_pack(run: JobRun) -> dict[str, Any]:
    """One PDF: the plan, the postings to hang up, the sign-in sheet with the place's seekers, the result sheet."""
    outreach_id = UUID(run.params["outreach_id"])
    with run.transaction() as session:
        outreach = find_outreach(session, outreach_id)
        facts = _facts(session, outreach)
        seekers = list(
            session.exec(
                select(Seeker.worker_id)
                .where(col(Seeker.division).startswith(outreach.division), col(Seeker.is_active))
                .order_by(col(Seeker.division), col(Seeker.worker_id))
                .limit(AT_MOST)
            ).all()
        )
    run.save(total=len(seekers) + 1, done=0, step="names")
    people: list[registry.Person] = []
    for start in range(0, len(seekers), AT_ONCE):
        run.raise_if_cancelled()
        asked = registry.GetPeople(
            worker_ids=seekers[start : start + AT_ONCE], purpose=registry.PeoplePurpose.recommendation_slip
        )
        people += run.ask(asked).people
        run.save(done=start)
    run.save(step="render")
    facts["people"] = [_line(person) for person in people]
    pdf = papers.render(TEMPLATE, drawable(facts))
    with run.transaction() as session:
        ref = session.blobs.put_bytes(pdf, media_type="application/pdf", filename=f"{outreach.title}-资料袋.pdf")
    return {"postings": len(facts["postings"]), "people": len(people), "file": ref.model_dump(mode="json")}


def _facts(session: Session, outreach: VillageOutreach) -> dict[str, Any]:
    base = session.settings.base_url
    begins, ends = (moment.astimezone(c.COUNTY_ZONE) for moment in (outreach.starts_at, outreach.ends_at))
    postings = [
        posting_words(posting)
        | {
            "number": str(row.number),
            "openings": str(posting.openings_free),
            "qr": papers.qr_svg(f"{base}/api/v1/public/postings/{posting.id}"),
        }
        for row, posting in pack_postings(session, outreach.id)
    ]
    return {
        "title": outreach.title,
        "place": _place(outreach),
        "venue": outreach.venue,
        "time": f"{begins:%Y年%m月%d日 %H:%M} 至 {ends:%H:%M}"
        if begins.date() == ends.date()
        else f"{begins:%Y年%m月%d日 %H:%M} 至 {ends:%m月%d日 %H:%M}",
        "plan": outreach.plan or "",
        "staff": [
            {name: person.get(name, "") for name in ("name", "organisation", "task")} for person in outreach.staff
        ],
        "postings": postings,
        "printed_on": f"{session.now.astimezone(c.COUNTY_ZONE):%Y-%m-%d %H:%M}",
    }


def _place(outreach: VillageOutreach) -> str:
    path = reference.division_path(outreach.division)
    return path if not outreach.village or path.endswith(outreach.village) else path + outreach.village


def _line(person: registry.Person) -> dict[str, str]:
    return {"name": person.name, "sex": SEX_ZH[person.sex], "place": person.division_name}
